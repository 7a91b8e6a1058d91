"""The first save of something new: after what another device made, and never after its author was erased."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Event
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.core import db
from peergang.core.errors import Conflict, NotFound
from peergang.coursework.actions import comments, drafts, feedback
from peergang.coursework.actions.erasing import erase_coursework
from peergang.coursework.actions.reviewing import ReviewText, save_review
from peergang.coursework.models import Comment, PeerFeedback, Reflection, Review
from peergang.coursework.rules.anchors import Quote
from peergang.coursework.rules.drafts import DraftText
from peergang.identity.actions.account import deactivate_user
from tests.factories.coursework import ANSWERS, actor_of, find_activity, make_class, make_submitted
from tests.factories.identity import make_organiser

SECRET = DraftText("Geheim", "trainer", {"gezien": "Geheim."})


def test_a_text_that_started_from_something_is_not_kept_as_a_first_one(
    session: Session, now: datetime
) -> None:
    room = make_class(session, now)
    activity = find_activity(session, room.cohort).id
    with pytest.raises(Conflict, match="draft_moved_on"):
        drafts.save_draft(
            session, actor_of(session, room.author), activity, SECRET, expected_revision=3, now=now
        )
    version = make_submitted(session, room.author, now)
    with pytest.raises(Conflict, match="draft_moved_on"):
        feedback.save_feedback(
            session, actor_of(session, room.peer), version.id, {"top": "Goed."}, expected_revision=3, now=now
        )
    assert session.scalars(sa.select(PeerFeedback)).all() == []


def test_who_is_gone_keeps_nothing_new(session: Session, now: datetime) -> None:
    room = make_class(session, now)
    version = make_submitted(session, room.author, now, audience="peer_group")
    peer, trainer = actor_of(session, room.peer), actor_of(session, room.trainer)
    session.execute(sa.text('UPDATE "user" SET deactivated_at = :now'), {"now": now})
    prompt, answer = next(iter(version.answers.items()))
    for act in (
        lambda: comments.add_comment(session, peer, version.id, prompt, Quote(answer[:20]), "Nog", now=now),
        lambda: feedback.save_feedback(
            session, peer, version.id, {"top": "Nog"}, expected_revision=0, now=now
        ),
        lambda: save_review(
            session,
            trainer,
            version.reflection_id,
            version.id,
            ReviewText("approve", {}, "Nog"),
            expected_revision=0,
            now=now,
        ),
    ):
        with pytest.raises(NotFound):
            act()
    for model in (Comment, PeerFeedback, Review):
        assert session.scalars(sa.select(model)).all() == []


@pytest.mark.committed
@pytest.mark.parametrize("what", ["draft", "feedback", "comment"])
def test_an_erased_person_leaves_no_words_that_were_on_their_way(
    committed: sa.Engine, now: datetime, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """The save read everything before the account was closed, and writes when all of it is gone."""
    with db.transaction(committed) as session:
        room = make_class(session, now)
        version = make_submitted(session, room.author, now, audience="peer_group")
        place = room.other_peer if what == "draft" else room.peer
        actor, organiser = actor_of(session, place), actor_of(session, make_organiser(session))
        activity, key, user_id = find_activity(session, room.cohort).id, version.id, place.user_id
    prompt, answer = next(iter(ANSWERS.items()))
    saves: dict[str, tuple[Any, Callable[[Session], Any]]] = {
        "draft": (
            drafts,
            lambda session: drafts.save_draft(session, actor, activity, SECRET, expected_revision=0, now=now),
        ),
        "feedback": (
            feedback,
            lambda session: feedback.save_feedback(
                session, actor, key, {"top": "Geheim."}, expected_revision=0, now=now
            ),
        ),
        "comment": (
            comments,
            lambda session: comments.add_comment(
                session, actor, key, prompt, Quote(answer[:20]), "Geheim.", now=now
            ),
        ),
    }
    module, save = saves[what]
    read, gone, real = Event(), Event(), module.check_goes_on

    def slowly(*arguments: Any) -> None:
        read.set()
        gone.wait(2)
        real(*arguments)

    monkeypatch.setattr(module, "check_goes_on", slowly)

    def saving() -> str:
        try:
            with db.transaction(committed) as session:
                save(session)
        except NotFound:
            return "nothing"
        return "saved"

    def erasing() -> str:
        assert read.wait(10)
        with db.transaction(committed) as session:
            deactivate_user(session, organiser, user_id, now=now)
            session.flush()
            erase_coursework(session, user_id)
        gone.set()
        return "erased"

    with ThreadPoolExecutor(2) as pool:
        outcome = [pool.submit(one) for one in (saving, erasing)]
        assert outcome[1].result(30) == "erased"
        assert outcome[0].result(30) in {"nothing", "saved"}
    with db.reading(committed) as session:
        texts = [str(one.draft) + one.title for one in session.scalars(sa.select(Reflection))]
        texts += [str(one.answers) for one in session.scalars(sa.select(PeerFeedback))]
        texts += [one.body for one in session.scalars(sa.select(Comment))]
        assert "Geheim" not in "".join(texts)
