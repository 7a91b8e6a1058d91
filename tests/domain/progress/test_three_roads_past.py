"""As test_three_roads, of a day that is over: whatever happened since, the pages and the files of that day give the recount of
that day. And every kind of file of the participation and people reports, now and then.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from peergang.core.clock import local_date
from peergang.core.i18n import in_locale
from peergang.progress.actions.snapshot import take_snapshot
from peergang.progress.queries.overview import get_overview
from peergang.progress.queries.participation import list_cells, list_shown_cohorts
from peergang.progress.queries.people import list_participants
from peergang.progress.rules.filters import Filter
from peergang.progress.rules.moment import Moment
from peergang.reports.kinds import get_kind, parse, rows_of
from peergang.reports.rules.sheet import Sheet
from tests.domain.progress.recount.counting import SUMS, Person, add_up, count_people
from tests.domain.progress.recount.files import compare_contents, people_rows, percentage, written
from tests.domain.progress.recount.living import STEPS, Step, live, make_network
from tests.domain.progress.recount.loading import Facts, load_facts
from tests.domain.progress.test_three_roads import HISTORIES, from_the_beginning
from tests.factories.progress import compile_now

pytestmark = pytest.mark.database

NOW = datetime.fromisoformat("2026-10-25T01:20:00+00:00")
"""In the hour that comes twice: the day that is over has twenty-five of them."""

# These write down a beginning long ago, as nobody can with the platform.
NOT_LATER = ("enrol", "return")
number = st.integers(0, 100)


def histories(kinds: list[str], most: int) -> st.SearchStrategy[list[Step]]:
    return st.lists(st.tuples(st.sampled_from(kinds), number, number, number), min_size=3, max_size=most)


FIRST = histories(sorted(STEPS) + ["complete", "attend", "hand in"] * 3, 30)
AFTER = histories(sorted(set(STEPS) - set(NOT_LATER)), 25)
FULL: list[Step] = [
    *(("complete", who, what, 5) for who in range(5) for what in range(who)),
    *(("attend", who, who, who) for who in range(5)),
    *(("hand in", who, 0, who) for who in range(5)),
    ("extend", 1, 0, 30),
    ("override", 2, 3, 1),
    ("withdraw", 2, 1, 0),
]
ALL_LATER: list[Step] = [(kind, 1, 0, 0) for kind in sorted(set(STEPS) - {*NOT_LATER, "erase"})]
"""Everything at once to one person, and at last the person is erased."""


@settings(
    max_examples=HISTORIES or 5,
    derandomize=not HISTORIES,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@example(FULL, [*ALL_LATER, ("erase", 1, 0, 0)])
@example([*FULL, ("erase", 0, 0, 0)], [("merge", 0, 1, 5), ("move", 3, 1, 57), ("cancel", 0, 0, 0)])
@given(FIRST, AFTER)
def _lives(connection: Connection, network: Any, before: list[Step], after: list[Step]) -> None:
    with from_the_beginning(connection, network) as lived:
        session, day = lived.session, local_date(NOW)
        end = Moment(NOW + timedelta(days=3), day).at
        live(lived, before)
        compile_now(session, end)
        take_snapshot(session, now=end)
        facts = load_facts(session)
        kept = {one.enrolment_id: one.last_active for one in count_people(facts, end)}
        compare_files(session, facts, count_people(facts, end), end, "")
        lived.now, lived.since = NOW + timedelta(days=3), end + timedelta(hours=1)
        live(lived, after)
        compile_now(session, lived.now)
        put_right = told_late(facts, load_facts(session))
        people = [replace(one, last_active=kept[one.enrolment_id]) for one in count_people(put_right, end)]
        compare_pages(session, put_right, people, Moment(lived.now, day))
        compare_files(session, put_right, people, lived.now, f"op={day}")


def test_a_day_that_is_over_and_every_kind_of_file(connection: Connection) -> None:
    with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
        network = make_network(session, NOW)
        session.commit()
    with in_locale("nl"):
        lives: Callable[..., None] = _lives
        lives(connection, network)


def told_late(then: Facts, now: Facts) -> Facts:
    """Facts of a day as they are known later: where people worked and who was at a meeting can be put right afterwards, and
    people and institutions are called what they are called now (docs/decisions/0063-as-of.md).
    """
    return replace(
        then,
        affiliations=now.affiliations,
        attendances=now.attendances,
        meetings=now.meetings,
        institutions=now.institutions,
    )


def compare_pages(session: Session, facts: Facts, people: list[Person], at: Moment) -> None:
    """The queries of the pages as of the day."""
    sums = ("people", *SUMS, "last_active")
    cells = {
        (str(place), str(cohort)): {name: cell[name] for name in sums}
        for (place, cohort), cell in add_up(people).items()
    }
    shown = {
        (row.institution_id, row.cohort_id): {name: getattr(row, name) for name in sums}
        for row in list_cells(session, at)
    }
    assert shown == cells
    assert {row.id for row in list_shown_cohorts(session, at)} == {cohort for _, cohort in cells}
    names = ("institution_id", "required", "completed", "present", "recorded", "handed_in", "due")
    for cohort in facts.cohorts:
        by_page = {
            row.enrolment_id: [getattr(row, name) for name in (*names, "last_active")]
            for row in list_participants(session, cohort.id, at)
            if row.state in ("active", "completed")
        }
        by_hand = {
            one.enrolment_id: [getattr(one, name) for name in (*names, "last_active")]
            for one in people
            if one.cohort_id == cohort.id
        }
        assert by_page == by_hand
    running = {one.id for one in facts.cohorts if one.state == "running"}
    told = get_overview(session, Filter(day=at.day), at).now
    for name in SUMS:
        assert getattr(told, name) == sum(getattr(one, name) for one in people if one.cohort_id in running)


def compare_files(session: Session, facts: Facts, people: list[Person], now: datetime, query: str) -> None:
    """Both reports, in every kind of file."""
    compare_participation(session, facts, people, now, query)
    running = facts.cohorts[0]
    asked = f"cohort={running.id}&{query}"
    by_hand = people_rows(session, facts, people, running.id)
    found = [list(row) for row in rows_of("people", asked, session, now)]
    taking_part = [row for row in found if row[3] != "gestopt"]
    assert sorted(taking_part, key=str) == sorted(by_hand, key=str)
    stopped = [row for row in found if row[3] == "gestopt"]
    assert all(row[4] is None and isinstance(row[12], date) for row in stopped)
    compare_writers(sheet_of("people", asked, session, now), found, now)


def compare_participation(
    session: Session, facts: Facts, people: list[Person], now: datetime, query: str
) -> None:
    asked = f"maat=voortgang&volgorde=naam&{query}"
    sheet, cells = sheet_of("participation", asked, session, now), add_up(people)
    goes_on = {one.id for one in facts.cohorts if one.state in ("open", "running")}
    heads = [
        next(one.id for one in facts.cohorts if column.heading.startswith(f"{one.name}: "))
        for column in sheet.columns[3:]
    ]
    by_hand = []
    for place in sorted({place for place, _ in cells}):
        school = next(one for one in facts.institutions if one.id == place)
        mine = {cohort: cell for (one, cohort), cell in cells.items() if one == place}
        shares = [mine.get(head, {"completed": 0, "required": 0}) for head in heads]
        by_hand.append(
            [
                school.name,
                school.brin,
                sum(cell["people"] for cohort, cell in mine.items() if cohort in goes_on),
                *(percentage(one["completed"], one["required"]) for one in shares),
            ]
        )
    found = [list(row) for row in rows_of("participation", asked, session, now)]
    assert sorted(found, key=str) == sorted(by_hand, key=str)
    compare_writers(sheet, found, now)


def sheet_of(kind: str, query: str, session: Session, now: datetime) -> Sheet:
    return get_kind(kind).open(session, parse(query), now)


def compare_writers(sheet: Sheet, rows: list[list[Any]], now: datetime) -> None:
    """A sheet can be written once, so it gets the rows that were read already."""
    compare_contents(sheet.columns, rows, lambda form: written(replace(sheet, rows=rows), form, now))
