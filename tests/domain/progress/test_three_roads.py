"""The same figures from three roads: the page's queries over what was compiled, the file, and a recount in plain Python.

Histories are invented by Hypothesis: people come, stop, come back, change school and cohort, get more time, go over to a newer
edition, are judged, are erased; around both changes of the clock and on an ordinary day. `PEERGANG_HISTORIES=2000` lives
through as many, others every time; the suite through some dozens, the same ones every time.
"""

import csv
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO, StringIO
from typing import Any

import pytest
from hypothesis import HealthCheck, event, example, given, settings, strategies as st
from sqlalchemy import Connection, delete
from sqlalchemy.orm import Session

from peergang.cohorts.actions.editions import when_upgraded
from peergang.cohorts.actions.leaving import give_up_places
from peergang.coursework.actions.editions import follow_edition
from peergang.identity.actions.account import when_deactivated
from peergang.progress.actions.full_compile import compile_all
from peergang.progress.models import EnrolmentProgress
from peergang.progress.queries.overview import get_overview
from peergang.progress.queries.participation import list_cells, list_shown_cohorts
from peergang.progress.queries.people import list_participants
from peergang.progress.rules.filters import Filter
from peergang.reports.kinds.participation import open_sheet
from peergang.reports.rules.around import Around
from peergang.reports.rules.csv_file import write_csv
from tests.domain.progress.recount.counting import SUMS, Person, add_up, count_people, count_progress
from tests.domain.progress.recount.living import STEPS, Network, Step, live, make_network
from tests.domain.progress.recount.loading import Facts, load_facts
from tests.domain.progress.test_compile import stored
from tests.factories.progress import compile_now

pytestmark = pytest.mark.database

HISTORIES = int(os.environ.get("PEERGANG_HISTORIES", "0"))
MOMENTS = {
    "an ordinary day": datetime(2026, 11, 17, 9, 0, tzinfo=UTC),
    "just after midnight in March, before the clock moves": datetime(2027, 3, 27, 23, 10, tzinfo=UTC),
    "in the hour that comes twice in October, the second time": datetime(2026, 10, 25, 1, 20, tzinfo=UTC),
}

# As create_app does: what others do when a cohort goes over, and when an account is closed.
when_upgraded(follow_edition)
when_deactivated(give_up_places)

number = st.integers(0, 100)
kinds = st.sampled_from([*sorted(STEPS), *(("complete", "attend", "hand in") * 3)])
histories: st.SearchStrategy[list[Step]] = st.lists(
    st.tuples(kinds, number, number, number), min_size=5, max_size=45
)

KNOWN: tuple[list[Step], ...] = (
    # Who was ready nine days ago and works elsewhere since three days counts where they were.
    [("finish", 0, 9, 0), ("move", 0, 1, 57)],
    # Likewise in a cohort that has ended.
    [("complete", 3, 0, 9), ("move", 3, 1, 57), ("move", 4, 0, 57)],
    # Done of the old edition; one of the two is not required in the new one, the other has no place there.
    [("complete", 0, 3, 1), ("complete", 0, 5, 1), ("complete", 0, 0, 1), ("upgrade", 0, 0, 0)],
    [("upgrade", 0, 0, 0), ("complete", 0, 3, 0), ("compile", 0, 0, 0), ("complete", 0, 1, 0)],
    # A meeting of which the attendance was written down, and that never was.
    [("attend", 0, 0, 0), ("attend", 1, 0, 1), ("attend", 0, 1, 0), ("attend", 0, 2, 0), ("cancel", 0, 0, 0)],
    # More time, handed in an hour after the date of the cohort, and the time taken back.
    [("extend", 0, 0, 30), ("extend", 1, 0, 30), ("hand in", 0, 0, 3), ("hand in", 2, 0, 0)],
    [("extend", 0, 0, 30), ("hand in", 0, 0, 3), ("revoke", 0, 0, 0)],
    # Judged, taken back, stopped, gone on in another cohort, erased.
    [("override", 0, 0, 1), ("override", 1, 1, 1), ("compile", 0, 0, 0), ("take back", 0, 0, 0)],
    [("complete", 0, 0, 9), ("transfer", 0, 0, 1), ("complete", 5, 1, 0), ("withdraw", 1, 0, 0)],
    [("complete", 2, 0, 9), ("hand in", 2, 0, 0), ("read", 2, 0, 1), ("erase", 2, 0, 0), ("merge", 0, 1, 5)],
)
"""Histories that are always tried: what chance seldom finds."""


@contextmanager
def from_the_beginning(connection: Connection, network: Network) -> Iterator[Network]:
    """The same network in a session of its own, of which nothing stays."""
    point = connection.begin_nested()
    with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
        yield network.born_again(session)
    point.rollback()


