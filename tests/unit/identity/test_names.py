"""Names the Dutch way, on one table of difficult ones and on whatever Hypothesis thinks up."""

import unicodedata

import pytest
from hypothesis import given, strategies as st

from peergang.identity.rules import clean_text, full_name, initials, listed_name, sort_key
from peergang.identity.rules.names import capitalised, formal_name, split_name

PEOPLE = [
    # given name, particle, family name; in a text; after "mevrouw"; in a list; avatar; sort key
    ("Anna", "van der", "Berg", "Anna van der Berg", "Van der Berg", "Berg, Anna van der", "AB", "berg, anna van der"),
    ("Geert", "'t", "Hart", "Geert 't Hart", "'t Hart", "Hart, Geert 't", "GH", "hart, geert 't"),
    ("Geert", "’t", "Hart", "Geert ’t Hart", "’t Hart", "Hart, Geert ’t", "GH", "hart, geert 't"),
    ("Wim", "in 't", "Veld", "Wim in 't Veld", "In 't Veld", "Veld, Wim in 't", "WV", "veld, wim in 't"),
    ("Mia", "van 't", "Hof", "Mia van 't Hof", "Van 't Hof", "Hof, Mia van 't", "MH", "hof, mia van 't"),
    ("Jet", "op den", "Kamp", "Jet op den Kamp", "Op den Kamp", "Kamp, Jet op den", "JK", "kamp, jet op den"),
    ("Karl", "von", "Essen", "Karl von Essen", "Von Essen", "Essen, Karl von", "KE", "essen, karl von"),
    ("Noor", "d'", "Arcy", "Noor d'Arcy", "d'Arcy", "Arcy, Noor d'", "NA", "arcy, noor d'"),
    ("Noor", "", "d'Arcy", "Noor d'Arcy", "d'Arcy", "d'Arcy, Noor", "ND", "d'arcy, noor"),
    ("Sukarno", "", "", "Sukarno", "Sukarno", "Sukarno", "S", "sukarno"),
    ("Zoë", "de", "Één", "Zoë de Één", "De Één", "Één, Zoë de", "ZÉ", "een, zoe de"),
    ("Ößgür", "", "Çelik", "Ößgür Çelik", "Çelik", "Çelik, Ößgür", "ÖÇ", "celik, ossgur"),
    ("Søren", "", "Ærø", "Søren Ærø", "Ærø", "Ærø, Søren", "SÆ", "aero, soren"),
    ("Anne-Fleur", "van", "Dijk-Jansen", "Anne-Fleur van Dijk-Jansen", "Van Dijk-Jansen",
     "Dijk-Jansen, Anne-Fleur van", "AD", "dijk-jansen, anne-fleur van"),
    ("Els", "de", "Boer-van der Wal", "Els de Boer-van der Wal", "De Boer-van der Wal",
     "Boer-van der Wal, Els de", "EB", "boer-van der wal, els de"),
    ("IJsbrand", "", "Vos", "IJsbrand Vos", "Vos", "Vos, IJsbrand", "IJV", "vos, ijsbrand"),
    ("Ien", "", "IJzerman", "Ien IJzerman", "IJzerman", "IJzerman, Ien", "IIJ", "ijzerman, ien"),
    # The particle typed into the family name; with a capital it is part of a Flemish name.
    ("Bo", "", "van der Laan", "Bo van der Laan", "van der Laan", "van der Laan, Bo", "BL", "laan, bo van der"),
    ("An", "", "Van Damme", "An Van Damme", "Van Damme", "Van Damme, An", "AV", "van damme, an"),
    ("Do", "", "'s-Gravesande", "Do 's-Gravesande", "'s-Gravesande", "'s-Gravesande, Do", "DS", "s-gravesande, do"),
    ("ßara", "", "ß", "ßara ß", "ß", "ß, ßara", "SS", "ss, ssara"),
    ("B" * 40, "", "W" * 40, f"{'B' * 40} {'W' * 40}", "W" * 40, f"{'W' * 40}, {'B' * 40}", "BW",
     f"{'w' * 40}, {'b' * 40}"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "particle", "family", "text", "formal", "listed", "avatar", "key"), PEOPLE)
def test_the_table_of_names(
    given: str, particle: str, family: str, text: str, formal: str, listed: str, avatar: str, key: str
) -> None:
    assert full_name(given, particle, family) == text
    assert formal_name(given, particle, family) == formal
    assert listed_name(given, particle, family) == listed
    assert initials(given, family) == avatar
    assert sort_key(given, particle, family) == key


WHOLE = [
    ("Anna van der Berg", ("Anna", "van der", "Berg")),
    ("  Anna   van der  Berg ", ("Anna", "van der", "Berg")),
    ("Berg, Anna van den", ("Anna", "van den", "Berg")),
    ("Jan Willem de Boer", ("Jan Willem", "de", "Boer")),
    ("Fatima El Idrissi", ("Fatima", "El", "Idrissi")),
    ("Piet 't Hart", ("Piet", "'t", "Hart")),
    ("Piet ’t Hart", ("Piet", "’t", "Hart")),
    ("Wim in 't Veld", ("Wim", "in 't", "Veld")),
    ("Jet op den Kamp", ("Jet", "op den", "Kamp")),
    ("Karl von Essen", ("Karl", "von", "Essen")),
    ("Noor d'Arcy", ("Noor", "d'", "Arcy")),
    ("Anne Marie d'Arcy", ("Anne Marie", "d'", "Arcy")),
    ("IJsbrand de Vos-van Dam", ("IJsbrand", "de", "Vos-van Dam")),
    ("Els de Boer-van der Wal", ("Els", "de", "Boer-van der Wal")),
    ("Kim Nguyen Thi", ("Kim", "", "Nguyen Thi")),
    ("Cher", ("Cher", "", "")),
    ("Van", ("Van", "", "")),
    ("Anna van", ("Anna", "", "van")),
    ("", ("", "", "")),
]


@pytest.mark.parametrize(("name", "parts"), WHOLE)
def test_names_in_one_piece(name: str, parts: tuple[str, str, str]) -> None:
    assert split_name(name) == parts


@pytest.mark.parametrize(
    ("word", "capital"),
    [("ijsbrand", "IJsbrand"), ("IJs", "IJs"), ("van der", "Van der"), ("", ""), ("i", "I")],
)
def test_ij_is_one_letter(word: str, capital: str) -> None:
    assert capitalised(word) == capital


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
    assert len(initials(given_name, family_name)) <= 4


@given(words)
def test_taking_a_name_apart_loses_no_letter(name: str) -> None:
    def letters(text: str) -> list[str]:
        return sorted(text.replace(" ", "").replace(",", ""))

    parts = split_name(name)
    assert letters("".join(parts)) == letters(name)


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
