"""What a mail about an activity says: which one, of which module, due when, and how long it takes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.models import CohortActivity, Enrolment
from peergang.cohorts.queries.due import personal_due_at
from peergang.cohorts.rules import EnrolmentRole, EnrolmentState
from peergang.curriculum.models import Activity, Module
from peergang.curriculum.rules import ActivityKind
from peergang.notifications.catalog import Claim, Content
from peergang.reminders.queries.moments import stamp


def read_task_content(session: Session, claims: Sequence[Claim], _: datetime) -> Mapping[UUID, Content]:
    """Words for the mails about these activities, in one query."""
    rows = session.execute(
        select(
            Activity.id.label("subject_id"),
            Enrolment.user_id,
            stamp(personal_due_at()).label("occurrence"),
            Activity.title,
            Activity.title_en,
            Activity.minutes,
            Activity.kind,
            Activity.module_id,
            Module.title.label("module_title"),
            Module.title_en.label("module_title_en"),
            personal_due_at().label("due_at"),
        )
        .join(Module, Module.id == Activity.module_id)
        .join(CohortActivity, CohortActivity.activity_id == Activity.id)
        .join(Enrolment, Enrolment.cohort_id == CohortActivity.cohort_id)
        .where(
            Activity.id.in_({claim.subject_id for claim in claims}),
            Enrolment.user_id.in_({claim.recipient_id for claim in claims}),
            Enrolment.role == EnrolmentRole.PARTICIPANT,
            Enrolment.state == EnrolmentState.ACTIVE,
        )
    )
    found = {(row.subject_id, row.user_id, row.occurrence): row for row in rows}
    return {
        claim.id: {
            "path": path_of(row.kind, claim.subject_id, row.module_id),
            "title": row.title,
            "title_en": row.title_en,
            "module_title": row.module_title,
            "module_title_en": row.module_title_en,
            "minutes": row.minutes,
            "due_at": row.due_at,
        }
        for claim in claims
        if (row := found.get((claim.subject_id, claim.recipient_id, claim.occurrence))) is not None
    }


def path_of(kind: str, activity_id: UUID, module_id: UUID) -> str:
    """Where to do it: a reflection straight in its editor, the rest in the module."""
    if kind == ActivityKind.REFLECTION:
        return f"/reflecties/opdracht/{activity_id}"
    return f"/modules/{module_id}"
