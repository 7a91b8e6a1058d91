"""Followers hear of new replies once a working day, only while unread; everybody else hears nothing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.core.clock import AMSTERDAM
from peergang.discussion.actions.following import choose_level, mark_read
from peergang.discussion.actions.removing import hide_post
from peergang.discussion.models import Post
from peergang.discussion.queries.news import _digest_day
from peergang.discussion.rules import digest_day
from tests.domain.reminders.conftest import Ledger
from tests.factories.coursework import Class, actor_of, make_class
from tests.factories.discussion import fill_thread, make_thread, reply

pytestmark = pytest.mark.database
RULE = "discussion_activity"


def here(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=AMSTERDAM).astimezone(UTC)


TUESDAY = here(17, 10)


@pytest.fixture
def room(session: Session, now: datetime) -> Class:
    return make_class(session, now - timedelta(days=1))


def test_one_mail_a_day_to_followers_alone(
    session: Session, room: Class, ledger: Ledger, words: Callable[..., str]
) -> None:
    thread = make_thread(session, room.author, TUESDAY, title="GEHEIM")
    for hour in (11, 12, 13):
        reply(session, room.peer, thread, here(17, hour), "OOKGEHEIM")
    assert ledger.plan(RULE, here(17, 15, 59)) == 0
    # The author follows; the peer wrote the replies and did not say they read the question.
    mark_read(session, actor_of(session, room.peer), thread.id, 1)
    assert ledger.plan(RULE, here(17, 16, 1)) == 1
    (mail,) = ledger.deliver(here(17, 16, 1))
    assert f"/gesprek/{thread.id}" in words(mail)
    assert "GEHEIM" not in words(mail) + words(mail, "html")
    reply(session, room.peer, thread, here(17, 16, 30))
    assert ledger.plan(RULE, here(17, 20)) == 0
    assert ledger.plan(RULE, here(18, 16, 5)) == 1
    assert len(ledger.deliver(here(18, 16, 5))) == 1
    assert ledger.plan(RULE, here(19, 16, 5)) == 0, "what stays unread is not told again"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda s, r, t, p: mark_read(s, actor_of(s, r.author), t.id, 2), "read"),
        (lambda s, r, t, p: choose_level(s, actor_of(s, r.author), t.id, "off"), "unsubscribed"),
        (lambda s, r, t, p: choose_level(s, actor_of(s, r.author), t.id, "mute"), "unsubscribed"),
        (lambda s, r, t, p: hide_post(s, actor_of(s, r.trainer), p.id, "x", now=TUESDAY), "read"),
        (lambda s, r, t, p: setattr(r.author, "state", "withdrawn"), "withdrawn"),
    ],
    ids=["read", "off", "mute", "hidden", "left"],
)
def test_what_changed_before_sending_is_not_sent(
    change: Callable[..., object], reason: str, session: Session, room: Class, ledger: Ledger
) -> None:
    thread = make_thread(session, room.author, TUESDAY)
    post = reply(session, room.peer, thread, TUESDAY)
    mark_read(session, actor_of(session, room.peer), thread.id, 1)
    assert ledger.plan(RULE, here(17, 16, 1)) == 1
    change(session, room, thread, post)
    session.flush()
    assert ledger.deliver(here(17, 16, 1)) == []
    assert list(ledger.reasons().values()) == [f"suppressed {reason}"]


def test_who_never_took_part_hears_nothing(session: Session, room: Class, ledger: Ledger) -> None:
    thread = make_thread(session, room.author, TUESDAY)
    choose_level(session, actor_of(session, room.author), thread.id, "off")
    reply(session, room.trainer, thread, TUESDAY)
    mark_read(session, actor_of(session, room.trainer), thread.id, 1)
    assert ledger.plan(RULE, here(17, 16, 1)) == 0


def test_the_database_counts_the_days_as_the_rule_does(session: Session, room: Class) -> None:
    thread = make_thread(session, room.author, TUESDAY)
    begin = datetime(2026, 10, 23, 0, 0, tzinfo=UTC)
    moments = [begin + timedelta(minutes=97 * number) for number in range(120)]
    moments += [
        moment.replace(month=3) + timedelta(days=4)
        for moment in moments
        if moment.month == 10 and moment.day < 28
    ]
    fill_thread(session, thread, room.peer, len(moments), TUESDAY)
    posts = session.scalars(sa.select(Post).where(Post.number > 1).order_by(Post.number)).all()
    for post, moment in zip(posts, moments, strict=True):
        post.created_at = moment
    session.flush()
    found = session.execute(sa.select(Post.created_at, _digest_day()).where(Post.number > 1)).all()
    assert all(day == digest_day(moment) for moment, day in found)
    assert len(found) == len(moments)
