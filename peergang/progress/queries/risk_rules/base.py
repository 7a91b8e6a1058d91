"""What a rule is: about whom, and how it finds them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select

from peergang.core.i18n import LazyText
from peergang.progress.rules.risks import CohortDays, Found

Finder = Callable[[datetime, ColumnElement[bool]], Select[Any]]
"""From the moment and a condition on `Cohort` to a select of (enrolment_id or institution_id, cohort_id, cause, since,
values). It may use the parameter `now` of queries/facts.py.
"""

Judge = Callable[[Any, CohortDays, date], Found | None]
"""From the figures of an institution in a cohort (a row of `list_cells`), the days of that cohort and today, to what was
found. A pure function.
"""


@dataclass(frozen=True, slots=True)
class RiskRule:
    """One rule. It has `find`, or `judge` where figures say enough.

    Attributes:
        title: the rule in a few words, for a filter.
        of_people: whether it is about participants; otherwise about institutions in a cohort.
        another_cause_is_another: whether something with another cause cannot be the same that goes on, also when nobody looked
            in between.
        reminders: rules of the ledger (notifications/catalog.py) by which people hear about this themselves.
    """

    title: LazyText
    of_people: bool
    find: Finder | None = None
    judge: Judge | None = None
    another_cause_is_another: bool = True
    reminders: tuple[str, ...] = ()
