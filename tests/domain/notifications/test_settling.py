"""The bell counts what is still news: what was finished elsewhere is put away by the workers."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.identity.models import SignInSession, User
from peergang.notifications.actions.settling import ONLINE, settle_messages
from peergang.notifications.models import Notice
from peergang.notifications.rules.inbox import Glance, glance_at
from tests.factories.identity import make_user, sign_in_session
from tests.factories.notifications import Script, make_notice, use_script

pytestmark = pytest.mark.database


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Script:
    return use_script(monkeypatch)


def unread(session: Session) -> set[Any]:
    session.expire_all()
    return set(session.scalars(select(Notice.recipient_id).where(Notice.read_at.is_(None))))


@pytest.mark.parametrize("why", ["done", "handed_in", "read", "withdrawn"])
def test_what_is_finished_elsewhere_counts_no_longer(
    session: Session, script: Script, now: datetime, why: str
) -> None:
    busy, finished = make_user(session), make_user(session)
    for user in (busy, finished):
        make_notice(session, user, now, state="sent")
    script.blocked = {finished.id: why}
    assert settle_messages(session, now=now, everybody=True) == 1
    assert unread(session) == {busy.id}
    assert settle_messages(session, now=now, everybody=True) == 0


def test_a_mail_that_waits_is_left_to_who_sends_it(session: Session, script: Script, now: datetime) -> None:
    """Who sends asks once more, and writes down why a mail did not go."""
    user = make_user(session)
    waiting = make_notice(session, user, now)
    script.blocked = {user.id: "done"}
    assert settle_messages(session, now=now, everybody=True) == 0
    assert (waiting.state, waiting.read_at) == ("queued", None)


def test_a_broken_rule_puts_nothing_away(session: Session, script: Script, now: datetime) -> None:
    user = make_user(session)
    make_notice(session, user, now, state="sent")
    script.standing = None  # type: ignore[assignment]
    assert settle_messages(session, now=now, everybody=True) == 0
    assert unread(session) == {user.id}


def test_between_the_nights_only_who_is_online_is_looked_at(
    session: Session, script: Script, now: datetime
) -> None:
    here, away = make_user(session), make_user(session)
    for user in (here, away):
        sign_in_session(session, user)
        make_notice(session, user, now, state="sent")
    _last_used(session, here, now - ONLINE / 2)
    _last_used(session, away, now - 2 * ONLINE)
    script.blocked = {here.id: "done", away.id: "done"}
    assert settle_messages(session, now=now) == 1
    assert unread(session) == {away.id}


def test_what_is_not_there_yet_is_not_looked_at(session: Session, script: Script, now: datetime) -> None:
    user = make_user(session)
    make_notice(session, user, now, state="sent", ready_at=now + timedelta(minutes=1))
    script.blocked = {user.id: "done"}
    assert settle_messages(session, now=now, everybody=True) == 0


def test_read_is_another_word_than_done() -> None:
    assert [glance_at(one) for one in ("", "read", "done", "withdrawn", None)] == [
        Glance.OPEN,
        Glance.SEEN,
        Glance.DONE,
        Glance.OVER,
        Glance.OVER,
    ]


def _last_used(session: Session, user: User, moment: datetime) -> None:
    for one in session.scalars(select(SignInSession).where(SignInSession.user_id == user.id)):
        one.last_used_at = moment
    session.flush()
