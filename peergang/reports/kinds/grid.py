"""A cohort as a grid: its participants by name × its modules, for its trainers and for organisers."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from peergang.core.i18n import gettext as _, lazy_gettext, pick
from peergang.core.permissions import Actor
from peergang.identity.rules import full_name
from peergang.progress.labels.participation import STAGES
from peergang.progress.policy import can_view_cohort_progress
from peergang.progress.queries.grid import get_by_module, get_cohort_head, list_grid_modules
from peergang.progress.queries.people import list_participants
from peergang.progress.queries.risks import list_risks_of_people
from peergang.progress.rules.grid import GridLine, build_grid, silences_in
from peergang.reports.kinds import Kind, Query, cohort_in, meanings
from peergang.reports.rules.sheet import Column, Row, Shape, Sheet


def may(actor: Actor, query: Query) -> bool:
    """Whoever may see the grid of this cohort."""
    return can_view_cohort_progress(actor, cohort_in(query))


def open_sheet(session: Session, query: Query, now: datetime) -> Sheet:
    """Everybody, by name: a file is searched, where the page begins with who waits."""
    cohort_id = cohort_in(query)
    head = get_cohort_head(session, cohort_id)
    modules = list_grid_modules(session, cohort_id)
    people = list_participants(session, cohort_id, now)
    known = get_by_module(session, cohort_id, now)
    silences = silences_in(list_risks_of_people(session, cohort_ids=[cohort_id]))
    lines = {
        line.person.enrolment_id: line
        for line in build_grid(people, modules, known.done, known.waiting, now, known.more_time, silences)
    }
    by_name = [lines[person.enrolment_id] for person in people]
    named: set[UUID] = set()
    return Sheet(
        title=_("Voortgang van %(cohort)s", cohort=head.name),
        about=[(_("Cohort"), head.name), (_("Programma"), pick(head.title, head.title_en))],
        columns=_columns(modules),
        total=len(by_name),
        rows=_rows(by_name, named),
        stem="voortgang",
        figures={
            "people": sum(line.person.withdrawn_at is None for line in by_name),
            "waiting": sum(line.waits for line in by_name),
            "stuck": sum(line.stuck for line in by_name),
        },
        people=named,
    )


def _columns(modules: Sequence[Any]) -> list[Column]:
    means = _("Hoe ver iemand is in de module, met hoeveel verplichte opdrachten er af zijn.")
    return [
        Column(_("Naam"), Shape.TEXT),
        Column(_("Instelling"), Shape.TEXT),
        *(
            Column(
                _("Module %(code)s, %(title)s", code=one.code, title=pick(one.title, one.title_en)),
                Shape.TEXT,
                means,
            )
            for one in modules
        ),
        Column(_("Opdrachten af"), Shape.NUMBER, str(meanings.COMPLETED)),
        Column(_("Verplichte opdrachten"), Shape.NUMBER, str(meanings.REQUIRED)),
    ]


def _rows(lines: Sequence[GridLine], named: set[UUID]) -> Iterator[Row]:
    for line in lines:
        person = line.person
        named.add(person.user_id)
        yield [
            full_name(person.given_name, person.name_particle, person.family_name),
            person.institution_name,
            *(
                _(
                    "%(stage)s (%(done)s van %(all)s)",
                    stage=STAGES[spot.stage],
                    done=spot.done,
                    all=spot.required,
                )
                for spot in line.spots
            ),
            person.completed,
            person.required,
        ]


def page(query: Query) -> str:
    """The grid of the cohort."""
    return f"/cohorten/{cohort_in(query)}/voortgang"


KIND = Kind(
    name="grid",
    title=lazy_gettext("Voortgang van een cohort"),
    may=may,
    open=open_sheet,
    page=page,
    words={
        "people": lazy_gettext("Deelnemers"),
        "waiting": lazy_gettext("Wachten op een trainer"),
        "stuck": lazy_gettext("Datum voorbij of stil"),
    },
    names=True,
)
