"""Dividing the reading: everybody gives and gets, about as much, never their own."""

from collections import Counter
from collections.abc import Sequence
from random import Random
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from peergang.coursework.rules.allocation import Changes, Group, NewReading, Work, allocate, count_needed
from peergang.coursework.rules.flow import assign
from tests.unit.coursework.group_life import Life, new_id

PEOPLE = [UUID(int=1000 + number) for number in range(7)]
A, B, C, D, E, F, _ = PEOPLE


def work(author: UUID, *asked: UUID, settled: Sequence[UUID] = (), done: bool = False) -> Work:
    """The work of somebody, under a key that tells whose it is."""
    return Work(UUID(int=author.int + 1000), author, frozenset(settled), frozenset(asked), done)


def group(members: Sequence[UUID], works: Sequence[Work], give: int = 2, **more: object) -> Group:
    return Group(members, works, give, {one.author for one in works}, **more)  # type: ignore[arg-type]


def after(works: Sequence[Work], changes: Changes) -> list[Work]:
    """The works once what changes has changed."""
    gone = set(changes.release)
    found = []
    for one in works:
        asked = {giver for giver in one.asked if (one.key, giver) not in gone}
        asked |= {new.giver for new in changes.ask if new.work == one.key}
        found.append(Work(one.key, one.author, one.settled, frozenset(asked), one.done))
    return found


def loads(members: Sequence[UUID], works: Sequence[Work]) -> list[int]:
    found = Counter(giver for one in works for giver in one.readers)
    return sorted(found[one] for one in members)


def test_who_is_first_waits_until_somebody_else_is_ready_with_writing() -> None:
    assert allocate(group([A, B, C, D], [work(A)])) == Changes([], [])


def test_two_who_are_ready_read_each_other() -> None:
    changes = allocate(group([A, B, C, D], [work(A), work(B)]))
    assert changes.ask == [NewReading(work(A).key, B, 1), NewReading(work(B).key, A, 1)]


def test_where_everybody_reads_everybody_nobody_has_to_wait() -> None:
    changes = allocate(group([A, B, C], [work(A)]))
    assert {one.giver for one in changes.ask} == {B, C}
    assert sorted(one.round for one in changes.ask) == [1, 2]


def test_after_the_due_date_who_did_not_write_reads_too() -> None:
    changes = allocate(group([A, B, C, D], [work(A), work(B)], spare=True))
    read = {(one.work, one.giver) for one in changes.ask}
    assert {(work(A).key, B), (work(B).key, A)} <= read, "who wrote goes first"
    assert len(read) == 4
    assert {giver for _, giver in read} == {A, B, C, D}, "and the two others share the rest"


def test_the_last_takes_over_what_others_did_not_begin() -> None:
    works = [work(A, B, C), work(B, A, C), work(C, A, B), work(D)]
    changes = allocate(group([A, B, C, D], works))
    assert loads([A, B, C, D], after(works, changes)) == [2, 2, 2, 2]
    assert len(changes.release) == 2, "no more is moved than it takes"
    swapped = [one for one in changes.ask if one.replaces]
    assert [one.giver for one in swapped] == [D, D]


def test_what_was_begun_stays_and_the_last_reads_along() -> None:
    works = [
        work(A, settled=[B, C]),
        work(B, settled=[A, C]),
        work(C, settled=[A, B]),
        work(D),
    ]
    changes = allocate(group([A, B, C, D], works))
    assert changes.release == []
    then = after(works, changes)
    assert len(then[3].readers) == 2
    assert loads([A, B, C, D], then) == [2, 2, 3, 3], "the last gives as well as gets"


def test_pairs_that_met_before_make_room_for_new_ones() -> None:
    members, works = [A, B, C, D], [work(one) for one in (A, B, C, D)]
    met: Counter[tuple[UUID, UUID]] = Counter()
    for _module in range(3):
        then = after(works, allocate(group(members, works, met=met)))
        met.update((giver, one.author) for one in then for giver in one.readers)
        assert all(
            one.author in other.readers for one in then for other in then if other.author in one.readers
        )
    assert set(met.values()) == {2}, "in three modules of four people every pair meets twice"


