"""Who called whom. The words are for few eyes: views ask policy.can_read_notes before they show them."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort
from peergang.core.db import AnyRow, Rows
from peergang.core.errors import NotFound
from peergang.identity.models import User
from peergang.progress.models import CallNote
from peergang.progress.queries.compiled import is_one_of

_COLUMNS: tuple[Any, ...] = (
    CallNote.id,
    CallNote.institution_id,
    CallNote.enrolment_id,
    CallNote.cohort_id,
    Cohort.name.label("cohort_name"),
    CallNote.called_at,
    CallNote.spoke_with,
    CallNote.words,
    CallNote.next_on,
    CallNote.written_by_id,
    User.given_name,
    User.name_particle,
    User.family_name,
)


def list_calls(session: Session, institution_ids: Collection[UUID]) -> Rows:
    """What was agreed with these institutions, the latest first.

    Columns: id, institution_id, enrolment_id (empty), cohort_id and cohort_name (when it was about one), called_at,
    spoke_with, words, next_on, written_by_id, given_name, name_particle, family_name (of who wrote it; empty after erasure).
    """
    return _list(session, is_one_of(CallNote.institution_id, list(institution_ids)))


def list_calls_about(session: Session, enrolment_id: UUID) -> Rows:
    """What was agreed about a participant, the latest first; columns as `list_calls`."""
    return _list(session, CallNote.enrolment_id == enrolment_id)


def _list(session: Session, condition: ColumnElement[bool]) -> Rows:
    return session.execute(
        select(*_COLUMNS)
        .outerjoin(Cohort, Cohort.id == CallNote.cohort_id)
        .outerjoin(User, User.id == CallNote.written_by_id)
        .where(condition)
        .order_by(CallNote.called_at.desc(), CallNote.id)
    ).all()


def get_call(session: Session, call_id: UUID) -> AnyRow:
    """One note. Columns: id, institution_id, enrolment_id, cohort_id, written_by_id.

    Raises:
        NotFound: when there is none.
    """
    row = session.execute(
        select(
            CallNote.id,
            CallNote.institution_id,
            CallNote.enrolment_id,
            CallNote.cohort_id,
            CallNote.written_by_id,
        ).where(CallNote.id == call_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row
