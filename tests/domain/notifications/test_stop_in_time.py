"""A stop, however it came, and every other choice hold for what was queued before them."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from email import message_from_bytes, policy

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.core.config import Settings
from peergang.core.mail import MemoryTransport, SentMail
from peergang.core.permissions import Actor
from peergang.identity.models import User
from peergang.notifications.actions.deliver import deliver_due
from peergang.notifications.actions.opt_out import EVERYTHING
from peergang.notifications.actions.preferences import Wishes, choose_preferences
from peergang.notifications.actions.stop_by_mail import handle_unsubscribe_mail, write_address
from peergang.notifications.actions.trial import ask_trial_mail
from peergang.notifications.rules import Delivery, Rhythm
from tests.factories.identity import make_user
from tests.factories.notifications import NAME, make_notice, use_script

pytestmark = pytest.mark.database

MAILBOX = "afmelden@peergang.example"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, unsubscribe_mail=MAILBOX)


@pytest.fixture
def user(session: Session, monkeypatch: pytest.MonkeyPatch) -> User:
    use_script(monkeypatch)
    return make_user(session)


@pytest.fixture
def deliver(session: Session, connection: sa.Connection, settings: Settings, mailbox: list[SentMail]):  # type: ignore[no-untyped-def]
    def run(now: datetime) -> list[SentMail]:
        session.commit()
        deliver_due(connection, settings, MemoryTransport(), now=now)
        session.expire_all()
        return mailbox

    return run


@pytest.mark.parametrize(("how_many", "about"), [(1, NAME), (2, EVERYTHING)])
def test_the_address_in_a_mail_stops_what_waits(
    session: Session, user: User, deliver, now: datetime, settings: Settings, how_many: int, about: str
) -> None:  # type: ignore[no-untyped-def]
    """From the header of a mail that came, to a message that does not go."""
    for _ in range(how_many):
        make_notice(session, user, now)
    [sent] = deliver(now)
    header = message_from_bytes(sent.message, policy=policy.default)["List-Unsubscribe"]
    link, by_mail = (one.strip().strip("<>") for one in header.split(","))
    assert link.startswith("http://peergang.test/afmelden/")
    address = by_mail.removeprefix("mailto:").partition("?")[0]
    assert address == write_address(MAILBOX, settings.secret_key, user.id, about)
    waiting = make_notice(session, user, now)
    assert handle_unsubscribe_mail(session, address, now, secret_key=settings.secret_key)
    assert len(deliver(now + timedelta(minutes=1))) == 1
    assert waiting.state == "suppressed"
    assert waiting.reason == ("unsubscribed" if about == NAME else "in_app")


@pytest.mark.parametrize(
    ("wishes", "state", "reason"),
    [
        (Wishes(deliveries={NAME: Delivery.OFF}), "suppressed", "unsubscribed"),
        (Wishes(deliveries={NAME: Delivery.IN_APP}), "suppressed", "in_app"),
        (Wishes(deliveries={}, rhythm=Rhythm.IN_APP), "suppressed", "in_app"),
        (Wishes(deliveries={NAME: Delivery.DAILY}), "queued", "daily"),
        (Wishes(deliveries={}, quiet_from=time(9), quiet_until=time(12)), "queued", "quiet"),
        (Wishes(deliveries={}, away_until=date(2026, 11, 17)), "queued", "quiet"),
        (Wishes(deliveries={}), "sent", ""),
    ],
)
def test_a_choice_holds_for_what_waits(
    session: Session, user: User, deliver, now: datetime, wishes: Wishes, state: str, reason: str
) -> None:  # type: ignore[no-untyped-def]
    notice = make_notice(session, user, now, expires_at=now + timedelta(days=3))
    actor = Actor(user_id=user.id, trains=frozenset({user.id}))
    choose_preferences(session, actor, user.id, wishes, now=now)
    deliver(now)
    assert (notice.state, notice.reason) == (state, reason)


def test_a_trial_mail_comes_in_the_night_in_their_language(
    session: Session, user: User, deliver, now: datetime
) -> None:  # type: ignore[no-untyped-def]
    user.locale = "nl"
    wishes = Wishes(deliveries={}, rhythm=Rhythm.IN_APP, away_until=date(2026, 12, 1))
    choose_preferences(session, Actor(user_id=user.id), user.id, wishes, now=now)
    night = now + timedelta(hours=14)
    assert ask_trial_mail(session, Actor(user_id=user.id), user.id, now=night)
    [sent] = deliver(night)
    mail = message_from_bytes(sent.message, policy=policy.default)
    assert sent.recipient == user.email
    assert mail["Subject"] == "Je proefmail van de Peergang"
    assert mail["List-Unsubscribe"] is None
    body = mail.get_body(("plain",))
    assert body is not None
    assert "http://peergang.test/herinneringen" in body.get_content()
