"""A participant did nothing for three weeks while something that is due waits for them.

What counts as doing, and how holidays count, is said once: reminders/queries/silence.py. Who did everything that is due by
their own dates may be silent.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, select
from sqlalchemy.dialects.postgresql import JSONB

from peergang.cohorts.models import Enrolment
from peergang.core.clock import local_date
from peergang.core.i18n import lazy_gettext
from peergang.progress.queries.risk_rules.base import RiskRule
from peergang.reminders.queries.silence import (
    did_nothing_after,
    did_something,
    is_silent,
    last_deed,
    select_places,
    silent_since,
)
from peergang.reminders.queries.tasks import something_due
from peergang.reminders.rules import SILENCE


def find(now: datetime, among: ColumnElement[bool]) -> Any:
    """The cause is the day of the last thing they did: a holiday in between makes it no other silence."""
    places = (
        select_places(
            Enrolment.id.label("enrolment_id"),
            Enrolment.cohort_id,
            last_deed().label("deed"),
            silent_since(now).label("since"),
            did_something().label("began"),
        )
        .where(among, did_nothing_after(local_date(now) - SILENCE), something_due(now))
        .subquery("places")
    )
    return select(
        places.c.enrolment_id,
        places.c.cohort_id,
        cast(places.c.deed, String).label("cause"),
        places.c.since,
        cast(func.jsonb_build_object(), JSONB).label("values"),
    ).where(places.c.began, is_silent(places.c.since, now))


RULE = RiskRule(
    title=lazy_gettext("Drie weken stil"), of_people=True, find=find, reminders=("participant_quiet",)
)
