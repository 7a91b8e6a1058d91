"""What a contact gets to see names no small group, whatever is subtracted from whatever else.

The attacker here collects every sum that the pages give of every week, programme and cohort, as a row over the members. A
group of fewer than five is given away when a combination of rows is a row over that group alone: that is looked for exactly,
with fractions. What lies under a share is bounded as well: nobody's own part follows from the ends of a sum.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations, pairwise

from hypothesis import given, strategies as st

from peergang.progress.rules.withheld import (
    MEASURES,
    SMALLEST,
    Group,
    Share,
    choose_newcomers,
    tell,
    tell_together,
)

COHORTS = ("peergang-1", "peergang-2", "masterclass-1")
PEOPLE = 16

# In every week: who counts in which cohort. Nobody, newcomers one at a time, leavers, and people who come back.
weeks = st.lists(
    st.dictionaries(st.sampled_from(COHORTS), st.sets(st.integers(0, PEOPLE - 1)), max_size=3),
    min_size=1,
    max_size=5,
)


def told_by_week(history: Sequence[dict[str, set[int]]]) -> list[dict[str, frozenset[int]]]:
    """What the platform keeps: members join, and never go."""
    told: dict[str, set[int]] = {}
    after = []
    for counted in history:
        for cohort, newcomers in choose_newcomers(counted, told).items():
            told.setdefault(cohort, set()).update(newcomers)
        after.append({cohort: frozenset(members) for cohort, members in told.items()})
    return after


def rows_of(week: dict[str, frozenset[int]]) -> Iterator[frozenset[tuple[str, int]]]:
    """Every sum of a page: each cohort, and together under every filter."""
    groups = [frozenset((cohort, one) for one in members) for cohort, members in week.items()]
    yield from groups
    for chosen in (
        list(week),
        [cohort for cohort in week if cohort.startswith("peergang")],
        [cohort for cohort in week if cohort.startswith("masterclass")],
    ):
        yield frozenset((cohort, one) for cohort in chosen for one in week[cohort])


def reduce(rows: Iterable[Iterable[tuple[str, int]]]) -> list[dict[tuple[str, int], Fraction]]:
    """The reduced row echelon form, exactly: what all combinations of the rows are made of."""
    found: list[tuple[tuple[str, int], dict[tuple[str, int], Fraction]]] = []
    for row in rows:
        left = {one: Fraction(1) for one in row}
        for pivot, other in found:
            left = less(left, other, left.get(pivot, Fraction(0)))
        if not left:
            continue
        pivot = min(left)
        scale = left[pivot]
        left = {one: value / scale for one, value in left.items()}
        found = [(at, less(other, left, other.get(pivot, Fraction(0)))) for at, other in found]
        found.append((pivot, left))
    return [row for _, row in found]


def less(
    row: dict[tuple[str, int], Fraction], other: dict[tuple[str, int], Fraction], times: Fraction
) -> dict[tuple[str, int], Fraction]:
    if not times:
        return row
    values = {one: row.get(one, Fraction(0)) - times * other.get(one, Fraction(0)) for one in {*row, *other}}
    return {one: value for one, value in values.items() if value}


def smallest_support(rows: Iterable[frozenset[tuple[str, int]]]) -> int:
    """How few people any combination of rows can be about. People in the same rows always go together, so a combination is
    about whole sets of those; the reduced rows say which sets can be told apart.
    """
    kept = {row for row in rows if row}
    alike: Counter[frozenset[frozenset[tuple[str, int]]]] = Counter()
    for person in frozenset().union(*kept):
        alike[frozenset(row for row in kept if person in row)] += 1
    return min(alike.values(), default=SMALLEST)


@given(weeks)
def test_no_combination_of_what_is_told_is_about_fewer_than_five(history: list[dict[str, set[int]]]) -> None:
    rows = {row for week in told_by_week(history) for row in rows_of(week) if row}
    for row in rows:
        assert len(row) >= SMALLEST
    for one, other in combinations(rows, 2):
        for rest in (one - other, other - one):
            assert not rest or len(rest) >= SMALLEST
    for reduced in reduce(sorted(rows, key=sorted)):
        assert len(reduced) >= SMALLEST
    assert smallest_support(rows) >= SMALLEST


@given(weeks)
def test_nobody_leaves_the_sums(history: list[dict[str, set[int]]]) -> None:
    told = told_by_week(history)
    for before, after in pairwise(told):
        assert all(members <= after[cohort] for cohort, members in before.items())


def test_the_attack_finds_a_group_that_is_given_away() -> None:
    everybody = frozenset(("peergang-1", one) for one in range(9))
    one_less = everybody - {("peergang-1", 3)}
    assert smallest_support([everybody, one_less]) == 1
    assert min(len(row) for row in reduce([everybody, one_less])) == 1


groups = st.lists(
    st.integers(1, 9).flatmap(
        lambda people: st.builds(
            lambda shares, active, stopped: (people, shares, active, stopped),
            st.lists(
                st.lists(
                    st.integers(0, 4).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))),
                    min_size=people,
                    max_size=people,
                ),
                min_size=len(MEASURES),
                max_size=len(MEASURES),
            ),
            st.integers(0, people),
            st.integers(0, people),
        )
    ),
    max_size=5,
)


def as_group(people: int, own: list[list[tuple[int, int]]], active: int, stopped: int) -> Group:
    shares = {
        name: Share(
            sum(part for part, _ in one), sum(whole for _, whole in one), sum(whole > 0 for _, whole in one)
        )
        for name, one in zip(MEASURES, own, strict=True)
    }
    return Group(people, shares, active, stopped)


@given(groups)
def test_no_small_group_has_figures_and_a_share_of_few_people_is_not_told(drawn: list) -> None:
    for people, own, active, stopped in drawn:
        group = as_group(people, own, active, stopped)
        told = tell(group)
        assert (told is None) == (people < SMALLEST)
        if told is None:
            continue
        for name, share in group.shares.items():
            assert (getattr(told, name) is None) == (share.people < SMALLEST)
        assert told.stopped is None or SMALLEST <= told.stopped <= people - SMALLEST


@given(
    st.lists(st.integers(1, 6), min_size=SMALLEST, max_size=9).flatmap(
        lambda wholes: st.tuples(st.just(wholes), st.integers(0, sum(wholes)))
    )
)
def test_no_share_fixes_what_one_person_did(drawn: tuple[list[int], int]) -> None:
    wholes, part = drawn
    told = Share(part, sum(wholes), len(wholes)).told
    possible = [one for one in range(sum(wholes) + 1) if Share(one, sum(wholes), len(wholes)).told == told]
    for whole in wholes:
        others = sum(wholes) - whole
        own = {mine for total in possible for mine in range(whole + 1) if 0 <= total - mine <= others}
        assert len(own) > 1, (wholes, part)


@given(groups)
def test_a_total_follows_from_what_is_told_of_its_parts(drawn: list) -> None:
    """Two networks with the same told parts have the same total, whatever lies under the parts that are withheld."""
    made = [as_group(*one) for one in drawn]
    emptied = [
        Group(
            group.people,
            {
                name: Share(share.told, share.whole, share.people)
                if group.people >= SMALLEST and share.people >= SMALLEST
                else Share(0, 0, 0)
                for name, share in group.shares.items()
            },
            (group.people + 1) // 2 if told and told.most_active else 0,
            told.stopped or 0 if told else 0,
        )
        for group, told in ((one, tell(one)) for one in made)
    ]
    assert [tell(one) for one in emptied] == [tell(one) for one in made]
    assert tell_together(emptied) == tell_together(made)


def test_small_groups_alone_have_no_total() -> None:
    small = as_group(4, [[(1, 2)] * 4] * len(MEASURES), 4, 0)
    assert tell(small) is None
    assert tell_together([small, small]) is None
    assert tell_together([]) is None


def test_all_and_nothing_are_not_said() -> None:
    everything = tell(as_group(5, [[(2, 2)] * 5] * len(MEASURES), 5, 0))
    assert everything is not None
    assert everything.attendance is not None
    assert (everything.attendance.value, everything.attendance.at_least) == (90, True)
    nothing = tell(as_group(5, [[(0, 2)] * 5] * len(MEASURES), 0, 0))
    assert nothing is not None
    assert nothing.progress is not None
    assert (nothing.progress.value, nothing.progress.at_most) == (10, True)
    assert nothing.low == list(MEASURES)