def test_who_lets_it_wait_is_relieved_when_somebody_has_room() -> None:
    works = [
        work(A, B, settled=[C]),
        work(B, settled=[A, D]),
        work(C, settled=[A, B]),
        work(D, settled=[C, A]),
    ]
    late = {(works[0].key, B)}
    changes = allocate(group([A, B, C, D], works, late=late))
    assert changes.release == [(works[0].key, B)]
    assert [(one.giver, one.replaces) for one in changes.ask] == [(D, B)]
    again = allocate(group([A, B, C, D], after(works, changes), lapsed={B}))
    assert again == Changes([], []), "who was relieved is not asked again"


def test_with_nobody_else_the_late_one_keeps_it() -> None:
    works = [work(A, B, C)]
    assert allocate(group([A, B, C], works, late={(works[0].key, B)})) == Changes([], [])


def test_what_is_with_the_trainer_gets_no_new_readers() -> None:
    works = [work(A, B, done=True), work(B, settled=[A])]
    assert allocate(group([A, B, C], works, give=1)).ask == []


def test_an_augmenting_path_finds_what_taking_the_first_does_not() -> None:
    costs = {("x", 1): 0, ("x", 2): 5, ("y", 1): 1}
    found = assign({"x": 1, "y": 1}, costs, {1: [0], 2: [0]})
    assert found == {("x", 2), ("y", 1)}


@given(st.data())
def test_whatever_happened_before_everybody_gets_and_loads_are_even(data: st.DataObject) -> None:
    size = data.draw(st.integers(3, 6))
    members, give = PEOPLE[:size], data.draw(st.integers(1, 3))
    works: list[Work] = []
    for author in data.draw(st.permutations(members)):
        works.append(work(author))
        works = after(works, allocate(group(members, works, give)))
        assert all(one.author not in one.readers for one in works)
    needed = count_needed(give, size)
    assert [len(one.readers) for one in works] == [needed] * size
    assert loads(members, works) == [needed] * size
    assert allocate(group(members, works, give)) == Changes([], []), "twice changes nothing"


@given(st.data())
def test_what_is_settled_never_moves(data: st.DataObject) -> None:
    size = data.draw(st.integers(3, 6))
    members, give = PEOPLE[:size], data.draw(st.integers(1, 3))
    settled = {one: data.draw(st.sets(st.sampled_from([x for x in members if x != one]))) for one in members}
    asked = {one: data.draw(st.sets(st.sampled_from([x for x in members if x != one]))) for one in members}
    works = [work(one, *(asked[one] - settled[one]), settled=sorted(settled[one])) for one in members]
    changes = allocate(group(members, works, give))
    assert not {(one.work, one.giver) for one in changes.ask} & {
        (one.key, giver) for one in works for giver in one.readers
    }
    for one in after(works, changes):
        assert one.settled == frozenset(settled[one.author])
        assert len(one.readers) >= count_needed(give, size)


@pytest.mark.slow
def test_a_thousand_groups_in_which_anything_happens() -> None:
    for seed in range(1000):
        random = Random(seed)
        members = [new_id() for _ in range(random.randint(3, 6))]
        life = Life(random, random.choice((1, 2, 2, 3)), members, troubled=seed % 4 > 0)
        for _module in range(3):
            life.run_module()
            check(life, seed)


def check(life: Life, seed: int) -> None:
    """Everybody who stays gives and gets, or the trainer is asked; the loads are even where nothing went wrong."""
    needed = count_needed(life.give, len(life.members))
    busy = [one for one in life.members if one not in life.lazy]
    for piece in life.pieces.values():
        possible = [one for one in busy if one != piece.author]
        assert len(piece.given) >= min(needed, len(possible), 1) or not possible, f"{seed}: nobody reacted"
        assert len(piece.readers) >= needed, f"{seed}: places were left"
    authors = {one.author for one in life.pieces.values()}
    counted = life.loads()
    if len(authors) > 1:
        assert all(counted[one] for one in authors if one not in life.lazy), f"{seed}: somebody gave nothing"
    if not life.troubled:
        assert all(len(one.given) >= needed for one in life.pieces.values()), seed
        assert max(counted.values()) - min(counted.values()) <= 1, f"{seed}: {sorted(counted.values())}"
