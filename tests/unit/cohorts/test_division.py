"""The division into peer groups: never worse than it was, pins kept, sizes kept, colleagues apart."""

from itertools import combinations
from uuid import UUID

import pytest
from hypothesis import given, settings, strategies as st

from peergang.cohorts.rules.division import (
    NEW_GROUP,
    best_possible,
    fingerprint,
    list_moves,
    propose_division,
    score,
)
from peergang.cohorts.rules.groups import LARGEST, SMALLEST, Member, propose_groups
from peergang.cohorts.rules.people import RoleFamily, role_family
from peergang.cohorts.rules.repair import plan_repair
from tests.pace import within

NOBODY: frozenset[UUID] = frozenset()
KINDS = st.tuples(
    st.sampled_from("ABCDEF"),
    st.sampled_from(["docent", "i_coach", "leader", ""]),
    st.sampled_from([True, False, None]),
)
crowds = st.lists(KINDS, min_size=3, max_size=40)


def people(kinds):
    return [Member(UUID(int=number), *kind) for number, kind in enumerate(kinds, start=1)]


def at_random(members, random, size=4):
    """Everybody in groups of 3 to 6, mixed without thought."""
    shuffled = random.sample(members, len(members))
    sizes = [len(group) for group in propose_groups(members, size)]
    groups, start = {}, 0
    for number, length in enumerate(sizes):
        groups[UUID(int=1000 + number)] = shuffled[start : start + length]
        start += length
    return groups


def everybody(groups):
    return sorted(one.enrolment_id for group in groups.values() for one in group)


@given(crowds, st.integers(1, 9))
def test_everybody_is_in_one_group_of_three_to_six_with_as_few_colleagues_as_can_be(kinds, size):
    members = people(kinds)
    groups = propose_division({}, members, NOBODY, size)
    assert everybody(groups) == [one.enrolment_id for one in members]
    assert all(SMALLEST <= len(group) <= LARGEST for group in groups.values())
    assert score(groups.values()).colleagues == best_possible(groups.values()).colleagues


@given(crowds, st.randoms(use_true_random=False))
def test_a_proposal_is_never_worse_than_what_there_is_and_asking_again_moves_nobody(kinds, random):
    members = people(kinds)
    current = at_random(members, random)
    groups = propose_division(current, [], NOBODY)
    assert score(groups.values()) <= score(current.values())
    assert score(groups.values()).colleagues == best_possible(groups.values()).colleagues
    assert best_possible(groups.values()) <= score(groups.values())
    assert set(groups) == set(current)
    again = propose_division(groups, [], NOBODY)
    assert list_moves(groups, again) == []


@given(crowds, st.randoms(use_true_random=False), st.integers(1, 9), st.data())
def test_who_is_pinned_stays_whatever_size_is_asked_for(kinds, random, size, data):
    members = people(kinds)
    current = at_random(members, random)
    pinned = frozenset(data.draw(st.sets(st.sampled_from([one.enrolment_id for one in members]))))
    groups = propose_division(current, [], pinned, size)
    assert everybody(groups) == [one.enrolment_id for one in members]
    assert all(SMALLEST <= len(group) <= LARGEST for group in groups.values())
    assert not [one for one, _ in list_moves(current, groups) if one.enrolment_id in pinned]


@given(crowds, st.randoms(use_true_random=False))
def test_the_same_people_get_the_same_proposal_in_any_order(kinds, random):
    members = people(kinds)
    shuffled = random.sample(members, len(members))
    assert propose_division({}, shuffled, NOBODY) == propose_division({}, members, NOBODY)


def test_against_all_divisions_of_a_small_cohort():
    kinds = [("A", "docent", True), ("A", "leader", None), ("B", "docent", False), ("B", "", True)]
    members = people([*kinds, ("C", "leader", False), ("A", "docent", True)])
    best = min(
        score([chosen, [one for one in members if one not in chosen]]) for chosen in combinations(members, 3)
    )
    assert score(propose_division({}, members, NOBODY, 3).values()) == best


def test_what_is_not_known_makes_no_pair():
    assert score([people([("A", "", None), ("B", "", None), ("C", "", None)])]) == score(
        [people(["A", "B", "C"])]
    )
    found = score([people([("A", "docent", True), ("A", "docent", True), ("B", "docent", False)])])
    assert (found.colleagues, found.same_role, found.same_experience, found.pairs) == (1, 3, 1, 3)


