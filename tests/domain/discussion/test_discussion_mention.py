"""Who is named hears it once, unless they read it, or it was taken back, hidden or changed."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from peergang.discussion.actions.following import choose_level, mark_read
from peergang.discussion.actions.posting import Draft, edit_post
from peergang.discussion.actions.removing import hide_post, remove_post
from tests.domain.reminders.conftest import Ledger
from tests.factories.coursework import Class, actor_of, make_class
from tests.factories.discussion import first_post, make_thread, reply

pytestmark = pytest.mark.database
RULE = "discussion_mention"
LATER = timedelta(minutes=11)


@pytest.fixture
def room(session: Session, now: datetime) -> Class:
    return make_class(session, now)


def test_who_is_named_gets_one_mail_without_the_words(
    session: Session, room: Class, ledger: Ledger, now: datetime, words: Callable[..., str]
) -> None:
    thread = make_thread(session, room.author, now, "GEHEIM", title="OOKGEHEIM", mentions=[room.peer.user_id])
    assert ledger.plan(RULE, now) == 0, "one can still take it back"
    assert ledger.plan(RULE, now + LATER) == 1
    assert ledger.plan(RULE, now + 2 * LATER) == 0
    (mail,) = ledger.deliver(now + LATER)
    for kind in ("plain", "html"):
        text = words(mail, kind)
        assert "GEHEIM" not in text
        assert f"/gesprek/reacties/{first_post(session, thread).id}" in text
    assert "GEHEIM" not in str(mail["Subject"])


def test_silence_does_not_keep_a_name_away(
    session: Session, room: Class, ledger: Ledger, now: datetime
) -> None:
    thread = make_thread(session, room.author, now)
    choose_level(session, actor_of(session, room.peer), thread.id, "mute")
    reply(session, room.author, thread, now, mentions=[room.peer.user_id])
    assert ledger.plan(RULE, now + LATER) == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda s, r, t, n: mark_read(s, actor_of(s, r.peer), t.id, 1), "read"),
        (
            lambda s, r, t, n: hide_post(s, actor_of(s, r.trainer), first_post(s, t).id, "x", now=n),
            "withdrawn",
        ),
        (lambda s, r, t, n: remove_post(s, actor_of(s, r.author), first_post(s, t).id), "gone"),
        (
            lambda s, r, t, n: edit_post(
                s, actor_of(s, r.author), first_post(s, t).id, Draft("Anders"), read="Wie begint?", now=n
            ),
            "gone",
        ),
        (lambda s, r, t, n: setattr(r.peer, "state", "withdrawn"), "withdrawn"),
        (lambda s, r, t, n: setattr(r.cohort, "state", "cancelled"), "withdrawn"),
    ],
    ids=["read", "hidden", "removed", "changed", "left", "cancelled"],
)
def test_what_changed_before_sending_is_not_sent(
    change: Callable[..., object], reason: str, session: Session, room: Class, ledger: Ledger, now: datetime
) -> None:
    thread = make_thread(session, room.author, now, mentions=[room.peer.user_id])
    assert ledger.plan(RULE, now + LATER) == 1
    change(session, room, thread, now)
    session.flush()
    assert ledger.deliver(now + LATER) == []
    assert ledger.reasons() == {"once": f"suppressed {reason}"}
