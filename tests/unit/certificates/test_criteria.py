"""What is asked, and when it is met."""

import pytest

from peergang.certificates.rules.criteria import (
    Criterion,
    Figures,
    Stage,
    Terms,
    is_earned,
    judge,
    share_of,
    stage_of,
)
from peergang.certificates.rules.people import check_account, check_name, check_reason, hidden_name
from peergang.core.errors import Invalid

ASKED = Terms(hours=40, activities=100, meetings=80, examples=1)
DONE = Figures(10, 10, 6, 5, 1)


@pytest.mark.parametrize(
    ("total", "percent", "least"), [(6, 80, 5), (5, 80, 4), (0, 80, 0), (10, 100, 10), (3, 1, 1)]
)
def test_a_share_is_rounded_up(total: int, percent: int, least: int) -> None:
    assert share_of(total, percent) == least


@pytest.mark.parametrize(
    ("figures", "earned"),
    [
        (DONE, True),
        (Figures(10, 9, 6, 6, 1), False),
        (Figures(10, 10, 6, 4, 1), False),
        (Figures(10, 10, 6, 6, 0), False),
        (Figures(10, 10, 0, 0, 1), False),
        (Figures(0, 0, 6, 6, 1), False),
        (Figures(10, 12, 6, 7, 3), True),
    ],
)
def test_everything_that_is_asked_must_be_met(figures: Figures, earned: bool) -> None:
    assert is_earned(ASKED, figures) is earned


def test_what_is_not_asked_is_not_shown_and_nothing_asked_is_never_earned() -> None:
    only_meetings = Terms(10, 0, 50, 0)
    assert [line.criterion for line in judge(only_meetings, DONE)] == [Criterion.MEETINGS]
    assert is_earned(only_meetings, DONE)
    assert not is_earned(Terms(10, 0, 0, 0), DONE), "given by hand alone"


@pytest.mark.parametrize(
    ("figures", "stage"),
    [
        (DONE, Stage.MET),
        (Figures(10, 9, 6, 4, 1), Stage.NEARLY),
        (Figures(10, 8, 6, 4, 1), Stage.ON_THE_WAY),
        (Figures(10, 10, 0, 0, 1), Stage.ON_THE_WAY),
    ],
)
def test_how_far_somebody_is(figures: Figures, stage: Stage) -> None:
    assert stage_of(ASKED, figures) is stage


def test_terms_are_kept_as_they_were_read() -> None:
    stored = {
        "hours": 40,
        "activities": 100,
        "meetings": 80,
        "examples": 1,
        "outcomes": [{"nl": "a", "en": "b"}],
    }
    assert Terms.read(stored).stored() == stored


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Anna van der Berg", "A. B."),
        ("IJsbrand de Vries", "IJ. V."),
        ("Madonna", "M."),
        ("", ""),
        ("Noor d'Arcy", "N. A."),
    ],
)
def test_a_hidden_name_has_its_first_letters_alone(name: str, letters: str) -> None:
    assert hidden_name(name) == letters


@pytest.mark.parametrize("reason", ["", "  kort  ", "x" * 501])
def test_a_reason_says_something(reason: str) -> None:
    with pytest.raises(Invalid):
        check_reason(reason)


@pytest.mark.parametrize("name", ["", "   ", "...", "Anna\u202e Berg", "x" * 121])
def test_a_name_is_a_name(name: str) -> None:
    with pytest.raises(Invalid):
        check_name(name)


def test_what_is_good_is_tidied() -> None:
    assert check_name("  Anna   van der Berg ") == "Anna van der Berg"
    assert check_reason(" lang genoeg\n geschreven ") == "lang genoeg geschreven"
    assert check_account(" anna@roc.example ") == "anna@roc.example"
    assert check_account("") == ""


@pytest.mark.parametrize(
    "account", ["anna", "@roc.nl", "anna@", "anna@roc", "a@b@roc.nl", "=1+1@roc.nl;x", "a b@roc.nl"]
)
def test_an_account_has_its_shape(account: str) -> None:
    with pytest.raises(Invalid):
        check_account(account)
