"""What a kind of report is, and how kinds are found: every module here that defines KIND.

To add one, write one file `peergang/reports/kinds/<name>.py` with the query functions of its page: the file must say what the
page says. `query` is what stands behind the question mark in the address of that page, or what it would be if the ids in the
path stood there too; templates/reports/macros.html lists the names. A kind reads nothing that somebody wrote.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from urllib.parse import parse_qsl
from uuid import UUID

from sqlalchemy.orm import Session

from peergang.core.errors import NotFound
from peergang.core.i18n import LazyText
from peergang.core.permissions import Actor
from peergang.reports.rules.sheet import Row, Sheet

Query = Mapping[str, str]

MOST_LETTERS = 500
"""So long is the longest query; the pages make much shorter ones."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A table that can be had as a file.

    Attributes:
        name: the name of the module, and what stands in the database.
        title: what it is called where there is no file yet.
        may: whether somebody may have it with this query; asked when it is wanted, made and fetched.
        open: the table at a moment; what is read of it, is read while its rows are asked for.
        page: the address of the page that shows the same, for this query.
        words: what the numbers of `Sheet.figures` are called in a mail, by key.
        names: whether it names people. An admin then says why, and who is in it can see who fetched it.
    """

    name: str
    title: LazyText
    may: Callable[[Actor, Query], bool]
    open: Callable[[Session, Query, datetime], Sheet]
    page: Callable[[Query], str]
    words: Mapping[str, LazyText] = field(default_factory=dict)
    names: bool = False


@cache
def _all_kinds() -> dict[str, Kind]:
    found: dict[str, Kind] = {}
    for path in sorted(Path(__file__).parent.glob("*.py")):
        kind = (
            getattr(import_module(f"{__name__}.{path.stem}"), "KIND", None) if path.stem[0] != "_" else None
        )
        if isinstance(kind, Kind):
            if kind.name != path.stem:
                raise RuntimeError(f"{path}: a kind is called as its file.")
            found[kind.name] = kind
    return found


def list_kinds() -> tuple[Kind, ...]:
    """All kinds, by name."""
    return tuple(_all_kinds().values())


def get_kind(name: str) -> Kind:
    """The kind called `name`.

    Raises:
        NotFound: there is none (any more).
    """
    try:
        return _all_kinds()[name]
    except KeyError:
        raise NotFound from None


def parse(query: str) -> Query:
    """The choices in a query, as a page gets them: of a name that comes twice the first counts.

    Raises:
        NotFound: for what no page of ours ever made.
    """
    found = dict(reversed(parse_qsl(query)))
    if len(query) > MOST_LETTERS or any("\x00" in value for value in found.values()):
        raise NotFound
    return found


def id_in(query: Query, name: str) -> UUID | None:
    """The id under `name`; None when nothing stands there.

    Raises:
        NotFound: when it is no id.
    """
    if not query.get(name):
        return None
    try:
        return UUID(query[name])
    except ValueError:
        raise NotFound from None


def cohort_in(query: Query) -> UUID:
    """The cohort that a query is about.

    Raises:
        NotFound: when it is about none.
    """
    cohort_id = id_in(query, "cohort")
    if cohort_id is None:
        raise NotFound
    return cohort_id


def may_have(actor: Actor, kind: str, query: str) -> bool:
    """Whether somebody may have this table; of one that is gone, nobody."""
    try:
        return get_kind(kind).may(actor, parse(query))
    except NotFound:
        return False


def rows_of(kind: str, query: str, session: Session, now: datetime) -> list[Row]:
    """The rows of a report as they go into its file, in every kind of file: for whoever compares a file with a page."""
    return list(get_kind(kind).open(session, parse(query), now).rows)
