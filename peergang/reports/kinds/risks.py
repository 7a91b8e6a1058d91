"""Who asks for attention, by which rule and since when. Not what anybody wrote about it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from peergang.core.clock import local_date
from peergang.core.db import AnyRow
from peergang.core.i18n import gettext as _, lazy_gettext
from peergang.core.permissions import Actor
from peergang.identity.rules import full_name
from peergang.progress.labels.risks import STATES
from peergang.progress.policy import can_view_participation
from peergang.progress.queries.risk_rules import risk_rules
from peergang.progress.queries.risks import list_risks
from peergang.progress.rules.risk_filter import RiskFilter
from peergang.reports.kinds import Kind, Query
from peergang.reports.rules.sheet import Column, Row, Shape, Sheet


def may(actor: Actor, _query: Query) -> bool:
    """Whoever may see the list of all of them."""
    return can_view_participation(actor)


def open_sheet(session: Session, query: Query, _now: datetime) -> Sheet:
    """What the page shows with these choices, all its pages at once; those that began first stand first."""
    chosen = RiskFilter.parse(query, risk_rules())
    found = list_risks(
        session,
        states=[chosen.state],
        rules=[chosen.rule] if chosen.rule else None,
        cohort_ids=[chosen.cohort_id] if chosen.cohort_id else None,
        institution_ids=[chosen.institution_id] if chosen.institution_id else None,
    )
    named: set[UUID] = set()
    people = {one.enrolment_id for one in found if one.enrolment_id}
    return Sheet(
        title=_("Wat aandacht vraagt"),
        about=_about(chosen, found),
        columns=_columns(),
        total=len(found),
        rows=_rows(found, named),
        stem="aandacht",
        figures={
            "signals": len(found),
            "people": len(people),
            "institutions": len({one.institution_id for one in found if one.enrolment_id is None}),
        },
        people=named,
    )


def _about(chosen: RiskFilter, found: Sequence[AnyRow]) -> list[tuple[str, str]]:
    about = [(_("Stand"), str(STATES[chosen.state]))]
    if chosen.rule:
        about.append((_("Waarom"), str(risk_rules()[chosen.rule].title)))
    # Named as they stand in the rows; a choice in which nothing was found has no name to give.
    if chosen.cohort_id and found:
        about.append((_("Cohort"), found[0].cohort_name))
    if chosen.institution_id and found:
        about.append((_("Instelling"), found[0].institution_name))
    return about


def _columns() -> list[Column]:
    return [
        Column(_("Instelling"), Shape.TEXT),
        Column(_("Cohort"), Shape.TEXT),
        Column(_("Wie"), Shape.TEXT, _("Een deelnemer; leeg als het over de instelling gaat.")),
        Column(_("Waarom"), Shape.TEXT),
        Column(_("Sinds"), Shape.DATE, _("De dag waarop het begon, niet die waarop het werd gezien.")),
        Column(_("Stand"), Shape.TEXT),
        Column(_("Laatst gebeld"), Shape.DATE),
    ]


def _rows(found: Sequence[AnyRow], named: set[UUID]) -> Iterator[Row]:
    rules = risk_rules()
    for one in found:
        name = None
        if one.enrolment_id is not None:
            named.add(one.user_id)
            name = full_name(one.given_name, one.name_particle, one.family_name)
        rule = rules.get(one.rule)
        yield [
            one.institution_name,
            one.cohort_name,
            name,
            str(rule.title) if rule else one.rule,
            one.since,
            str(STATES[one.state]),
            local_date(one.last_call) if one.last_call else None,
        ]


def page(query: Query) -> str:
    """The list with the same choices."""
    words = RiskFilter.parse(query, risk_rules()).query()
    return f"/deelname/aandacht?{words}" if words else "/deelname/aandacht"


KIND = Kind(
    name="risks",
    title=lazy_gettext("Wat aandacht vraagt"),
    may=may,
    open=open_sheet,
    page=page,
    words={
        "signals": lazy_gettext("Signalen"),
        "people": lazy_gettext("Deelnemers"),
        "institutions": lazy_gettext("Instellingen"),
    },
    names=True,
)
