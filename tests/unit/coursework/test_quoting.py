"""Whose words or name stand in a text."""

from uuid import uuid4

import pytest
from hypothesis import given, strategies as st

from peergang.coursework.rules.consent import Consent, where_it_stands
from peergang.coursework.rules.quoting import Known, find_mentioned
from tests.pace import within

SAID = "Je kijkt precies en vraagt door op wat de docent nodig heeft."
BILAL = Known(uuid4(), "Bilal", "Bilal Zandstra", ((SAID, "Mijn eigen tekst over iets anders."),))


def names(text: str) -> list[tuple[str, bool]]:
    return [(one.name, one.is_sure) for one in find_mentioned(text, [BILAL])]


def test_six_words_in_a_row_are_a_quote_whatever_the_signs() -> None:
    assert names("Iemand zei ‘je kijkt PRECIES, en vraagt door’ tegen mij.") == [("Bilal Zandstra", True)]
    assert names("Je kijkt precies en vraagt veel.") == []


def test_a_quote_over_a_full_stop_is_seen() -> None:
    [found] = find_mentioned("Hij zei: je kijkt precies. En vraagt door op wat er is.", [BILAL])
    assert found.passages == ["Hij zei: je kijkt precies. En vraagt door op wat er is."]


def test_a_name_is_a_whole_word() -> None:
    assert names("Bilals vraag hielp.") == [("Bilal Zandstra", False)]
    assert names("Met Bilal Zandstra.") == [("Bilal Zandstra", True)]
    assert names("De Bilalmethode.") == []


def test_names_from_outside_come_after_a_role_or_beside_what_they_said() -> None:
    assert names("Collega Piet van Dijk deed mee. Karin zei ja. Toen vroeg Youssef iets.") == [
        ("Piet van Dijk", True),
        ("Karin", True),
        ("Youssef", True),
    ]
    assert names("Docent Karin zei ja. Docent zei niets.") == [("Karin", True)]
    assert names("Ik vroeg het de docent. Iedereen zei ja. Niemand vond Teams fijn.") == []


def test_consent_is_for_the_words_that_were_shown() -> None:
    def stands(asked: list[str] | None, answer: str | None) -> Consent:
        return where_it_stands(["een", "twee"], is_sure=True, asked=asked, answer=answer)

    assert stands(None, None) == Consent.OPEN
    assert stands(["een", "twee"], None) == Consent.ASKED
    assert stands(["een", "twee", "drie"], "yes") == Consent.GIVEN
    assert stands(["een"], "yes") == Consent.CHANGED
    assert stands(["een"], "no") == Consent.CHANGED
    assert stands(["een", "twee"], "no") == Consent.REFUSED
    assert stands(["een", "twee"], "not_meant") == Consent.OPEN, "who is surely meant answers themselves"


@given(st.text(max_size=300))
def test_no_text_is_too_odd(text: str) -> None:
    for one in find_mentioned(text, [BILAL]):
        assert one.passages


@pytest.mark.parametrize("text", ["A-" * 50_000, "A’" * 50_000, "Aa’" * 33_000, "docent Aa " * 10_000])
def test_a_text_without_an_end_is_looked_at_in_a_moment(text: str) -> None:
    with within(2):
        find_mentioned(text, [BILAL])


def test_a_quote_in_a_sentence_without_an_end_is_seen() -> None:
    for before in range(60, 90):
        found = find_mentioned(f"{'woord ' * before}{SAID[:-1]} {'woord ' * 200}", [BILAL])
        assert [one.name for one in found] == ["Bilal Zandstra"]


def test_no_name_is_broken_where_a_long_sentence_is_cut() -> None:
    for before in range(380, 520):
        said = f"{'woord ' * (before // 6)}{'x' * (before % 6)} en collega Piet van den Dijk sprak met Bilal Zandstra"
        assert names(f"{said} {'woord ' * 200}") == [("Bilal Zandstra", True), ("Piet van den Dijk", True)]
