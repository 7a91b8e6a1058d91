"""Who is asked to review what: somebody who is there, trains the cohort and has least to do."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

AHEAD = 3
"""So many more than the least burdened colleague somebody may have before what waits is spread anew."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A reflection that waits: who it is suggested to, and for which absent trainer they do it.

    `by_name` when a colleague asked that trainer for it: only an absence moves it.
    """

    reflection_id: UUID
    cohort_id: UUID
    author_id: UUID
    suggested: UUID | None = None
    covering_for: UUID | None = None
    by_name: bool = False


@dataclass(frozen=True, slots=True)
class Team:
    """Who trains which cohort and is there, who is away and who does their work, and what everybody has in hand."""

    present: Mapping[UUID, Sequence[UUID]]
    away: Mapping[UUID, UUID | None]
    in_hand: Mapping[UUID, int]


def spread(waiting: Sequence[Waiting], team: Team) -> list[Waiting]:
    """What changes so that everything waits for somebody who is there. `waiting` in the order of the promise.

    Who comes back gets theirs back. Who is away is covered by their cover, else by whoever has least. Then, while
    somebody is more than AHEAD of a colleague, their last goes to that colleague.
    """
    load = Counter(team.in_hand)
    settled = [_come_back(one, team) for one in waiting]
    load.update(one.suggested for one in settled if one.suggested and _can(one, one.suggested, team))
    for index, one in enumerate(settled):
        if one.suggested is None or not _can(one, one.suggested, team):
            settled[index] = found = _give(one, team, load)
            if found.suggested:
                load[found.suggested] += 1
    _level(settled, team, load)
    return [new for old, new in zip(waiting, settled, strict=True) if new != old]


def _can(one: Waiting, trainer: UUID, team: Team) -> bool:
    return trainer != one.author_id and trainer in team.present.get(one.cohort_id, ())


def _come_back(one: Waiting, team: Team) -> Waiting:
    if one.covering_for and _can(one, one.covering_for, team):
        return replace(one, suggested=one.covering_for, covering_for=None)
    return one


def _give(one: Waiting, team: Team, load: Mapping[UUID, int]) -> Waiting:
    """It goes to the cover of who is away, else to who has least; with nobody there it is free for all."""
    absent = one.suggested if one.suggested in team.away else None
    cover = team.away.get(absent) if absent else None
    if cover is None or not _can(one, cover, team):
        cover = _least(one, team, load)
    return replace(one, suggested=cover, covering_for=one.covering_for or absent)


def _least(one: Waiting, team: Team, load: Mapping[UUID, int]) -> UUID | None:
    able = [who for who in team.present.get(one.cohort_id, ()) if who != one.author_id]
    return min(able, key=lambda who: (load.get(who, 0), str(who)), default=None)


def _level(settled: list[Waiting], team: Team, load: Counter[UUID]) -> None:
    """Each move makes the loads more equal, so this ends; who waits longest stays where they are."""
    for index in reversed(range(len(settled))):
        one = settled[index]
        if one.suggested is None or one.by_name or one.covering_for:
            continue
        to = _least(one, team, load)
        if to is not None and load[one.suggested] - load.get(to, 0) > AHEAD:
            load[one.suggested] -= 1
            load[to] += 1
            settled[index] = replace(one, suggested=to)