def test_newcomers_get_a_place_and_groups_keep_their_names():
    current = {UUID(int=900): people("ABC")}
    newcomers = [Member(UUID(int=50 + number), "D") for number in range(3)]
    groups = propose_division(current, newcomers, NOBODY, 3)
    assert set(groups) == {UUID(int=900), NEW_GROUP} or set(groups) == {
        UUID(int=900),
        UUID(int=NEW_GROUP.int - 1),
    }
    assert [len(group) for group in groups.values()] == [3, 3]
    assert score(groups.values()).colleagues == 1


def test_another_division_has_another_fingerprint():
    first, second = {UUID(int=900): people("ABC")}, {UUID(int=900): people("ABCD")}
    assert fingerprint(first, first) == fingerprint(dict(first), first)
    assert len({fingerprint(first, first), fingerprint(first, second), fingerprint(second, first)}) == 3


@pytest.mark.slow
def test_three_hundred_people_take_less_than_a_second():
    members = people(
        [
            ("ABCDEFGHIJKLMNOPQRSTUVWXYZ"[n * n % 26], ("docent", "i_coach", "")[n % 3], n % 4 == 0)
            for n in range(300)
        ]
    )
    current = {UUID(int=5000 + n): members[n * 4 : n * 4 + 4] for n in range(75)}
    with within(1.5):
        propose_division(current, [], NOBODY)


@pytest.mark.slow
@settings(max_examples=200)
@given(
    st.lists(st.lists(st.sampled_from("ABCDE"), min_size=1, max_size=6), min_size=1, max_size=6),
    st.integers(0, 4),
    st.data(),
)
def test_a_repair_moves_nobody_who_is_pinned(schools, coming, data):
    """And whoever may be moved, is: a group stays small only where the pins leave nobody to help."""
    groups, number = {}, 0
    for place, members in enumerate(schools):
        groups[UUID(int=1000 + place)] = [
            Member(UUID(int=number + n), school) for n, school in enumerate(members)
        ]
        number += len(members)
    newcomers = [Member(UUID(int=500 + n), "A") for n in range(coming)]
    ids = [one.enrolment_id for members in groups.values() for one in members]
    pinned = frozenset(data.draw(st.sets(st.sampled_from(ids))))
    plan = plan_repair(groups, newcomers, pinned)
    assert not {one.enrolment_id for one, _ in plan.moves} & pinned
    after = {key: list(members) for key, members in groups.items()}
    for one, target in plan.moves:
        for members in after.values():
            if one in members:
                members.remove(one)
        after[target].append(one)
    opened = {one for members in plan.opened for one in members}
    after = {key: [one for one in members if one not in opened] for key, members in after.items()}
    sizes = [len(members) for members in [*after.values(), *plan.opened] if members]
    assert sum(sizes) == number + coming
    assert max(sizes) <= LARGEST
    if not pinned and sum(sizes) >= SMALLEST:
        assert min(sizes) >= SMALLEST


def test_a_small_group_with_a_pin_is_filled_even_from_a_group_of_four():
    small, four = UUID(int=1000), UUID(int=2000)
    groups = {
        small: people("AB"),
        four: [Member(UUID(int=50 + n), school) for n, school in enumerate("CDEF")],
    }
    assert plan_repair(groups).moves == [(one, four) for one in groups[small]]
    plan = plan_repair(groups, pinned=frozenset({groups[small][0].enrolment_id}))
    assert [(one.institution, key) for one, key in plan.moves] == [("C", small)]
    everybody_pinned = frozenset(one.enrolment_id for members in groups.values() for one in members)
    assert plan_repair(groups, pinned=everybody_pinned).moves == []


@pytest.mark.parametrize(
    ("title", "family"),
    [
        ("docent en i-coach", RoleFamily.I_COACH),
        ("I\N{NON-BREAKING HYPHEN}coach", RoleFamily.I_COACH),
        ("Docent Nederlands", RoleFamily.TEACHER),
        ("teamleider Zorg", RoleFamily.LEADER),
        ("opleidingsmanager", RoleFamily.LEADER),
        ("Beleidsadviseur digitalisering", RoleFamily.STAFF),
        ("stafmedewerker", RoleFamily.STAFF),
        ("instructeur techniek", RoleFamily.TEACHER),
        ("", None),
        ("kapitein", None),
    ],
)
def test_a_job_title_belongs_to_a_family(title, family):
    assert role_family(title) == family
