"""The figures of an annual report, each with what it counts."""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from peergang.certificates.queries.of_year import count_of_year
from peergang.core.dates import date_full
from peergang.core.i18n import gettext as _, lazy_gettext
from peergang.core.permissions import Actor
from peergang.progress.labels.annual import DEFINITIONS, NAMES, this_year
from peergang.progress.labels.participation import SIGNS
from peergang.progress.policy import can_view_participation
from peergang.progress.queries.annual_figures import get_annual, register_certificates
from peergang.progress.rules.annual import Annual
from peergang.progress.rules.years import Year
from peergang.reports.kinds import Kind, Query
from peergang.reports.rules.sheet import Column, Row, Shape, Sheet

# A worker makes the file without the application, which would have said so.
register_certificates(count_of_year)


def may(actor: Actor, _query: Query) -> bool:
    """Whoever may see the page."""
    return can_view_participation(actor)


def open_sheet(session: Session, query: Query, now: datetime) -> Sheet:
    """The cards of the page, a line each."""
    year = Year.parse(query, now)
    found = get_annual(session, year)
    figures = _figures(found)
    return Sheet(
        title=_("Jaarcijfers van het netwerk"),
        about=[
            (_("Periode"), this_year(year)),
            (_("Programma"), str(SIGNS[year.sign])),
            (_("Stand van"), date_full(year.last)),
        ],
        columns=[
            Column(_("Cijfer"), Shape.TEXT),
            Column(_("Waarde"), Shape.NUMBER),
            Column(_("Wat het telt"), Shape.TEXT),
        ],
        total=len(figures),
        rows=_rows(figures),
        stem=f"jaarcijfers-{year.code}",
        figures=figures,
    )


def _figures(found: Annual) -> dict[str, int | None]:
    figures: dict[str, int | None] = {
        "institutions": found.institutions,
        "people": found.people,
        "hours": found.hours,
        "shared": found.shared,
        "tried": found.tried,
        "feedback": found.waiting.median,
        "stopped": found.stopped,
        "finished": found.finished,
    }
    return figures if found.certificates is None else figures | {"certificates": found.certificates}


_UNITS = {
    "feedback": lazy_gettext("Tijd tot een reactie, in werkdagen"),
    "finished": lazy_gettext("Afgerond, in procenten"),
}


def _rows(figures: dict[str, int | None]) -> Iterator[Row]:
    for key, value in figures.items():
        yield [str(_UNITS.get(key, NAMES[key])), value, str(DEFINITIONS[key])]


def page(query: Query) -> str:
    """The page of the same period, as far as the query says it."""
    chosen = urlencode({name: query[name] for name in ("periode", "programma", "op") if query.get(name)})
    return f"/deelname/jaarcijfers?{chosen}" if chosen else "/deelname/jaarcijfers"


KIND = Kind(
    name="annual",
    title=lazy_gettext("Jaarcijfers van het netwerk"),
    may=may,
    open=open_sheet,
    page=page,
    words=NAMES | _UNITS,
)
