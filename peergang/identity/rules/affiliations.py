"""What a change of work does to the periods of one person, as pure rules.

A period runs up to and not including `until`; None means that it goes on. An empty one (until = since) was corrected away.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Period:
    """The time somebody works at an institution."""

    id: UUID
    institution_id: UUID
    since: date
    until: date | None

    @property
    def is_empty(self) -> bool:
        """Whether it holds no day at all."""
        return self.until is not None and self.until <= self.since

    def holds(self, day: date) -> bool:
        """Whether `day` lies in it."""
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Change:
    """What to do: end the periods of `cut` on the day of the change, or on their own first day when they begin later; then,
    unless `stays` names the one that says it already, add one that runs until `until`.
    """

    cut: frozenset[UUID]
    stays: UUID | None = None
    until: date | None = None


def plan_change(periods: Sequence[Period], institution_id: UUID, since: date, today: date) -> Change:
    """From `since` on somebody works at this institution.

    The period of that day ends there. What began afterwards and is not in the future stays as it was, so the new period
    lasts until then; what was only planned gives way.
    """
    kept = [one for one in periods if not one.is_empty]
    there = next((one for one in kept if one.holds(since)), None)
    later = sorted((one for one in kept if one.since > since), key=lambda one: one.since)
    begun = next((one for one in later if one.since <= today), None)
    planned = frozenset(one.id for one in later if begun is None)
    if there and there.institution_id == institution_id:
        # What is known already needs nothing; an end that was planned for it is taken as it stands.
        return Change(frozenset(), stays=there.id)
    cut = planned | ({there.id} if there else frozenset())
    return Change(cut, until=begun.since if begun else None)


def period_on(periods: Sequence[Period], day: date) -> Period | None:
    """The one that counts on `day`: that day's, in a gap the one before it, before all of them the first."""
    kept = sorted((one for one in periods if not one.is_empty), key=lambda one: one.since)
    before = [one for one in kept if one.since <= day]
    return before[-1] if before else next(iter(kept), None)
