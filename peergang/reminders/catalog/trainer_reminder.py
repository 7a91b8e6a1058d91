"""A trainer asked to have somebody reminded of an activity; ten minutes later, so that it can be taken back."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import case, func, literal, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, CohortActivity, Enrolment
from peergang.cohorts.queries.due import personal_due_at
from peergang.core.i18n import lazy_gettext
from peergang.curriculum.models import Activity, Module
from peergang.identity.models import User
from peergang.notifications.catalog import Claim, Content, Rows, Rule
from peergang.notifications.rules import Kind, Section
from peergang.reminders.models import Nudge
from peergang.reminders.queries.moments import Expression, stamp
from peergang.reminders.queries.task_content import path_of
from peergang.reminders.queries.tasks import why_not
from peergang.reminders.rules import daytime

HOLD = timedelta(minutes=10)
GOOD_FOR = timedelta(days=7)
SHOWN = ("title", "title_en", "module_title", "module_title_en", "minutes", "due_at")


def _select(now: datetime, *more: Expression) -> Rows:
    return (
        select(
            Nudge.id.label("subject_id"),
            Enrolment.user_id.label("recipient_id"),
            stamp(Nudge.asked_at).label("occurrence"),
            case((Nudge.withdrawn_at.is_not(None), "withdrawn"), else_=why_not(now)).label("blocked"),
            *more,
        )
        .select_from(Nudge)
        .join(Enrolment, Enrolment.id == Nudge.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Activity, Activity.id == Nudge.activity_id)
        # After an upgrade the cohort has other activities; what was asked about the old ones is over.
        .join(
            CohortActivity,
            (CohortActivity.cohort_id == Cohort.id) & (CohortActivity.activity_id == Activity.id),
        )
    )


def standing(now: datetime) -> Rows:
    """What was asked, with what was done since."""
    return _select(now)


def due(now: datetime) -> Rows:
    """What was asked this week and still stands."""
    found = (
        _select(now, Nudge.asked_at, Cohort.id.label("cohort_id"))
        .where(Nudge.asked_at > now - GOOD_FOR, Nudge.asked_at <= now)
        .subquery("found")
    )
    leaves = func.greatest(found.c.asked_at + literal(HOLD), literal(daytime(now)))
    return select(
        found.c.subject_id,
        found.c.recipient_id,
        found.c.occurrence,
        leaves.label("not_before"),
        (found.c.asked_at + literal(GOOD_FOR)).label("expires_at"),
        found.c.cohort_id,
    ).where(found.c.blocked == "")


_WORDS = (
    select(
        Nudge.id,
        Activity.id.label("activity_id"),
        Activity.title,
        Activity.title_en,
        Activity.minutes,
        Activity.kind,
        Activity.module_id,
        Module.title.label("module_title"),
        Module.title_en.label("module_title_en"),
        personal_due_at(Enrolment.id, CohortActivity.activity_id).label("due_at"),
        User.given_name.label("by"),
    )
    .join(Enrolment, Enrolment.id == Nudge.enrolment_id)
    .join(Activity, Activity.id == Nudge.activity_id)
    .join(Module, Module.id == Activity.module_id)
    .join(
        CohortActivity,
        (CohortActivity.cohort_id == Enrolment.cohort_id) & (CohortActivity.activity_id == Activity.id),
    )
    .outerjoin(User, User.id == Nudge.asked_by_id)
)


def content(session: Session, claims: Sequence[Claim], _: datetime) -> Mapping[UUID, Content]:
    """Which activity, by when, and who thought of it."""
    rows = session.execute(_WORDS.where(Nudge.id.in_({claim.subject_id for claim in claims})))
    found = {row.id: row for row in rows}
    return {
        claim.id: {
            "path": path_of(row.kind, row.activity_id, row.module_id),
            **{name: getattr(row, name) for name in SHOWN},
            "by": row.by or "",
        }
        for claim in claims
        if (row := found.get(claim.subject_id)) is not None
    }


RULE = Rule(
    name="trainer_reminder",
    kind=Kind.REMINDER,
    title=lazy_gettext("Je trainer denkt aan je"),
    timing=lazy_gettext("Hooguit één keer per week over dezelfde opdracht"),
    reason=lazy_gettext("je trainer je aan deze opdracht wil herinneren"),
    due=due,
    standing=standing,
    content=content,
    section=Section.WRITING,
    shown_to=lambda actor: actor.is_participant,
    about="title",
)
