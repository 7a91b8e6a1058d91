"""The log, page by page, and who opened somebody's data. A constant number of statements, whatever stands on the page."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, cast, literal, select, tuple_, union_all
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment, PeerGroup
from peergang.cohorts.rules import EnrolmentRole
from peergang.core.clock import start_of_day
from peergang.core.db import Rows
from peergang.identity.models import AuditEvent, DataOpening, Institution, RoleGrant, SignInSession, User
from peergang.identity.rules import Role, full_name

PAGE = 50
MOST_EXPORTED = 50_000
"""Lines of a file: more than that nobody opens in a spreadsheet, and a shorter period can be chosen."""

Key = tuple[datetime, UUID]
"""Where a page ends: the next one begins below it, however many lines were added on top meanwhile."""


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What of the log is asked for."""

    user_id: UUID | None = None
    verbs: Collection[str] = ()
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """The names behind the ids in some lines of the log."""

    people: dict[str, str] = field(default_factory=dict)
    things: dict[str, str] = field(default_factory=dict)
    enrolments: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Of an enrolment: the ids of its person and its cohort."""


def list_events(
    session: Session, wanted: AuditFilter, *, below: Key | None = None, limit: int = PAGE
) -> Rows:
    """Lines of the log, the newest first, from `below` on; one more than `limit` tells that there is a next page.

    Columns: id, at, actor_id, verb, subject_type, subject_id, details.
    """
    event = AuditEvent
    statement = select(
        event.id, event.at, event.actor_id, event.verb, event.subject_type, event.subject_id, event.details
    ).order_by(event.at.desc(), event.id.desc())
    if wanted.user_id is not None:
        statement = statement.where((event.actor_id == wanted.user_id) | (event.subject_id == wanted.user_id))
    if wanted.verbs:
        statement = statement.where(event.verb.in_(wanted.verbs))
    if wanted.since is not None:
        statement = statement.where(event.at >= start_of_day(wanted.since))
    if wanted.until is not None:
        statement = statement.where(event.at < start_of_day(wanted.until + timedelta(days=1)))
    if below is not None:
        statement = statement.where(tuple_(event.at, event.id) < tuple_(literal(below[0]), literal(below[1])))
    return session.execute(statement.limit(limit + 1)).all()


def read_names(session: Session, events: Rows) -> Names:
    """The names behind the ids in these lines; four statements."""
    ids = {one for event in events for one in _ids(event)}
    enrolments = {
        str(row.id): (str(row.user_id), str(row.cohort_id))
        for row in session.execute(
            select(Enrolment.id, Enrolment.user_id, Enrolment.cohort_id).where(Enrolment.id.in_(ids))
        )
    }
    browsers = {
        str(row.id): (str(row.user_id), "")
        for row in session.execute(
            select(SignInSession.id, SignInSession.user_id).where(SignInSession.id.in_(ids))
        )
    }
    behind = {UUID(one) for pair in (enrolments | browsers).values() for one in pair if one}
    return Names(
        _people(session, ids | behind),
        _things(session, ids | behind),
        enrolments | browsers,
    )


def _ids(event: Any) -> Iterable[UUID]:
    found = [event.actor_id, event.subject_id]
    for value in event.details.values():
        try:
            found.append(UUID(str(value)))
        except ValueError:
            continue
    return [one for one in found if one is not None]


def _people(session: Session, ids: Collection[UUID]) -> dict[str, str]:
    rows = session.execute(
        select(User.id, User.given_name, User.name_particle, User.family_name).where(User.id.in_(ids))
    )
    return {str(one_id): full_name(*parts) for one_id, *parts in rows}


def _things(session: Session, ids: Collection[UUID]) -> dict[str, str]:
    named: list[Select[*tuple[Any, ...]]] = [
        select(cast(model.id, String), model.name).where(model.id.in_(ids))
        for model in (Cohort, Institution, PeerGroup)
    ]
    rows = session.execute(union_all(*named))
    return {str(one_id): name or "" for one_id, name in rows}


def list_openings(session: Session, user_id: UUID, *, below: Key | None = None, limit: int = PAGE) -> Rows:
    """Who saw named data of somebody, the newest first; one more than `limit` tells that there is a next page.

    Columns: id, at, opened_on, page, exported, reason, given_name, name_particle, family_name, is_trainer (of a cohort in
    which the person has a place), is_organiser.
    """
    opening = DataOpening
    statement = (
        select(
            opening.id,
            opening.at,
            opening.opened_on,
            opening.page,
            opening.exported,
            opening.reason,
            User.given_name,
            User.name_particle,
            User.family_name,
            _trains(user_id).label("is_trainer"),
            _organises().label("is_organiser"),
        )
        .join(User, User.id == opening.viewer_id)
        .where(opening.user_id == user_id)
        .order_by(opening.at.desc(), opening.id.desc())
        .limit(limit + 1)
    )
    if below is not None:
        statement = statement.where(
            tuple_(opening.at, opening.id) < tuple_(literal(below[0]), literal(below[1]))
        )
    return session.execute(statement).all()


def _trains(user_id: UUID) -> ColumnElement[bool]:
    """Whether the reader of the row trains a cohort in which the person has a place."""
    theirs = select(Enrolment.cohort_id).where(Enrolment.user_id == user_id)
    return (
        select(Enrolment.id)
        .where(
            Enrolment.user_id == DataOpening.viewer_id,
            Enrolment.role == EnrolmentRole.TRAINER,
            Enrolment.cohort_id.in_(theirs),
        )
        .correlate(DataOpening)
        .exists()
    )


def _organises() -> ColumnElement[bool]:
    return (
        select(RoleGrant.id)
        .where(RoleGrant.user_id == DataOpening.viewer_id, RoleGrant.role == Role.ORGANISER)
        .correlate(DataOpening)
        .exists()
    )
