"""A trainer who leaves keeps no reflection in hand: not in the database, and not in anybody's queue."""

from datetime import datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.cohorts.actions.leaving import withdraw_enrolment
from peergang.cohorts.actions.trainers import remove_trainer, when_trainer_left
from peergang.cohorts.models import Enrolment
from peergang.core.errors import Conflict
from peergang.coursework.actions.claiming import claim_review
from peergang.coursework.actions.departures import release_reviews_of
from peergang.coursework.models import Reflection, ReflectionVersion
from peergang.coursework.queries.counts import count_to_review
from peergang.coursework.queries.reflections import get_head
from peergang.coursework.queries.review_queue import list_review_queue
from peergang.identity.actions.account import deactivate_user, when_deactivated
from peergang.identity.models import User
from peergang.reminders.catalog import review_waiting
from tests.factories.cohorts import make_trainer
from tests.factories.coursework import Class, actor_of, make_class, make_submitted, review
from tests.factories.identity import make_organiser

when_trainer_left(release_reviews_of)
when_deactivated(release_reviews_of)


@pytest.fixture
def room(session: Session, now: datetime) -> Class:
    return make_class(session, now)


def in_hand(session: Session, room: Class, now: datetime) -> ReflectionVersion:
    version = make_submitted(session, room.author, now)
    claim_review(session, actor_of(session, room.trainer), version.reflection_id, now=now)
    return version


def stored(session: Session, version: ReflectionVersion) -> tuple[str, object]:
    session.expire_all()
    reflection = session.get_one(Reflection, version.reflection_id)
    return reflection.state, reflection.reviewer_id


@pytest.mark.parametrize("way", ["removed", "withdrawn", "deactivated"])
def test_who_leaves_hands_everything_back(session: Session, room: Class, now: datetime, way: str) -> None:
    version = in_hand(session, room, now)
    organiser = actor_of(session, make_organiser(session))
    if way == "removed":
        remove_trainer(session, organiser, room.cohort.id, room.trainer.id, now=now)
    elif way == "withdrawn":
        withdraw_enrolment(session, actor_of(session, room.trainer), room.trainer.id, now=now)
    else:
        deactivate_user(session, organiser, room.trainer.user_id, now=now)
    assert stored(session, version) == ("submitted", None)
    assert session.get_one(Reflection, version.reflection_id).submitted_at == now, "it keeps its place"
    review(session, room.colleague, version, now)


def test_who_leaves_one_cohort_keeps_the_work_of_another(
    session: Session, room: Class, now: datetime
) -> None:
    other = make_class(session, now)
    make_trainer(session, other.cohort, user=session.get_one(User, room.trainer.user_id))
    here, there = in_hand(session, room, now), make_submitted(session, other.author, now)
    claim_review(session, actor_of(session, room.trainer), there.reflection_id, now=now)
    organiser = actor_of(session, make_organiser(session))
    remove_trainer(session, organiser, room.cohort.id, room.trainer.id, now=now)
    assert stored(session, here) == ("submitted", None)
    assert stored(session, there) == ("in_review", room.trainer.user_id)


@pytest.mark.parametrize("way", ["left", "closed"])
def test_a_reviewer_who_trains_here_no_longer_counts_as_nobody(
    session: Session, room: Class, now: datetime, way: str
) -> None:
    version = in_hand(session, room, now)
    colleague = actor_of(session, room.colleague)
    with pytest.raises(Conflict, match="review_taken"):
        claim_review(session, colleague, version.reflection_id, now=now)
    assert count_to_review(session, colleague) == 0
    # Past every listener, as a request that was under way might.
    if way == "left":
        session.execute(sa.update(Enrolment).where(Enrolment.id == room.trainer.id).values(state="withdrawn"))
    else:
        session.execute(sa.update(User).where(User.id == room.trainer.user_id).values(deactivated_at=now))
    assert count_to_review(session, colleague) == 1
    (item,) = list_review_queue(session, colleague)
    assert (item.reviewer_id, item.reviewer_given) == (None, None)
    assert get_head(session, colleague, version.reflection_id)[0].reviewer_given is None
    later = now.replace(day=now.day + 6)
    told = {row.recipient_id for row in session.execute(review_waiting.due(later))}
    assert room.colleague.user_id in told
    review(session, room.colleague, version, now)
    assert stored(session, version)[0] == "approved"
