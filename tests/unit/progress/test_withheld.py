"""What a contact gets to see names no small group, also not by subtraction."""

from hypothesis import given, strategies as st

from peergang.progress.rules.figures import Figures
from peergang.progress.rules.withheld import SMALLEST, withhold

GROUPS = st.lists(
    st.integers(1, 12).map(lambda people: Figures(people=people, present=people, recorded=12)), max_size=8
)


@given(GROUPS)
def test_no_group_that_is_too_small_has_figures(groups: list[Figures]) -> None:
    told = withhold(groups)
    assert len(told.groups) == len(groups)
    for group, figures in zip(groups, told.groups, strict=True):
        assert (figures is None) == (group.people < SMALLEST)
        assert figures is None or figures.people == group.people
    assert told.together is None or told.together.people >= SMALLEST or not any(told.groups)


@given(GROUPS)
def test_what_is_left_after_subtraction_is_no_single_or_small_group(groups: list[Figures]) -> None:
    told = withhold(groups)
    if told.together is None:
        return
    rest = told.together.people - sum(one.people for one in told.groups if one is not None)
    small = [group for group in groups if group.people < SMALLEST]
    assert rest == 0 or (len(small) > 1 and rest >= SMALLEST)
    assert told.covers_all == (told.together.people == sum(group.people for group in groups))


def test_one_small_group_beside_a_large_one_is_left_out_of_the_total() -> None:
    told = withhold([Figures(people=9), Figures(people=2)])
    assert (told.together and told.together.people, told.covers_all, told.withheld) == (9, False, 1)


def test_small_groups_alone() -> None:
    assert withhold([Figures(people=2)]).together is None
    assert withhold([Figures(people=2), Figures(people=2)]).together is None
    three = withhold([Figures(people=2), Figures(people=4)])
    assert (three.together and three.together.people, three.covers_all) == (6, True)
    assert withhold([]).together is None
