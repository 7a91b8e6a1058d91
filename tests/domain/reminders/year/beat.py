"""What workers do every hour of the year: plan every rule that could find something, whatever the hour."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import FromClause, Join

from peergang.notifications.actions.plan import plan_rule
from peergang.notifications.catalog import Rule, list_rules


@dataclass
class Planner:
    """Plans as workers do. One thing is left out, since it can find nothing: a rule that joins a table without a row."""

    seen: Counter[str] = field(default_factory=Counter)
    _needs: dict[str, frozenset[str]] = field(default_factory=dict)

    def plan(self, session: Session, *, now: datetime) -> None:
        self.seen["hours"] += 1
        for rule in self._lively(session, now):
            self.seen["statements"] += 1
            plan_rule(session, rule.name, now=now)

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
