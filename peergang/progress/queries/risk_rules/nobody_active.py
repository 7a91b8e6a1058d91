"""Nobody of an institution did anything in a cohort for three weeks, and not everything is done."""

from datetime import date
from typing import Any

from peergang.core.i18n import lazy_gettext
from peergang.progress.queries.risk_rules.base import RiskRule
from peergang.progress.rules.attention import nobody_active, quiet_since
from peergang.progress.rules.risks import CohortDays, Found


def judge(figures: Any, days: CohortDays, today: date) -> Found | None:
    """The cause is the day on which somebody was last seen at work."""
    since = quiet_since(figures.last_active, days.starts_on)
    if nobody_active(figures, max(since, days.holiday_until or since), today) is None:
        return None
    return Found(since.isoformat(), since, {"people": figures.people})


RULE = RiskRule(title=lazy_gettext("Niemand actief"), of_people=False, judge=judge)