@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS)
def test_any_history_gives_the_same_by_every_road(connection: Connection, moment: datetime) -> None:
    with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
        network = make_network(session, moment)
        session.commit()

    @settings(
        max_examples=HISTORIES or 10,
        derandomize=not HISTORIES,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(histories)
    def lives(steps: list[Step]) -> None:
        for kind in {kind for kind, *_ in steps}:
            event(kind)
        with from_the_beginning(connection, network) as lived:
            live(lived, steps)
            compile_now(lived.session, moment)
            compare(lived.session, moment)

    for history in KNOWN:
        lives = example(history)(lives)
    lives()


def compare(session: Session, now: datetime) -> None:
    """Every road against the recount."""
    facts = load_facts(session)
    people = count_people(facts, now)
    compare_compiled(session, facts, now)
    compare_cells(session, facts, people, now)
    compare_participants(session, facts, people, now)
    compare_network(session, facts, people, now)
    for measure in PARTS:
        compare_file(session, facts, people, measure, now)


def compare_compiled(session: Session, facts: Facts, now: datetime) -> None:
    """The incremental compile, the full one that finds nothing, and the full one from nothing."""
    by_hand = count_progress(facts)
    assert stored(session) == by_hand
    assert compile_all(session.connection(), now=now).written == 0
    session.execute(delete(EnrolmentProgress))
    compile_all(session.connection(), now=now, part=3)
    assert stored(session) == by_hand


def compare_cells(session: Session, facts: Facts, people: list[Person], now: datetime) -> None:
    names = ("people", *SUMS, "last_active")
    cells = {
        (str(institution_id), str(cohort_id)): {name: cell[name] for name in names}
        for (institution_id, cohort_id), cell in add_up(people).items()
    }
    shown = {
        (row.institution_id, row.cohort_id): {name: getattr(row, name) for name in names}
        for row in list_cells(session, now)
    }
    assert shown == cells
    assert {row.id for row in list_shown_cohorts(session)} == {cohort_id for _, cohort_id in cells}
    for school in facts.institutions:
        of_one = {row.cohort_id: row.people for row in list_cells(session, now, school.id)}
        assert of_one == {
            cohort_id: cell["people"] for (place, cohort_id), cell in cells.items() if place == str(school.id)
        }


def compare_participants(session: Session, facts: Facts, people: list[Person], now: datetime) -> None:
    names = (
        *("institution_id", "required", "completed", "present", "recorded"),
        *("handed_in", "due", "last_active"),
    )
    for cohort in facts.cohorts:
        shown = {
            row.enrolment_id: {name: getattr(row, name) for name in names}
            for row in list_participants(session, cohort.id, now)
            if row.state in ("active", "completed")
        }
        by_hand = {
            one.enrolment_id: {name: getattr(one, name) for name in names}
            for one in people
            if one.cohort_id == cohort.id
        }
        assert shown == by_hand


def compare_network(session: Session, facts: Facts, people: list[Person], now: datetime) -> None:
    """The figures above the page: everybody in a cohort that runs."""
    running = {one.id for one in facts.cohorts if one.state == "running"}
    told = get_overview(session, Filter(), now).now
    for name in SUMS:
        assert getattr(told, name) == sum(getattr(one, name) for one in people if one.cohort_id in running)
    assert told.people == sum(one.cohort_id in running for one in people)


PARTS = {
    "aanwezigheid": ("present", "recorded"),
    "voortgang": ("completed", "required"),
    "ingeleverd": ("on_time", "due"),
}
"""What a percentage in the table is of what."""


def compare_file(session: Session, facts: Facts, people: list[Person], measure: str, now: datetime) -> None:
    sheet = open_sheet(session, {"maat": measure}, now)
    target = BytesIO()
    write_csv(sheet, Around(now, "organisator"), target)
    lines = list(csv.reader(StringIO(target.getvalue().decode("utf-8-sig")), delimiter=";"))
    table = lines[: lines.index([])]
    cells, goes_on = add_up(people), {one.id for one in facts.cohorts if one.state in ("open", "running")}
    named = {one.brin: one.id for one in facts.institutions}
    heads = [
        next((one.id for one in facts.cohorts if head.startswith(f"{one.name}: ")), None) for head in table[0]
    ]
    assert len(table) - 1 == len({institution_id for institution_id, _ in cells})
    for row in table[1:]:
        place = named[row[1]]
        mine = {cohort_id: cell for (one, cohort_id), cell in cells.items() if one == place}
        assert row[2] == str(sum(cell["people"] for one, cell in mine.items() if one in goes_on))
        for head, value in zip(heads[3:], row[3:], strict=True):
            assert value == percentage(mine.get(head), *PARTS[measure])


def percentage(cell: dict[str, Any] | None, part: str, whole: str) -> str:
    """Whole percents, half up; 100 only when all are there, and 0 only when none is. Nothing of nothing."""
    if cell is None or not cell[whole]:
        return ""
    if cell[part] == cell[whole]:
        return "100"
    if not cell[part]:
        return "0"
    return str(min(99, max(1, int(100 * cell[part] / cell[whole] + 0.5))))
