"""The preview of a file: which rows are shown, in which words, and what comes back from the table."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from peergang.cohorts.labels import COLUMN_NAMES, FILE_PROBLEMS, ROW_PROBLEMS, ROW_REMARKS, ROW_SUMMARIES
from peergang.cohorts.rules.roster.checking import CheckedRow, RowState
from peergang.cohorts.rules.roster.institutions import Institutions
from peergang.cohorts.rules.roster.tables import Unreadable
from peergang.core.errors import Invalid
from peergang.identity.rules import full_name

FIELDS = ("name", "email", "institution")
MOST_CORRECTIONS = 50
"""Rows with fields to fill in on one page; more would be slow on a phone."""
A_FEW_GOOD = 3
PAGE_SIZE = 200


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row as the table shows it, with the words for what is wrong at each field."""

    row: CheckedRow
    name: str
    problems: dict[str, str]
    remark: str
    guess: UUID | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What the page shows of a file. `mode` is attention, errors or all; `hidden` counts the rows not shown, by state."""

    rows: list[ShownRow]
    mode: str
    summary: list[tuple[str, str]]
    total: int
    errors: int
    looks: int
    good: int
    known: int
    hidden: Mapping[str, int]
    page: int
    pages: int


def show_preview(rows: Sequence[CheckedRow], institutions: Institutions, mode: str, page: int) -> Preview:
    """The rows to show: what needs attention first, only errors, or all of them in pages."""
    errors = [row for row in rows if row.state == RowState.ERROR]
    looks = [row for row in rows if row.state == RowState.LOOK]
    good = [row for row in rows if row.state == RowState.GOOD]
    known = len(rows) - len(errors) - len(looks) - len(good)
    pages = max(1, -(-len(rows) // PAGE_SIZE))
    page = min(max(page, 1), pages)
    if mode == "fouten":
        shown = errors[:MOST_CORRECTIONS]
    elif mode == "alles":
        shown = list(rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE])
    else:
        mode = "aandacht"
        # Who is in the cohort already asks nothing; that a file names somebody twice is worth a look at the file.
        twice = [row for row in rows if row.remark == "twice"][:MOST_CORRECTIONS]
        shown = [*errors[:MOST_CORRECTIONS], *looks[:MOST_CORRECTIONS], *twice, *good[:A_FEW_GOOD]]
    return Preview(
        rows=[_show(row, institutions) for row in shown],
        mode=mode,
        summary=[_summarise(row) for row in errors[:10]],
        total=len(rows),
        errors=len(errors),
        looks=len(looks),
        good=sum(row.goes_along for row in rows),
        known=known,
        hidden=Counter(str(row.state) for row in rows) - Counter(str(row.state) for row in shown),
        page=page,
        pages=pages if mode == "alles" else 1,
    )


def remark_text(remark: str, about: str, moved_from: str) -> str:
    """What there is to decide about a row, in one or two sentences."""
    if not remark:
        return ""
    texts = [str(ROW_REMARKS[remark]) % {"about": about}]
    if moved_from and remark != "moved":
        texts.append(str(ROW_REMARKS["moved"]) % {"about": moved_from})
    return " ".join(texts)


def read_corrections(form: Mapping[str, Any]) -> dict[int, dict[str, str]]:
    """What was filled in, by row: the fields are called name-12, email-12 and institution-12."""
    found: dict[int, dict[str, str]] = {}
    for key, value in form.items():
        name, _, number = key.partition("-")
        if name in FIELDS and number.isdecimal() and len(number) < 8:
            found.setdefault(int(number), {})[name] = str(value)
    return found


def read_ticks(form: Any) -> dict[int, bool]:
    """Which rows were ticked, of those that had a tick on the page (their numbers are in the field `look`)."""
    ticked = {key.removeprefix("anyway-") for key in form if key.startswith("anyway-")}
    return {
        int(number): number in ticked
        for number in form.getlist("look")
        if number.isdecimal() and len(number) < 8
    }


def read_leaving(form: Any) -> list[UUID]:
    """The enrolments that were ticked among those who are not on the list."""
    found = []
    for text in form.getlist("leaving"):
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def file_problem(error: Invalid) -> str:
    """What is wrong with a file as a whole, and what to do about it."""
    if isinstance(error, Unreadable) and error.code == "missing_columns" and not error.seen:
        code = "columns_lacking"
    else:
        code = error.problems["file"]
    text = str(FILE_PROBLEMS[code])
    if not isinstance(error, Unreadable) or error.code != "missing_columns":
        return text
    return text % {
        "columns": ", ".join(str(COLUMN_NAMES[name]) for name in error.lacking),
        "seen": ", ".join(error.seen),
    }


def _show(row: CheckedRow, institutions: Institutions) -> ShownRow:
    asks = row.problems.get("institution") == "institution_unknown" and not row.same_as
    values = {"about": row.about, "text": row.institution_text}
    return ShownRow(
        row=row,
        name=full_name(row.given_name, row.particle, row.family_name),
        problems={name: str(ROW_PROBLEMS[code]) % values for name, code in row.problems.items()},
        remark=remark_text(row.remark, row.about, row.moved_from),
        guess=institutions.guess(row.institution_text) if asks else None,
    )


def _summarise(row: CheckedRow) -> tuple[str, str]:
    """(link to the field, words) for the first thing that is wrong with a row."""
    name, code = next(iter(row.problems.items()))
    text = str(ROW_SUMMARIES.get(code, ROW_SUMMARIES[name])) % {"row": row.number}
    target = f"#{name}-{row.same_as if name == 'institution' and row.same_as else row.number}"
    return target, text
