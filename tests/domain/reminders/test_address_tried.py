"""Whose address is tried again gets one mail about it, and proves by it that the address works."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from peergang.core.answers import Answer, Refusal
from peergang.core.mail import MailRefused
from peergang.core.permissions import Actor
from peergang.identity.models import User
from peergang.notifications.actions.bounces import Bounce, lift_suspension, record_bounce
from peergang.notifications.models import AddressSuspension
from peergang.notifications.rules.bounces import BounceKind, BounceSource
from tests.domain.reminders.conftest import Ledger
from tests.factories.identity import make_user

RULE = "address_tried"
pytestmark = pytest.mark.database


@pytest.fixture
def user(session: Session, now: datetime) -> User:
    """Somebody whose address was suspended and who says that it works."""
    user = make_user(session, "Noor")
    bounce = Bounce(user.email, user.id, BounceKind.HARD, "5.1.1", BounceSource.SMTP, uuid4())
    record_bounce(session, bounce, now=now - timedelta(days=1))
    lift_suspension(session, Actor(user_id=user.id), user.email, now=now)
    return user


def test_one_mail_tries_it(
    session: Session, user: User, ledger: Ledger, now: datetime, words: Callable[..., str]
) -> None:
    assert ledger.plan(RULE, now) == 1
    assert ledger.plan(RULE, now) == 0
    (mail,) = ledger.deliver(now)
    assert ledger.addresses() == [user.email]
    for kind in ("plain", "html"):
        assert "Dit is de proefmail" in words(mail, kind)
    assert mail["List-Unsubscribe"] is None
    assert ledger.plan(RULE, now + timedelta(days=2)) == 0


def test_it_comes_back_as_any_other_and_may_be_tried_again(
    session: Session, user: User, ledger: Ledger, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise MailRefused("550", answer=Answer(Refusal.UNKNOWN, "5.1.1"))

    ledger.plan(RULE, now)
    with monkeypatch.context() as patch:
        patch.setattr(ledger, "send", refuse)
        assert ledger.deliver(now) == []
    assert session.get(AddressSuspension, user.email) is not None
    later = now + timedelta(hours=1)
    lift_suspension(session, Actor(user_id=user.id), user.email, now=later)
    assert ledger.plan(RULE, later) == 1
    assert len(ledger.deliver(later)) == 1


def test_another_address_is_not_tried(session: Session, user: User, ledger: Ledger, now: datetime) -> None:
    ledger.plan(RULE, now)
    user.email = "nieuw@school.example"
    assert ledger.deliver(now) == []
    assert list(ledger.reasons().values()) == ["suppressed gone"]
    assert ledger.plan(RULE, now) == 0
