"""Peer groups: sizes, mixing, and the same answer every time."""

from itertools import combinations
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
