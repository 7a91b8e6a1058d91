"""Judging rows against what is known: institutions, people and their places in cohorts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from peergang.cohorts.rules.roster.institutions import Institutions, KnownInstitution
from peergang.cohorts.rules.roster.names import (
    address_problem,
    name_problem,
    normal_address,
    safe_job_title,
)
from peergang.identity.rules import match_key


class RowState(StrEnum):
    """Whether a row can go along: `error` needs a correction, `look` a decision, `known` is there already."""

    ERROR = "error"
    LOOK = "look"
    GOOD = "good"
    KNOWN = "known"


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody who has an account already.

    `other_cohort` names a running cohort they are in; `here` is their state in this one, empty when they are not in it.
    `own` says that it is the organiser who looks: nobody gives themselves a place.
    """

    user_id: UUID
    closed: bool = False
    affiliation_id: UUID | None = None
    institution_id: UUID | None = None
    institution_name: str = ""
    other_cohort: str = ""
    here: str = ""
    own: bool = False

    @property
    def takes_part(self) -> bool:
        """Whether they have a place in this cohort now."""
        return self.here not in ("", "withdrawn")


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """A row with its judgement. `problems` maps name, email or institution to a code; `remark` is what to decide.

    `moved_from` names the institution that adding the row would take somebody away from, whatever the remark is about.
    """

    number: int
    given_name: str
    particle: str
    family_name: str
    email: str
    institution_text: str
    job_title: str
    institution: KnownInstitution | None
    state: RowState
    problems: Mapping[str, str] = field(default_factory=dict)
    remark: str = ""
    about: str = ""
    anyway: bool = False
    moved_from: str = ""
    same_as: int = 0
    person: KnownPerson | None = None

    @property
    def goes_along(self) -> bool:
        """Whether adding adds this row."""
        return self.state == RowState.GOOD or (self.state == RowState.LOOK and self.anyway)


def check_rows(
    rows: Sequence[Mapping[str, Any]], institutions: Institutions, people: Mapping[str, KnownPerson]
) -> list[CheckedRow]:
    """The judgement of every row, in the order of the file. `people` are those with an account, by address."""
    first_with: dict[str, CheckedRow] = {}
    first_unknown: dict[str, int] = {}
    checked = []
    for row in rows:
        one = _check(row, institutions, people, first_with, first_unknown)
        if not one.problems.get("email"):
            first_with.setdefault(one.email, one)
        checked.append(one)
    return checked


def _check(
    row: Mapping[str, Any],
    institutions: Institutions,
    people: Mapping[str, KnownPerson],
    first_with: Mapping[str, CheckedRow],
    first_unknown: dict[str, int],
) -> CheckedRow:
    number, email = int(row["number"]), normal_address(row["email"])
    text = row["institution"] or row["brin"]
    institution = institutions.find(row["institution"], row["brin"], row["institution_id"])
    problems = _find_problems(row, email, institution, text)
    same_as = 0
    if problems.get("institution") == "institution_unknown":
        same_as = first_unknown.setdefault(match_key(text), number)
    person, earlier = people.get(email), first_with.get(email)
    about = ""
    if person and person.closed:
        problems.setdefault("email", "email_closed")
    elif person and person.own and not person.takes_part:
        problems.setdefault("email", "own_place")
    elif earlier and not _is_same(earlier, row):
        problems.setdefault("email", "email_double")
        about = str(earlier.number)
    state, remark, remark_about = _judge(problems, person, institution, earlier)
    return CheckedRow(
        number=number,
        given_name=row["given_name"],
        particle=row["particle"],
        family_name=row["family_name"],
        email=email,
        institution_text=text,
        job_title=safe_job_title(row["job_title"]),
        institution=institution,
        state=state,
        problems=problems,
        remark=remark,
        about=about or remark_about,
        anyway=bool(row["anyway"]),
        moved_from=_moved_from(person, institution) if state == RowState.LOOK else "",
        same_as=same_as if same_as != number else 0,
        person=person,
    )


def _find_problems(
    row: Mapping[str, Any], email: str, institution: KnownInstitution | None, text: str
) -> dict[str, str]:
    """What is wrong with the cells of a row by themselves, as {field: code}."""
    unknown = "institution_unknown" if text else "institution_missing"
    judged = {
        "name": name_problem(row["given_name"], row["particle"], row["family_name"]),
        "email": address_problem(email),
        "institution": "" if institution else unknown,
    }
    return {name: code for name, code in judged.items() if code}


def _is_same(earlier: CheckedRow, row: Mapping[str, Any]) -> bool:
    names = (row["given_name"], row["particle"], row["family_name"])
    return match_key("".join(names)) == match_key(
        f"{earlier.given_name}{earlier.particle}{earlier.family_name}"
    )


def _judge(
    problems: Mapping[str, str],
    person: KnownPerson | None,
    institution: KnownInstitution | None,
    earlier: CheckedRow | None,
) -> tuple[RowState, str, str]:
    """(state, remark, what the remark is about)."""
    if problems:
        return RowState.ERROR, "", ""
    if earlier:
        return RowState.KNOWN, "twice", str(earlier.number)
    if person is None:
        return RowState.GOOD, "", ""
    if person.takes_part:
        return RowState.KNOWN, person.here, ""
    moved = _moved_from(person, institution)
    for remark, applies, about in (
        ("withdrawn", person.here, ""),
        ("elsewhere", person.other_cohort, person.other_cohort),
        ("moved", moved, moved),
    ):
        if applies:
            return RowState.LOOK, remark, about
    return RowState.GOOD, "", ""


def _moved_from(person: KnownPerson | None, institution: KnownInstitution | None) -> str:
    """Where `person` works as far as we know, when the row says another institution."""
    if not (person and person.institution_id and institution) or person.institution_id == institution.id:
        return ""
    return person.institution_name
