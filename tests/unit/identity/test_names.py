"""Names the Dutch way, on a table of difficult ones and on whatever Hypothesis thinks up."""

import unicodedata

import pytest
from hypothesis import given, strategies as st

from peergang.identity.rules import clean_text, full_name, initials, listed_name, sort_key

PEOPLE = [
    # given name, particle, family name; in a text; in a list; avatar; sort key
    ("Anna", "van der", "Berg", "Anna van der Berg", "Berg, Anna van der", "AB", "berg, anna van der"),
    ("Geert", "'t", "Hart", "Geert 't Hart", "Hart, Geert 't", "GH", "hart, geert 't"),
    ("Noor", "", "d'Arcy", "Noor d'Arcy", "d'Arcy, Noor", "ND", "d'arcy, noor"),
    ("Sukarno", "", "", "Sukarno", "Sukarno", "S", "sukarno"),
    ("Zoë", "de", "Één", "Zoë de Één", "Één, Zoë de", "ZÉ", "een, zoe de"),
    ("Ößgür", "", "Çelik", "Ößgür Çelik", "Çelik, Ößgür", "ÖÇ", "celik, ossgur"),
    ("Anne-Fleur", "van", "Dijk-Jansen", "Anne-Fleur van Dijk-Jansen", "Dijk-Jansen, Anne-Fleur van", "AD",
     "dijk-jansen, anne-fleur van"),
    ("ßara", "", "ß", "ßara ß", "ß, ßara", "SS", "ss, ssara"),
    ("B" * 40, "", "W" * 40, f"{'B' * 40} {'W' * 40}", f"{'W' * 40}, {'B' * 40}", "BW", f"{'w' * 40}, {'b' * 40}"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "particle", "family", "text", "listed", "avatar", "key"), PEOPLE)
def test_the_table_of_names(
    given: str, particle: str, family: str, text: str, listed: str, avatar: str, key: str
) -> None:
    assert full_name(given, particle, family) == text
    assert listed_name(given, particle, family) == listed
    assert initials(given, family) == avatar
    assert sort_key(given, particle, family) == key


def test_lists_sort_on_the_main_word_and_not_on_the_particle() -> None:
    people = [("Bo", "van", "Zanten"), ("Cas", "", "Aarts"), ("Ad", "de", "Boer"), ("Ymke", "", "Ångström")]
    keyed = sorted(people, key=lambda person: sort_key(*person))
    assert [family for _, _, family in keyed] == ["Aarts", "Ångström", "Boer", "Zanten"]


words = st.text(max_size=45).map(clean_text)
particles = st.sampled_from(["", "van", "van der", "de", "'t", "in 't", "ten", "op den"])


@given(words.filter(bool), particles, words)
def test_whatever_the_name(given_name: str, particle: str, family_name: str) -> None:
    text = full_name(given_name, particle, family_name)
    assert text == clean_text(text), "no double or outer spaces"
    assert text.startswith(given_name)
    assert text.endswith(family_name)
    key = sort_key(given_name, particle, family_name)
    assert not any(unicodedata.combining(letter) for letter in key)
    assert key == key.strip(" ,")
    assert len(initials(given_name, family_name)) <= 2


@given(words.filter(bool), particles, words.filter(bool), words.filter(bool))
def test_the_particle_never_decides_between_two_family_names(
    one: str, particle: str, family: str, other: str
) -> None:
    first, second = sort_key("", "", family), sort_key("", "", other)
    # A name that begins with the other one differs in the comma that follows it, so it says nothing here.
    if not first or not second or first.startswith(second) or second.startswith(first):
        return
    assert (sort_key(one, particle, family) < sort_key(one, "", other)) == (first < second)


@given(st.text(max_size=60))
def test_clean_text_is_stable_and_holds_nothing_odd(text: str) -> None:
    once = clean_text(text)
    assert clean_text(once) == once
    assert "\x00" not in once
    assert "\n" not in once
