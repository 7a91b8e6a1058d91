"""Both addresses hear that an organiser changed it, each once."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from peergang.core.permissions import Actor
from peergang.identity.actions.corrections import correct_person
from tests.domain.reminders.conftest import Ledger
from tests.factories.identity import make_organiser, make_user

RULE = "address_changed"


def test_the_old_and_the_new_address_are_told(
    session: Session, ledger: Ledger, now: datetime, words: Callable[..., str]
) -> None:
    organiser = Actor(user_id=make_organiser(session).id, is_organiser=True)
    user = make_user(session, "Noor", email="nor@b.example")
    correct_person(
        session,
        organiser,
        user.id,
        given_name="Noor",
        particle="",
        family_name="Dijk",
        email="noor@b.example",
        now=now,
    )
    assert ledger.plan(RULE, now) == 2
    mails = {str(mail["To"]).split("<")[-1].rstrip(">"): mail for mail in ledger.deliver(now)}
    assert sorted(ledger.addresses()) == ["noor@b.example", "nor@b.example"]
    for kind in ("plain", "html"):
        assert "niet meer inloggen" in words(mails["nor@b.example"], kind)
        assert "je logt ermee in" in words(mails["noor@b.example"], kind)
        assert "noor@b.example" not in words(mails["nor@b.example"], kind), (
            "the new address is not told around"
        )
    assert mails["nor@b.example"]["List-Unsubscribe"] is None
    assert ledger.plan(RULE, now) == 0
