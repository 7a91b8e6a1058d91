"""Sharing an example completes the activity that asked for it, once, and only for who follows it."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.models import ActivityCompletion
from peergang.core.permissions import Actor
from peergang.coursework.actions.examples import complete_practice_activity
from peergang.curriculum.models import Activity
from peergang.identity.models import User
from peergang.practice.actions.writing import publish_example, when_published, withdraw_example
from peergang.practice.models import PracticeExample
from tests.factories.cohorts import make_cohort, make_participant
from tests.factories.identity import make_user
from tests.factories.practice import make_example

when_published(complete_practice_activity)


def draft_for(session: Session, author: User, edition_id: object, now: datetime) -> PracticeExample:
    activity = session.scalars(
        select(Activity).where(Activity.kind == "practice_example", Activity.edition_id == edition_id)
    ).one()
    return make_example(session, author, now, state="draft", activity_id=activity.id)


def test_sharing_completes_the_activity_on_its_first_day(session: Session, now: datetime) -> None:
    cohort = make_cohort(session, now)
    enrolment = make_participant(session, cohort)
    actor = Actor(enrolment.user_id)
    example = draft_for(session, session.get_one(User, enrolment.user_id), cohort.edition_id, now)
    publish_example(session, actor, example.id, no_student_data=True, now=now)
    withdraw_example(session, actor, example.id, now=now)
    publish_example(session, actor, example.id, no_student_data=True, now=now + timedelta(days=3))
    [fact] = session.scalars(select(ActivityCompletion))
    assert (fact.enrolment_id, fact.completed_at, fact.evidence_id) == (enrolment.id, now, example.id)
    assert example.enrolment_id == enrolment.id


def test_nobody_completes_what_they_do_not_follow(session: Session, now: datetime) -> None:
    cohort = make_cohort(session, now)
    withdrawn = make_participant(session, cohort, state="withdrawn")
    for author in (make_user(session), session.get_one(User, withdrawn.user_id)):
        example = draft_for(session, author, cohort.edition_id, now)
        publish_example(session, Actor(author.id), example.id, no_student_data=True, now=now)
    assert session.scalars(select(ActivityCompletion)).all() == []
