"""What workers do every hour of the year: all that could find something, and now and then the rest, to see that it finds
nothing.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import FromClause, Join

from peergang.notifications.actions.plan import plan_rule
from peergang.notifications.catalog import Rule, list_rules
from tests.domain.reminders.year.world import HERE

TURNS = frozenset({0, 8, 9, 12, 15, 18, 21})
"""Hours at which something becomes due by time alone: midnight, the mornings, when meetings and work are over, and twelve hours
before a morning.
"""
HOURLY = frozenset({"participant_quiet"})
"""Rules that count from the hour in which somebody was here, so that any hour may bring something."""
HOUR = timedelta(hours=1)
STEPS = 12
"""One in so many of the other hours is looked at all the same."""


@dataclass
class Planner:
    """Plans as workers do. Two things are left out, since they can find nothing: a rule that joins a table without a row, and
    the rules in an hour in which nothing happened and nothing becomes due by time; all but those of HOURLY.

    Most of such hours are skipped; the few that are not must bring nothing new, which is what makes it safe.
    """

    chance: Random
    seen: Counter[str] = field(default_factory=Counter)
    surprises: list[str] = field(default_factory=list)
    _last: datetime | None = None
    _needs: dict[str, frozenset[str]] = field(default_factory=dict)

    def plan(self, session: Session, *, happened: bool, now: datetime) -> None:
        looks = self._turns(now) or happened
        sample = not looks and not self.chance.randrange(STEPS)
        self.seen[
            "hours planned" if looks else "hours looked at all the same" if sample else "hours skipped"
        ] += 1
        for rule in self._lively(session, now):
            if not (looks or sample or rule.name in HOURLY):
                continue
            self.seen["statements"] += 1
            new = plan_rule(session, rule.name, now=now)
            if new and sample and rule.name not in HOURLY:
                self.surprises.append(f"{rule.name} had {new} at {now}, an hour that would have been skipped")

    def _turns(self, now: datetime) -> bool:
        """Whether one of those hours has begun since the last time."""
        moment, self._last = self._last or now, now
        passed = {now.astimezone(HERE).hour}
        while moment < now:
            moment += HOUR
            passed.add(moment.astimezone(HERE).hour)
        return not TURNS.isdisjoint(passed)

    def _lively(self, session: Session, now: datetime) -> list[Rule]:
        """The rules of which every table has a row."""
        if not self._needs:
            self._needs = {rule.name: frozenset(needed(rule, now)) for rule in list_rules()}
        tables = sorted(set().union(*self._needs.values()))
        counts = ", ".join(f'EXISTS (SELECT FROM "{table}") AS "{table}"' for table in tables)
        filled = session.execute(sa.text(f"SELECT {counts}")).mappings().one()
        return [rule for rule in list_rules() if all(filled[table] for table in self._needs[rule.name])]


def needed(rule: Rule, now: datetime) -> set[str]:
    """The tables without which a rule can find nothing: those of its select and of its inner joins."""
    found: set[str] = set()
    for source in rule.due(now).get_final_froms():
        found |= _tables(source)
    return found


def _tables(source: FromClause) -> set[str]:
    if isinstance(source, Join):
        right = set() if source.isouter or source.full else _tables(source.right)
        return right if source.full else right | _tables(source.left)
    table = source if isinstance(source, sa.Table) else getattr(source, "element", None)
    return {table.name} if isinstance(table, sa.Table) else set()
