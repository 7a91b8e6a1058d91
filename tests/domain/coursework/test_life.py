"""The life of one reflection from draft to approved, with every hand that touches it."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.cohorts.models import ActivityCompletion
from peergang.core.errors import Conflict, Forbidden, Invalid, NotFound
from peergang.coursework.actions.claiming import claim_review, release_review
from peergang.coursework.actions.drafts import save_draft
from peergang.coursework.actions.reviewing import ReviewText, save_review, send_review
from peergang.coursework.actions.submission import change_audience, reopen_reflection, withdraw_reflection
from peergang.coursework.models import Reflection, ReflectionVersion
from peergang.coursework.queries.counts import count_new_reactions, count_to_review
from peergang.coursework.rules.drafts import DraftText
from tests.factories.coursework import (
    ANSWERS,
    actor_of,
    find_activity,
    give_feedback,
    make_class,
    make_reflection,
    make_submitted,
    review,
    submit,
)


def test_from_draft_to_approved(session: Session, now: datetime) -> None:
    room = make_class(session, now)
    reflection = make_reflection(session, room.author, now)
    assert (reflection.state, reflection.draft_revision) == ("draft", 1)

    first = submit(session, reflection, now)
    assert (first.number, reflection.state, reflection.submitted_at) == (1, "submitted", now)
    give_feedback(session, room.peer, first, now)
    assert count_new_reactions(session, actor_of(session, room.author)) == 1

    second = submit(session, reflection, now + timedelta(days=1), gezien="Ze deden het zelf.")
    assert second.number == 2
    assert reflection.submitted_at == now, "an improved version keeps its place in the queue"

    review(session, room.trainer, second, now + timedelta(days=2), "return", "Vul vraag 1 aan.")
    session.refresh(reflection)
    assert (reflection.state, reflection.reviewer_id) == ("returned", None)
    assert count_to_review(session, actor_of(session, room.trainer)) == 0

    third = submit(session, reflection, now + timedelta(days=3), bereiken="Het doel van het team.")
    assert reflection.submitted_at == now + timedelta(days=3)
    assert count_to_review(session, actor_of(session, room.trainer)) == 1
    sent = review(session, room.trainer, third, now + timedelta(days=4))
    session.refresh(reflection)
    assert reflection.state == "approved"
    fact = session.get_one(ActivityCompletion, (room.author.id, reflection.activity_id))
    assert (fact.completed_at, fact.evidence_kind, fact.evidence_id) == (
        now + timedelta(days=4),
        "review",
        sent.id,
    )
    assert count_new_reactions(session, actor_of(session, room.author)) == 3


def test_first_save_makes_the_row_and_a_second_tab_cannot_make_another(
    session: Session, now: datetime
) -> None:
    room = make_class(session, now)
    activity, actor = find_activity(session, room.cohort), actor_of(session, room.author)
    assert save_draft(session, actor, activity.id, DraftText("a"), expected_revision=0, now=now).revision == 1
    with pytest.raises(Conflict) as caught:
        save_draft(session, actor, activity.id, DraftText("b"), expected_revision=0, now=now)
    assert caught.value.reason == "draft_moved_on"
    assert session.execute(sa.select(Reflection.title)).scalars().all() == ["a"]


def test_unknown_answers_and_unstorable_characters_are_dropped(session: Session, now: datetime) -> None:
    room = make_class(session, now)
    reflection = make_reflection(
        session,
        room.author,
        now,
        title="Nul\x00 \ud800teken",
        answers={"bereiken": "a\r\nb\x00", "vreemd": "x"},
    )
    session.refresh(reflection)
    assert reflection.title == "Nul teken"
    assert reflection.draft == {"bereiken": "a\nb", "gezien": ""}


def test_what_is_missing_is_named_by_field(session: Session, now: datetime) -> None:
    room = make_class(session, now)
    reflection = make_reflection(session, room.author, now, audience="", title=" ", answers={"gezien": " \n"})
    with pytest.raises(Invalid) as caught:
        submit(session, reflection, now)
    assert caught.value.problems == {
        "audience": "audience_missing",
        "title": "title_missing",
        "answer-bereiken": "empty",
        "answer-gezien": "empty",
    }
    session.refresh(reflection)
    assert reflection.state == "draft"


def test_only_me_can_be_saved_but_not_submitted(session: Session, now: datetime) -> None:
    room = make_class(session, now)
    reflection = make_reflection(session, room.author, now, audience="private")
    with pytest.raises(Invalid) as caught:
        submit(session, reflection, now)
    assert caught.value.problems == {"audience": "audience_private"}


def test_two_megabytes_are_refused_at_the_field_and_change_nothing(session: Session, now: datetime) -> None:
    room = make_class(session, now)
    reflection = make_reflection(session, room.author, now)
    text = DraftText("t", "trainer", {"bereiken": "x" * 2_000_000})
    with pytest.raises(Invalid) as caught:
        save_draft(
            session,
            actor_of(session, room.author),
            reflection.activity_id,
            text,
            expected_revision=1,
            now=now,
        )
    assert caught.value.problems == {"answer-bereiken": "too_long"}
    session.refresh(reflection)
    assert (reflection.draft, reflection.draft_revision) == (ANSWERS, 1)


def test_the_same_words_are_no_new_version_while_they_wait(session: Session, now: datetime) -> None:
    room = make_class(session, now)
    reflection = make_reflection(session, room.author, now)
    submit(session, reflection, now)
    with pytest.raises(Invalid) as caught:
        submit(session, reflection, now)
    assert caught.value.problems == {"answers": "unchanged"}


def test_nobody_writes_for_somebody_else(session: Session, now: datetime) -> None:
    room = make_class(session, now)
    reflection = make_reflection(session, room.author, now)
    for who in (room.trainer,):
        with pytest.raises(NotFound):
            save_draft(
                session,
                actor_of(session, who),
                reflection.activity_id,
                DraftText("x"),
                expected_revision=1,
                now=now,
            )
    for who in (room.peer, room.trainer, room.outside):
        with pytest.raises(Forbidden):
            withdraw_reflection(session, actor_of(session, who), reflection.id, now=now)
        with pytest.raises(Forbidden):
            change_audience(session, actor_of(session, who), reflection.id, "cohort", now=now)


def test_withdrawing_and_reopening_keeps_the_words(session: Session, now: datetime) -> None:
    room = make_class(session, now)
    version = make_submitted(session, room.author, now)
    author = actor_of(session, room.author)
    withdraw_reflection(session, author, version.reflection_id, now=now)
    assert count_to_review(session, actor_of(session, room.trainer)) == 0
    reopen_reflection(session, author, version.reflection_id, now=now)
    reflection = session.get_one(Reflection, version.reflection_id)
    assert (reflection.state, reflection.draft) == ("draft", ANSWERS)
    assert submit(session, reflection, now).number == 2


def test_a_version_in_review_cannot_be_taken_back_or_replaced(session: Session, now: datetime) -> None:
    room = make_class(session, now)
    version = make_submitted(session, room.author, now)
    claim_review(session, actor_of(session, room.trainer), version.reflection_id, now=now)
    author, reflection = actor_of(session, room.author), session.get_one(Reflection, version.reflection_id)
    with pytest.raises(Conflict):
        withdraw_reflection(session, author, version.reflection_id, now=now)
    with pytest.raises(Conflict, match="reflection_state"):
        submit(session, reflection, now, gezien="anders")
    with pytest.raises(Invalid):
        change_audience(session, author, version.reflection_id, "private", now=now)


def test_two_trainers_do_not_collide(session: Session, now: datetime) -> None:
    room = make_class(session, now)
    version = make_submitted(session, room.author, now)
    first, second = actor_of(session, room.trainer), actor_of(session, room.colleague)
    text = ReviewText("approve", {"situatie": "yes", "verzonnen": "yes", "rol": "?"}, "")
    at = version.reflection_id
    assert save_review(session, first, at, version.id, text, expected_revision=0, now=now) == 1
    for attempt in (
        lambda: save_review(session, second, at, version.id, text, expected_revision=0, now=now),
        lambda: send_review(session, second, at, expected_revision=1, now=now),
        lambda: claim_review(session, second, at, now=now),
        lambda: release_review(session, second, at, now=now),
    ):
        with pytest.raises(Conflict, match="review_taken"):
            attempt()
    assert (count_to_review(session, first), count_to_review(session, second)) == (1, 0)
    claim_review(session, second, at, take_over=True, now=now)
    with pytest.raises(Conflict, match="review_taken"):
        send_review(session, first, at, expected_revision=1, now=now)
    release_review(session, second, at, now=now)
    assert session.get_one(Reflection, at).state == "submitted"
    sent = send_review_again(session, room, version, now)
    assert sent.criteria == {"situatie": "yes"}


def send_review_again(session, room, version, now):
    return review(session, room.colleague, version, now)


def test_talk_first_stays_in_review_and_is_followed_by_a_decision(session: Session, now: datetime) -> None:
    room = make_class(session, now)
    version = make_submitted(session, room.author, now)
    talk = review(session, room.trainer, version, now, "talk_first", "Bel je me even?")
    reflection = session.get_one(Reflection, version.reflection_id)
    session.refresh(reflection)
    assert (reflection.state, reflection.reviewer_id) == ("in_review", room.trainer.user_id)
    after = review(session, room.trainer, version, now + timedelta(days=1))
    session.refresh(reflection)
    assert reflection.state == "approved"
    assert talk.id != after.id
    assert talk.decision == "talk_first"
    assert count_new_reactions(session, actor_of(session, room.author)) == 2


def test_returning_asks_for_a_word_and_sending_for_a_decision(session: Session, now: datetime) -> None:
    room = make_class(session, now)
    version = make_submitted(session, room.author, now)
    with pytest.raises(Invalid) as caught:
        review(session, room.trainer, version, now, "return", "  ")
    assert caught.value.problems == {"message": "message_missing"}
    with pytest.raises(Invalid) as caught:
        review(session, room.trainer, version, now, "zomaar", "x")
    assert caught.value.problems == {"decision": "decision_missing"}


def test_a_review_of_a_version_that_was_replaced_meets_a_conflict(session: Session, now: datetime) -> None:
    room = make_class(session, now)
    reflection = make_reflection(session, room.author, now)
    old = submit(session, reflection, now)
    submit(session, reflection, now, gezien="Beter.")
    with pytest.raises(Conflict, match="newer_version"):
        review(session, room.trainer, old, now)


def test_nobody_reviews_their_own_work(session: Session, now: datetime) -> None:
    room = make_class(session, now)
    version = make_submitted(session, room.author, now)
    from peergang.identity.models import User
    from tests.factories.cohorts import (
        make_trainer,
    )  # the author becomes a trainer of the same cohort as well

    make_trainer(session, room.cohort, user=session.get_one(User, room.author.user_id))
    with pytest.raises(Forbidden):
        review(session, room.author, version, now)


def test_a_version_cannot_be_changed_or_removed(session: Session, now: datetime) -> None:
    room = make_class(session, now)
    version = make_submitted(session, room.author, now)
    for statement in (
        sa.update(ReflectionVersion).values(title="anders"),
        sa.update(ReflectionVersion).values(answers={}),
        sa.delete(ReflectionVersion).where(ReflectionVersion.id == version.id),
    ):
        with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
            session.execute(statement)


@pytest.mark.parametrize("audience", ["", "private"])
def test_what_waits_for_a_trainer_keeps_its_readers(session: Session, now: datetime, audience: str) -> None:
    room = make_class(session, now)
    version = make_submitted(session, room.author, now)
    author, reflection = actor_of(session, room.author), session.get_one(Reflection, version.reflection_id)
    text = DraftText("Beter", audience, ANSWERS)

    def save() -> None:
        session.refresh(reflection)
        save_draft(
            session,
            author,
            reflection.activity_id,
            text,
            expected_revision=reflection.draft_revision,
            now=now,
        )

    with pytest.raises(Invalid) as caught:
        save()
    assert set(caught.value.problems) == {"audience"}
    assert count_to_review(session, actor_of(session, room.trainer)) == 1
    withdraw_reflection(session, author, reflection.id, now=now)
    reopen_reflection(session, author, reflection.id, now=now)
    save()
    session.refresh(reflection)
    assert reflection.audience == (audience or None)


@pytest.mark.parametrize("audience", [None, "private"])
def test_the_database_knows_no_waiting_work_without_readers(
    session: Session, now: datetime, audience: str | None
) -> None:
    version = make_submitted(session, make_class(session, now).author, now)
    with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
        session.execute(
            sa.update(Reflection).where(Reflection.id == version.reflection_id).values(audience=audience)
        )
