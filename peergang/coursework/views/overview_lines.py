"""The lines of the overview of the queue, in parts: for me, free for all, and with colleagues."""

from collections.abc import Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from peergang.core.i18n import LazyText, gettext as _
from peergang.core.permissions import Actor
from peergang.coursework.labels import WAIT_KINDS
from peergang.coursework.labels.waiting import promise_text, until_text
from peergang.coursework.queries.review_queue import QueueItem
from peergang.coursework.rules.waiting import wait_of
from peergang.coursework.views.queue_lines import PARTS, TAKEN


@dataclass(frozen=True, slots=True)
class Line:
    """One reflection. `who` says in words who has it or had it; `note` is the word of `from_given`, who handed it over."""

    item: QueueItem
    kind: str
    promise: str
    who: str
    from_given: str
    note: str
    can_hand_over: bool


@dataclass(frozen=True, slots=True)
class Part:
    """Lines under one heading."""

    rank: int
    title: LazyText
    lines: list[Line]


def line_parts(
    queue: Sequence[QueueItem],
    actor: Actor,
    today: date,
    free: AbstractSet[date],
    notes: Mapping[str, tuple[str, str]],
) -> list[Part]:
    """The queue under the headings that it needs; each part in the order of the promise, so what is late comes first."""
    parts: dict[int, Part] = {}
    for one in queue:
        part = parts.setdefault(one.rank, Part(one.rank, PARTS[one.rank], []))
        from_given, note = notes.get(one.reflection_id, ("", ""))
        part.lines.append(
            Line(
                one,
                WAIT_KINDS[wait_of(one.promised_on, today)],
                promise_text(one.promised_on, today, free),
                _who(one, str(actor.user_id), today),
                from_given,
                note,
                one.rank != TAKEN,
            )
        )
    return list(parts.values())


def _who(one: QueueItem, me: str, today: date) -> str:
    if one.reviewer_id == me:
        return _("Deze heb jij")
    if one.reviewer_id is not None:
        return _("Bij %(name)s", name=one.reviewer_given)
    if one.had_until is not None and one.asked_given:
        if one.rank == 0:
            return _("Je concept staat klaar")
        return _(
            "Was bij %(name)s tot %(time)s; dat concept blijft van %(name)s",
            name=one.asked_given,
            time=until_text(one.had_until, today),
        )
    if one.rank == TAKEN - 1:
        return _("Voorgesteld aan %(name)s", name=one.asked_given)
    return ""
