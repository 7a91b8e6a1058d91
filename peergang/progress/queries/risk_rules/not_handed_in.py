"""At least half of the reflections that were due from an institution in a cohort was not handed in, and two or more."""

from datetime import date
from typing import Any

from peergang.core.i18n import lazy_gettext
from peergang.progress.queries.risk_rules.base import RiskRule
from peergang.progress.rules.risks import CohortDays, Found

MISSING = 2
"""One missing reflection is a person's matter; two or more, and at least half of what was due, is the institution's."""


def judge(figures: Any, days: CohortDays, today: date) -> Found | None:
    """The cause is the latest date on which something was due."""
    missing = figures.due - figures.handed_in
    if missing < MISSING or 2 * missing < figures.due:
        return None
    since = days.last_due_on or today
    return Found(since.isoformat(), since, {"missing": missing, "due": figures.due})


RULE = RiskRule(
    title=lazy_gettext("Reflecties niet ingeleverd"),
    of_people=False,
    judge=judge,
    another_cause_is_another=False,
)
