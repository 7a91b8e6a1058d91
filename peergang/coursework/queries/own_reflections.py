"""One's own list of reflections."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Cohort, CohortActivity, Enrolment
from peergang.cohorts.queries.due import personal_due_at
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.cohorts.rules import CohortState, EnrolmentRole
from peergang.core.permissions import Actor
from peergang.coursework.models import PeerFeedback, Reflection, ReflectionVersion, Review
from peergang.coursework.queries.access import latest_number
from peergang.coursework.queries.writing import DATES_OF_ACTIVITY, REFLECTION_ON_ACTIVITY
from peergang.curriculum.models import Activity, Module
from peergang.curriculum.rules import ActivityKind


class OwnReflection(NamedTuple):
    """A line of one's own list; `reflection_id` is None for what was not begun yet."""

    activity_id: UUID
    activity_title: str
    activity_title_en: str
    module_code: str
    cohort_id: UUID
    cohort_name: str
    due_at: datetime | None
    reflection_id: UUID | None
    state: str
    title: str
    state_since: datetime | None
    saved_at: datetime | None
    latest: int
    unread: int


def _count_unread(table: type[Review] | type[PeerFeedback]) -> ScalarSelect[int]:
    """How many in `table` about the `Reflection` of the surrounding select were sent and not read."""
    # Two levels deep nothing is correlated unless it is said.
    version = (
        select(ReflectionVersion.id)
        .where(ReflectionVersion.reflection_id == Reflection.id)
        .correlate(Reflection)
    )
    return (
        select(func.count())
        .where(table.version_id.in_(version), table.sent_at.is_not(None), table.read_at.is_(None))
        .correlate(Reflection)
        .scalar_subquery()
    )


# In the order of OwnReflection.
_COLUMNS = (
    Activity.id,
    Activity.title,
    Activity.title_en,
    Module.code,
    Cohort.id,
    Cohort.name,
    personal_due_at(),
    Reflection.id,
    func.coalesce(Reflection.state, "draft"),
    func.coalesce(Reflection.title, ""),
    Reflection.state_since,
    Reflection.draft_saved_at,
    func.coalesce(latest_number(), 0),
    _count_unread(Review) + _count_unread(PeerFeedback),
)


def _begun(actor: Actor) -> Select[UUID]:
    """What the actor wrote about, also when a newer edition of the cohort does not ask for it any more."""
    mine, place = aliased(Reflection), aliased(Enrolment)
    return (
        select(mine.activity_id)
        .join(place, place.id == mine.enrolment_id)
        .where(place.user_id == actor.user_id)
        .correlate(None)
    )


def list_own_reflections(session: Session, actor: Actor, now: datetime) -> Sequence[OwnReflection]:
    """The reflections the actor wrote or can begin (their module is open), in the order of the programme, the latest
    cohort first. `unread` counts reactions not yet read.
    """
    can_begin = (
        Enrolment.state.in_(TAKES_PART)
        & (CohortActivity.opens_at <= now)
        & Cohort.state.in_((CohortState.OPEN, CohortState.RUNNING))
    )
    rows = session.execute(
        select(*_COLUMNS)
        .select_from(Enrolment)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Activity, or_(Activity.edition_id == Cohort.edition_id, Activity.id.in_(_begun(actor))))
        .join(Module, Module.id == Activity.module_id)
        .outerjoin(CohortActivity, DATES_OF_ACTIVITY)
        .outerjoin(Reflection, REFLECTION_ON_ACTIVITY)
        .where(
            Enrolment.user_id == actor.user_id,
            Enrolment.role == EnrolmentRole.PARTICIPANT,
            Activity.kind == ActivityKind.REFLECTION,
            or_(Reflection.id.is_not(None), can_begin & (Activity.edition_id == Cohort.edition_id)),
        )
        .order_by(Cohort.starts_on.desc(), Cohort.id, Module.position, Activity.position)
    )
    return [OwnReflection._make(row) for row in rows]
