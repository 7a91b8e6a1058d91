"""A report as a line of the list and as a page of its own."""

from dataclasses import dataclass
from typing import Any

from peergang.core.db import AnyRow
from peergang.core.errors import NotFound
from peergang.core.i18n import LazyText
from peergang.reports.kinds import get_kind, parse
from peergang.reports.labels.reports import FORMATS, STATES, name_size
from peergang.reports.rules.failures import FAILURES
from peergang.reports.rules.states import State, percentage


@dataclass(frozen=True, slots=True)
class Line:
    """What templates show of a report."""

    row: Any
    title: str
    form: LazyText
    look: str
    words: LazyText
    percent: int
    size: str
    why: LazyText | None
    page: str

    @property
    def is_making(self) -> bool:
        """Whether it is worth looking again in a moment."""
        return self.row.state in (State.REQUESTED, State.RUNNING)

    @property
    def is_ready(self) -> bool:
        """Whether there is a file."""
        return bool(self.row.state == State.READY)

    @property
    def can_retry(self) -> bool:
        """Whether it can be made again."""
        return self.row.state in (State.FAILED, State.EXPIRED) and self.row.storage_key is None


def draw(row: AnyRow) -> Line:
    """The line of a report; also of one whose kind is gone."""
    look, words = STATES[row.state]
    title, page = row.title, ""
    try:
        kind = get_kind(row.kind)
        title, page = title or str(kind.title), kind.page(parse(row.query))
    except NotFound:
        title = title or row.kind
    return Line(
        row=row,
        title=title,
        form=FORMATS[row.format],
        look=look,
        words=words,
        percent=percentage(row.done, row.total),
        size=name_size(row.size),
        why=FAILURES[row.reason] if row.reason else None,
        page=page,
    )
