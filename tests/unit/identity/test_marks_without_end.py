"""A letter with a hundred thousand marks on it: putting them in order takes minutes, in which nothing else runs."""

from collections.abc import Callable
from time import process_time

import pytest

from peergang.coursework.rules.files.kinds import PDF
from peergang.coursework.rules.files.names import fit_name
from peergang.identity.rules import match_key
from peergang.identity.rules.names import sort_key
from peergang.identity.rules.passwords import PASSWORD_MAX_LENGTH, password_problem

MARKS = "a" + "\u0301\u0327" * 30_000


@pytest.mark.parametrize(
    "read",
    [
        lambda: password_problem(MARKS, "anna@school.example"),
        lambda: match_key(MARKS),
        lambda: sort_key("Anna", "", MARKS),
        lambda: fit_name(MARKS + ".pdf", PDF),
    ],
    ids=("password", "institution", "name", "file"),
)
def test_marks_without_end_cost_nothing(read: Callable[[], object]) -> None:
    before = process_time()
    read()
    assert process_time() - before < 0.5


def test_a_password_that_nobody_could_come_in_with_is_too_long() -> None:
    """Coming in looks at what was typed, before two signs become one letter."""
    typed = "e\u0301" * (PASSWORD_MAX_LENGTH // 2 + 1)
    assert password_problem(typed + "abc", "anna@school.example") == "password_long"
