"""Fewer people of an institution came to the latest meeting of a cohort than to those before."""

from datetime import date
from typing import Any

from peergang.core.i18n import lazy_gettext
from peergang.progress.queries.risk_rules.base import RiskRule
from peergang.progress.rules.figures import add_up
from peergang.progress.rules.risks import CohortDays, Found

FALL = 20
"""So many points less than at the meetings before."""

FALL_BELOW = 75
"""Above this, a fall is no reason to call."""


def judge(figures: Any, days: CohortDays, today: date) -> Found | None:
    """The cause is the latest meeting."""
    sums = add_up([figures])
    before, last = sums.attendance_before, sums.attendance_last
    missed = sums.last_recorded - sums.last_present
    # With one person every missed meeting is a fall of 100 points, which says nothing about the institution.
    if before is None or last is None or missed < 2 or last >= FALL_BELOW or before - last < FALL:
        return None
    return Found(str(days.last_meeting_id), days.last_met_on or today, {"before": before, "last": last})


RULE = RiskRule(
    title=lazy_gettext("Aanwezigheid gedaald"), of_people=False, judge=judge, another_cause_is_another=False
)
