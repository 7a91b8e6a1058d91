"""When an institution asks for attention, and why. Few rules, and each one is a fact that an organiser can name on the
phone: attendance fell, nobody was active, work was not handed in.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from peergang.core.clock import local_date
from peergang.progress.rules.figures import Figures

FALL = 20
"""So many points less than at the meetings before."""

FALL_BELOW = 75
"""Above this, a fall is no reason to call."""

SILENCE = timedelta(days=21)
"""Three weeks without anything done."""

MISSING = 2
"""One missing reflection is a person's matter; two or more, and at least half of what was due, is the institution's."""


class Why(StrEnum):
    """The kinds of reasons."""

    ATTENDANCE_FELL = "attendance_fell"
    NOBODY_ACTIVE = "nobody_active"
    NOT_HANDED_IN = "not_handed_in"


class Reason(NamedTuple):
    """One reason with its figures; templates/progress/reasons.html says it in words.

    `first` and `second` are: percentages before and now; days and people; missing and due.
    """

    why: Why
    first: int
    second: int


def find_reasons(cohorts: Sequence[tuple[date, Any]], together: Figures, today: date) -> list[Reason]:
    """Why an institution asks for attention; empty when it does not.

    `cohorts` holds the first day and the institution's figures (or a row with the same columns) of each running cohort,
    and `together` their sum. Silence is judged for each by itself: a new cohort must not hide that another one came to a
    stop, nor seem silent before it has begun.
    """
    silent = [one for since, figures in cohorts if (one := nobody_active(figures, since, today))]
    longest = max(silent, key=lambda one: one.first, default=None)
    found = (attendance_fell(together), longest, not_handed_in(together))
    return [reason for reason in found if reason is not None]


def urgency(reasons: list[Reason], figures: Figures) -> tuple[int, int, int]:
    """A key that sorts what is most urgent first: more reasons, a deeper fall, more people."""
    return (-len(reasons), -figures.fall, -figures.people)


def is_silent(last_active: datetime | None, since: date, now: datetime) -> bool:
    """Whether nothing was done for three weeks, by somebody who could have since `since`."""
    return local_date(now) - quiet_since(last_active, since) >= SILENCE


def quiet_since(last_active: datetime | None, since: date) -> date:
    """The day on which somebody was last seen, who could do something since `since`."""
    return max(local_date(last_active), since) if last_active else since


def attendance_fell(figures: Figures) -> Reason | None:
    """The percentages before and at the latest meeting."""
    before, last = figures.attendance_before, figures.attendance_last
    missed = figures.last_recorded - figures.last_present
    # With one person every missed meeting is a fall of 100 points, which says nothing about the institution.
    if before is None or last is None or missed < 2 or last >= FALL_BELOW or before - last < FALL:
        return None
    return Reason(Why.ATTENDANCE_FELL, before, last)


def nobody_active(figures: Any, running_since: date, today: date) -> Reason | None:
    """The days since somebody did something, and how many people."""
    # Who has done everything may be silent.
    if not figures.people or figures.completed >= figures.required > 0:
        return None
    quiet = today - quiet_since(figures.last_active, running_since)
    return Reason(Why.NOBODY_ACTIVE, quiet.days, figures.people) if quiet >= SILENCE else None


def not_handed_in(figures: Any) -> Reason | None:
    """How many reflections are missing, of how many."""
    missing = figures.due - figures.handed_in
    if missing < MISSING or 2 * missing < figures.due:
        return None
    return Reason(Why.NOT_HANDED_IN, missing, figures.due)
