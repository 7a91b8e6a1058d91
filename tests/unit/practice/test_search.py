"""Which words of a search count, and in which forms."""

import pytest
from hypothesis import given, strategies as st

from peergang.practice.rules.search import MAX_TERMS, STOP_WORDS, parse_search, word_forms

PAIRS = [
    ("coach", "coaches"),
    ("les", "lessen"),
    ("rol", "rollen"),
    ("toets", "toetsen"),
    ("reflectie", "reflecties"),
    ("docent", "docenten"),
]


@pytest.mark.parametrize(("singular", "plural"), PAIRS)
def test_singular_and_plural_lead_to_each_other(singular: str, plural: str) -> None:
    assert plural in word_forms(singular)
    assert singular in word_forms(plural)


def test_a_genitive_s_is_no_word() -> None:
    assert [term.word for term in parse_search("thema's")] == ["thema"]


def test_an_i_coach_is_a_coach() -> None:
    assert [term.word for term in parse_search("i-coach")] == ["coach"]


def test_stop_words_say_nothing_but_geen_meer_and_veel_do() -> None:
    assert parse_search("de het een van") == []
    assert [term.word for term in parse_search("geen feedback meer")] == ["geen", "feedback", "meer"]


@given(st.text(max_size=300))
def test_any_text_gives_clean_terms(text: str) -> None:
    terms = parse_search(text)
    assert len(terms) <= MAX_TERMS
    for term in terms:
        assert term.word not in STOP_WORDS
        assert all(form.isalnum() for form in (term.word, *term.forms)), (
            "such a form could be read as an operator"
        )
