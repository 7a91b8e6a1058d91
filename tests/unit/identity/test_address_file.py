"""The government's file of addresses: how it may look, and what it means for the institutions we know."""

from uuid import uuid4

import pytest
from hypothesis import given, strategies as st

from peergang.identity.rules.address_file import (
    FileState,
    KnownSchool,
    UnreadableFile,
    compare,
    read_address_file,
)
from peergang.identity.rules.institutions import is_domain, normal_domain

PLAIN = "instellingencode;instellingsnaam;plaatsnaam\n25LX;ROC de Wáterkant;Sluis\n"
WANTED = [{"number": 2, "brin": "25LX", "name": "ROC de Wáterkant", "place": "Sluis"}]


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode(),
        PLAIN.encode("utf-8-sig"),
        PLAIN.encode("cp1252"),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace(
            "instellingencode;instellingsnaam;plaatsnaam", '"INSTELLINGENCODE" ;Instellingsnaam; PlaatsNaam'
        ).encode(),
        PLAIN.replace("instellingencode", "INSTELLINGSCODE").encode(),
        "provincie;PLAATSNAAM;straat;instellingsnaam;instellingencode;telefoon\n"
        "Zeeland;Sluis;Kade 1;  ROC de Wáterkant ;25LX;\n;;;;;\n".encode(),
    ],
)
def test_the_shapes_in_which_it_comes(content: bytes) -> None:
    assert read_address_file(content) == WANTED


@pytest.mark.parametrize(
    ("content", "code", "lacking"),
    [
        (b"", "empty", ()),
        (b" \n ", "empty", ()),
        (b"PK\x03\x04rest", "not_text", ()),
        (b"a\x00;b", "not_text", ()),
        (b"instellingencode;naam\n25LX;x", "missing_columns", ("instellingsnaam", "plaatsnaam")),
        (b"instellingencode,instellingsnaam,plaatsnaam\n", "missing_columns", None),
        (b"instellingencode;instellingsnaam;plaatsnaam\n;;\n", "no_rows", ()),
        (PLAIN.encode() + b"25LX;x;y\n" * 20_000, "too_many_rows", ()),
    ],
)
def test_a_file_that_cannot_be_used_says_why(content: bytes, code: str, lacking: tuple | None) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        read_address_file(content)
    assert refusal.value.code == code
    assert lacking is None or refusal.value.lacking == lacking


@given(st.binary(max_size=300))
def test_no_bytes_break_it(content: bytes) -> None:
    try:
        compare(read_address_file(content), [])
    except UnreadableFile:
        return


def school(brin: str, name: str, place: str = "Sluis", **more: object) -> KnownSchool:
    fields = {"aliases": (), "other_places": ()} | more
    return KnownSchool(uuid4(), brin, name, place=place, **fields)


OURS = [
    school("01AA", "Zelfde"),
    school("02AA", "Oude naam"),
    school("03AA", "Verhuisd", "Goes"),
    school("04AA", "Niet meer erin", aliases=("Vroeger",)),
    school("05AA", "Opgegaan", gone=True, now_name="Nieuw College"),
    school("06AA", "Twee plaatsen", "Sluis", other_places=("Goes",)),
]


def verdicts(*lines: str) -> dict[str, str]:
    text = "\n".join(["instellingencode;instellingsnaam;plaatsnaam", *lines])
    return {one.brin: one.state for one in compare(read_address_file(text.encode()), OURS)}


def test_the_table_of_differences() -> None:
    found = verdicts(
        "01aa;Zelfde;Sluis",
        "02AA;Nieuwe naam;Sluis",
        "03AA;Verhuisd;Sluis",
        "05AA;Opgegaan;Sluis",
        "06AA00;Twee plaatsen;Sluis",
        "06AA01;Twee plaatsen;Goes",
        "07AA;Helemaal nieuw;Sluis",
    )
    assert found == {
        "01AA": FileState.SAME,
        "02AA": FileState.RENAMED,
        "03AA": FileState.MOVED,
        "04AA": FileState.ABSENT,
        "05AA": FileState.GONE,
        "06AA": FileState.SAME,
        "07AA": FileState.NEW,
    }


@pytest.mark.parametrize(
    ("line", "column", "expected"),
    [
        ("25L;Naam;Sluis", "brin", "brin_shape"),
        (";Naam;Sluis", "brin", "brin_shape"),
        ("25LX;;Sluis", "name", "name_missing"),
        (f"25LX;{'n' * 201};Sluis", "name", "name_long"),
        ("08AA;vroeger;Sluis", "name", "name_taken"),
        ("01AA;Oude naam;Sluis", "name", "name_taken"),
    ],
)
def test_a_row_that_cannot_be_used_names_row_column_and_what_was_expected(
    line: str, column: str, expected: str
) -> None:
    text = f"instellingencode;instellingsnaam;plaatsnaam\n09AA;Goed;Sluis\n{line}"
    found = compare(read_address_file(text.encode()), OURS)
    [wrong] = [one for one in found if one.state == FileState.ERROR]
    assert (wrong.number, wrong.column, wrong.expected) == (3, column, expected)
    assert any(one.state == FileState.NEW and one.brin == "09AA" for one in found)


def test_two_names_for_one_brin_and_one_name_for_two() -> None:
    text = "instellingencode;instellingsnaam;plaatsnaam\n10AA;Een;Sluis\n10AA;Ander;Sluis\n11AA;een;Sluis"
    found = [one for one in compare(read_address_file(text.encode()), []) if one.state == FileState.ERROR]
    assert [(one.number, one.expected) for one in found] == [(3, "name_differs"), (4, "name_taken")]


@pytest.mark.parametrize(
    ("typed", "domain"),
    [
        ("School.nl", "school.nl"),
        ("@mail.school.nl", "mail.school.nl"),
        ("https://school.nl/inloggen", "school.nl"),
        ("naam@school.nl.", "school.nl"),
    ],
)
def test_domains_as_people_type_them(typed: str, domain: str) -> None:
    assert normal_domain(typed) == domain
    assert is_domain(domain)


@pytest.mark.parametrize(
    "text", ["", "school", "-a.nl", "a-.nl", "a..nl", "a_b.nl", "a.n", "sch ool.nl", "*.school.nl"]
)
def test_what_is_no_domain(text: str) -> None:
    assert not is_domain(normal_domain(text))
