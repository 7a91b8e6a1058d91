"""The link that proves whose an account of an institution is."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.core.errors import Conflict
from peergang.identity.actions.institution_proofs import finish_proof, request_proof
from peergang.identity.actions.signing_in import hash_token
from peergang.identity.models import InstitutionAccount, InstitutionArrival, SingleUseToken
from tests.domain.reminders.conftest import Ledger
from tests.factories.identity import make_user_with_password

RULE = "institution_proof"


def arrive(session: Session, now: datetime, token: str = "hier") -> None:
    session.add(
        InstitutionArrival(
            token_hash=hash_token(token), provider="surfconext", issuer="https://x.example", subject=token,
            organisation="ROC <Waterkant>", given_name="Anna", name_particle="", family_name="Bos", email="",
            locale="", target="", remember=False, institution_id=None, expires_at=now + timedelta(hours=2),
        )
    )  # fmt: skip
    session.flush()


def test_it_goes_out_at_once_and_works_once(
    session: Session, ledger: Ledger, now: datetime, words: Callable[..., str]
) -> None:
    user = make_user_with_password(session, "Anna")
    night = now + timedelta(hours=15)
    arrive(session, night)
    request_proof(session, "hier", user.email, sign_up=False, now=night)
    assert ledger.plan(RULE, night) == 1
    (mail,) = ledger.deliver(night)
    assert mail["Subject"] == "Bevestig dat je via je instelling inlogt"
    assert mail["List-Unsubscribe"] is None
    assert "ROC <Waterkant>" in words(mail)
    found = re.search(r"/inloggen/instelling/bevestig/([\w-]+)", words(mail))
    assert found is not None
    with pytest.raises(Conflict, match="other_browser"):
        finish_proof(session, found[1], "elders", now=night)
    assert finish_proof(session, found[1], "hier", now=night)[0] == user.id
    assert session.scalars(sa.select(InstitutionAccount.user_id)).one() == user.id
    with pytest.raises(Conflict, match="token_gone"):
        finish_proof(session, found[1], "hier", now=night)


@pytest.mark.parametrize(("change", "why"), [("used_at", "used"), ("expires_at", "expired")])
def test_a_request_that_is_over_needs_no_mail(
    session: Session, ledger: Ledger, now: datetime, change: str, why: str
) -> None:
    arrive(session, now)
    request_proof(session, "hier", make_user_with_password(session).email, sign_up=False, now=now)
    ledger.plan(RULE, now)
    session.execute(sa.update(SingleUseToken).values({change: now}))
    assert ledger.deliver(now) == []
    assert list(ledger.reasons().values()) == [f"suppressed {why}"]


def test_two_browsers_within_five_minutes_share_a_mail_and_finish_their_own(
    session: Session, ledger: Ledger, now: datetime, words: Callable[..., str]
) -> None:
    user = make_user_with_password(session, "Anna")
    for token in ("hier", "daar"):
        arrive(session, now, token)
        request_proof(session, token, user.email, sign_up=False, now=now)
    ledger.plan(RULE, now)
    (mail,) = ledger.deliver(now)
    found = re.search(r"/inloggen/instelling/bevestig/([\w-]+)", words(mail))
    assert found is not None
    finish_proof(session, found[1], "daar", now=now)
    assert session.scalars(sa.select(InstitutionAccount.subject)).all() == ["daar"]


def test_nobody_gets_no_mail_and_too_late_is_told(session: Session, ledger: Ledger, now: datetime) -> None:
    arrive(session, now)
    request_proof(session, "hier", "niemand@school.example", sign_up=False, now=now)
    # Of no known institution, so nobody becomes known either.
    request_proof(session, "hier", "niemand@school.example", sign_up=True, now=now)
    assert ledger.plan(RULE, now) == 0
    with pytest.raises(Conflict, match="arrival_gone"):
        request_proof(session, "hier", "a@school.example", sign_up=False, now=now + timedelta(hours=2))
