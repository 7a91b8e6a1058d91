"""Two required activities of a participant are past their own date and not handed in."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from peergang.cohorts.models import Enrolment
from peergang.cohorts.queries.due import is_due_by, personal_due_at
from peergang.core.db import local_day
from peergang.core.i18n import lazy_gettext
from peergang.curriculum.models import Activity
from peergang.progress.queries.risk_rules.base import RiskRule
from peergang.progress.queries.risk_rules.holidays import in_holiday_still
from peergang.progress.rules.risks import OVERDUE
from peergang.reminders.queries.tasks import select_tasks


def find(now: datetime, among: ColumnElement[bool]) -> Any:
    """The cause is the two that are late longest, by the names that they keep through the editions."""
    late = (
        select_tasks(
            now,
            Enrolment.id.label("enrolment_id"),
            Enrolment.cohort_id,
            personal_due_at().label("due_at"),
            Activity.slug.label("slug"),
        )
        .where(among, is_due_by(now), ~in_holiday_still(local_day(personal_due_at()), now))
        .subquery("late")
    )
    slugs = func.array_agg(aggregate_order_by(late.c.slug, late.c.due_at, late.c.slug))
    dates = func.array_agg(aggregate_order_by(late.c.due_at, late.c.due_at, late.c.slug))
    return (
        select(
            late.c.enrolment_id,
            late.c.cohort_id,
            func.concat_ws(" ", *(slugs[place] for place in range(1, OVERDUE + 1))).label("cause"),
            local_day(dates[OVERDUE]).label("since"),
            func.jsonb_build_object(
                "number", func.count(), "oldest", local_day(func.min(late.c.due_at))
            ).label("values"),
        )
        .where(late.c.blocked == "")
        .group_by(late.c.enrolment_id, late.c.cohort_id)
        .having(func.count() >= OVERDUE)
    )


RULE = RiskRule(
    title=lazy_gettext("Twee opdrachten over de datum"),
    of_people=True,
    find=find,
    another_cause_is_another=False,
    reminders=("activity_overdue", "trainer_reminder"),
)
