"""The place from which somebody logs the conversation that an activity asks for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import ActivityCompletion, Cohort, CohortActivity, Enrolment
from peergang.cohorts.queries.due import personal_due_at
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.cohorts.rules import EnrolmentRole
from peergang.core.errors import NotFound
from peergang.core.permissions import Actor
from peergang.curriculum.models import Activity, Edition, Module, Programme
from peergang.curriculum.rules import ActivityKind


@dataclass(frozen=True, slots=True)
class ConversationPlace:
    """A conversation activity in a cohort of the actor. `settings` holds its key figures and topics."""

    enrolment_id: UUID
    user_id: UUID
    state: str
    programme_slug: str
    activity_id: UUID
    module_id: UUID
    module_code: str
    title: str
    title_en: str
    body_html: str
    settings: dict[str, Any]
    opens_at: datetime
    due_at: datetime
    completed_at: datetime | None
    cohort_id: UUID
    cohort_state: str

    @property
    def figures(self) -> list[str]:
        """With whom the conversation is meant to be; empty when anybody will do."""
        return list(self.settings.get("figures", ()))

    @property
    def topics(self) -> list[str]:
        """The codes of the topics to talk about."""
        return list(self.settings.get("topics", ()))


_PLACE = (
    select(
        Enrolment.id,
        Enrolment.user_id,
        Enrolment.state,
        Programme.slug,
        Activity.id,
        Activity.module_id,
        Module.code,
        Activity.title,
        Activity.title_en,
        Activity.body_html,
        Activity.settings,
        CohortActivity.opens_at,
        personal_due_at().label("due_at"),
        ActivityCompletion.completed_at,
        Cohort.id,
        Cohort.state,
    )
    .join(Cohort, Cohort.id == Enrolment.cohort_id)
    .join(CohortActivity, CohortActivity.cohort_id == Cohort.id)
    .join(Activity, Activity.id == CohortActivity.activity_id)
    .join(Module, Module.id == Activity.module_id)
    .join(Edition, Edition.id == Activity.edition_id)
    .join(Programme, Programme.id == Edition.programme_id)
    .outerjoin(
        ActivityCompletion,
        and_(
            ActivityCompletion.enrolment_id == Enrolment.id,
            ActivityCompletion.activity_id == Activity.id,
        ),
    )
    .where(
        Activity.id == bindparam("activity_id"),
        Activity.kind == ActivityKind.CONVERSATION,
        Enrolment.user_id == bindparam("user_id"),
        Enrolment.role == EnrolmentRole.PARTICIPANT,
        Enrolment.state.in_(TAKES_PART),
    )
    .order_by(Cohort.starts_on.desc(), Cohort.id)
    .limit(1)
)


def get_conversation_place(
    session: Session, actor: Actor, activity_id: UUID, cohort_id: UUID | None = None
) -> ConversationPlace:
    """The actor's place for this conversation activity, in `cohort_id` when given, else in their latest cohort with it.

    Raises:
        NotFound: when there is no such activity, it is no conversation, or the actor takes part in no cohort with it.
    """
    statement = _PLACE if cohort_id is None else _PLACE.where(Cohort.id == cohort_id)
    row = session.execute(statement, {"activity_id": activity_id, "user_id": actor.user_id}).one_or_none()
    if row is None:
        raise NotFound
    return ConversationPlace(*tuple(row))
