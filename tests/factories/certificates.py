"""A cohort that was to the end, and who has a certificate."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.certificates.actions.issuing import issue_earned
from peergang.certificates.models import Certificate
from peergang.cohorts.models import Cohort, Enrolment, Meeting
from peergang.core.permissions import Actor
from peergang.curriculum.models import Edition
from peergang.identity.models import User
from tests.factories.cohorts import make_cohort, make_meeting, make_participant, make_trainer
from tests.factories.coursework import actor_of
from tests.factories.curriculum import make_edition
from tests.factories.identity import make_organiser, make_user
from tests.factories.progress import attend, compile_now, complete, list_activities

ISSUER = "Netwerk Bruggen Bouwen"
TERMS: dict[str, Any] = {
    "hours": 40,
    "activities": 100,
    "meetings": 80,
    "examples": 1,
    "outcomes": [
        {"nl": "Collega’s ondersteunen.", "en": "Supporting colleagues."},
        {"nl": "Kennis delen.", "en": "Sharing knowledge."},
    ],
}


@dataclass
class Finish:
    """A cohort with five meetings, its people, and what is done with them."""

    session: Session
    edition: Edition
    cohort: Cohort
    meetings: list[Meeting]
    participant: Enrolment
    trainer: Enrolment
    organiser: User
    now: datetime

    def actor(self, who: Enrolment | User) -> Actor:
        return actor_of(self.session, who)

    def user(self, who: Enrolment) -> User:
        return self.session.get_one(User, who.user_id)

    def finish(self, who: Enrolment | None = None, *, meetings: int = 4, leave: int = 0) -> None:
        """Do everything but the last `leave` activities, and be at so many meetings."""
        who = who or self.participant
        activities = [one for one in list_activities(self.session, self.edition) if one.kind != "meeting"]
        complete(self.session, who, *activities[: len(activities) - leave], at=self.now)
        for meeting in self.meetings[:meetings]:
            attend(self.session, meeting, who)
        compile_now(self.session, self.now)

    def issue(self, now: datetime | None = None) -> int:
        return issue_earned(self.session, ISSUER, now=now or self.now)[0]

    def certificate(self, who: Enrolment | None = None) -> Certificate:
        self.session.flush()
        enrolment_id: UUID = (who or self.participant).id
        return self.session.scalars(
            select(Certificate)
            .where(Certificate.enrolment_id == enrolment_id)
            .execution_options(populate_existing=True)
        ).one()


def make_finish(session: Session, now: datetime, *, terms: dict[str, Any] | None = TERMS) -> Finish:
    """Everybody is there, and nothing is done yet."""
    edition = make_edition(session)
    edition.certificate = terms
    cohort = make_cohort(session, now, edition=edition)
    meetings = [
        make_meeting(session, cohort, now - timedelta(days=number), number=number) for number in range(1, 6)
    ]
    anna = make_user(session, "Anna", "Berg", particle="van der")
    finish = Finish(
        session,
        edition,
        cohort,
        meetings,
        make_participant(session, cohort, user=anna),
        make_trainer(session, cohort, user=make_user(session, "Marijke", "Roerdomp")),
        make_organiser(session),
        now,
    )
    compile_now(session, now)
    return finish


def make_certificate(finish: Finish, who: Enrolment | None = None) -> Certificate:
    """Somebody did everything and has it."""
    finish.finish(who)
    assert finish.issue() == 1
    return finish.certificate(who)
