"""What somebody brings to a peer group, as far as we know it: a family of roles and experience."""

import re
from enum import StrEnum


class RoleFamily(StrEnum):
    """A handful of roles that look at a school from different sides."""

    I_COACH = "i_coach"
    TEACHER = "teacher"
    LEADER = "leader"
    STAFF = "staff"


# What somebody does besides teaching says more about the side they look from, so teaching is asked last but one.
_WORDS: tuple[tuple[RoleFamily, re.Pattern[str]], ...] = (
    (
        RoleFamily.LEADER,
        re.compile(r"leider|leiding|manager|directeur|director|bestuur|hoofd|\bhead\b|leader|rector"),
    ),
    (RoleFamily.I_COACH, re.compile(r"\b(i|ict|digi|digitaal|digital)[ -]?(coach|didacti)|mediacoach|coach")),
    (
        RoleFamily.STAFF,
        re.compile(
            r"adviseur|beleid|staf|staff|ondersteun|co[oö]rdinat|medewerk|ontwerp|bibliothe|beheer|advis|library"
        ),
    ),
    (RoleFamily.TEACHER, re.compile(r"docent|leraar|lerares|leerkracht|instructeur|teacher|lecturer|mentor")),
)


def role_family(job_title: str) -> RoleFamily | None:
    """The family a job title belongs to; None when it says nothing we know."""
    text = re.sub(r"[\N{NON-BREAKING HYPHEN}\N{HYPHEN}]", "-", job_title.casefold())
    return next((family for family, words in _WORDS if words.search(text)), None)
