"""The link that proves a new address goes there, also when the old one refuses mail; nobody else hears who has an account."""

import re
from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.core.permissions import Actor
from peergang.identity.actions import addresses
from peergang.identity.models import User
from peergang.notifications.actions.bounces import Bounce, find_addressee, follow_address, record_bounce
from peergang.notifications.models import AddressSuspension, NoticeHabits
from peergang.notifications.rules.bounces import BounceKind, BounceSource
from tests.domain.reminders.conftest import Ledger
from tests.factories.identity import make_user, make_user_with_password

RULE = "address_proof"
NEW = "noor@nieuw.example"
LINK = re.compile(r"/mijn-account/e-mailadres/bevestig/([\w-]+)")


@pytest.fixture
def noor(session: Session, monkeypatch: pytest.MonkeyPatch) -> User:
    monkeypatch.setattr(addresses, "_when_changed", [follow_address])
    return make_user_with_password(session, "Noor", email="noor@oud.example")


def refuse(session: Session, user: User, now: datetime, address: str = "") -> None:
    codes = (BounceKind.HARD, "5.1.1", BounceSource.SMTP, uuid4())
    record_bounce(session, Bounce(address or user.email, user.id, *codes), now=now)


def suspended(session: Session) -> list[str]:
    session.expire_all()
    return list(session.scalars(sa.select(AddressSuspension.address)))


def test_from_a_mailbox_that_is_dead_to_one_that_works(
    session: Session, ledger: Ledger, noor: User, now: datetime, words: Callable[..., str]
) -> None:
    refuse(session, noor, now)
    assert suspended(session) == ["noor@oud.example"]
    addresses.want_address(session, Actor(noor.id), noor.id, NEW, now=now)
    assert ledger.plan(RULE, now) == 1
    (mail,) = ledger.deliver(now)
    assert ledger.addresses() == [NEW]
    assert mail["Subject"] == "Bevestig je nieuwe e‑mailadres"
    assert mail["List-Unsubscribe"] is None
    found = LINK.search(words(mail))
    assert found is not None
    assert found[1] in words(mail, "html")
    addresses.confirm_address(session, Actor(noor.id), found[1], now=now)
    assert suspended(session) == []
    assert ledger.plan("address_changed", now) == 2
    told = {str(mail["To"]).split("<")[-1].rstrip(">"): mail for mail in ledger.deliver(now)}
    assert set(told) == {"noor@oud.example", NEW}
    for kind in ("plain", "html"):
        assert "Deed jij dit niet?" in words(told["noor@oud.example"], kind)
        assert NEW not in words(told["noor@oud.example"], kind)
        assert "organisator heeft" not in words(told[NEW], kind)
    assert "/hulp" in words(told["noor@oud.example"])


def test_who_has_the_address_reads_that_and_gets_no_link(
    session: Session, ledger: Ledger, noor: User, now: datetime, words: Callable[..., str]
) -> None:
    owner = make_user(session, "Tijn", email="bezet@b.example")
    addresses.want_address(session, Actor(noor.id), noor.id, owner.email, now=now)
    ledger.plan(RULE, now)
    (mail,) = ledger.deliver(now)
    assert ledger.addresses() == ["bezet@b.example"]
    assert mail["Subject"] == "Dit e‑mailadres heeft al een account"
    for kind in ("plain", "html"):
        assert LINK.search(words(mail, kind)) is None
        assert "noor@" not in words(mail, kind)
    assert list(ledger.reasons().values()) == ["sent"], "as for any other address"


def test_what_was_taken_back_or_asked_again_is_not_mailed(
    session: Session, ledger: Ledger, noor: User, now: datetime
) -> None:
    addresses.want_address(session, Actor(noor.id), noor.id, NEW, now=now)
    ledger.plan(RULE, now)
    addresses.want_address(session, Actor(noor.id), noor.id, "anders@nieuw.example", now=now)
    ledger.plan(RULE, now)
    ledger.deliver(now)
    assert ledger.addresses() == ["anders@nieuw.example"]
    addresses.want_address(session, Actor(noor.id), noor.id, NEW, now=now)
    ledger.plan(RULE, now)
    addresses.give_up_address(session, Actor(noor.id), noor.id, now=now)
    ledger.deliver(now)
    assert ledger.addresses() == ["anders@nieuw.example"]


def test_a_proof_that_comes_back_says_nothing_about_the_address_they_have(
    session: Session, ledger: Ledger, noor: User, now: datetime
) -> None:
    addresses.want_address(session, Actor(noor.id), noor.id, NEW, now=now)
    ledger.plan(RULE, now)
    ledger.deliver(now)
    (notice,) = ledger.notices()
    assert notice.mail_id is not None
    assert find_addressee(session, notice.mail_id, "elders@web.example") == (noor.id, NEW)
    refuse(session, noor, now, NEW)
    assert suspended(session) == [NEW]
    complaint = (BounceKind.COMPLAINT, "complaint", BounceSource.MAILBOX, notice.mail_id)
    record_bounce(session, Bounce(NEW, noor.id, *complaint), now=now)
    assert session.get(NoticeHabits, noor.id) is None, "a stranger stops nobody's reminders"
    record_bounce(session, Bounce(noor.email, noor.id, *complaint), now=now)
    session.expire_all()
    assert session.get_one(NoticeHabits, noor.id).rhythm == "in_app"
