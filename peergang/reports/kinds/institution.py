"""One institution: the figures of each of its cohorts. Sums, and nobody's name."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from peergang.core.errors import NotFound
from peergang.core.i18n import gettext as _, lazy_gettext
from peergang.core.permissions import Actor
from peergang.progress.labels.participation import SIGNS
from peergang.progress.policy import can_view_participation
from peergang.progress.queries.participation import list_cells, list_shown_cohorts
from peergang.progress.queries.people import get_institution_head
from peergang.progress.rules.figures import Measure, add_up, value_of
from peergang.progress.rules.filters import Sign
from peergang.reports.kinds import Kind, Query, id_in
from peergang.reports.kinds.at import day_words, moment_of
from peergang.reports.kinds.meanings import MEASURED
from peergang.reports.rules.sheet import Column, Row, Shape, Sheet


def _institution_of(query: Query) -> UUID:
    institution_id = id_in(query, "instelling")
    if institution_id is None:
        raise NotFound
    return institution_id


def may(actor: Actor, query: Query) -> bool:
    """Whoever may see the page of an institution."""
    return _institution_of(query) is not None and can_view_participation(actor)


def open_sheet(session: Session, query: Query, now: datetime) -> Sheet:
    """Its cohorts, the latest first, as on the page."""
    institution_id, at = _institution_of(query), moment_of(query, now)
    head = get_institution_head(session, institution_id)
    cells = {row.cohort_id: row for row in list_cells(session, at, institution_id)}
    cohorts = [one for one in reversed(list_shown_cohorts(session, at)) if one.id in cells]
    together = add_up(cells[one.id] for one in cohorts)
    return Sheet(
        title=_("Deelname van %(institution)s", institution=head.name),
        about=[(_("Instelling"), head.name), (_("BRIN"), head.brin), *day_words(at)],
        columns=[
            Column(_("Cohort"), Shape.TEXT),
            Column(_("Programma"), Shape.TEXT),
            Column(_("Begint op"), Shape.DATE),
            Column(_("Eindigt op"), Shape.DATE),
            Column(_("Deelnemers"), Shape.NUMBER),
            Column(_("Aanwezigheid (procent)"), Shape.PERCENT, str(MEASURED[Measure.ATTENDANCE])),
            Column(_("Voortgang (procent)"), Shape.PERCENT, str(MEASURED[Measure.PROGRESS])),
            Column(_("Op tijd ingeleverd (procent)"), Shape.PERCENT, str(MEASURED[Measure.HANDED_IN])),
        ],
        total=len(cohorts),
        rows=_rows(cohorts, cells),
        stem="instelling",
        figures={
            "people": together.people,
            "attendance": together.attendance,
            "progress": together.progress,
            "punctuality": together.punctuality,
        },
    )


def _rows(cohorts: Sequence[Any], cells: dict[str, Any]) -> Iterator[Row]:
    for one in cohorts:
        cell = cells[one.id]
        yield [
            one.name,
            str(SIGNS[Sign(one.sign)]) if one.sign in set(Sign) else one.sign,
            one.starts_on,
            one.ends_on,
            cell.people,
            *(
                value_of(cell, measure)
                for measure in (Measure.ATTENDANCE, Measure.PROGRESS, Measure.HANDED_IN)
            ),
        ]


def page(query: Query) -> str:
    """The page of the institution."""
    day = f"?op={query['op']}" if query.get("op") else ""
    return f"/deelname/instelling/{_institution_of(query)}{day}"


KIND = Kind(
    name="institution",
    title=lazy_gettext("Deelname van een instelling"),
    may=may,
    open=open_sheet,
    page=page,
    words={
        "people": lazy_gettext("Deelnemers"),
        "attendance": lazy_gettext("Aanwezigheid in procenten"),
        "progress": lazy_gettext("Voortgang in procenten"),
        "punctuality": lazy_gettext("Op tijd ingeleverd in procenten"),
    },
)
