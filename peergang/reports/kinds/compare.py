"""Two cohorts side by side: every figure of the page, a line each."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy.orm import Session

from peergang.core.errors import NotFound
from peergang.core.i18n import gettext as _, lazy_gettext, pick
from peergang.core.permissions import Actor
from peergang.progress.labels.comparing import NAMES, SAYS, say_largest
from peergang.progress.policy import can_view_participation
from peergang.progress.queries.compare import get_runs
from peergang.progress.rules.comparing import (
    Compared,
    Run,
    Verdict,
    compare,
    largest,
    pick_weeks,
    side_by_side,
)
from peergang.reports.kinds import Kind, Query, id_in
from peergang.reports.kinds.at import day_words, moment_of
from peergang.reports.rules.sheet import Column, Row, Shape, Sheet


def _two_of(query: Query) -> tuple[UUID, UUID]:
    one, other = id_in(query, "een"), id_in(query, "ander")
    if one is None or other is None or one == other:
        raise NotFound
    return one, other


def may(actor: Actor, query: Query) -> bool:
    """Whoever may see the page, for two cohorts."""
    return len(_two_of(query)) == 2 and can_view_participation(actor)


def open_sheet(session: Session, query: Query, now: datetime) -> Sheet:
    """What the page shows of these two, in its order."""
    at = moment_of(query, now)
    one, other = get_runs(session, _two_of(query), at)
    names = (one.cohort.name, other.cohort.name)
    differences = compare(one, other)
    rows = [*_figures(one, other), *_over_time(one, other), *_by_module(one, other)]
    return Sheet(
        title=_("%(one)s naast %(other)s", one=names[0], other=names[1]),
        about=[
            (_("Het ene cohort"), names[0]),
            (_("Het andere"), names[1]),
            *day_words(at),
            (_("In een zin"), say_largest(largest(differences), *names)),
        ],
        columns=[
            Column(_("Onderdeel"), Shape.TEXT),
            Column(_("Cijfer"), Shape.TEXT),
            Column(names[0], Shape.NUMBER),
            Column(names[1], Shape.NUMBER),
            Column(_("Eenheid"), Shape.TEXT),
            Column(
                _("Wat het zegt"),
                Shape.TEXT,
                _(
                    "Of zo’n verschil bij zulke aantallen ook toeval kan zijn. Een leeg vak is nog niet bekend."
                ),
            ),
        ],
        total=len(rows),
        rows=rows,
        stem="vergelijking",
        figures={
            str(found.kind): None if found.verdict == Verdict.NOTHING else found.points
            for found in differences
        },
    )


def _figures(one: Run, other: Run) -> Iterator[Row]:
    part = _("Naast elkaar")
    yield [part, _("Deelnemers"), one.people, other.people, _("deelnemers"), None]
    for found in compare(one, other):
        says = str(SAYS[found.verdict])
        yield [part, str(NAMES[found.kind]), found.one, found.other, _("procent"), says]
    median = _("De helft kreeg een reactie binnen")
    yield [part, median, one.waiting.median, other.waiting.median, _("werkdagen"), None]


def _over_time(one: Run, other: Run) -> Iterator[Row]:
    for number in sorted({*one.meetings, *other.meetings}):
        heading = _("Bijeenkomst %(number)s", number=number)
        sides = (one.meetings.get(number), other.meetings.get(number))
        yield [_("Aanwezig per bijeenkomst"), heading, *sides, _("procent"), None]
    for week in pick_weeks(max(len(one.weeks), len(other.weeks))):
        heading = _("Week %(number)s", number=week)
        sides = (_at(one.weeks, week), _at(other.weeks, week))
        yield [_("Voortgang per week vanaf de eerste dag"), heading, *sides, _("procent"), None]


def _at(values: Sequence[int | None], week: int) -> int | None:
    return values[week - 1] if week <= len(values) else None


def _by_module(one: Run, other: Run) -> Iterator[Row]:
    parts: list[tuple[str, Sequence[Any], Sequence[Any]]] = [
        (_("Ingeleverd per module"), one.work, other.work),
        (_("Gestopt per module"), one.losses, other.losses),
    ]
    for part, first, second in parts:
        for module, *sides in side_by_side((first, second)):
            heading = f"{module.code} · {pick(module.title, module.title_en)}"
            yield [part, heading, *(side and side.share for side in sides), _("procent"), None]


def page(query: Query) -> str:
    """The page with the same two."""
    chosen = urlencode({name: query[name] for name in ("een", "ander", "op") if query.get(name)})
    return f"/deelname/vergelijk?{chosen}" if chosen else "/deelname/vergelijk"


KIND = Kind(
    name="compare",
    title=lazy_gettext("Twee cohorten naast elkaar"),
    may=may,
    open=open_sheet,
    page=page,
    words={
        Compared.ATTENDANCE: lazy_gettext("Verschil in aanwezigheid, in procentpunten"),
        Compared.PROGRESS: lazy_gettext("Verschil in voortgang, in procentpunten"),
        Compared.HANDED_IN: lazy_gettext("Verschil in wat is ingeleverd, in procentpunten"),
        Compared.STOPPED: lazy_gettext("Verschil in wie stopte, in procentpunten"),
        Compared.QUICK: lazy_gettext("Verschil in reacties binnen vijf werkdagen, in procentpunten"),
    },
)
