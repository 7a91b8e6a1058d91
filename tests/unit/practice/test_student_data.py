"""Signs that a student could be recognised: found where they are, and quiet where they are not."""

import pytest
from hypothesis import given, strategies as st

from peergang.practice.rules.student_data import LONGEST, Sign, find_student_data, is_bsn, sentences_in
from tests.pace import within


@pytest.mark.parametrize(
    ("text", "sign", "words"),
    [
        ("Ik sprak student Fatima over haar stage.", Sign.NAME, "Fatima"),
        ("De leerling Jan de Vries viel op.", Sign.NAME, "Jan de Vries"),
        ("Sem, een student uit groep twee, hielp.", Sign.NAME, "Sem"),
        ("Mail naar s.jansen@roc.example.", Sign.EMAIL, "s.jansen@roc.example"),
        ("Bel 06-12345678.", Sign.PHONE, "06-12345678"),
        ("Bel +31 6 12345678 gerust.", Sign.PHONE, "+31 6 12345678"),
        ("Het nummer is 111222333.", Sign.BSN, "111222333"),
        ("Studentnummer 0123456 kwam erbij.", Sign.NUMBER, "0123456"),
        ("Ze is geboren op 3 mei 2007.", Sign.BIRTH, "3 mei 2007"),
        ("Van 12-04-2006 dus.", Sign.BIRTH, "12-04-2006"),
        ("In klas LB3A zat naast mij Youssef.", Sign.CLASS, "LB3A, Youssef"),
    ],
)
def test_it_sees(text: str, sign: Sign, words: str) -> None:
    [seen] = find_student_data({"context": text})
    assert (seen.part, seen.sign, seen.words, seen.sentence) == ("context", sign, words, text)


@pytest.mark.parametrize(
    "text",
    [
        "De studenten ICT werkten in 2024 met 25 laptops. Niveau 4.",
        "Studenten Zorg en Techniek deden mee.",
        "Op 12-10-2026 begon het; 250.000 euro was er niet.",
        "We kregen € 250000 voor drie jaar.",
        "Groep H4B werkte door.",
        "Studenten vonden het fijn. Docenten ook.",
        "",
    ],
)
def test_it_is_quiet_about(text: str) -> None:
    assert find_student_data({"context": text}) == []


def test_the_test_of_eleven() -> None:
    assert is_bsn("111222333")
    assert not is_bsn("111222334")
    assert not is_bsn("000000000")
    assert not is_bsn("1234567")


@given(st.text(max_size=400))
def test_no_text_is_too_odd(text: str) -> None:
    for seen in find_student_data({"context": text}):
        assert seen.sentence in text
        assert seen.words
    assert all(sentence.strip() for sentence in sentences_in(text))


@pytest.mark.parametrize(
    "text",
    [
        "a" * 100_000,
        "A" * 100_000,
        "A-" * 50_000,
        "Aa’" * 33_000,
        "+" * 100_000,
        f"student{' ' * 100_000}x",
    ],
)
def test_a_text_without_an_end_is_looked_at_in_a_moment(text: str) -> None:
    """Anybody may paste this, and while a pattern is looked for nobody else gets a page."""
    with within(2):
        find_student_data({"context": text})


def test_a_sign_brings_no_more_of_its_surroundings_than_anybody_reads() -> None:
    """A page that repeats the whole text with every number in it would take the memory of the machine."""
    text = " ".join(f"06{number:08d}" for number in range(500))
    seen = find_student_data({"context": text})
    assert len(seen) >= 500
    assert max(len(one.sentence) for one in seen) <= LONGEST
    assert " ".join(sentences_in(text)) == text
