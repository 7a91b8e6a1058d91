"""Words found again, words compared, words counted: the pure half of coursework."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings, strategies as st

from peergang.core import differences
from peergang.core.differences import compare_words, count_changes
from peergang.core.errors import Conflict
from peergang.coursework.rules import (
    TRANSITIONS,
    WAITING,
    Audience,
    ReflectionState,
    Step,
    audiences_in,
    next_state,
)
from peergang.coursework.rules.anchors import (
    MAX_QUOTE,
    Quote,
    find_quote,
    locate_paragraph,
    make_quote,
)
from peergang.coursework.rules.drafts import clean_text
from peergang.coursework.rules.waiting import days_waiting
from tests.pace import within

calm = settings(deadline=None)
"""A busy machine is no wrong answer."""

texts = st.text(alphabet="ab é\n.", max_size=60)


@calm
@given(old=texts, new=texts)
def test_a_comparison_gives_both_texts_back(old: str, new: str) -> None:
    pieces = compare_words(old, new)
    assert "".join(one.text for one in pieces if one.kind != "removed") == new.lstrip()
    kept = "".join(one.text for one in pieces if one.kind != "added").split()
    assert kept == old.split()


def test_so_does_one_of_long_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(differences, "MANY", 3)
    test_a_comparison_gives_both_texts_back()


def test_one_changed_word_is_one_removed_and_one_added() -> None:
    pieces = compare_words("Ik zag twee docenten lachen.", "Ik zag drie docenten lachen.")
    assert [(one.kind, one.text.strip()) for one in pieces] == [
        ("same", "Ik zag"),
        ("removed", "twee"),
        ("added", "drie"),
        ("same", "docenten lachen."),
    ]
    assert count_changes(pieces) == (1, 1)


@pytest.mark.parametrize("text", ["woord " * 16_000, "x" * 100_000, "a b " * 25_000, "ab\n" * 33_000])
def test_the_longest_answers_are_compared_in_a_moment(text: str) -> None:
    with within(5):
        compare_words(text, text[::-1])


def _every_second_word(number: int, space: str, changed: str) -> str:
    return space.join(f"woord{at} {changed}{at}" for at in range(number))


@pytest.mark.parametrize("space", [" ", "\t", "\n", " \n\n"])
def test_also_when_every_second_word_was_changed(space: str) -> None:
    """With the time of before this took twelve seconds, at every look at the page."""
    with within(3):
        compare_words(_every_second_word(6_000, space, "oud"), _every_second_word(6_000, space, "nieuw"))


def test_of_a_long_text_the_line_that_changed_is_compared_by_words() -> None:
    long = "".join(f"Regel {number} blijft zoals hij was.\n" for number in range(2_000))
    pieces = compare_words(f"{long}Ik zag twee docenten.\n{long}", f"{long}Ik zag drie docenten.\n{long}")
    assert [(one.kind, one.text) for one in pieces if one.kind != "same"] == [
        ("removed", "twee "),
        ("added", "drie "),
    ]


@calm
@given(text=texts, data=st.data())
def test_a_quote_is_found_where_it_was_made(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    quote = make_quote(text, start, end)
    found = find_quote(text, quote)
    if not text[start:end].split():
        assert found is None
        return
    assert found is not None
    assert text[found[0] : found[1]].split() == text[start:end].split()


def test_surroundings_say_which_of_two_is_meant() -> None:
    text = "Het ging goed. Daarna ging het fout. Toen ging het weer goed."
    second = text.rindex("goed")
    assert find_quote(text, make_quote(text, second, second + 4)) == (second, second + 4)
    assert find_quote(text, Quote("goed", "Het ging ", ". Daarna")) == (9, 13)
    assert find_quote(text, Quote("beter")) is None
    assert find_quote("een  twee\ndrie", Quote("een twee drie")) == (0, 14)


@pytest.mark.parametrize(
    "quote",
    [
        Quote("a b " * 2500),
        Quote("a", "x" * 10_000, "y" * 10_000),
        Quote("a  a", "b" + "a" * 31, "c"),
        Quote("\\s+(a+)+$" * 900),
    ],
)
def test_finding_takes_no_time_whatever_is_asked(quote: Quote) -> None:
    with within(1):
        for text in ("a" * 100_000, "a b " * 25_000, "a \n" * 33_000):
            find_quote(text, quote)


def test_the_surroundings_find_one_among_thousands() -> None:
    text = "e " * 5000 + "hier e\n\ndaar" + " e" * 5000
    at = text.index("hier e") + 5
    assert find_quote(text, Quote("e", "hier ", " daar")) == (at, at + 1)
    assert find_quote(text, make_quote(text, at, at + 1)) == (at, at + 1)
    assert find_quote(text, Quote(" e\n", "e hier", "\ndaar e")) == (at, at + 1)


def test_a_paragraph_too_long_to_quote_is_quoted_by_its_beginning() -> None:
    text = "kort\n\n" + "woord " * 4000
    found = locate_paragraph([("a", text)], 2)
    assert found is not None
    assert len(found[1].exact) == MAX_QUOTE
    assert found[1].exact.startswith("woord woord")


def test_paragraphs_are_numbered_over_all_answers() -> None:
    answers = [("a", "Een.\n\nTwee."), ("b", ""), ("c", "Drie.")]
    assert locate_paragraph(answers, 2) == ("a", make_quote("Een.\n\nTwee.", 6, 11))
    assert locate_paragraph(answers, 3) == ("c", Quote())
    for number in (0, -1, 4):
        assert locate_paragraph(answers, number) is None
    assert locate_paragraph([("a", " \n ")], 1) is None


@calm
@given(state=st.sampled_from(ReflectionState), step=st.sampled_from(Step))
def test_what_is_not_in_the_table_is_a_conflict(state: ReflectionState, step: Step) -> None:
    if (state, step) in TRANSITIONS:
        assert next_state(state, step) == TRANSITIONS[state, step]
    else:
        with pytest.raises(Conflict, match="reflection_state"):
            next_state(state, step)


def test_who_waits_for_a_trainer_cannot_hide_from_them() -> None:
    for state in ReflectionState:
        assert (Audience.PRIVATE in audiences_in(state)) == (state not in WAITING)


def test_waiting_counts_days_of_the_calendar() -> None:
    late = datetime(2026, 11, 16, 22, 59, tzinfo=UTC)
    assert days_waiting(late, late + timedelta(minutes=2)) == 1
    assert days_waiting(late, late - timedelta(days=3)) == 0


@calm
@given(st.text())
def test_what_is_cleaned_can_be_stored(text: str) -> None:
    cleaned = clean_text(text)
    cleaned.encode("utf-8")
    assert "\x00" not in cleaned
    assert "\r" not in cleaned
    assert clean_text(cleaned) == cleaned
