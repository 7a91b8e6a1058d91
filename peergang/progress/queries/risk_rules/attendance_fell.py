"""Fewer people of an institution came to the latest meeting of a cohort than to those before."""

from datetime import date
from typing import Any

from peergang.core.i18n import lazy_gettext
from peergang.progress.queries.risk_rules.base import RiskRule
from peergang.progress.rules.attention import attendance_fell
from peergang.progress.rules.figures import add_up
from peergang.progress.rules.risks import CohortDays, Found


def judge(figures: Any, days: CohortDays, today: date) -> Found | None:
    """The cause is the latest meeting."""
    found = attendance_fell(add_up([figures]))
    if found is None:
        return None
    return Found(
        str(days.last_meeting_id), days.last_met_on or today, {"before": found.first, "last": found.second}
    )


RULE = RiskRule(title=lazy_gettext("Aanwezigheid gedaald"), of_people=False, judge=judge)
