"""What an author needs to write: the activity, its dates, and the draft if there is one."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ScalarSelect, func, or_, select
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Cohort, CohortActivity, Enrolment
from peergang.cohorts.queries.due import personal_due_at
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.cohorts.rules import CohortState, EnrolmentRole
from peergang.core.errors import NotFound
from peergang.core.permissions import Actor
from peergang.coursework.models import Reflection
from peergang.coursework.queries.access import latest_number
from peergang.coursework.queries.prompts import list_prompts
from peergang.curriculum.models import Activity, Module
from peergang.curriculum.rules import ActivityKind

DATES_OF_ACTIVITY = (CohortActivity.cohort_id == Cohort.id) & (CohortActivity.activity_id == Activity.id)
REFLECTION_ON_ACTIVITY = (Reflection.enrolment_id == Enrolment.id) & (Reflection.activity_id == Activity.id)


class WritingPlace(NamedTuple):
    """One activity as its author sees it. Without a draft `reflection_id` is None and the revision 0."""

    enrolment_id: UUID
    author_id: UUID
    cohort_id: UUID
    cohort_name: str
    participants: int
    activity_id: UUID
    activity_title: str
    activity_title_en: str
    settings: dict[str, Any]
    module_id: UUID
    module_code: str
    due_at: datetime | None
    reflection_id: UUID | None
    state: str
    audience: str | None
    title: str
    stored_draft: dict[str, str] | None
    revision: int
    saved_at: datetime | None
    state_since: datetime | None
    latest: int
    cohort_state: str
    opens_at: datetime | None
    kept_prompts: list[dict[str, Any]] | None
    activity_slug: str
    prompt_set: str

    @property
    def draft(self) -> dict[str, str]:
        """The answers as they were saved last; empty before the first save."""
        return self.stored_draft or {}

    @property
    def prompts(self) -> list[dict[str, Any]]:
        """The questions to answer, in order."""
        return self.prompts_of(self.prompt_set)

    def prompts_of(self, prompt_set: str) -> list[dict[str, Any]]:
        """The questions of one set, or with an empty name those of the activity."""
        return list_prompts(self.settings, self.kept_prompts, prompt_set)


def _count_participants() -> ScalarSelect[int]:
    """How many take part in the `Cohort` of the surrounding select."""
    other = aliased(Enrolment)
    return (
        select(func.count())
        .where(
            other.cohort_id == Cohort.id,
            other.role == EnrolmentRole.PARTICIPANT,
            other.state.in_(TAKES_PART),
        )
        .correlate(Cohort)
        .scalar_subquery()
    )


# In the order of WritingPlace.
_COLUMNS = (
    Enrolment.id,
    Enrolment.user_id,
    Cohort.id,
    Cohort.name,
    _count_participants(),
    Activity.id,
    Activity.title,
    Activity.title_en,
    Activity.settings,
    Module.id,
    Module.code,
    personal_due_at(),
    Reflection.id,
    func.coalesce(Reflection.state, "draft"),
    Reflection.audience,
    func.coalesce(Reflection.title, ""),
    Reflection.draft,
    func.coalesce(Reflection.draft_revision, 0),
    Reflection.draft_saved_at,
    Reflection.state_since,
    func.coalesce(latest_number(), 0),
    Cohort.state,
    CohortActivity.opens_at,
    Reflection.kept_prompts,
    Activity.slug,
    func.coalesce(Reflection.prompt_set, ""),
)


def get_writing_place(
    session: Session, actor: Actor, activity_id: UUID, cohort_id: UUID | None = None
) -> WritingPlace:
    """The actor's own place to write about `activity_id`, in `cohort_id` when given, else in their latest cohort that
    holds it.

    Raises:
        NotFound: when it is no reflection, or the actor takes part in no cohort that does this activity.
    """
    statement = (
        select(*_COLUMNS)
        .select_from(Activity)
        .join(Module, Module.id == Activity.module_id)
        .join(Enrolment, Enrolment.user_id == actor.user_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .outerjoin(CohortActivity, DATES_OF_ACTIVITY)
        .outerjoin(Reflection, REFLECTION_ON_ACTIVITY)
        .where(
            Activity.id == activity_id,
            Activity.kind == ActivityKind.REFLECTION,
            # What was begun can be finished, also when a newer edition does not ask for it any more.
            or_(Cohort.edition_id == Activity.edition_id, Reflection.id.is_not(None)),
            Enrolment.role == EnrolmentRole.PARTICIPANT,
            Enrolment.state.in_(TAKES_PART),
            Cohort.state != CohortState.CANCELLED,
        )
    )
    if cohort_id is not None:
        statement = statement.where(Cohort.id == cohort_id)
    row = session.execute(statement.order_by(Cohort.starts_on.desc(), Enrolment.id).limit(1)).one_or_none()
    if row is None:
        raise NotFound
    return WritingPlace._make(row)
