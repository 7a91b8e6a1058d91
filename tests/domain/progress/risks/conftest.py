"""A cohort with one participant, in which nothing is due until a test says so."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, CohortActivity, Enrolment
from peergang.curriculum.models import Activity
from peergang.identity.models import Institution
from peergang.progress.models import RiskSignal
from tests.factories.cohorts import make_cohort, make_participant
from tests.factories.curriculum import make_edition
from tests.factories.identity import make_institution
from tests.factories.progress import list_activities
from tests.factories.risks import evaluate_now, open_signals


@dataclass
class World:
    session: Session
    now: datetime
    cohort: Cohort
    school: Institution
    person: Enrolment
    activities: dict[str, Activity]
    """By kind."""

    def due(self, kind: str, at: datetime) -> Activity:
        """Make the activity of this kind open and due at a moment."""
        own = (
            CohortActivity.cohort_id == self.cohort.id,
            CohortActivity.activity_id == self.activities[kind].id,
        )
        self.session.execute(
            update(CohortActivity).where(*own).values(opens_at=at - timedelta(days=30), due_at=at)
        )
        return self.activities[kind]

    def signals(self, rule: str, now: datetime | None = None, *, everything: bool = True) -> list[RiskSignal]:
        evaluate_now(self.session, now or self.now, everything=everything)
        return open_signals(self.session, rule)


@pytest.fixture
def world(session: Session, now: datetime) -> World:
    edition = make_edition(session)
    cohort = make_cohort(session, now, edition=edition)
    far = now + timedelta(days=365)
    session.execute(update(CohortActivity).where(CohortActivity.cohort_id == cohort.id).values(due_at=far))
    school = make_institution(session, "Groenschool Wilgenbos")
    person = make_participant(session, cohort, institution=school)
    kinds = {one.kind: one for one in list_activities(session, edition)}
    return World(session, now, cohort, school, person, kinds)
