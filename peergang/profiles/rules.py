"""Pure rules about profiles: the subjects one can name, and who sees what somebody tells about themselves."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

ABOUT_MAX_LENGTH = 280
CONTACT_MAX_LENGTH = 120
SEARCH_MAX_LENGTH = 80

TOPICS: tuple[str, ...] = tuple(
    f"{question}.{number}"
    for question, topics in ((1, 5), (2, 8), (3, 3), (4, 3))
    for number in range(1, topics + 1)
)
"""The nineteen topics of the main questions, by the code that stays the same from edition to edition."""

FACTORS: tuple[str, ...] = tuple(f"f{number}" for number in range(1, 7))
"""The six success factors. Topics of the Masterclass have numbers of their own, so a factor stands as a whole."""

SUBJECTS = TOPICS + FACTORS


class Visibility(StrEnum):
    """To whom somebody shows their profile, each wider than the one before."""

    TRAINERS = "trainers"
    COHORTS = "cohorts"
    NETWORK = "network"


class SubjectKind(StrEnum):
    """What somebody has with a subject."""

    EXPERTISE = "expertise"
    INTEREST = "interest"


def sees_profile(visibility: str, *, is_self: bool, shares_cohort: bool, trains_them: bool) -> bool:
    """Whether somebody who is signed in may see a profile; that its owner is active is asked elsewhere.

    `shares_cohort`: both take part in one cohort, in whatever role; `trains_them`: the reader trains a cohort in which
    the owner is a participant. No role of the network opens a profile.
    """
    if is_self or visibility == Visibility.NETWORK or trains_them:
        return True
    return visibility == Visibility.COHORTS and shares_cohort


def one_of_each(chosen: Mapping[str, Iterable[str]]) -> dict[str, SubjectKind]:
    """The subjects somebody chose, each once: who knows about something need not say that it interests them."""
    found = dict.fromkeys(_known(chosen.get(SubjectKind.INTEREST, ())), SubjectKind.INTEREST)
    return found | dict.fromkeys(_known(chosen.get(SubjectKind.EXPERTISE, ())), SubjectKind.EXPERTISE)


def _known(codes: Iterable[str]) -> list[str]:
    return [code for code in dict.fromkeys(codes) if code in SUBJECTS]


def factor_of(code: str) -> int | None:
    """The number of the success factor behind "f3"; None for a topic."""
    return int(code[1:]) if code in FACTORS else None
