"""Codes: nobody guesses one, a slip of the pen is never another, and what is meant is understood."""

import math
import string

import pytest
from hypothesis import given, strategies as st

from peergang.certificates.rules.codes import ALPHABET, LENGTH, make_code, parse_code, show_code, with_check

CODES = st.text(ALPHABET, min_size=LENGTH - 1, max_size=LENGTH - 1).map(with_check)


def test_it_is_too_long_to_guess() -> None:
    assert (LENGTH - 1) * math.log2(len(ALPHABET)) >= 80
    assert len({make_code() for _ in range(1000)}) == 1000
    assert len(set(ALPHABET)) == 32
    assert not set("ILOU") & set(ALPHABET)


@given(CODES)
def test_it_reads_back_as_people_write_it(code: str) -> None:
    shown = show_code(code)
    assert shown.count("-") == 4
    spaced = f"  {shown.replace('-', ' ').lower()} "
    mistaken = shown.replace("0", "o").replace("1", "l").replace("V", "u")
    for typed in (code, shown, spaced, mistaken, shown.replace("-", "\u2011"), shown.replace("1", "I")):
        assert parse_code(typed) == code


@given(CODES, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_one_wrong_digit_is_no_code(code: str, at: int, other: str) -> None:
    wrong = code[:at] + other + code[at + 1 :]
    assert (parse_code(wrong) == "") == (wrong != code)


@given(CODES, st.integers(0, LENGTH - 1), st.integers(0, LENGTH - 1))
def test_two_that_were_swapped_are_no_code(code: str, one: int, other: int) -> None:
    letters = list(code)
    letters[one], letters[other] = letters[other], letters[one]
    wrong = "".join(letters)
    assert (parse_code(wrong) == "") == (wrong != code)


@pytest.mark.parametrize(
    "typed", ["", "x", "7K3M", "é" * 20, "7" * 19, "7" * 21, string.printable, "\0", "٣" * 20]
)
def test_anything_else_is_nothing(typed: str) -> None:
    assert parse_code(typed) == ""
