"""What holds after every step, recounted in plain Python from the rows."""

from collections import Counter, defaultdict
from datetime import date
from typing import Any

import sqlalchemy as sa
from hypothesis.stateful import invariant

from peergang.core.clock import local_date
from peergang.progress.actions.compile import compile_dirty
from peergang.progress.queries.participation import list_cells
from tests.domain.cohorts.life.base import Life
from tests.domain.cohorts.life.model import SEATED, Run

NEXT = {
    None: {"invited", "waitlisted", "active"},
    "invited": {"active", "withdrawn"},
    "waitlisted": {"invited", "withdrawn"},
    "active": {"completed", "withdrawn"},
    "completed": set(),
    "withdrawn": {"invited", "waitlisted", "active"},
}
"""A transfer goes on as active where somebody begins; a step may take several transitions in a row only through there."""


class Invariants(Life):
    """Read with plain SQL, apart from the queries under test."""

    def rows(self, statement: str, **values: Any) -> list[Any]:
        return list(self.session.execute(sa.text(statement), values))

    @invariant()
    def places_are_as_the_model_says(self) -> None:
        for run in self.world.runs:
            rows = self.rows(
                "SELECT u.email, e.state, e.moved_up, e.waitlisted_at, e.id FROM enrolment e"
                ' JOIN "user" u ON u.id = e.user_id'
                " WHERE e.cohort_id = :cohort AND e.role = 'participant'",
                cohort=run.id,
            )
            assert {row.email: row.state for row in rows} == {
                name: place.state for name, place in run.places.items()
            }
            seated = sum(row.state in SEATED for row in rows)
            waiting = [row for row in rows if row.state == "waitlisted"]
            waiting.sort(key=lambda row: (-row.moved_up, row.waitlisted_at))
            assert seated <= run.capacity
            assert [row.email for row in waiting] == run.waiting
            assert not (run.changeable and waiting and seated < run.capacity), (
                "somebody waits beside a free seat"
            )
            for row in rows:
                before = self.states.get(row.id)
                assert before == row.state or row.state in NEXT[before], (before, row.state)
                self.states[row.id] = row.state
        states = {row.id: row.state for row in self.rows("SELECT id, state FROM cohort")}
        assert {run.id: run.state for run in self.world.runs}.items() <= states.items()

    @invariant()
    def facts_stay(self) -> None:
        found = {
            (row.enrolment_id, row.activity_id): row.completed_at
            for row in self.rows("SELECT enrolment_id, activity_id, completed_at FROM activity_completion")
        }
        assert self.facts.items() <= found.items()
        self.facts = found

    @invariant()
    def progress_is_a_plain_recount(self) -> None:
        while compile_dirty(self.session, now=self.now):
            pass
        kept = {
            (row.cohort_id, row.email): (row.completed, row.required)
            for row in self.rows(
                "SELECT e.cohort_id, u.email, p.completed, p.required FROM enrolment_progress p"
                ' JOIN enrolment e ON e.id = p.enrolment_id JOIN "user" u ON u.id = e.user_id'
            )
        }
        counted = {
            (run.id, name): self.world.progress(run, place)
            for run in self.world.runs
            for name, place in run.places.items()
            if place.state in ("active", "completed")
        }
        assert kept == counted
        assert all(done <= required for done, required in kept.values())

    @invariant()
    def dates_follow_and_pins_stay(self) -> None:
        for run in self.world.runs:
            edition_id, keys = self.world.editions[run.edition]
            activities = self.rows(
                "SELECT a.slug, a.edition_id, c.opens_at, c.due_at, c.pinned FROM cohort_activity c"
                " JOIN activity a ON a.id = c.activity_id WHERE c.cohort_id = :cohort",
                cohort=run.id,
            )
            modules = self.rows(
                "SELECT m.slug, m.edition_id, c.opens_at, c.due_at, c.pinned FROM cohort_module c"
                " JOIN module m ON m.id = c.module_id WHERE c.cohort_id = :cohort",
                cohort=run.id,
            )
            assert {row.edition_id for row in (*activities, *modules)} == {edition_id}
            assert sorted(row.slug for row in activities) == sorted(slug for slug, _ in keys)
            assert sorted(row.slug for row in modules) == ["module-1", "module-2"]
            assert all(row.opens_at < row.due_at for row in modules)
            pins: dict[tuple[str, str], Any] = {
                ("activity", row.slug): (None, row.due_at) for row in activities if row.pinned
            }
            pins |= {("module", row.slug): (row.opens_at, row.due_at) for row in modules if row.pinned}
            assert pins == run.pins

    @invariant()
    def meetings_are_as_the_model_says(self) -> None:
        for run in self.world.runs:
            rows = self.rows(
                "SELECT t.id, m.slug, t.starts_at, t.state, a.slug AS activity FROM meeting t"
                " LEFT JOIN module m ON m.id = t.module_id LEFT JOIN activity a ON a.id = t.activity_id"
                " WHERE t.cohort_id = :cohort",
                cohort=run.id,
            )
            found = {row.id: (row.slug, row.activity, row.starts_at, row.state) for row in rows}
            assert found == {
                key: (one.module, f"m{one.module[-1]}-meeting", one.starts_at, one.state)
                for key, one in run.meetings.items()
            }

    @invariant()
    def groups_are_whole(self) -> None:
        rows = self.rows(
            "SELECT p.enrolment_id, p.peer_group_id, p.pinned, e.state, e.cohort_id, p.cohort_id AS of_cohort"
            " FROM peer_group_membership p JOIN enrolment e ON e.id = p.enrolment_id WHERE p.left_at IS NULL"
        )
        assert all(row.state in SEATED and row.cohort_id == row.of_cohort for row in rows)
        assert max(Counter(row.enrolment_id for row in rows).values(), default=1) == 1
        assert max(Counter(row.peer_group_id for row in rows).values(), default=0) <= 6
        now_in = {row.enrolment_id: row.peer_group_id for row in rows}
        seated = {key for key, state in self.states.items() if state in SEATED}
        for key, group in self.pinned.items():
            assert now_in.get(key) == group or key not in seated or key not in now_in, "a pin was moved"
        self.pinned = {row.enrolment_id: row.peer_group_id for row in rows if row.pinned}

    @invariant()
    def everybody_counts_where_they_work(self) -> None:
        periods = defaultdict(list)
        for row in self.rows(
            "SELECT user_id, institution_id, valid_from, valid_until FROM affiliation"
            " WHERE valid_until IS NULL OR valid_until > valid_from ORDER BY valid_from"
        ):
            mine = periods[row.user_id]
            assert not mine or (mine[-1].valid_until and mine[-1].valid_until <= row.valid_from), "an overlap"
            mine.append(row)
        counted: Counter[tuple[str, str]] = Counter()
        for row in self.rows(
            "SELECT e.user_id, e.cohort_id, e.completed_at, c.ends_on FROM enrolment e"
            " JOIN cohort c ON c.id = e.cohort_id WHERE e.role = 'participant'"
            " AND e.state IN ('active', 'completed') AND c.state IN ('open', 'running', 'closed')"
        ):
            ended = [local_date(row.completed_at)] if row.completed_at else []
            day = min([local_date(self.now), row.ends_on, *ended])
            counted[self.school_on(periods[row.user_id], day), str(row.cohort_id)] += 1
        mine = {str(run.id) for run in self.world.runs}
        cells = {
            (one.institution_id, one.cohort_id): one.people
            for one in list_cells(self.session, self.now)
            if one.cohort_id in mine
        }
        assert cells == dict(counted)

    @staticmethod
    def school_on(periods: list[Any], day: date) -> str:
        """The one that holds or held last, and before all of them the first."""
        begun = [one for one in periods if one.valid_from <= day]
        return str((begun[-1] if begun else periods[0]).institution_id)

    @invariant()
    def nobody_hears_the_same_twice(self) -> None:
        """An activity is the same thing in every edition; who follows two cohorts may hear of both."""
        twice = self.rows(
            "SELECT n.rule, a.slug, n.recipient_id, n.occurrence FROM notice n"
            " JOIN activity a ON a.id = n.subject_id"
            " WHERE (SELECT count(*) FROM enrolment e WHERE e.user_id = n.recipient_id) = 1"
            " GROUP BY 1, 2, 3, 4 HAVING count(*) > 1"
        )
        assert not twice

    @invariant()
    def what_is_over_stays(self) -> None:
        for run in self.world.runs:
            if run.changeable:
                continue
            now_is = self.picture(run)
            assert self.over.setdefault(run.id, now_is) == now_is

    def picture(self, run: Run) -> list[tuple[Any, ...]]:
        """Everything of a cohort that nobody may change once it is over."""
        found: list[tuple[Any, ...]] = []
        for what in (
            "id, state, withdrawn_reason, affiliation_id, moved_up FROM enrolment",
            "enrolment_id, peer_group_id, left_at, pinned FROM peer_group_membership",
            "activity_id, opens_at, due_at, pinned FROM cohort_activity",
            "module_id, opens_at, due_at, pinned FROM cohort_module",
            "id, starts_at, state, revision FROM meeting",
            "id, email, state FROM join_request",
        ):
            found += map(
                tuple, self.rows(f"SELECT {what} WHERE cohort_id = :cohort ORDER BY 1, 2", cohort=run.id)
            )
        for what in (
            "activity_id, activity_completion.completed_at FROM activity_completion",
            "activity_id, due_at FROM extension",
            "meeting_id, attendance.state FROM attendance",
        ):
            found += map(
                tuple,
                self.rows(
                    f"SELECT enrolment_id, {what} JOIN enrolment e ON e.id = enrolment_id"
                    " WHERE e.cohort_id = :cohort ORDER BY 1, 2, 3",
                    cohort=run.id,
                ),
            )
        return found
