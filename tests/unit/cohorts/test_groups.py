"""Peer groups: sizes, mixing, and the same answer every time."""

from itertools import combinations, count
from uuid import UUID

from hypothesis import given, strategies as st

from peergang.cohorts.rules.groups import (
    LARGEST,
    SMALLEST,
    Member,
    count_colleague_pairs,
    count_groups,
    place_one,
    propose_groups,
)
from peergang.cohorts.rules.repair import Repair, plan_repair


def people(institutions):
    return [Member(UUID(int=number), school) for number, school in enumerate(institutions)]


schools = st.lists(st.sampled_from("ABCDEFG"), min_size=3, max_size=60)


@given(schools, st.integers(1, 9))
def test_everybody_is_in_one_group_of_three_to_six(institutions, size):
    groups = propose_groups(people(institutions), size)
    assert sorted(one.enrolment_id for group in groups for one in group) == [
        UUID(int=number) for number in range(len(institutions))
    ]
    sizes = [len(group) for group in groups]
    assert min(sizes) >= SMALLEST
    assert max(sizes) <= LARGEST
    assert max(sizes) - min(sizes) <= 1


@given(schools, st.randoms())
def test_the_order_of_the_people_makes_no_difference(institutions, random):
    members = people(institutions)
    shuffled = random.sample(members, len(members))
    assert propose_groups(shuffled) == propose_groups(members)


@given(schools)
def test_no_division_has_fewer_pairs_of_colleagues(institutions):
    """Per school, the number of pairs is smallest when its people are spread as evenly as can be over the groups."""
    groups = propose_groups(people(institutions))
    fewest = 0
    for school in set(institutions):
        share, rest = divmod(institutions.count(school), len(groups))
        fewest += rest * share * (share + 1) // 2 + (len(groups) - rest) * share * (share - 1) // 2
    assert count_colleague_pairs(groups) == fewest


def test_against_all_divisions_of_a_small_cohort():
    members = people("AAABBC")
    best = min(
        count_colleague_pairs([chosen, [one for one in members if one not in chosen]])
        for chosen in combinations(members, 3)
    )
    assert count_colleague_pairs(propose_groups(members, 3)) == best


def test_how_many_groups():
    assert [count_groups(people) for people in (0, 1, 2, 3, 5, 6, 7, 8, 24, 25)] == [
        0,
        1,
        1,
        1,
        1,
        2,
        2,
        2,
        6,
        6,
    ]


def test_a_newcomer_joins_where_they_know_nobody_and_never_a_full_group():
    full, mixed, colleagues = (UUID(int=number) for number in (1, 2, 3))
    groups = {full: people("CCCCCC"), mixed: people("BCD"), colleagues: people("AB")}
    assert place_one(Member(UUID(int=99), "A"), groups) == mixed
    assert place_one(Member(UUID(int=99), "A"), {full: groups[full]}) is None


@st.composite
def broken_groups(draw, smallest=1):
    """Groups after people left, and newcomers."""
    numbers = count(1)

    def members(size):
        return [Member(UUID(int=next(numbers)), draw(st.sampled_from("ABCD"))) for _ in range(size)]

    found = draw(st.lists(st.integers(smallest, LARGEST), min_size=1, max_size=8))
    groups = {UUID(int=1000 + place): members(size) for place, size in enumerate(found)}
    return groups, members(draw(st.integers(0, 5)))


def repaired(groups, newcomers):
    """Where everybody is after the plan was carried out."""
    plan = plan_repair(groups, newcomers)
    gone = {one for one, _ in plan.moves} | {one for people in plan.opened for one in people}
    after = {key: [one for one in people if one not in gone] for key, people in groups.items()}
    for one, key in plan.moves:
        after[key].append(one)
    return [people for people in (*after.values(), *plan.opened) if people]


@given(broken_groups())
def test_after_a_repair_every_group_has_three_to_six_when_there_are_enough_people(case):
    groups, newcomers = case
    everybody = sorted(one.enrolment_id for people in (*groups.values(), newcomers) for one in people)
    after = repaired(groups, newcomers)
    assert sorted(one.enrolment_id for people in after for one in people) == everybody
    if len(everybody) >= SMALLEST:
        assert min(map(len, after)) >= SMALLEST
    assert max(map(len, after)) <= LARGEST


@given(broken_groups())
def test_a_repair_moves_nobody_without_need(case):
    groups, newcomers = case
    plan = plan_repair(groups, newcomers)
    moved = {one for one, _ in plan.moves} | {one for people in plan.opened for one in people}
    assert moved >= set(newcomers)
    members = moved - set(newcomers)
    small = [key for key, people in groups.items() if len(people) < SMALLEST]
    # Two people at most for every group that was too small, and for one that had to be opened.
    assert len(members) <= 2 * (len(small) + len(plan.opened))
    for key, people in groups.items():
        lost = len(members & set(people))
        assert not lost or key in small or len(people) - lost >= 4
    assert len(set(plan.moves)) == len(plan.moves)


@given(broken_groups(SMALLEST))
def test_where_nothing_is_wrong_nothing_happens(case):
    groups, _ = case
    assert plan_repair(groups) == Repair([], [])


@given(broken_groups(), st.randoms())
def test_a_repair_is_the_same_whatever_the_order(case, random):
    groups, newcomers = case
    keys = random.sample(list(groups), len(groups))
    shuffled = {key: random.sample(groups[key], len(groups[key])) for key in keys}
    again = plan_repair(shuffled, random.sample(newcomers, len(newcomers)))
    assert again == plan_repair(groups, newcomers)


def test_a_repair_takes_from_the_fullest_and_mixes_schools():
    small, full, usual = (UUID(int=number) for number in (1001, 1002, 1003))
    a, b, c, d, e, f = (Member(UUID(int=place), school) for place, school in enumerate("ABABCD", start=1))
    others = [Member(UUID(int=20 + place), "Z") for place in range(4)]
    groups = {small: [a, b], full: [c, d, e, f, Member(UUID(int=9), "C")], usual: others}
    # One of the two who are colleagues goes, to where nobody of their school sits.
    assert plan_repair(groups).moves == [(e, small)]
    assert plan_repair({small: [a, b], usual: others}).moves == [(a, usual), (b, usual)]
    assert plan_repair({small: [a, b]}) == Repair([], [])
    newcomer = Member(UUID(int=50), "A")
    assert plan_repair(groups, [newcomer]).moves == [(newcomer, small)]


def test_who_finds_all_groups_full_gets_a_new_one_with_two_others():
    full = UUID(int=1001)
    groups = {full: people("AABBCC")}
    plan = plan_repair(groups, [Member(UUID(int=50), "A")])
    assert plan.moves == []
    assert [[one.institution for one in group] for group in plan.opened] == [["A", "B", "C"]]
    assert plan_repair({}, people("ABC")) == Repair([], [])


def test_who_has_to_move_anyway_moves_on_before_who_could_stay():
    keys = [UUID(int=1000 + number) for number in range(3)]
    pair = [Member(UUID(int=1), "B"), Member(UUID(int=2), "B")]
    three = [Member(UUID(int=number), "A") for number in (3, 4, 5)]
    alone, newcomer = Member(UUID(int=6), "A"), Member(UUID(int=7), "B")
    plan = plan_repair({keys[0]: pair, keys[1]: three, keys[2]: [alone]}, [newcomer])
    assert not {one for one, _ in plan.moves} & set(three)
