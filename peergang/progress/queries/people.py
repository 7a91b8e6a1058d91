"""Who stands behind a figure: participants with their progress, attendance and last activity. Names yes, texts never."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment
from peergang.cohorts.rules import EnrolmentRole, EnrolmentState
from peergang.core.db import AnyRow, Rows
from peergang.core.errors import NotFound
from peergang.curriculum.models import Edition
from peergang.identity.models import Institution, User
from peergang.progress.models import EnrolmentProgress
from peergang.progress.queries.facts import (
    attendance_of_each,
    more_time_of_each,
    reading_of_each,
    reflections_due,
    work_of_each,
)
from peergang.progress.queries.participation import SHOWN
from peergang.progress.queries.places import TODAY, counting_day, join_institution
from peergang.progress.rules.moment import Moment

_presence, _work, _reading, _due = attendance_of_each(), work_of_each(), reading_of_each(), reflections_due()
_more_time = more_time_of_each()

TOOK_PART = (EnrolmentState.ACTIVE, EnrolmentState.COMPLETED, EnrolmentState.WITHDRAWN)

_members = (
    select(
        Enrolment.id.label("enrolment_id"),
        Enrolment.user_id,
        Enrolment.state,
        Enrolment.withdrawn_at,
        Enrolment.activated_at,
        User.given_name,
        User.name_particle,
        User.family_name,
        Institution.id.label("institution_id"),
        Institution.name.label("institution_name"),
        EnrolmentProgress.required,
        EnrolmentProgress.completed,
        func.coalesce(_presence.c.present, 0).label("present"),
        func.coalesce(_presence.c.recorded, 0).label("recorded"),
        func.coalesce(_work.c.handed_in, 0).label("handed_in"),
        (func.coalesce(_due.c.due, 0) - func.coalesce(_more_time.c.not_yet, 0)).label("due"),
        func.greatest(
            EnrolmentProgress.last_completed_at, _presence.c.seen_at, _work.c.wrote_at, _reading.c.read_at
        ).label("last_active"),
    )
    .select_from(Enrolment)
    .join(User, User.id == Enrolment.user_id)
    .join(Cohort, Cohort.id == Enrolment.cohort_id)
)
PEOPLE = (
    join_institution(_members, counting_day(TODAY))
    .outerjoin(EnrolmentProgress, EnrolmentProgress.enrolment_id == Enrolment.id)
    .outerjoin(_presence, _presence.c.enrolment_id == Enrolment.id)
    .outerjoin(_work, _work.c.enrolment_id == Enrolment.id)
    .outerjoin(_reading, _reading.c.enrolment_id == Enrolment.id)
    .outerjoin(_due, _due.c.cohort_id == Enrolment.cohort_id)
    .outerjoin(_more_time, _more_time.c.enrolment_id == Enrolment.id)
    .where(Enrolment.role == EnrolmentRole.PARTICIPANT)
    .order_by(User.sort_key, Enrolment.id)
)


def list_participants(
    session: Session, cohort_id: UUID, at: Moment | datetime, *, institution_id: UUID | None = None
) -> Rows:
    """Participants of a cohort (from one institution, when given) by name, those who stopped too.

    Columns: enrolment_id, user_id, state, withdrawn_at, activated_at, given_name, name_particle, family_name, institution_id,
    institution_name, required and completed (empty for who stopped), present, recorded, handed_in, due, last_active.
    """
    statement = PEOPLE.where(Enrolment.cohort_id == cohort_id, Enrolment.state.in_(TOOK_PART))
    if institution_id is not None:
        statement = statement.where(Institution.id == institution_id)
    return session.execute(statement, {"now": Moment.of(at).at}).all()


def get_cell_head(session: Session, institution_id: UUID, cohort_id: UUID) -> AnyRow:
    """What a cell is about. Columns: institution_name, cohort_name, cohort_state, starts_on, ends_on, sign.

    Raises:
        NotFound: when one of the two does not exist, or the cohort has no figures (yet).
    """
    row = session.execute(
        select(
            Institution.name.label("institution_name"),
            Cohort.name.label("cohort_name"),
            Cohort.state.label("cohort_state"),
            Cohort.starts_on,
            Cohort.ends_on,
            Edition.sign,
        )
        .select_from(Institution)
        .join(Cohort, and_(Cohort.id == cohort_id, Cohort.state.in_(SHOWN)))
        .join(Edition, Edition.id == Cohort.edition_id)
        .where(Institution.id == institution_id)
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
