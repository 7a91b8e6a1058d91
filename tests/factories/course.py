"""A course at work, for the pages of this week and the modules, and a counter of statements."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.models import ActivityCompletion, Cohort, Enrolment
from peergang.curriculum.models import Activity, Module, Topic
from peergang.identity.models import User
from tests.factories.cohorts import make_cohort, make_participant, make_peer_group
from tests.factories.curriculum import make_edition
from tests.factories.identity import make_institution, make_user

DAY = timedelta(days=1)


@dataclass
class Course:
    """A running cohort of two modules, of which the second is still to open, and one participant in a peer group."""

    session: Session
    now: datetime
    cohort: Cohort
    user: User
    me: Enrolment
    peers: list[Enrolment]

    def modules(self) -> list[Module]:
        statement = (
            select(Module).where(Module.edition_id == self.cohort.edition_id).order_by(Module.position)
        )
        return list(self.session.scalars(statement))

    def activity(self, kind: str, module: int = 0) -> Activity:
        wanted = (Activity.module_id == self.modules()[module].id) & (Activity.kind == kind)
        return self.session.scalars(select(Activity).where(wanted)).one()

    def topics(self, module: int = 0) -> list[Topic]:
        statement = select(Topic).where(Topic.module_id == self.modules()[module].id).order_by(Topic.position)
        return list(self.session.scalars(statement))

    def complete(self, *kinds: str, module: int = 0, at: datetime | None = None) -> None:
        for kind in kinds:
            self.session.add(
                ActivityCompletion(
                    enrolment_id=self.me.id,
                    activity_id=self.activity(kind, module).id,
                    completed_at=at or self.now - DAY,
                    evidence_kind="test",
                )
            )
        self.session.flush()


def make_course(session: Session, now: datetime, *, participants: int = 3, modules: int = 2) -> Course:
    """A course in which `user` is one of `participants`, the first four of whom are one peer group."""
    cohort = make_cohort(session, now, edition=make_edition(session, modules=modules), capacity=400)
    institution = make_institution(session, "ROC Zevenbruggen")
    user = make_user(session, "Amira", "Veldhaver")
    me = make_participant(session, cohort, user=user, institution=institution)
    others = [make_participant(session, cohort, institution=institution) for _ in range(participants - 1)]
    make_peer_group(session, cohort, me, *others[:3], since=now - 9 * DAY)
    return Course(session, now, cohort, user, me, others)
