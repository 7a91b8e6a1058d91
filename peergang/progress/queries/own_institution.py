"""The institutions of a contact, and the figures of one of them. Sums only: no statement here names a participant."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Text, cast, func, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment
from peergang.cohorts.rules import CohortState
from peergang.core.db import AnyRow, Rows
from peergang.identity.models import Institution, RoleGrant, User
from peergang.identity.rules import Role
from peergang.progress.models import ContactMember, ContactRelease
from peergang.progress.queries.participation import list_cells, list_shown_cohorts
from peergang.progress.rules.filters import Sign
from peergang.progress.rules.withheld import Group, Share, Told, tell, tell_together

HELPERS = 3
"""So many people of the network are named to call."""


@dataclass(frozen=True, slots=True)
class OwnParticipation:
    """What a contact may know of an institution. A cohort without figures is too small to tell about.

    `week_until` is the Sunday up to which figures go; empty before the first.
    """

    cohorts: Sequence[tuple[AnyRow, Told | None]]
    together: Told | None
    running: int
    withheld: int
    week_until: date | None


def list_own_institutions(session: Session, institution_ids: Iterable[UUID]) -> Rows:
    """These institutions by name. Columns: id, name, place."""
    return session.execute(
        select(Institution.id, Institution.name, Institution.place)
        .where(Institution.id.in_(list(institution_ids)))
        .order_by(Institution.name, Institution.id)
    ).all()


def list_helpers(session: Session) -> Rows:
    """Whom a contact can ask: organisers of the network. Columns: given_name, name_particle, family_name, email."""
    organises = select(RoleGrant.user_id).where(RoleGrant.role == Role.ORGANISER)
    return session.execute(
        select(User.given_name, User.name_particle, User.family_name, User.email)
        .where(User.id.in_(organises), User.deactivated_at.is_(None))
        .order_by(User.sort_key)
        .limit(HELPERS)
    ).all()


def get_own_participation(
    session: Session, institution_id: UUID, now: datetime, sign: Sign = Sign.BOTH
) -> OwnParticipation:
    """The cohorts of one institution (of one programme, when asked), the newest first, with what may be told.

    That somebody takes part in a cohort is of this moment; every figure is of the week that was made ready.
    """
    there = {row.cohort_id for row in list_cells(session, now, institution_id)}
    week_until, groups = _read_groups(session, institution_id)
    cohorts = [
        one
        for one in reversed(list_shown_cohorts(session))
        if one.id in there | groups.keys() and sign in ("", one.sign)
    ]
    told = [tell(groups[one.id]) if one.id in groups else None for one in cohorts]
    return OwnParticipation(
        cohorts=list(zip(cohorts, told, strict=True)),
        together=tell_together(groups[one.id] for one in cohorts if one.id in groups),
        running=sum(one.state == CohortState.RUNNING for one in cohorts),
        withheld=sum(one is None for one in told),
        week_until=week_until,
    )


def _read_groups(session: Session, institution_id: UUID) -> tuple[date | None, dict[str, Group]]:
    member = ContactMember

    def share(name: str, part: Any, whole: Any) -> list[Any]:
        return [
            cast(func.sum(part), Integer).label(f"{name}_part"),
            cast(func.sum(whole), Integer).label(f"{name}_whole"),
            func.count().filter(whole > 0).label(f"{name}_people"),
        ]

    measures = {
        "attendance": (member.present, member.recorded),
        "progress": (member.completed, member.required),
        "handed_in": (member.handed_in, member.due),
        "punctuality": (member.on_time, member.due),
    }
    columns = [column for name, (part, whole) in measures.items() for column in share(name, part, whole)]
    sums = (
        select(
            cast(Enrolment.cohort_id, Text).label("cohort_id"),
            func.count().label("people"),
            func.count().filter(member.active).label("active"),
            func.count().filter(member.stopped).label("stopped"),
            *columns,
        )
        .join(Enrolment, Enrolment.id == member.enrolment_id)
        .where(member.institution_id == institution_id)
        .group_by(Enrolment.cohort_id)
    )
    groups = {}
    for row in session.execute(sums):
        shares = {
            name: Share(*(getattr(row, f"{name}_{what}") for what in ("part", "whole", "people")))
            for name in measures
        }
        groups[row.cohort_id] = Group(row.people, shares, row.active, row.stopped)
    return session.scalar(select(func.max(ContactRelease.week_until))), groups
