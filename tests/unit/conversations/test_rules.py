"""The order of the questions on a card, and which dates a conversation can have."""

from datetime import date, timedelta

from hypothesis import given, strategies as st

from peergang.conversations.rules import (
    choose_questions,
    code_of,
    date_problems,
    moved,
    topic_key,
    topics_to_ask,
)

letters = st.lists(st.sampled_from("abcdefgh"), unique=True)


def test_the_first_four_are_chosen_until_somebody_chooses() -> None:
    assert choose_questions("abcdef", [], touched=False) == list("abcd")
    assert choose_questions("abcdef", [], touched=True) == []
    assert choose_questions("abcdef", "fzaf", touched=True) == ["f", "a"]


@given(letters, st.lists(st.sampled_from("abcdefghxyz")))
def test_only_what_is_offered_is_chosen_and_once(offered: list[str], wanted: list[str]) -> None:
    chosen = choose_questions(offered, wanted, touched=True)
    assert set(chosen) == set(wanted) & set(offered)
    assert len(chosen) == len(set(chosen))


def test_arrows_move_one_place_and_stop_at_the_ends() -> None:
    assert moved("abc", "b", up=True) == list("bac")
    assert moved("abc", "b", up=False) == list("acb")
    assert moved("abc", "a", up=True) == list("abc")
    assert moved("abc", "c", up=False) == list("abc")
    assert moved("abc", "x", up=True) == list("abc")
    assert moved("abc", None, up=True) == list("abc")


@given(letters, st.sampled_from("abcdefgh"))
def test_down_undoes_up(order: list[str], one: str) -> None:
    up = moved(order, one, up=True)
    assert sorted(up) == sorted(order)
    if up != order:
        assert moved(up, one, up=False) == order


def test_topics_of_another_module_fall_away() -> None:
    assert topics_to_ask(["2.8", "9.9", "2.5"], ["2.5", "2.6", "2.8"]) == ["2.5", "2.8"]


def test_a_topic_keeps_its_programme() -> None:
    assert topic_key("masterclass", "1.1") != topic_key("peergang", "1.1")
    assert code_of(topic_key("peergang", "2.5")) == "2.5"


@given(st.dates(), st.none() | st.dates(), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_dates_that_pass_are_in_order(held_on: date, follow_up_on: date | None, today: date) -> None:
    if date_problems(held_on, follow_up_on, today):
        return
    assert held_on <= today
    assert follow_up_on is None or held_on <= follow_up_on


def test_today_and_coming_back_the_same_day_are_fine() -> None:
    today = date(2026, 11, 17)
    assert date_problems(today, today, today) == {}
    assert date_problems(today - timedelta(days=400), today + timedelta(days=90), today) == {}
