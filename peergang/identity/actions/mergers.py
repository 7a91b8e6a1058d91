"""Institutions that merge or end. History keeps what was; from the day on, what it became counts."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from peergang.core.clock import local_date
from peergang.core.errors import Conflict, Invalid, NotFound
from peergang.core.permissions import Actor, require
from peergang.identity.actions.audit import record_audit
from peergang.identity.models import Affiliation, Institution, InstitutionMerger, User
from peergang.identity.policy import can_manage_institutions
from peergang.identity.queries.affiliations import is_empty
from peergang.identity.rules.institutions import is_near


def merge_institutions(
    session: Session,
    actor: Actor,
    institution_ids: Collection[UUID],
    successor_id: UUID,
    *,
    merged_on: date,
    now: datetime,
) -> Sequence[InstitutionMerger]:
    """Write down that institutions became (part of) another one; for organisers and admins.

    Their affiliations end on the day and go on at the successor, and their names and BRINs lead to it. What was before
    the day goes on counting for them.

    Raises:
        Forbidden: for anybody else. NotFound: when one does not exist.
        Invalid: {"merged_on": "day_far" | "before_it_began"}, {"successor": "merged_itself" | "institution_gone"}.
        Conflict: `institution_gone` when one has merged or ended before.
    """
    require(can_manage_institutions(actor))
    if not is_near(merged_on, local_date(now)):
        raise Invalid({"merged_on": "day_far"})
    if successor_id in institution_ids or not institution_ids:
        raise Invalid({"successor": "merged_itself"})
    locked = _lock_institutions(session, {*institution_ids, successor_id})
    if locked[successor_id].valid_until is not None:
        raise Invalid({"successor": "institution_gone"})
    return [
        _merge(session, actor, locked[institution_id], successor_id, merged_on, now)
        for institution_id in sorted(set(institution_ids))
    ]


def _merge(
    session: Session,
    actor: Actor,
    institution: Institution,
    successor_id: UUID,
    merged_on: date,
    now: datetime,
) -> InstitutionMerger:
    merger = InstitutionMerger(
        institution_id=institution.id,
        successor_id=successor_id,
        merged_on=merged_on,
        created_at=now,
        created_by_id=actor.user_id,
    )
    _close(institution, merged_on)
    _add(session, merger)
    merger.continued = _continue(session, institution.id, successor_id, merged_on)
    session.flush()
    details = {"successor_id": str(successor_id), "merged_on": merged_on.isoformat()}
    record_audit(session, actor, "institution_merged", "institution", institution.id, details, now=now)
    return merger


def undo_merger(session: Session, actor: Actor, institution_id: UUID, *, now: datetime) -> None:
    """Take the merger of an institution back, as if it had not been written down; for organisers and admins.

    Raises:
        Forbidden: for anybody else. NotFound: when it did not merge.
        Conflict: `merger_followed` when something was built on it: the successor ended or merged, or one of the
            affiliations that went on there was changed or has a place in a cohort.
    """
    require(can_manage_institutions(actor))
    merger = session.scalar(
        select(InstitutionMerger).where(InstitutionMerger.institution_id == institution_id).with_for_update()
    )
    if merger is None:
        raise NotFound
    locked = _lock_institutions(session, {institution_id, merger.successor_id})
    if locked[merger.successor_id].valid_until is not None:
        raise Conflict("merger_followed")
    _take_back(session, merger)
    locked[institution_id].valid_until = None
    session.delete(merger)
    session.flush()
    record_audit(session, actor, "merger_undone", "institution", institution_id, now=now)


def end_institution(
    session: Session, actor: Actor, institution_id: UUID, *, until: date, now: datetime
) -> int:
    """Write down that an institution ended without going on as another; for organisers and admins. The affiliations that
    still ran end on that day too. Gives their number.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such institution.
        Invalid: {"until": "day_far" | "before_it_began"}. Conflict: `institution_gone` when it merged or ended before.
    """
    require(can_manage_institutions(actor))
    if not is_near(until, local_date(now)):
        raise Invalid({"until": "day_far"})
    institution = _lock_institutions(session, {institution_id})[institution_id]
    _close(institution, until, field="until")
    session.flush()
    ended = _end_affiliations(session, institution_id, until)
    details = {"until": until.isoformat(), "affiliations": len(ended)}
    record_audit(session, actor, "institution_ended", "institution", institution_id, details, now=now)
    return len(ended)


def reopen_institution(session: Session, actor: Actor, institution_id: UUID, *, now: datetime) -> None:
    """Take back that an institution ended; for organisers and admins. Where people work is not brought back.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such institution.
        Conflict: `institution_merged` when it merged: then the merger is to be undone.
    """
    require(can_manage_institutions(actor))
    institution = _lock_institutions(session, {institution_id})[institution_id]
    merged = select(InstitutionMerger.id).where(InstitutionMerger.institution_id == institution_id)
    if session.scalar(merged) is not None:
        raise Conflict("institution_merged")
    institution.valid_until = None
    session.flush()
    record_audit(session, actor, "institution_reopened", "institution", institution_id, now=now)


def _lock_institutions(session: Session, ids: Collection[UUID]) -> dict[UUID, Institution]:
    found = session.scalars(
        select(Institution)
        .where(Institution.id.in_(ids))
        .order_by(Institution.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    locked = {one.id: one for one in found}
    if len(locked) != len(set(ids)):
        raise NotFound
    return locked


def _close(institution: Institution, day: date, *, field: str = "merged_on") -> None:
    if institution.valid_until is not None:
        raise Conflict("institution_gone")
    if institution.valid_from is not None and institution.valid_from > day:
        raise Invalid({field: "before_it_began"})
    institution.valid_until = day


def _add(session: Session, merger: InstitutionMerger) -> None:
    session.add(merger)
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict("institution_gone") from error


def _end_affiliations(session: Session, institution_id: UUID, day: date) -> list[dict[str, Any]]:
    """End what still ran on `day`, and give the rows as they were."""
    running = (
        Affiliation.institution_id == institution_id,
        ~is_empty,
        or_(Affiliation.valid_until.is_(None), Affiliation.valid_until > day),
    )
    people = select(Affiliation.user_id).where(*running)
    session.execute(
        select(User.id).where(User.id.in_(people)).order_by(User.id).with_for_update(key_share=True)
    )
    columns = Affiliation.__table__.c
    rows = [dict(row._mapping) for row in session.execute(select(*columns).where(*running))]  # noqa: SLF001
    session.execute(
        update(Affiliation)
        .where(Affiliation.id.in_([row["id"] for row in rows]))
        .values(valid_until=func.greatest(Affiliation.valid_from, day), continues_id=None)
        .execution_options(synchronize_session="fetch")
    )
    return rows


def _continue(session: Session, institution_id: UUID, successor_id: UUID, day: date) -> int:
    rows = [
        row
        | {
            "id": uuid4(),
            "institution_id": successor_id,
            "valid_from": max(row["valid_from"], day),
            "continues_id": row["id"],
        }
        for row in _end_affiliations(session, institution_id, day)
    ]
    if rows:
        session.execute(insert(Affiliation), rows)
    return len(rows)


def _take_back(session: Session, merger: InstitutionMerger) -> None:
    """Let the affiliations of before the merger go on as they did."""
    before = select(Affiliation.id).where(Affiliation.institution_id == merger.institution_id)
    continued = (Affiliation.continues_id.in_(before), Affiliation.institution_id == merger.successor_id)
    people = select(Affiliation.user_id).where(*continued)
    session.execute(
        select(User.id).where(User.id.in_(people)).order_by(User.id).with_for_update(key_share=True)
    )
    try:
        with session.begin_nested():
            # An enrolment that points at one of these refuses this, and so does a period that would overlap.
            rows = session.execute(
                delete(Affiliation)
                .where(*continued)
                .returning(Affiliation.continues_id, Affiliation.valid_until)
                .execution_options(synchronize_session=False)
            ).all()
            if len(rows) != merger.continued:
                raise Conflict("merger_followed")
            if rows:
                session.execute(
                    update(Affiliation),
                    [{"id": former, "valid_until": valid_until} for former, valid_until in rows],
                )
    except IntegrityError as error:
        raise Conflict("merger_followed") from error
