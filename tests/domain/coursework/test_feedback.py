"""Feedback between peers, comments on words, and what the export gives."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from peergang.cohorts.models import ActivityCompletion, PeerGroupMembership
from peergang.core.errors import Conflict, Forbidden, Invalid, NotFound
from peergang.coursework.actions.by_time import complete_by_time, complete_served_givers
from peergang.coursework.actions.comments import add_comment, edit_comment, remove_comment
from peergang.coursework.actions.reading import mark_reactions_read
from peergang.coursework.actions.submission import change_audience, withdraw_reflection
from peergang.coursework.models import Comment
from peergang.coursework.personal_data import export
from peergang.coursework.queries.comments import list_comments
from peergang.coursework.queries.counts import count_new_reactions
from peergang.coursework.queries.feedback import list_to_give
from peergang.coursework.queries.own_reflections import list_own_reflections
from peergang.coursework.queries.reactions import list_reactions
from peergang.coursework.queries.served import list_running_cohorts, list_served_givers
from peergang.coursework.rules.anchors import Quote
from tests.factories.coursework import (
    actor_of,
    find_activity,
    give_feedback,
    make_class,
    make_reflection,
    make_submitted,
    review,
    submit,
)


def completed(session: Session, enrolment, activity) -> ActivityCompletion | None:
    return session.get(ActivityCompletion, (enrolment.id, activity.id))


def test_giving_to_two_peers_completes_the_activity(session: Session, now: datetime) -> None:
    room = make_class(session, now)
    task = find_activity(session, room.cohort, "peer_feedback")
    first, second = make_submitted(session, room.author, now), make_submitted(session, room.other_peer, now)
    give_feedback(session, room.peer, first, now)
    assert completed(session, room.peer, task) is None
    last = give_feedback(session, room.peer, second, now + timedelta(hours=1))
    fact = completed(session, room.peer, task)
    assert fact is not None
    assert (fact.completed_at, fact.evidence_kind, fact.evidence_id) == (
        last.sent_at,
        "peer_feedback",
        last.id,
    )


DUE = timedelta(days=60)


def test_everyone_who_submitted_is_enough_only_after_the_due_date(session: Session, now: datetime) -> None:
    room = make_class(session, now)
    task = find_activity(session, room.cohort, "peer_feedback")
    version = make_submitted(session, room.author, now)
    make_submitted(session, room.other_peer, now, audience="trainer")
    give_feedback(session, room.peer, version, now)
    assert completed(session, room.peer, task) is None, "a mate may still submit"
    assert complete_served_givers(session, now=now) == 0
    assert complete_served_givers(session, now=now + DUE) == 1
    fact = completed(session, room.peer, task)
    assert fact is not None
    assert (fact.completed_at, fact.evidence_kind) == (now + DUE, "peer_feedback")
    assert complete_served_givers(session, now=now + DUE) == 0


def test_the_last_one_served_after_the_due_date_completes_at_once(session: Session, now: datetime) -> None:
    room = make_class(session, now)
    task = find_activity(session, room.cohort, "peer_feedback")
    give_feedback(session, room.peer, make_submitted(session, room.author, now), now + DUE)
    assert completed(session, room.peer, task) is not None


@pytest.mark.parametrize("way", ["withdraws", "narrows", "leaves", "leaves the group"])
def test_a_mate_who_cannot_be_served_any_more_is_not_waited_for(
    session: Session, now: datetime, way: str
) -> None:
    room = make_class(session, now)
    task = find_activity(session, room.cohort, "peer_feedback")
    give_feedback(session, room.peer, make_submitted(session, room.author, now), now)
    other = make_submitted(session, room.other_peer, now)
    assert complete_served_givers(session, now=now + DUE) == 0
    mate = actor_of(session, room.other_peer)
    if way == "withdraws":
        withdraw_reflection(session, mate, other.reflection_id, now=now)
    elif way == "narrows":
        change_audience(session, mate, other.reflection_id, "trainer", now=now)
    elif way == "leaves":
        room.other_peer.state = "withdrawn"
    else:
        session.query(PeerGroupMembership).filter_by(enrolment_id=room.other_peer.id).one().left_at = now
    session.flush()
    assert complete_served_givers(session, now=now + DUE) == 1
    assert completed(session, room.peer, task) is not None
    assert completed(session, room.author, task) is None, "who gave nothing completed nothing"


def test_nobody_is_completed_in_a_cohort_that_closed(session: Session, now: datetime) -> None:
    room = make_class(session, now)
    give_feedback(session, room.peer, make_submitted(session, room.author, now), now)
    room.cohort.state = "closed"
    session.flush()
    assert complete_served_givers(session, now=now + DUE) == 0


def test_who_left_the_group_neither_reads_nor_gives(session: Session, now: datetime) -> None:
    room = make_class(session, now)
    version = make_submitted(session, room.author, now)
    assert len(list_to_give(session, actor_of(session, room.peer))) == 1
    membership = session.query(PeerGroupMembership).filter_by(enrolment_id=room.peer.id).one()
    membership.left_at = now
    session.flush()
    assert list_to_give(session, actor_of(session, room.peer)) == []
    with pytest.raises(Forbidden):
        give_feedback(session, room.peer, version, now)


def test_a_smaller_audience_counts_at_once(session: Session, now: datetime) -> None:
    room = make_class(session, now)
    version = make_submitted(session, room.author, now)
    change_audience(session, actor_of(session, room.author), version.reflection_id, "trainer", now=now)
    with pytest.raises(Forbidden):
        give_feedback(session, room.peer, version, now)
    assert list_to_give(session, actor_of(session, room.peer)) == []


def test_unread_counts_only_my_own_work(session: Session, now: datetime) -> None:
    room = make_class(session, now)
    mine, theirs = make_submitted(session, room.author, now), make_submitted(session, room.peer, now)
    give_feedback(session, room.peer, mine, now)
    give_feedback(session, room.author, theirs, now)
    review(session, room.trainer, mine, now)
    actor = actor_of(session, room.author)
    assert count_new_reactions(session, actor) == 2
    assert [one.unread for one in list_own_reflections(session, actor, now)] == [2]
    read = list_reactions(session, mine.reflection_id)[0]
    mark_reactions_read(session, actor, mine.reflection_id, read.reaction_id, now=now)
    assert count_new_reactions(session, actor) == 1
    mark_reactions_read(session, actor, mine.reflection_id, now=now)
    assert count_new_reactions(session, actor) == 0
    with pytest.raises(Forbidden):
        mark_reactions_read(session, actor_of(session, room.peer), mine.reflection_id, now=now)


def test_a_comment_is_seen_when_its_review_is_sent_and_never_changes_after(
    session: Session, now: datetime
) -> None:
    room = make_class(session, now)
    version = make_submitted(session, room.author, now)
    trainer, author = actor_of(session, room.trainer), actor_of(session, room.author)
    comment = add_comment(session, trainer, version.id, "bereiken", Quote("twee  collega's"), "Wie?", now=now)
    assert (comment.quote, comment.prefix) == ("twee collega's", "Ik wilde dat ")
    edit_comment(session, trainer, comment.id, "Welke twee?")
    assert list_comments(session, version.id, author.user_id) == []
    review(session, room.trainer, version, now, "talk_first")
    assert [one.body for one in list_comments(session, version.id, author.user_id)] == ["Welke twee?"]
    for attempt in (
        lambda: edit_comment(session, trainer, comment.id, "Anders"),
        lambda: remove_comment(session, trainer, comment.id),
    ):
        with pytest.raises(Conflict, match="comment_sent"):
            attempt()
    later = add_comment(
        session, trainer, version.id, "gezien", Quote(), "Nog iets", now=now + timedelta(hours=1)
    )  # they talk first, so a decision is still to be sent
    assert len(list_comments(session, version.id, author.user_id)) == 1
    remove_comment(session, trainer, later.id)
    assert session.query(Comment).count() == 1


def test_comments_that_cannot_be_placed(session: Session, now: datetime) -> None:
    room = make_class(session, now)
    version = make_submitted(session, room.author, now)
    trainer = actor_of(session, room.trainer)
    for quote, body, code in (
        (Quote(), "  ", "comment_empty"),
        (Quote(), "x" * 5001, "too_long"),
        (Quote("staat er niet"), "x", "quote_missing"),
    ):
        with pytest.raises(Invalid) as caught:
            add_comment(session, trainer, version.id, "bereiken", quote, body, now=now)
        assert caught.value.problems == {"body": code}
    with pytest.raises(NotFound):
        add_comment(session, trainer, version.id, "verzonnen", Quote(), "x", now=now)
    for who in (room.outside, room.author):
        with pytest.raises(Forbidden):
            add_comment(session, actor_of(session, who), version.id, "bereiken", Quote(), "x", now=now)


def test_a_colleague_does_not_see_an_unsent_comment(session: Session, now: datetime) -> None:
    room = make_class(session, now)
    version = make_submitted(session, room.author, now)
    comment = add_comment(
        session, actor_of(session, room.trainer), version.id, "gezien", Quote(), "Nog niet", now=now
    )
    colleague = actor_of(session, room.colleague)
    assert list_comments(session, version.id, colleague.user_id) == []
    with pytest.raises(Forbidden):
        edit_comment(session, colleague, comment.id, "x")


def test_export_gives_ones_own_and_what_was_received(session: Session, now: datetime) -> None:
    room = make_class(session, now)
    version = make_submitted(session, room.author, now, title="Van mij")
    give_feedback(session, room.peer, version, now)
    add_comment(session, actor_of(session, room.trainer), version.id, "gezien", Quote(), "Geheim", now=now)
    author = export(session, room.author.user_id)
    assert [row["title"] for row in author["reflections"]] == ["Van mij"]
    assert len(author["reflection_versions"]) == len(author["feedback_received"]) == 1
    assert author["reviews_received"] == author["comments_given"] == []
    peer = export(session, room.peer.user_id)
    assert peer["reflections"] == []
    assert "Van mij" not in str(peer), "feedback given does not carry the words of the receiver"
    assert peer["feedback_given"][0]["answers"] == {"top": "Je kijkt precies.", "tip": "Noem het doel."}
    assert export(session, room.trainer.user_id)["comments_given"][0]["body"] == "Geheim"


def test_a_commenters_export_holds_no_word_of_the_author(session: Session, now: datetime) -> None:
    room = make_class(session, now)
    words = {"bereiken": "Het woord pannenkoek is van mij.", "gezien": "Ze lachten."}
    version = make_submitted(session, room.author, now, answers=words)
    trainer = actor_of(session, room.trainer)
    add_comment(session, trainer, version.id, "bereiken", Quote("woord pannenkoek is"), "Mooi", now=now)
    given = export(session, room.trainer.user_id)
    assert given["comments_given"][0]["body"] == "Mooi"
    assert "pannenkoek" not in str(given)


def test_a_quote_that_cannot_be_in_the_answer_is_refused_before_anything_is_read(
    session: Session, now: datetime, count_queries
) -> None:
    room = make_class(session, now)
    version = make_submitted(session, room.author, now)
    trainer, huge = actor_of(session, room.trainer), "a b " * 200_000
    for quote in (Quote(huge), Quote("Ik", prefix=huge), Quote("Ik", suffix=huge)):
        count_queries().clear()
        with pytest.raises(Invalid) as caught:
            add_comment(session, trainer, version.id, "bereiken", quote, "x", now=now)
        assert caught.value.problems == {"body": "quote_missing"}
        assert not [one for one in count_queries() if "FOR UPDATE" in one]
    with pytest.raises(Invalid):
        add_comment(session, trainer, version.id, "bereiken", Quote("a " * 4000), "x", now=now)


def test_a_comment_that_cannot_go_out_any_more_is_refused(session: Session, now: datetime) -> None:
    room = make_class(session, now)
    reflection = make_reflection(session, room.author, now)
    old = submit(session, reflection, now)
    peer, trainer = actor_of(session, room.peer), actor_of(session, room.trainer)
    give_feedback(session, room.peer, old, now)
    mark_reactions_read(session, actor_of(session, room.author), reflection.id, now=now)
    with pytest.raises(Conflict, match="comment_too_late"):
        add_comment(session, peer, old.id, "gezien", Quote(), "Nog iets", now=now)
    new = submit(session, reflection, now, gezien="Beter.")
    add_comment(session, peer, new.id, "gezien", Quote(), "Mooier", now=now)
    with pytest.raises(Conflict, match="newer_version"):
        add_comment(session, trainer, old.id, "gezien", Quote(), "Over de vorige", now=now)
    add_comment(session, trainer, new.id, "gezien", Quote(), "Over deze", now=now)
    review(session, room.trainer, new, now)
    with pytest.raises(Conflict, match="reflection_state"):
        add_comment(session, trainer, new.id, "gezien", Quote(), "Na afloop", now=now)
    assert session.query(Comment).count() == 2


def test_the_daily_job_holds_one_cohort_at_a_time(session: Session, now: datetime) -> None:
    rooms = [make_class(session, now), make_class(session, now)]
    for room in rooms:
        give_feedback(session, room.peer, make_submitted(session, room.author, now), now)
    order = [one.giver_id for one in list_served_givers(session, now + DUE)]
    first, second = sorted(rooms, key=lambda room: room.cohort.id)
    assert order == [first.peer.id, second.peer.id], "in the order in which cohorts are held"
    assert list_running_cohorts(session) == [first.cohort.id, second.cohort.id]
    assert complete_by_time(session, second.cohort.id, now=now + DUE) == 2, (
        "who gave, and who has nobody to read"
    )
    task = find_activity(session, first.cohort, "peer_feedback")
    assert completed(session, first.peer, task) is None, "that is another cohort"
    assert complete_by_time(session, first.cohort.id, now=now + DUE) == 2
