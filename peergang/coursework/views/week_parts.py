"""Reactions and peers as the pages of the week show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import url_for

from peergang.core.dates import relative_day
from peergang.core.i18n import gettext as _, pick
from peergang.coursework.queries.phases import Progress
from peergang.coursework.queries.this_week import QUOTE_LENGTH
from peergang.coursework.views.path_words import capital
from peergang.coursework.views.phase_parts import PhaseLine, make_phase
from peergang.identity.rules import full_name, initials


@dataclass(frozen=True, slots=True)
class ReactionLine:
    """One reaction on the reader's own work."""

    name: str
    initials: str
    role: str
    when: str
    title: str
    quote: str
    url: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class Underway:
    """A reflection that was handed in, with where it is."""

    title: str
    url: str
    phase: PhaseLine


@dataclass(frozen=True, slots=True)
class PeerLine:
    """Somebody in the peer group."""

    name: str
    initials: str
    institution: str
    is_me: bool


def reaction_lines(rows: Iterable[Any], now: datetime) -> list[ReactionLine]:
    """The rows of `list_reactions` in words. The quote is shown to the author of the work alone."""
    return [
        ReactionLine(
            name=full_name(row.given_name, row.name_particle, row.family_name),
            initials=initials(row.given_name, row.family_name),
            role=_("je trainer") if row.kind == "review" else _("je peergroep"),
            when=capital(relative_day(row.sent_at, now)),
            title=row.title or pick(row.activity_title, row.activity_title_en),
            quote=shortened(row.words or ""),
            url=url_for("coursework.reflection_read", reflection_id=row.reflection_id),
            is_new=row.read_at is None,
        )
        for row in rows
    ]


def underway_lines(progress: Iterable[Progress], rows: Iterable[Any], now: datetime) -> list[Underway]:
    """What the reader handed in and is not finished, in the order of the rows of `list_tasks`."""
    of_activity = {one.activity_id: one for one in progress}
    found = []
    for row in rows:
        one = of_activity.get(row.activity_id)
        line = make_phase(one, now) if one else None
        if one and line and line.waits:
            url = url_for("coursework.reflection_read", reflection_id=one.reflection_id)
            found.append(Underway(one.title or pick(row.title, row.title_en), url, line))
    return found


def peer_lines(rows: Iterable[Any], own_id: UUID) -> list[PeerLine]:
    """The rows of `list_group`, with the reader last and called "Jij"."""
    lines = [
        PeerLine(
            name=_("Jij")
            if row.enrolment_id == own_id
            else full_name(row.given_name, row.name_particle, row.family_name),
            initials=initials(row.given_name, row.family_name),
            institution=row.institution_name or "",
            is_me=row.enrolment_id == own_id,
        )
        for row in rows
    ]
    return sorted(lines, key=lambda line: line.is_me)


def shortened(text: str, length: int = QUOTE_LENGTH) -> str:
    """`text` on one line, cut at a word with an ellipsis when it is longer than `length` characters."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    return line[:length].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"
