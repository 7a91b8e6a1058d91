"""Who is asked to review what."""

from collections import Counter
from uuid import UUID

from hypothesis import given, strategies as st

from peergang.coursework.rules.balance import AHEAD, Team, Waiting, spread

A, B, C, COHORT, AUTHOR = (UUID(int=number) for number in (1, 2, 3, 10, 20))


def waiting(number: int, suggested: UUID | None = None, **more: object) -> Waiting:
    return Waiting(UUID(int=1000 + number), COHORT, AUTHOR, suggested, **more)  # type: ignore[arg-type]


def team(*present: UUID, away: dict[UUID, UUID | None] | None = None, **in_hand: int) -> Team:
    names = {"a": A, "b": B, "c": C}
    return Team({COHORT: present}, away or {}, {names[name]: number for name, number in in_hand.items()})


def loads(changed: list[Waiting]) -> Counter[UUID | None]:
    return Counter(one.suggested for one in changed)


def test_what_is_new_goes_to_who_has_least() -> None:
    changed = spread([waiting(number) for number in range(4)], team(A, B, C, a=2))
    assert loads(changed) == {B: 2, C: 2}


def test_nobody_is_asked_about_their_own_work() -> None:
    own = Waiting(UUID(int=1), COHORT, A)
    assert [one.suggested for one in spread([own], team(A, B, b=9))] == [B]
    assert spread([own], team(A)) == [], "with nobody else it is free for all"


def test_what_is_fine_stays() -> None:
    assert spread([waiting(1, A), waiting(2, A), waiting(3, B)], team(A, B)) == []


def test_who_is_away_is_covered_and_gets_it_back() -> None:
    before = [waiting(1, A), waiting(2, A)]
    moved = spread(before, team(B, C, away={A: C}, c=9))
    assert [(one.suggested, one.covering_for) for one in moved] == [(C, A), (C, A)]
    back = spread(moved, team(A, B, C))
    assert [(one.suggested, one.covering_for) for one in back] == [(A, None), (A, None)]


def test_without_a_cover_who_has_least_does_it_and_a_cover_who_is_away_does_not() -> None:
    for cover in (None, C):
        away = {A: cover, C: None}
        (moved,) = spread([waiting(1, A)], Team({COHORT: [B]}, away, {}))
        assert (moved.suggested, moved.covering_for) == (B, A)


def test_a_cover_who_goes_away_as_well_passes_it_on_for_the_first() -> None:
    (moved,) = spread([waiting(1, B, covering_for=A)], team(C, away={A: B, B: None}))
    assert (moved.suggested, moved.covering_for) == (C, A)


def test_who_trains_here_no_longer_gets_nothing_back() -> None:
    (moved,) = spread([waiting(1, A)], team(B))
    assert (moved.suggested, moved.covering_for) == (B, None)


def test_who_is_far_ahead_hands_the_last_to_a_colleague() -> None:
    before = [waiting(number, A) for number in range(8)]
    changed = spread(before, team(A, B))
    assert all(one.suggested == B for one in changed)
    assert 8 - 2 * len(changed) <= AHEAD
    assert {one.reflection_id for one in changed} == {one.reflection_id for one in before[-len(changed) :]}


def test_what_was_asked_by_name_stays_there() -> None:
    assert spread([waiting(number, A, by_name=True) for number in range(8)], team(A, B)) == []
    moved = spread([waiting(1, A, by_name=True)], team(B, away={A: B}))
    assert [one.suggested for one in moved] == [B]


@given(
    given=st.lists(st.sampled_from([None, A, B, C]), max_size=40),
    present=st.sets(st.sampled_from([A, B, C]), min_size=1),
    covers=st.fixed_dictionaries({one: st.sampled_from([None, A, B, C]) for one in (A, B, C)}),
    held=st.fixed_dictionaries({one: st.integers(0, 12) for one in (A, B, C)}),
)
def test_everything_waits_for_somebody_who_is_there_and_it_comes_to_rest(
    given: list[UUID | None], present: set[UUID], covers: dict[UUID, UUID | None], held: dict[UUID, int]
) -> None:
    before = [waiting(number, who) for number, who in enumerate(given)]
    here = Team(
        {COHORT: sorted(present)}, {one: cover for one, cover in covers.items() if one not in present}, held
    )
    after = {one.reflection_id: one for one in before}
    after |= {one.reflection_id: one for one in spread(before, here)}
    assert all(one.suggested in present for one in after.values())
    assert spread(list(after.values()), here) == [], "a second look changes nothing"
