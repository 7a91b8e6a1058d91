"""Cohorts as organisers and trainers see them."""

from uuid import UUID

from sqlalchemy import Select, case, func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Cohort, Enrolment, JoinRequest, Meeting
from peergang.cohorts.rules import HOLDS_A_SEAT, CohortState, EnrolmentRole, EnrolmentState
from peergang.cohorts.rules.joining import RequestState
from peergang.core.db import AnyRow, Rows
from peergang.core.errors import Conflict, NotFound
from peergang.core.permissions import Actor
from peergang.curriculum.models import Edition
from peergang.identity.models import User

_ORDER = (
    CohortState.RUNNING,
    CohortState.OPEN,
    CohortState.PLANNED,
    CohortState.CLOSED,
    CohortState.CANCELLED,
)
_PARTICIPATES = Enrolment.role == EnrolmentRole.PARTICIPANT


def _count(*states: EnrolmentState) -> Select[int]:
    return (
        select(func.count())
        .select_from(Enrolment)
        .where(Enrolment.cohort_id == Cohort.id, _PARTICIPATES, Enrolment.state.in_(states))
        .correlate(Cohort)
    )


def _trainer_names() -> Select[str]:
    whole = func.concat_ws(
        " ", User.given_name, func.nullif(User.name_particle, ""), func.nullif(User.family_name, "")
    )
    return (
        select(func.string_agg(whole, aggregate_order_by(literal(", "), User.sort_key, User.id)))
        .select_from(Enrolment)
        .join(User, User.id == Enrolment.user_id)
        .where(
            Enrolment.cohort_id == Cohort.id,
            Enrolment.role == EnrolmentRole.TRAINER,
            Enrolment.state != EnrolmentState.WITHDRAWN,
        )
        .correlate(Cohort)
    )


def _count_requests() -> Select[int]:
    return (
        select(func.count())
        .select_from(JoinRequest)
        .where(JoinRequest.cohort_id == Cohort.id, JoinRequest.state == RequestState.WAITING)
        .correlate(Cohort)
    )


def _select_cohorts() -> Select[*tuple[object, ...]]:
    return select(
        Cohort.id.label("cohort_id"),
        Cohort.edition_id,
        Cohort.name,
        Cohort.state,
        Cohort.starts_on,
        Cohort.ends_on,
        Cohort.capacity,
        Cohort.opened_at,
        Cohort.join_open,
        Cohort.join_until,
        Cohort.join_number,
        _count_requests().scalar_subquery().label("requests"),
        Edition.title.label("edition_title"),
        Edition.title_en.label("edition_title_en"),
        Edition.number.label("edition_number"),
        Edition.programme_id,
        Edition.sign,
        _trainer_names().scalar_subquery().label("trainers"),
        _count(EnrolmentState.ACTIVE, EnrolmentState.COMPLETED).scalar_subquery().label("active"),
        _count(EnrolmentState.INVITED).scalar_subquery().label("invited"),
        _count(EnrolmentState.WAITLISTED).scalar_subquery().label("waitlisted"),
        select(func.count())
        .select_from(Meeting)
        .where(Meeting.cohort_id == Cohort.id)
        .correlate(Cohort)
        .scalar_subquery()
        .label("meetings"),
    ).join(Edition, Edition.id == Cohort.edition_id)


def list_cohorts(session: Session, actor: Actor) -> Rows:
    """All cohorts for an organiser, for others those they train; what is going on first, then what comes, then what was.

    Columns: cohort_id, edition_id, name, state, starts_on, ends_on, capacity, opened_at, edition_title, edition_title_en,
    edition_number, programme_id, sign, trainers (names in one text, or None), active, invited, waitlisted, meetings,
    join_open, join_until, join_number, requests (that wait for a decision).
    """
    statement = _select_cohorts()
    if not (actor.is_organiser or actor.is_admin):
        statement = statement.where(Cohort.id.in_(actor.trains))
    order = case({str(state): place for place, state in enumerate(_ORDER)}, value=Cohort.state)
    return session.execute(statement.order_by(order, Cohort.starts_on.desc(), Cohort.name)).all()


def _newest_number() -> Select[int | None]:
    other = aliased(Edition)
    return select(func.max(other.number)).where(other.programme_id == Edition.programme_id).correlate(Edition)


def get_cohort(session: Session, cohort_id: UUID) -> AnyRow:
    """One cohort; columns as above, and newest_number (of the editions of its programme).

    Raises:
        NotFound: when there is no such cohort.
    """
    newest = _newest_number().scalar_subquery().label("newest_number")
    row = session.execute(_select_cohorts().add_columns(newest).where(Cohort.id == cohort_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def lock_cohort(session: Session, cohort_id: UUID, *states: CohortState) -> Cohort:
    """The record of a cohort, held until the end of the transaction, so that changes to it happen one after the other.

    Raises:
        NotFound: when there is no such cohort.
        Conflict: `cohort_state` when it is in none of `states`.
    """

    cohort = session.scalar(
        select(Cohort)
        .where(Cohort.id == cohort_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if cohort is None:
        raise NotFound
    if states and cohort.state not in states:
        raise Conflict("cohort_state", state=cohort.state)
    return cohort


def count_seats_taken(session: Session, cohort_id: UUID) -> int:
    """How many participants hold a seat; those on the waiting list do not."""
    statement = (
        select(func.count())
        .select_from(Enrolment)
        .where(
            Enrolment.cohort_id == cohort_id,
            _PARTICIPATES,
            Enrolment.state.in_(HOLDS_A_SEAT),
        )
    )
    return session.scalar(statement) or 0


def is_name_taken(session: Session, name: str, but: UUID | None = None) -> bool:
    """Whether another cohort than `but` has this name, whatever its capitals."""
    statement = select(Cohort.id).where(func.lower(Cohort.name) == name.lower())
    if but is not None:
        statement = statement.where(Cohort.id != but)
    return session.execute(statement.limit(1)).first() is not None
