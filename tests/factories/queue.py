"""A long queue, written straight into the tables."""

from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import insert
from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment
from peergang.coursework.models import Reflection, ReflectionVersion
from peergang.coursework.rules.waiting import promise_for
from peergang.identity.models import User
from tests.factories.coursework import ANSWERS, Class, find_activity


def fill_queue(session: Session, room: Class, now: datetime, size: int) -> None:
    """`size` more participants, each with a submitted reflection for the trainers, the first waiting longest."""
    activity = find_activity(session, room.cohort)
    people, enrolments, reflections, versions = [], [], [], []
    for number in range(size):
        user_id, enrolment_id, reflection_id = uuid4(), uuid4(), uuid4()
        since = now - timedelta(hours=size - number)
        people.append(
            {
                "id": user_id,
                "given_name": f"Deelnemer{number}",
                "family_name": "Rij",
                "sort_key": f"rij, {number:04}",
                "email": f"{user_id}@rij.example",
            }
        )
        enrolments.append(
            {
                "id": enrolment_id,
                "cohort_id": room.cohort.id,
                "user_id": user_id,
                "affiliation_id": room.author.affiliation_id,
                "invited_at": since,
                "activated_at": since,
                "role": "participant",
                "state": "active",
            }
        )
        reflections.append(
            {
                "id": reflection_id,
                "enrolment_id": enrolment_id,
                "activity_id": activity.id,
                "state": "submitted",
                "audience": "trainer",
                "title": f"Nummer {number}",
                "draft": ANSWERS,
                "state_since": since,
                "submitted_at": since,
                "for_trainer_at": since,
                "promised_on": promise_for(since, frozenset()),
            }
        )
        versions.append(
            {
                "reflection_id": reflection_id,
                "number": 1,
                "title": f"Nummer {number}",
                "answers": ANSWERS,
                "submitted_at": since,
            }
        )
    if size:
        for table, rows in (
            (User, people),
            (Enrolment, enrolments),
            (Reflection, reflections),
            (ReflectionVersion, versions),
        ):
            session.execute(insert(table), rows)
    session.flush()
