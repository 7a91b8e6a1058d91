"""Nobody of an institution did anything in a cohort for three weeks, and not everything is done or handed in."""

from datetime import date
from typing import Any

from peergang.core.i18n import lazy_gettext
from peergang.progress.queries.risk_rules.base import RiskRule
from peergang.progress.rules.attention import SILENCE, quiet_since
from peergang.progress.rules.risks import CohortDays, Found


def judge(figures: Any, days: CohortDays, today: date) -> Found | None:
    """The cause is the day on which somebody was last seen at work; days of a school holiday are no silence."""
    # Who has done everything, or everything that is due, may be silent.
    if (
        not figures.people
        or figures.completed >= figures.required > 0
        or figures.handed_in >= figures.due > 0
    ):
        return None
    # Of who has just joined nothing can be said yet.
    last = quiet_since(figures.last_active, max(days.starts_on, days.joined_on or days.starts_on))
    since = max(last, days.holiday_until or last)
    if today - since < SILENCE:
        return None
    return Found(last.isoformat(), since, {"people": figures.people})


RULE = RiskRule(title=lazy_gettext("Niemand actief"), of_people=False, judge=judge)
