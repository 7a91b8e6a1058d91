"""The database keeps what was sent, whoever writes to it."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.coursework.actions.comments import add_comment
from peergang.coursework.models import Comment, PeerFeedback, ReflectionVersion, Review
from peergang.coursework.rules.anchors import Quote
from tests.factories.coursework import (
    Class,
    actor_of,
    give_feedback,
    make_class,
    make_reflection,
    make_submitted,
    review,
    submit,
)


@pytest.fixture
def room(session: Session, now: datetime) -> Class:
    return make_class(session, now)


def refused(session: Session, statement: sa.Executable) -> bool:
    try:
        with session.begin_nested():
            session.execute(statement)
    except sa.exc.IntegrityError:
        return True
    return False


def all_sent(session: Session, room: Class, now: datetime) -> ReflectionVersion:
    """A version with feedback and a review that were sent, and a comment that went out with each."""
    version = make_submitted(session, room.author, now)
    for who in (room.peer, room.trainer):
        add_comment(session, actor_of(session, who), version.id, "gezien", Quote(), "Sterk", now=now)
    give_feedback(session, room.peer, version, now + timedelta(hours=1))
    review(session, room.trainer, version, now + timedelta(hours=1), "talk_first")
    return version


def test_a_sent_review_is_only_marked_as_read(session: Session, room: Class, now: datetime) -> None:
    all_sent(session, room, now)
    by_trainer = Comment.author_id == room.trainer.user_id
    for statement in (
        sa.update(Review).values(message="anders"),
        sa.update(Review).values(decision="approve"),
        sa.update(Review).values(sent_at=None),
        sa.delete(Review),
        sa.update(Comment).where(by_trainer).values(body="anders"),
        sa.delete(Comment).where(by_trainer),
    ):
        assert refused(session, statement), str(statement)
    assert not refused(session, sa.update(Review).values(read_at=now))


def test_sent_feedback_may_change_until_it_is_read(session: Session, room: Class, now: datetime) -> None:
    all_sent(session, room, now)
    later = now + timedelta(hours=2)
    by_peer = sa.update(Comment).where(Comment.author_id == room.peer.user_id)
    for values in (
        {"sent_at": None},
        {"sent_at": later},
        {"asked": {}},
        {"answers": {}, "read_at": later},
        {"helpfulness": "helped", "rated_at": later},
        {"thanks": "Dank je", "thanked_at": later},
    ):
        assert refused(session, sa.update(PeerFeedback).values(values)), values
    assert refused(session, sa.delete(PeerFeedback))
    assert not refused(session, sa.update(PeerFeedback).values(answers={"top": "Beter"}, changed_at=later))
    assert not refused(session, by_peer.values(body="Nog sterker"))
    assert not refused(session, sa.update(PeerFeedback).values(read_at=later))
    for values in (
        {"answers": {}},
        {"criteria": {"rol": {"seen": "clearly", "where": ""}}},
        {"changed_at": now},
        {"read_at": None},
        {"read_at": later + timedelta(hours=1)},
    ):
        assert refused(session, sa.update(PeerFeedback).values(values)), values
    for statement in (by_peer.values(body="anders"), sa.delete(Comment), sa.delete(PeerFeedback)):
        assert refused(session, statement), str(statement)
    rewrite = {"answers": {}, "criteria": {}}
    assert not refused(session, sa.update(PeerFeedback).values(rewrite=rewrite, revision=9))


def test_thanks_may_change_until_the_giver_reads_them(session: Session, room: Class, now: datetime) -> None:
    all_sent(session, room, now)
    session.execute(sa.update(PeerFeedback).values(read_at=now))
    thank = sa.update(PeerFeedback).values(thanks="Dank je", thanked_at=now)
    assert not refused(session, thank)
    assert not refused(session, thank.values(thanks="Dank je wel", thanks_read_at=now))
    for values in ({"thanks": "anders"}, {"thanks": "", "thanked_at": None}, {"thanks_read_at": None}):
        assert refused(session, sa.update(PeerFeedback).values(values)), values
    for choice in ("a_bit", "not_really"):
        rate = sa.update(PeerFeedback).values(helpfulness=choice, rated_at=now)
        assert not refused(session, rate), "a rating may change for ever"
    assert refused(session, sa.update(PeerFeedback).values(helpfulness="5 sterren"))


def test_what_was_not_sent_may_change_but_never_moves(session: Session, room: Class, now: datetime) -> None:
    reflection = make_reflection(session, room.author, now)
    old = submit(session, reflection, now)
    new = submit(session, reflection, now, gezien="Beter.")
    peer = actor_of(session, room.peer)
    comment = add_comment(session, peer, old.id, "gezien", Quote(), "Sterk", now=now)
    mine = sa.update(Comment).where(Comment.id == comment.id)
    assert refused(session, mine.values(version_id=new.id))
    assert not refused(session, mine.values(body="Sterker"))
    assert not refused(session, sa.delete(Comment).where(Comment.id == comment.id))


def test_erasing_a_person_may_empty_all_of_it(session: Session, room: Class, now: datetime) -> None:
    all_sent(session, room, now)
    session.execute(sa.text("SET LOCAL peergang.erasing = 'on'"))
    assert not refused(session, sa.update(Review).values(message=""))
    assert not refused(session, sa.update(PeerFeedback).values(answers={}))
    assert not refused(session, sa.update(Comment).values(body="", quote=""))
