"""The participants behind a figure: of an institution, of a cohort, of both, or all of them. Names yes, texts never."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy.orm import Session

from peergang.core.clock import local_date
from peergang.core.i18n import gettext as _, lazy_gettext
from peergang.core.permissions import Actor
from peergang.identity.rules import full_name
from peergang.progress.policy import can_view_cohort_progress, can_view_participation
from peergang.progress.queries.grid import get_cohort_head
from peergang.progress.queries.participation import list_cells, list_shown_cohorts
from peergang.progress.queries.people import (
    get_institution_head,
    list_participants,
    list_participants_of,
    stream_participants,
)
from peergang.progress.rules.figures import percent
from peergang.progress.rules.moment import Moment
from peergang.reports.kinds import Kind, Query, id_in, meanings
from peergang.reports.kinds.at import day_words, moment_of
from peergang.reports.rules.sheet import Column, Row, Shape, Sheet


def may(actor: Actor, query: Query) -> bool:
    """Whoever may see the page with these names; of one cohort also its trainers."""
    cohort_id = id_in(query, "cohort")
    if cohort_id is not None and can_view_cohort_progress(actor, cohort_id):
        return True
    return can_view_participation(actor)


def open_sheet(session: Session, query: Query, now: datetime) -> Sheet:
    """By cohort, and there by name. All of the network comes over a cursor, so that it never stands in memory."""
    at = moment_of(query, now)
    cohort_id, institution_id = id_in(query, "cohort"), id_in(query, "instelling")
    cohorts = _cohorts(session, cohort_id, institution_id, at)
    about = [(_("Cohort"), cohorts[0][1])] if cohort_id else []
    if institution_id:
        about.append((_("Instelling"), get_institution_head(session, institution_id).name))
    found: Iterable[tuple[str, Any]] = _stream(session, cohorts, at)
    cells: Sequence[Any] = ()
    if not (cohort_id or institution_id):
        cells = list_cells(session, at)
    else:
        found = list(_read(session, cohorts, institution_id, at))
    named: set[UUID] = set()
    return Sheet(
        title=_("Deelnemers en hun voortgang"),
        about=[*about, *day_words(at)],
        columns=_columns(),
        # But for who stopped: good enough for how far it is.
        total=len(found) if isinstance(found, list) else sum(cell.people for cell in cells),
        rows=_rows(found, named),
        stem="deelnemers",
        figures=_figures(person for _name, person in found) if isinstance(found, list) else _sums(cells),
        people=named,
    )


def _cohorts(
    session: Session, cohort_id: UUID | None, institution_id: UUID | None, at: Moment
) -> list[tuple[UUID, str]]:
    if cohort_id is not None:
        return [(cohort_id, get_cohort_head(session, cohort_id).name)]
    shown = list_shown_cohorts(session, at)
    if institution_id is not None:
        own = {row.cohort_id for row in list_cells(session, at, institution_id)}
        shown = [one for one in shown if one.id in own]
    return [(UUID(one.id), one.name) for one in shown]


def _read(
    session: Session, cohorts: Sequence[tuple[UUID, str]], institution_id: UUID | None, at: Moment
) -> Iterator[tuple[str, Any]]:
    """Those of one institution, or all of the only cohort; in one statement."""
    names = dict(cohorts)
    if institution_id is None:
        ((cohort_id, name),) = cohorts
        yield from ((name, person) for person in list_participants(session, cohort_id, at))
        return
    for person in list_participants_of(session, institution_id, names.keys(), at):
        yield names[person.cohort_id], person


def _stream(session: Session, cohorts: Sequence[tuple[UUID, str]], at: Moment) -> Iterator[tuple[str, Any]]:
    names = dict(cohorts)
    for person in stream_participants(session, names.keys(), at):
        yield names[person.cohort_id], person


def _columns() -> list[Column]:
    return [
        Column(_("Naam"), Shape.TEXT),
        Column(_("Instelling"), Shape.TEXT),
        Column(_("Cohort"), Shape.TEXT),
        Column(_("Stand"), Shape.TEXT),
        Column(_("Opdrachten af"), Shape.NUMBER, str(meanings.COMPLETED)),
        Column(_("Verplichte opdrachten"), Shape.NUMBER, str(meanings.REQUIRED)),
        Column(_("Voortgang (procent)"), Shape.PERCENT),
        Column(_("Bijeenkomsten aanwezig"), Shape.NUMBER, str(meanings.PRESENT)),
        Column(_("Bijeenkomsten bijgehouden"), Shape.NUMBER, str(meanings.RECORDED)),
        Column(_("Reflecties ingeleverd"), Shape.NUMBER, str(meanings.HANDED_IN)),
        Column(_("Reflecties gevraagd"), Shape.NUMBER, str(meanings.DUE)),
        Column(_("Laatst actief"), Shape.DATE, str(meanings.LAST_ACTIVE)),
        Column(_("Gestopt op"), Shape.DATE),
    ]


def _rows(found: Iterable[tuple[str, Any]], named: set[UUID]) -> Iterator[Row]:
    for cohort, person in found:
        named.add(person.user_id)
        yield [
            full_name(person.given_name, person.name_particle, person.family_name),
            person.institution_name,
            cohort,
            str(meanings.ENROLMENT_STATES[person.state]),
            person.completed,
            person.required,
            percent(person.completed or 0, person.required or 0),
            person.present,
            person.recorded,
            person.handed_in,
            person.due,
            local_date(person.last_active) if person.last_active else None,
            local_date(person.withdrawn_at) if person.withdrawn_at else None,
        ]


def _figures(people: Iterable[Any]) -> dict[str, int | None]:
    all_of_them = list(people)
    going = [one for one in all_of_them if one.withdrawn_at is None]
    return {
        "people": len(going),
        "stopped": len(all_of_them) - len(going),
        "progress": percent(
            sum(one.completed or 0 for one in going), sum(one.required or 0 for one in going)
        ),
        "attendance": percent(sum(one.present for one in going), sum(one.recorded for one in going)),
    }


def _sums(cells: Iterable[Any]) -> dict[str, int | None]:
    """The same figures of everybody, of whom no list is held; who stopped is in no cell."""
    found = list(cells)
    return {
        "people": sum(cell.people for cell in found),
        "progress": percent(sum(cell.completed for cell in found), sum(cell.required for cell in found)),
        "attendance": percent(sum(cell.present for cell in found), sum(cell.recorded for cell in found)),
    }


def page(query: Query) -> str:
    """The page of the cell, the institution or the cohort; for all of them the whole table."""
    cohort_id, institution_id = id_in(query, "cohort"), id_in(query, "instelling")
    day = f"?{urlencode({'op': query['op']})}" if query.get("op") else ""
    if cohort_id and institution_id:
        return f"/deelname/{institution_id}/{cohort_id}{day}"
    if cohort_id:
        return f"/cohorten/{cohort_id}/voortgang"
    return f"/deelname/instelling/{institution_id}{day}" if institution_id else f"/deelname{day}"


KIND = Kind(
    name="people",
    title=lazy_gettext("Deelnemers en hun voortgang"),
    may=may,
    open=open_sheet,
    page=page,
    words={
        "people": lazy_gettext("Deelnemers"),
        "stopped": lazy_gettext("Gestopt"),
        "progress": lazy_gettext("Voortgang in procenten"),
        "attendance": lazy_gettext("Aanwezigheid in procenten"),
    },
    names=True,
)
