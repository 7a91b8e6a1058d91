"""At least half of the reflections that were due from an institution in a cohort was not handed in, and two or more."""

from datetime import date
from typing import Any

from peergang.core.i18n import lazy_gettext
from peergang.progress.queries.risk_rules.base import RiskRule
from peergang.progress.rules.attention import not_handed_in
from peergang.progress.rules.risks import CohortDays, Found


def judge(figures: Any, days: CohortDays, today: date) -> Found | None:
    """The cause is the latest date on which something was due."""
    found = not_handed_in(figures)
    if found is None:
        return None
    since = days.last_due_on or today
    return Found(since.isoformat(), since, {"missing": found.first, "due": found.second})


RULE = RiskRule(title=lazy_gettext("Reflecties niet ingeleverd"), of_people=False, judge=judge)
