"""A cohort in which a trainer completes something by judgment."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.cohorts.actions.completion import record_completion
from peergang.cohorts.actions.editions import upgrade_edition
from peergang.cohorts.actions.overriding import override_completion, take_back_override
from peergang.cohorts.models import ActivityCompletion, Cohort, Enrolment
from peergang.curriculum.models import Activity, Edition
from peergang.progress.actions.compile import compile_dirty
from peergang.progress.models import EnrolmentProgress
from tests.factories.cohorts import make_cohort, make_participant, make_trainer
from tests.factories.coursework import actor_of
from tests.factories.curriculum import make_edition, make_next_edition
from tests.factories.identity import make_organiser

SLUG = "m1-reflection"
HOUR = timedelta(hours=1)


class Scene(SimpleNamespace):
    """A running cohort with a trainer, an organiser and one participant."""

    def activity(self, slug: str = SLUG, edition_id: object = None) -> Activity:
        wanted = (Activity.edition_id == (edition_id or self.cohort.edition_id)) & (Activity.slug == slug)
        return self.session.scalars(sa.select(Activity).where(wanted)).one()

    def override(
        self, reason: str = "Zij deed dit op papier.", slug: str = SLUG, at: datetime | None = None
    ) -> UUID:
        one = self.activity(slug).id
        return override_completion(
            self.session, self.trainer, self.person.id, one, reason, now=at or self.now
        )

    def take_back(self, override_id: UUID, at: datetime | None = None) -> UUID:
        return take_back_override(self.session, self.trainer, override_id, now=at or self.now + HOUR)

    def prove(self, at: datetime, slug: str = SLUG, kind: str = "review") -> bool:
        return record_completion(
            self.session,
            self.person.id,
            self.activity(slug).id,
            completed_at=at,
            evidence_kind=kind,
            evidence_id=uuid4(),
        )

    def facts(self, enrolment: Enrolment | None = None) -> dict[str, tuple[datetime, str]]:
        """What counts for the participant in the present edition, by slug."""
        fact = ActivityCompletion
        rows = self.session.execute(
            sa.select(Activity.slug, fact.completed_at, fact.evidence_kind)
            .join(Activity, Activity.id == fact.activity_id)
            .join(Enrolment, Enrolment.id == fact.enrolment_id)
            .join(Cohort, (Cohort.id == Enrolment.cohort_id) & (Cohort.edition_id == Activity.edition_id))
            .where(fact.enrolment_id == (enrolment or self.person).id)
        )
        return {row.slug: (row.completed_at, row.evidence_kind) for row in rows}

    def progress(self) -> tuple[int, int]:
        compile_dirty(self.session, now=self.now)
        found = self.session.get_one(EnrolmentProgress, self.person.id, populate_existing=True)
        return found.completed, found.required

    def upgrade(self) -> Edition:
        newer = make_next_edition(
            self.session, self.session.get_one(Edition, self.cohort.edition_id), modules=1
        )
        upgrade_edition(
            self.session,
            self.organiser,
            self.cohort.id,
            from_edition_id=self.cohort.edition_id,
            to_edition_id=newer.id,
            now=self.now,
        )
        self.session.expire_all()
        return newer


def make_scene(session: Session, now: datetime) -> Scene:
    """The cohort, with nothing done yet."""
    cohort = make_cohort(session, now, edition=make_edition(session, modules=1))
    trainer = make_trainer(session, cohort)
    person = make_participant(session, cohort)
    return Scene(
        session=session,
        now=now,
        cohort=cohort,
        person=person,
        trainer=actor_of(session, trainer),
        organiser=actor_of(session, make_organiser(session)),
        participant=actor_of(session, person),
    )
