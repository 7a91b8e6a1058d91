"""A participant could begin two weeks ago and has done nothing at all, also no meeting."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, String, cast, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB

from peergang.cohorts.models import Enrolment
from peergang.core.clock import local_date
from peergang.core.i18n import lazy_gettext
from peergang.progress.queries.risk_rules.base import RiskRule
from peergang.progress.rules.risks import NEVER_STARTED
from peergang.reminders.queries.silence import (
    could_begin,
    did_nothing_after,
    did_something,
    select_places,
    silent_since,
)
from peergang.reminders.queries.tasks import something_open


def find(now: datetime, among: ColumnElement[bool]) -> Any:
    """Somebody begins once in a cohort, so the cause is always the same."""
    limit = local_date(now) - NEVER_STARTED
    places = (
        select_places(
            Enrolment.id.label("enrolment_id"),
            Enrolment.cohort_id,
            could_begin().label("since"),
            silent_since(now).label("waited"),
            did_something().label("began"),
        )
        .where(among, did_nothing_after(limit), something_open(now))
        .subquery("places")
    )
    return select(
        places.c.enrolment_id,
        places.c.cohort_id,
        literal("", String).label("cause"),
        places.c.since,
        cast(func.jsonb_build_object(), JSONB).label("values"),
    ).where(~places.c.began, places.c.waited <= literal(limit, Date()))


RULE = RiskRule(
    title=lazy_gettext("Nog niet begonnen"), of_people=True, find=find, reminders=("participant_quiet",)
)
