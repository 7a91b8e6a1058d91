"""Files as schools really export them."""

from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from peergang.cohorts.rules.roster.checking import KnownPerson, check_rows
from peergang.cohorts.rules.roster.correcting import correct_rows
from peergang.cohorts.rules.roster.example import EXAMPLE
from peergang.cohorts.rules.roster.institutions import Institutions, KnownInstitution
from peergang.cohorts.rules.roster.names import address_problem, name_problem, safe_job_title
from peergang.cohorts.rules.roster.reading import read_roster
from peergang.cohorts.rules.roster.tables import Unreadable
from peergang.cohorts.views.preview import remark_text
from peergang.identity.rules.names import split_name

SCHOOLS = Institutions(
    [
        KnownInstitution(UUID(int=1), "31XY", "ROC Zilverkade", ("Zilverkade College",)),
        KnownInstitution(UUID(int=2), "25LX", "Mediacollege Papegaai"),
    ]
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_every_encoding_and_separator_in_use(encoding, delimiter):
    lines = [
        delimiter.join(cells)
        for cells in (
            ("E-MAILADRES", "achternaam", "Tussenvoegsel", "Voornaam", "Instellingsnaam"),
            ("z.o@school.example", "Östürk", "van de", "Zoë", "ROC Zilverkade"),
        )
    ]
    [row] = read_roster("\r\n".join(lines).encode(encoding))
    assert (row["given_name"], row["particle"], row["family_name"]) == ("Zoë", "van de", "Östürk")
    assert (row["email"], row["institution"], row["number"]) == ("z.o@school.example", "ROC Zilverkade", 2)


def test_english_names_a_title_above_blank_lines_and_excels_own_line():
    content = (
        b"sep=;\r\nExport 2026;;;\r\n;;;\r\nName;E-mail;BRIN;Function\r\n"
        b'"Berg, Anna van den";a@b.example;31xy;coach\r\n\r\nJan;j@b.example;31XY00;\r\n'
    )
    first, second = read_roster(content)
    assert (first["given_name"], first["particle"], first["family_name"]) == ("Anna", "van den", "Berg")
    assert (first["number"], second["number"]) == (4, 6)


def test_a_cell_may_hold_a_line_end_and_the_separator():
    [row] = read_roster(b'naam;email;instelling\n"Jan\nJansen";"j@b.example";"ROC; Zilverkade"\n')
    assert (row["given_name"], row["family_name"], row["institution"]) == ("Jan", "Jansen", "ROC; Zilverkade")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"PK\x03\x04rest", "spreadsheet"),
        (b"\xd0\xcf\x11\xe0rest", "xls"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not_csv"),
        (b"a,b\x81,c\n", "not_csv"),
        (b"hallo wereld", "not_csv"),
        (b"naam;telefoon\nJan;06\n", "missing_columns"),
        (b"naam;email;instelling\n", "no_rows"),
        (b"naam;email;instelling\n" + b"a;b;c\n" * 5001, "too_many_rows"),
        (b"naam;email;instelling\n" + b'"' + b"x" * 200_000, "not_csv"),
    ],
)
def test_what_cannot_be_read_has_one_reason(content, code):
    with pytest.raises(Unreadable) as refused:
        read_roster(content)
    assert refused.value.code == code


def test_a_missing_column_is_named_with_what_was_seen():
    with pytest.raises(Unreadable) as refused:
        read_roster(b"Voornaam;Mail;Afdeling\nJan;j@b.example;ICT\n")
    assert refused.value.lacking == ("name", "institution")
    assert refused.value.seen == ("Voornaam", "Mail", "Afdeling")


@given(st.binary(max_size=300))
def test_no_file_breaks_the_reader(content):
    try:
        rows = read_roster(content)
    except Unreadable:
        return
    check_rows(rows, SCHOOLS, {})


@given(st.lists(st.lists(st.text(max_size=12), min_size=3, max_size=3), min_size=1, max_size=6))
def test_no_row_breaks_the_judgement(cells):
    lines = ["naam;email;instelling", *(";".join(one) for one in cells)]
    try:
        rows = read_roster("\n".join(lines).encode("utf-8", "replace"))
    except Unreadable:
        return
    assert len(check_rows(rows, SCHOOLS, {})) == len(rows)


def test_the_example_can_be_read_back():
    rows = read_roster(EXAMPLE.encode("utf-8-sig"))
    assert [row["particle"] for row in rows] == ["", "van der"]


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("a@school.nl", ""),
        ("", "email_missing"),
        ("a.school.nl", "email_at"),
        ("a@b@c.nl", "email_at"),
        ("m.duinpan@polderpoort,example", "email_comma"),
        ("a b@c.nl", "email_space"),
        ("a@school", "email_domain"),
        ("a..b@school.nl", "email_shape"),
        ("a@school.n", "email_shape"),
        (f"{'a' * 250}@school.nl", "email_long"),
    ],
)
def test_what_is_wrong_with_an_address(address, code):
    assert address_problem(address) == code


