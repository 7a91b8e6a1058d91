"""What a change of work does to somebody's periods, on a table of days."""

from datetime import date
from uuid import UUID, uuid4

import pytest

from peergang.identity.rules.affiliations import Period, period_on, plan_change

TODAY = date(2026, 11, 17)
A, B, C = uuid4(), uuid4(), uuid4()


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def periods(*rows: tuple[UUID, str, str | None]) -> list[Period]:
    return [
        Period(UUID(int=number), school, day(since), day(until) if until else None)
        for number, (school, since, until) in enumerate(rows)
    ]


@pytest.mark.parametrize(
    ("known", "school", "since", "cut", "stays", "until"),
    [
        # Nothing known yet.
        ([], A, "11-17", [], None, None),
        # Elsewhere from today, from the past, from a day to come.
        ([(A, "01-01", None)], B, "11-17", [0], None, None),
        ([(A, "01-01", None)], B, "09-01", [0], None, None),
        ([(A, "01-01", None)], B, "12-01", [0], None, None),
        # There already.
        ([(A, "01-01", None)], A, "11-17", [], 0, None),
        ([(A, "01-01", "12-31")], A, "11-17", [], 0, None),
        # Left before: a gap.
        ([(A, "01-01", "06-01")], B, "11-17", [], None, None),
        ([(A, "01-01", "06-01")], A, "11-17", [], None, None),
        # What was planned gives way; what began stays.
        ([(A, "01-01", "12-01"), (B, "12-01", None)], C, "11-20", [0, 1], None, None),
        ([(A, "01-01", "10-01"), (B, "10-01", None)], C, "09-01", [0], None, "10-01"),
        ([(A, "01-01", "10-01"), (B, "10-01", "12-01"), (A, "12-01", None)], C, "09-01", [0], None, "10-01"),
        ([(B, "10-01", None)], A, "09-01", [], None, "10-01"),
        # An empty one was corrected away.
        ([(A, "01-01", None), (B, "05-01", "05-01")], C, "04-01", [0], None, None),
    ],
)
def test_the_table_of_changes(
    known: list[tuple[UUID, str, str | None]],
    school: UUID,
    since: str,
    cut: list[int],
    stays: int | None,
    until: str | None,
) -> None:
    plan = plan_change(periods(*known), school, day(since), TODAY)
    assert plan.cut == {UUID(int=number) for number in cut}
    assert plan.stays == (None if stays is None else UUID(int=stays))
    assert plan.until == (day(until) if until else None)


@pytest.mark.parametrize(
    ("asked", "school"),
    [("01-01", A), ("02-01", A), ("05-31", A), ("06-01", A), ("08-31", A), ("09-01", B), ("12-31", B)],
)
def test_in_a_gap_the_one_before_counts_and_before_all_the_first(asked: str, school: UUID) -> None:
    known = periods((A, "02-01", "06-01"), (C, "07-01", "07-01"), (B, "09-01", None))
    found = period_on(known, day(asked))
    assert found is not None
    assert found.institution_id == school


def test_without_any_nothing_counts() -> None:
    assert period_on([], TODAY) is None
    assert period_on(periods((A, "02-01", "02-01")), TODAY) is None
