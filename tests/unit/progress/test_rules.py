"""The pure rules of progress: percentages, filters, reasons, working days, the file, the grid."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from hypothesis import given, strategies as st

from peergang.progress.rules.figures import Figures, Measure, add_up, percent, value_of
from peergang.progress.rules.filters import Filter, Order
from peergang.progress.rules.grid import Stage, build_activity_grid, build_grid, silences_in, stage_of
from peergang.progress.rules.seasons import feedback_deadline, list_deadlines, season_of
from peergang.progress.rules.table import build_table, choose_columns

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (0, 0, None),
        (0, 3, 0),
        (3, 3, 100),
        (1, 3, 33),
        (2, 3, 67),
        (1, 8, 13),
        (299, 300, 99),
        (1, 300, 1),
        (4, 3, 100),
    ],
)
def test_percentages_are_whole_and_honest_at_the_ends(part: int, whole: int, expected: int | None) -> None:
    assert percent(part, whole) == expected


@given(st.integers(0, 10_000), st.integers(1, 10_000))
def test_percentages_never_leave_the_scale_and_say_all_only_of_all(part: int, whole: int) -> None:
    part = min(part, whole)
    found = percent(part, whole)
    assert found is not None
    assert 0 <= found <= 100
    assert (found == 100) == (part == whole)
    assert (found == 0) == (part == 0)


figures = st.builds(
    Figures,
    *(st.integers(0, 50) for _ in range(10)),
    last_active=st.none() | st.datetimes(timezones=st.just(UTC)),
)


@given(st.lists(figures, max_size=6), st.randoms())
def test_sums_do_not_depend_on_the_order_or_on_grouping(parts: list[Figures], random: object) -> None:
    shuffled = list(parts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert add_up(parts) == add_up(shuffled) == add_up([add_up(parts[:2]), add_up(parts[2:])])


@given(
    st.dictionaries(
        st.sampled_from(["maat", "programma", "volgorde", "naam", "pagina"]), st.text(max_size=30)
    )
)
def test_any_address_is_a_filter_and_comes_back_as_it_went(values: dict[str, str]) -> None:
    from urllib.parse import parse_qsl

    chosen = Filter.parse(values)
    again = Filter.parse(dict(parse_qsl(chosen.query(page=chosen.page), keep_blank_values=True)))
    assert again == chosen
    assert chosen.page >= 1


def test_names_are_found_without_accents_and_capitals() -> None:
    chosen = Filter.parse({"naam": "  cafÉ  noord "})
    assert chosen.name == "cafÉ noord"
    assert chosen.matches("ROC Cafe Noordoost")
    assert not chosen.matches("ROC Café")


LONG_AGO = date(2026, 9, 1)
ACTIVE = NOW - timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "deadline"),
    [
        (date(2026, 11, 16), date(2026, 11, 23)),
        (date(2026, 11, 20), date(2026, 11, 27)),
        (date(2026, 11, 21), date(2026, 11, 27)),
        # Christmas, Boxing Day in a weekend, and New Year's Day.
        (date(2026, 12, 23), date(2026, 12, 31)),
        (date(2026, 12, 28), date(2027, 1, 5)),
    ],
)
def test_five_working_days(day: date, deadline: date) -> None:
    assert feedback_deadline(day) == deadline


def test_every_day_of_the_half_year_has_one_deadline() -> None:
    days = [day for day, _ in list_deadlines(date(2026, 11, 17))]
    assert len(set(days)) == len(days) == 183
    assert days[-1] == date(2026, 11, 17)


@pytest.mark.parametrize(
    ("day", "autumn", "since"),
    [
        (date(2026, 8, 1), True, date(2026, 8, 1)),
        (date(2027, 1, 31), True, date(2026, 8, 1)),
        (date(2027, 2, 1), False, date(2027, 2, 1)),
        (date(2027, 7, 31), False, date(2027, 2, 1)),
    ],
)
def test_seasons(day: date, autumn: bool, since: date) -> None:
    assert (season_of(day).autumn, season_of(day).since) == (autumn, since)


def cohort(name: str, state: str, sign: str = "peergang", day: date = LONG_AGO) -> SimpleNamespace:
    return SimpleNamespace(id=str(uuid4()), name=name, state=state, sign=sign, starts_on=day)


def test_all_cohorts_that_go_on_have_a_column_and_earlier_ones_fill_up() -> None:
    closed = [cohort(f"oud {number}", "closed") for number in range(8)]
    running = [cohort("nu 1", "running"), cohort("straks", "open", "masterclass")]
    names = [column.name for column in choose_columns([*closed, *running], Filter())]
    assert names == ["oud 4", "oud 5", "oud 6", "oud 7", "nu 1", "straks"]
    many = [cohort(f"nu {number}", "running") for number in range(9)]
    assert len(choose_columns([*closed, *many], Filter())) == 9
    only = choose_columns([*closed, *running], Filter.parse({"programma": "masterclass"}))
    assert [column.name for column in only] == ["straks"]


def cell(institution: str, name: str, cohort_id: str, **figures: object) -> SimpleNamespace:
    base = vars_of(Figures(people=2))
    return SimpleNamespace(
        institution_id=institution,
        institution_name=name,
        brin="",
        aliases="",
        cohort_id=cohort_id,
        **(base | figures),
    )


def vars_of(one: Figures) -> dict[str, object]:
    return {name: getattr(one, name) for name in Figures._fields}


def test_orders() -> None:
    now = cohort("nu", "running")
    cells = [
        cell(str(uuid4()), "Beuk", now.id, present=1, recorded=4, last_present=1, last_recorded=2),
        cell(str(uuid4()), "Adelaar", now.id, present=3, recorded=4, last_present=0, last_recorded=1),
        cell(str(uuid4()), "Ceder", now.id),
    ]
    found = {
        order: [line.name for line in build_table(cells, [now], Filter(order=order)).lines] for order in Order
    }
    assert found == {
        Order.LOWEST: ["Beuk", "Adelaar", "Ceder"],
        Order.NAME: ["Adelaar", "Beuk", "Ceder"],
        Order.FALL: ["Adelaar", "Beuk", "Ceder"],
    }
    assert value_of(cells[0], Measure.ATTENDANCE) == 25


PAST, SOON, LATER = NOW - timedelta(days=30), NOW + timedelta(days=5), NOW + timedelta(days=40)


@pytest.mark.parametrize(
    ("done", "opens_at", "due_at", "stage"),
    [
        (3, PAST, NOW, Stage.DONE),
        (3, SOON, LATER, Stage.DONE),
        (2, PAST, NOW, Stage.LATE),
        (0, PAST, NOW + timedelta(seconds=1), Stage.OPEN),
        (1, PAST, SOON, Stage.BUSY),
        (0, SOON, LATER, Stage.CLOSED),
    ],
)
def test_stages(done: int, opens_at: datetime, due_at: datetime, stage: Stage) -> None:
    assert stage_of(done, 3, opens_at, due_at, NOW) == stage


def test_the_grid_puts_who_waits_longest_first_and_who_stopped_last() -> None:
    module = SimpleNamespace(module_id=uuid4(), required=2, opens_at=PAST, due_at=SOON)

    def person(name: str, state: str = "active") -> SimpleNamespace:
        return SimpleNamespace(
            name=name,
            enrolment_id=uuid4(),
            state=state,
            last_active=ACTIVE,
            required=2,
            completed=1,
            activated_at=PAST,
        )

    people = [
        person("gewoon"),
        person("gestopt", "withdrawn"),
        person("stil"),
        person("wacht kort"),
        person("wacht lang"),
    ]
    waiting = {
        (people[3].enrolment_id, module.module_id): NOW - timedelta(days=1),
        (people[4].enrolment_id, module.module_id): NOW - timedelta(days=8),
        (people[1].enrolment_id, module.module_id): NOW - timedelta(days=9),
    }
    signals = [
        SimpleNamespace(enrolment_id=people[0].enrolment_id, rule="overdue"),
        SimpleNamespace(enrolment_id=people[1].enrolment_id, rule="quiet"),
        SimpleNamespace(enrolment_id=people[2].enrolment_id, rule="never_started"),
    ]
    lines = build_grid(people, [module], {}, waiting, NOW, silences=silences_in(signals))
    assert [line.person.name for line in lines if line.stuck] == ["stil"]
    assert [line.person.name for line in lines] == ["wacht lang", "wacht kort", "stil", "gewoon", "gestopt"]
    assert [line.waiting_days for line in lines] == [8, 1, 0, 0, 0]
    assert lines[-1].spots[0].stage == Stage.STOPPED


@pytest.mark.parametrize(
    ("joined", "stage", "stuck"),
    [
        (NOW - timedelta(days=1), Stage.OPEN, False),
        (PAST - timedelta(days=9), Stage.LATE, True),
        (None, Stage.LATE, True),
    ],
)
def test_who_came_in_later_is_not_late(joined: datetime | None, stage: Stage, stuck: bool) -> None:
    module = SimpleNamespace(module_id=uuid4(), required=2, opens_at=PAST, due_at=NOW - timedelta(days=5))
    activity = SimpleNamespace(activity_id=uuid4(), required=True, opens_at=PAST, due_at=module.due_at)
    person = SimpleNamespace(
        enrolment_id=uuid4(), state="active", last_active=None, required=2, completed=0, activated_at=joined
    )
    (line,) = build_grid([person], [module], {}, {}, NOW)
    assert (line.spots[0].stage, line.stuck) == (stage, stuck)
    (line,) = build_activity_grid([person], [activity], {}, NOW)
    assert (line.spots[0].stage, line.stuck) == (stage, stuck)


def test_nobody_is_late_with_what_need_not_be_done() -> None:
    due = {"opens_at": PAST, "due_at": NOW - timedelta(days=5)}
    free = SimpleNamespace(activity_id=uuid4(), required=False, **due)
    person = SimpleNamespace(enrolment_id=uuid4(), state="active", last_active=NOW, activated_at=PAST)
    (line,) = build_activity_grid([person], [free], {}, NOW)
    assert (line.spots[0].stage, line.stuck) == (Stage.OPEN, False)


def test_what_was_begun_before_joining_in_time_is_still_busy() -> None:
    module = SimpleNamespace(module_id=uuid4(), required=2, opens_at=PAST, due_at=NOW - timedelta(days=5))
    person = SimpleNamespace(
        enrolment_id=uuid4(), state="active", last_active=NOW, required=2, completed=1, activated_at=NOW
    )
    done = {(person.enrolment_id, module.module_id): 1}
    (line,) = build_grid([person], [module], done, {}, NOW)
    assert line.spots[0].stage == Stage.BUSY
