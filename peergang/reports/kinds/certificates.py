"""Who of a cohort has a certificate, and how far the others are."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from peergang.certificates.labels import STAGES
from peergang.certificates.policy import can_list_certificates
from peergang.certificates.queries.candidates import judge_places, list_places_in
from peergang.certificates.queries.certificates import list_certificates_in
from peergang.certificates.rules.codes import show_code
from peergang.certificates.rules.criteria import Stage, stage_of
from peergang.core.clock import local_date
from peergang.core.db import AnyRow
from peergang.core.i18n import gettext as _, lazy_gettext
from peergang.core.permissions import Actor
from peergang.identity.rules import full_name
from peergang.progress.queries.grid import get_cohort_head
from peergang.reports.kinds import Kind, Query, cohort_in
from peergang.reports.rules.sheet import Column, Row, Shape, Sheet


def may(actor: Actor, query: Query) -> bool:
    """Whoever may see the list of this cohort."""
    return can_list_certificates(actor, cohort_in(query))


def open_sheet(session: Session, query: Query, _now: datetime) -> Sheet:
    """Everybody who takes part, by name."""
    cohort_id = cohort_in(query)
    head = get_cohort_head(session, cohort_id)
    places = list_places_in(session, cohort_id)
    given = {one.enrolment_id: one for one in list_certificates_in(session, cohort_id)}
    stages = {
        place.enrolment_id: stage_of(terms, figures)
        for place, terms, figures in judge_places(session, places)
    }
    for enrolment_id, one in given.items():
        stages[enrolment_id] = Stage.WITHDRAWN if one.revoked_at else Stage.HAS
    named: set[UUID] = set()
    return Sheet(
        title=_("Certificaten van %(cohort)s", cohort=head.name),
        about=[(_("Cohort"), head.name)],
        columns=_columns(),
        total=len(places),
        rows=_rows(places, given, stages, named),
        stem="certificaten",
        figures={
            "people": len(places),
            "given": sum(stage is Stage.HAS for stage in stages.values()),
            "nearly": sum(stage is Stage.NEARLY for stage in stages.values()),
        },
        people=named,
    )


def _columns() -> list[Column]:
    return [
        Column(_("Naam"), Shape.TEXT),
        Column(_("Stand"), Shape.TEXT),
        Column(_("Afgegeven op"), Shape.DATE),
        Column(_("Uren"), Shape.NUMBER, _("De studielast die op het certificaat staat.")),
        Column(_("Code"), Shape.TEXT, _("Hiermee is op de site na te gaan of het certificaat echt is.")),
        Column(_("Ingetrokken op"), Shape.DATE),
    ]


def _rows(
    places: Sequence[AnyRow],
    given: Mapping[UUID, AnyRow],
    stages: Mapping[UUID, Stage],
    named: set[UUID],
) -> Iterator[Row]:
    for place in places:
        named.add(place.user_id)
        one = given.get(place.enrolment_id)
        yield [
            full_name(place.given_name, place.name_particle, place.family_name),
            str(STAGES[stages.get(place.enrolment_id, Stage.ON_THE_WAY)][1]),
            local_date(one.issued_at) if one else None,
            one.hours if one else None,
            show_code(one.code) if one else None,
            local_date(one.revoked_at) if one and one.revoked_at else None,
        ]


def page(query: Query) -> str:
    """The list of the cohort."""
    return f"/cohorten/{cohort_in(query)}/certificaten"


KIND = Kind(
    name="certificates",
    title=lazy_gettext("Certificaten van een cohort"),
    may=may,
    open=open_sheet,
    page=page,
    words={
        "people": lazy_gettext("Deelnemers"),
        "given": lazy_gettext("Met certificaat"),
        "nearly": lazy_gettext("Bijna"),
    },
    names=True,
)
