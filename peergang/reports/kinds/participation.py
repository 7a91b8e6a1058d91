"""Institutions × cohorts, with the filter of the page."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from peergang.core.i18n import gettext as _, lazy_gettext
from peergang.core.permissions import Actor
from peergang.progress.labels.participation import MEASURES, ORDERS, SIGNS
from peergang.progress.policy import can_view_participation
from peergang.progress.queries.overview import get_table
from peergang.progress.rules.figures import add_up, value_of
from peergang.progress.rules.filters import Filter
from peergang.progress.rules.table import Table
from peergang.reports.kinds import Kind, Query
from peergang.reports.kinds.at import day_words, moment_of
from peergang.reports.kinds.meanings import MEASURED
from peergang.reports.rules.sheet import Column, Row, Shape, Sheet


def may(actor: Actor, _query: Query) -> bool:
    """Whoever may see the page."""
    return can_view_participation(actor)


def open_sheet(session: Session, query: Query, now: datetime) -> Sheet:
    """What the page shows with these filters, all its pages at once. An empty cell: no participants, or no figure yet."""
    chosen = Filter.parse(query)
    at = moment_of(query, now)
    table = get_table(session, chosen, at)
    measure = str(MEASURES[chosen.measure])
    columns = [
        Column(_("Instelling"), Shape.TEXT),
        Column(_("BRIN"), Shape.TEXT),
        Column(_("Deelnemers nu"), Shape.NUMBER, _("Deelnemers in cohorten die nu lopen.")),
    ]
    columns += [
        Column(
            _("%(cohort)s: %(measure)s (%%)", cohort=column.name, measure=measure),
            Shape.PERCENT,
            str(MEASURED[chosen.measure]),
        )
        for column in table.columns
    ]
    return Sheet(
        title=_("Deelname per instelling en cohort"),
        about=[*_about(chosen), *day_words(at)],
        columns=columns,
        total=len(table.lines),
        rows=_rows(table, chosen),
        stem=f"deelname-{chosen.measure}",
        figures=_figures(table),
    )


def _about(chosen: Filter) -> list[tuple[str, str]]:
    found = [
        (_("Cijfer"), str(MEASURES[chosen.measure])),
        (_("Programma"), str(SIGNS[chosen.sign])),
        (_("Volgorde"), str(ORDERS[chosen.order])),
    ]
    return [*found, (_("Instelling"), chosen.name)] if chosen.name else found


def _rows(table: Table, chosen: Filter) -> Iterator[Row]:
    for line in table.lines:
        values = [value_of(cell, chosen.measure) if cell else None for cell in line.cells]
        yield [line.name, line.brin, line.now.people, *values]


def _figures(table: Table) -> dict[str, int | None]:
    together = add_up([line.now for line in table.lines])
    return {
        "institutions": len(table.lines),
        "people": together.people,
        "attendance": together.attendance,
        "progress": together.progress,
        "punctuality": together.punctuality,
    }


def page(query: Query) -> str:
    """The page with the same filter."""
    words = Filter.parse(query).query()
    return f"/deelname?{words}" if words else "/deelname"


KIND = Kind(
    name="participation",
    title=lazy_gettext("Deelname per instelling en cohort"),
    may=may,
    open=open_sheet,
    page=page,
    words={
        "institutions": lazy_gettext("Instellingen"),
        "people": lazy_gettext("Deelnemers nu"),
        "attendance": lazy_gettext("Aanwezigheid in procenten"),
        "progress": lazy_gettext("Voortgang in procenten"),
        "punctuality": lazy_gettext("Op tijd ingeleverd in procenten"),
    },
)
