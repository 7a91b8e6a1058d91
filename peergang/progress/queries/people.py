"""Who stands behind a figure: participants with their progress, attendance and last activity. Names yes, texts never."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, and_, bindparam, case, func, literal, select, true
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Cohort, Enrolment
from peergang.cohorts.rules import EnrolmentRole, EnrolmentState
from peergang.core.db import AnyRow, Rows, local_day
from peergang.core.errors import NotFound
from peergang.core.given import any_given, as_array
from peergang.curriculum.models import Edition
from peergang.identity.models import Affiliation, Institution, User
from peergang.progress.models import EnrolmentPeriod
from peergang.progress.queries.compiled import is_one_of
from peergang.progress.queries.facts import NOW, Among
from peergang.progress.queries.places import TODAY, counting_day, join_institution
from peergang.progress.queries.standing import SHOWN, STATE_THEN, Standing, present, then
from peergang.progress.rules.moment import Moment

TOOK_PART = (EnrolmentState.ACTIVE, EnrolmentState.COMPLETED, EnrolmentState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Place:
    """What an enrolment itself says at a moment."""

    state: Any
    withdrawn_at: Any
    activated_at: Any
    day: Any


_NOW = Place(Enrolment.state, Enrolment.withdrawn_at, Enrolment.activated_at, counting_day(TODAY))


def _select_people(standing: Standing, place: Place, among: Among = None) -> Select[Any]:
    members = (
        select(
            Enrolment.id.label("enrolment_id"),
            Enrolment.user_id,
            place.state.label("state"),
            place.withdrawn_at.label("withdrawn_at"),
            place.activated_at.label("activated_at"),
            User.given_name,
            User.name_particle,
            User.family_name,
            Institution.id.label("institution_id"),
            Institution.name.label("institution_name"),
            # Who stopped has no progress (any more).
            case((place.withdrawn_at.is_(None), standing.required)).label("required"),
            case((place.withdrawn_at.is_(None), standing.completed)).label("completed"),
            func.coalesce(standing.presence.c.present, 0).label("present"),
            func.coalesce(standing.presence.c.recorded, 0).label("recorded"),
            func.coalesce(standing.handed_in, 0).label("handed_in"),
            func.coalesce(standing.due, 0).label("due"),
            standing.last_active.label("last_active"),
        )
        .select_from(Enrolment)
        .join(User, User.id == Enrolment.user_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
    )
    if standing.past:
        members = members.outerjoin(LATEST, true())
    return (
        standing.join(join_institution(members, place.day, among))
        .where(
            Enrolment.role == EnrolmentRole.PARTICIPANT,
            place.state.in_(TOOK_PART),
            true() if among is None else among,
        )
        .order_by(User.sort_key, Enrolment.id)
    )


LATEST = (
    select(EnrolmentPeriod.began_at, EnrolmentPeriod.ended_at)
    .where(EnrolmentPeriod.enrolment_id == Enrolment.id, EnrolmentPeriod.began_at <= NOW)
    .order_by(EnrolmentPeriod.began_at.desc())
    .limit(1)
    .correlate(Enrolment)
    .lateral("latest")
)
"""The last time somebody began by then."""

_ended = case((LATEST.c.ended_at <= NOW, LATEST.c.ended_at))
PLACE_THEN = Place(
    state=case(
        # Who said no never began.
        (
            LATEST.c.began_at.is_(None),
            case((Enrolment.withdrawn_at <= NOW, literal(EnrolmentState.WITHDRAWN.value))),
        ),
        (_ended.is_not(None), literal(EnrolmentState.WITHDRAWN.value)),
        (Enrolment.completed_at <= NOW, literal(EnrolmentState.COMPLETED.value)),
        else_=literal(EnrolmentState.ACTIVE.value),
    ),
    withdrawn_at=func.coalesce(
        _ended,
        case((and_(LATEST.c.began_at.is_(None), Enrolment.withdrawn_at <= NOW), Enrolment.withdrawn_at)),
    ),
    activated_at=LATEST.c.began_at,
    day=func.least(TODAY, Cohort.ends_on, local_day(Enrolment.completed_at), local_day(_ended)),
)
_PEOPLE = {False: _select_people(present(), _NOW), True: _select_people(then(), PLACE_THEN)}
_HERE = Enrolment.cohort_id == bindparam("cohort", type_=Uuid)
_PEOPLE_HERE = {
    False: _select_people(present(_HERE), _NOW, _HERE),
    True: _select_people(then(_HERE), PLACE_THEN, _HERE),
}


# Who ever worked there: who counts there is among them.
_worked = aliased(Affiliation)
_OF_INSTITUTION = bindparam("institution", type_=Uuid)
_WORKED_THERE = and_(
    Enrolment.user_id.in_(select(_worked.user_id).where(_worked.institution_id == _OF_INSTITUTION)),
    Enrolment.cohort_id == any_given("cohorts"),
)


def _by_cohort(people: Select[Any]) -> Select[Any]:
    by_cohort = people.add_columns(Cohort.id.label("cohort_id")).order_by(None)
    return by_cohort.order_by(Cohort.starts_on, Cohort.name, Cohort.id, User.sort_key, Enrolment.id)


_PEOPLE_OF = {
    past: _by_cohort(
        _select_people(
            then(_WORKED_THERE) if past else present(_WORKED_THERE),
            PLACE_THEN if past else _NOW,
            _WORKED_THERE,
        ).where(Institution.id == _OF_INSTITUTION)
    )
    for past in (False, True)
}

STREAMED = 1_000
"""Rows that are fetched together."""


def list_participants(
    session: Session, cohort_id: UUID, at: Moment | datetime, *, institution_id: UUID | None = None
) -> Rows:
    """Participants of a cohort (from one institution, when given) by name, those who stopped too.

    Columns: enrolment_id, user_id, state, withdrawn_at, activated_at, given_name, name_particle, family_name, institution_id,
    institution_name, required and completed (empty for who stopped), present, recorded, handed_in, due, last_active.
    """
    moment = Moment.of(at)
    statement = _PEOPLE_HERE[moment.past]
    if institution_id is not None:
        statement = statement.where(Institution.id == institution_id)
    return session.execute(statement, {"now": moment.at, "cohort": cohort_id}).all()


def list_participants_of(
    session: Session, institution_id: UUID, cohort_ids: Collection[UUID], at: Moment | datetime
) -> Rows:
    """Participants from one institution in all these cohorts, in one statement, by cohort (oldest first) and name.

    Columns: those of `list_participants`, and cohort_id.
    """
    moment = Moment.of(at)
    given = {"now": moment.at, "institution": institution_id, "cohorts": as_array(cohort_ids)}
    return session.execute(_PEOPLE_OF[moment.past], given).all()


def stream_participants(
    session: Session, cohort_ids: Collection[UUID], at: Moment | datetime
) -> Iterator[AnyRow]:
    """Participants of all these cohorts in one statement, by cohort (oldest first) and name, over a cursor of the server: for a
    file of the whole network, which must not stand in memory. It needs a transaction for as long as it is read.

    Columns: those of `list_participants`, and cohort_id.
    """
    moment = Moment.of(at)
    statement = _by_cohort(_PEOPLE[moment.past]).where(is_one_of(Cohort.id, list(cohort_ids)))
    yield from session.execute(statement, {"now": moment.at}, execution_options={"yield_per": STREAMED})


def get_cell_head(
    session: Session, institution_id: UUID, cohort_id: UUID, at: Moment | datetime | None = None
) -> AnyRow:
    """What a cell is about. Columns: institution_name, cohort_name, cohort_state, starts_on, ends_on, sign.

    Raises:
        NotFound: when one of the two does not exist, or the cohort has no figures (yet).
    """
    past = isinstance(at, Moment) and at.past
    state: Any = STATE_THEN if past else Cohort.state
    row = session.execute(
        select(
            Institution.name.label("institution_name"),
            Cohort.name.label("cohort_name"),
            state.label("cohort_state"),
            Cohort.starts_on,
            Cohort.ends_on,
            Edition.sign,
        )
        .select_from(Institution)
        .join(Cohort, and_(Cohort.id == cohort_id, state.in_(SHOWN)))
        .join(Edition, Edition.id == Cohort.edition_id)
        .where(Institution.id == institution_id),
        {"now": at.at} if isinstance(at, Moment) and past else {},
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def get_institution_head(session: Session, institution_id: UUID) -> AnyRow:
    """One institution. Columns: id, name, brin, place.

    Raises:
        NotFound: when there is none.
    """
    row = session.execute(
        select(Institution.id, Institution.name, Institution.brin, Institution.place).where(
            Institution.id == institution_id
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return row