def test_a_formula_is_no_name_and_no_job():
    assert name_problem("=cmd|' /C calc'!A0", "", "X") == "name_formula"
    assert name_problem("@SUM(1)", "", "X") == "name_formula"
    assert safe_job_title("=HYPERLINK(1)") == "HYPERLINK(1)"
    assert name_problem("", "", "Berg") == "name_given_missing"
    assert name_problem("123", "", "456") == "name_shape"


def row(number, name="Jan Jansen", email="j@b.example", institution="ROC Zilverkade", **more):
    given_name, particle, family_name = split_name(name)
    return {
        "number": number,
        "given_name": given_name,
        "particle": particle,
        "family_name": family_name,
        "email": email,
        "institution": institution,
        "brin": "",
        "institution_id": None,
        "job_title": "",
        "anyway": False,
    } | more


def judged(*rows, people=None):
    return [(one.state, one.remark, dict(one.problems)) for one in check_rows(rows, SCHOOLS, people or {})]


def test_institutions_by_name_alias_code_and_location():
    checked = check_rows(
        [
            row(2, institution="roc  zilverKADE"),
            row(3, institution="Zilverkade-college", email="b@b.example"),
            row(4, institution="", brin="31xy", email="c@b.example"),
            row(5, institution="25LX01", email="d@b.example"),
        ],
        SCHOOLS,
        {},
    )
    assert [one.institution.id.int for one in checked] == [1, 1, 1, 2]


def test_an_unknown_institution_gets_a_guess_and_the_same_text_is_asked_once():
    first, second, third = check_rows(
        [
            row(2, institution="ROC Zilverkaai"),
            row(3, institution="ROC Zilverkaai", email="b@b.example"),
            row(4, institution="Iets heel anders", email="c@b.example"),
        ],
        SCHOOLS,
        {},
    )
    assert (first.same_as, SCHOOLS.guess(first.institution_text)) == (0, UUID(int=1))
    assert second.same_as == 2
    assert SCHOOLS.guess(third.institution_text) is None
    assert third.problems == {"institution": "institution_unknown"}
    rows = correct_rows(
        [row(2, institution="ROC Zilverkaai"), row(3, institution="ROC Zilverkaai", email="b@b.example")],
        {2: {"institution": str(UUID(int=2))}},
        {},
    )
    assert [one.institution.id.int for one in check_rows(rows, SCHOOLS, {})] == [2, 2]


def test_a_double_row_goes_once_and_another_name_with_that_address_is_wrong():
    same, other = row(3, email="J@B.example "), row(4, name="Piet Pieters")
    assert judged(row(2), same, other) == [
        ("good", "", {}),
        ("known", "twice", {}),
        ("error", "", {"email": "email_double"}),
    ]


def test_people_we_know():
    person = {"j@b.example": KnownPerson(UUID(int=9), institution_id=UUID(int=1), other_cohort="Najaar")}
    assert judged(row(2), people=person) == [("look", "elsewhere", {})]
    person = {"j@b.example": KnownPerson(UUID(int=9), institution_id=UUID(int=2), institution_name="X")}
    assert judged(row(2), people=person) == [("look", "moved", {})]
    person = {"j@b.example": KnownPerson(UUID(int=9), institution_id=UUID(int=1))}
    assert judged(row(2), people=person) == [("good", "", {})]
    for state, expected in (("active", "known"), ("waitlisted", "known"), ("withdrawn", "look")):
        person = {"j@b.example": KnownPerson(UUID(int=9), here=state)}
        assert judged(row(2), people=person)[0][:2] == (expected, state)
    person = {"j@b.example": KnownPerson(UUID(int=9), closed=True)}
    assert judged(row(2), people=person) == [("error", "", {"email": "email_closed"})]


def test_a_change_of_school_is_told_whatever_else_there_is_to_decide():
    for more, remark in (({"here": "withdrawn"}, "withdrawn"), ({"other_cohort": "Najaar"}, "elsewhere")):
        person = KnownPerson(UUID(int=9), institution_id=UUID(int=2), institution_name="ROC Oud", **more)
        [checked] = check_rows([row(2)], SCHOOLS, {"j@b.example": person})
        assert (checked.remark, checked.moved_from) == (remark, "ROC Oud")
        words = remark_text(checked.remark, checked.about, checked.moved_from)
        assert words.endswith("Staat bij ons bij ROC Oud. Werkt nu hier?")
        assert len(words) > len("Staat bij ons bij ROC Oud. Werkt nu hier?")


def test_a_cell_is_no_place_for_a_book():
    [read] = read_roster(f"naam;email;instelling\n{'N' * 9000};{'e' * 9000};{'i' * 9000}\n".encode())
    assert {len(read[name]) for name in ("given_name", "email", "institution")} == {300}
