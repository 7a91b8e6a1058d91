"""Asking members of a peer group to read each other's work, and asking somebody else when one of them drops out.

The order of locks is the cohort (shared; alone for who changes its groups), the group, reflections by id, assignments.
Whoever divides holds the group, so two never divide it at once. Who completes something holds the cohort shared as well,
so that has to come before the reflection there too.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment
from peergang.core.errors import NotFound
from peergang.core.jobs import Job, enqueue
from peergang.coursework.models import FeedbackAssignment
from peergang.coursework.queries.at_work import (
    find_author,
    find_group_id,
    list_groups_at_work,
    list_strayed,
    lock_group,
    lock_reflections,
    share_cohort,
)
from peergang.coursework.queries.group_at_activity import describe_group
from peergang.coursework.queries.group_work import (
    Asked,
    Given,
    Handed,
    list_asked,
    list_given,
    list_handed,
    list_members,
)
from peergang.coursework.rules import PEER_AUDIENCES
from peergang.coursework.rules.allocation import Changes, Group, Release, allocate
from peergang.coursework.rules.going import GOING


def hold_group_of(session: Session, reflection_id: UUID) -> Cohort:
    """Hold what is read in the author's group, with its cohort: see the order of locks above.

    Raises:
        NotFound: when there is no such reflection.
    """
    author = find_author(session, reflection_id)
    if author is None:
        raise NotFound
    cohort = share_cohort(session, author.cohort_id)
    group_id = find_group_id(session, author.enrolment_id)
    members = []
    if group_id is not None:
        lock_group(session, group_id)
        members = list_members(session, group_id)
    lock_reflections(session, [*members, author.enrolment_id])
    return cohort


def allocate_around(session: Session, cohort: Cohort, enrolment_id: UUID, *, now: datetime) -> None:
    """Divide the reading anew in the group of one participant. The caller holds the cohort, and changed what is to be read."""
    group_id = find_group_id(session, enrolment_id)
    if group_id is not None:
        allocate_group(session, cohort, group_id, now=now)


def reallocate_cohort(session: Session, cohort_id: UUID, now: datetime) -> None:
    """Divide the reading anew in all groups of a cohort: people left, came or moved. The caller holds the cohort.

    Cohorts calls this in the transaction in which its groups changed, and the hourly repair does.
    """
    session.flush()
    cohort = session.get_one(Cohort, cohort_id)
    _release(session, list_strayed(session, cohort_id), Release.LEFT, now)
    for group_id in list_groups_at_work(session, cohort_id):
        allocate_group(session, cohort, group_id, now=now)


def allocate_group(session: Session, cohort: Cohort, peer_group_id: UUID, *, now: datetime) -> None:
    """Ask the members of a group for what is to be read now, and take back what is not to be read any more.

    No actor: the platform divides, by the rules of rules/allocation.py. The caller holds the cohort. Twice changes nothing.
    """
    session.flush()
    members = list_members(session, peer_group_id)
    if not members:
        return
    lock_group(session, peer_group_id)
    lock_reflections(session, members)
    handed = list_handed(session, members)
    given = list_given(session, members)
    asked = _tidy(session, members, handed, given, now)
    if cohort.state not in GOING:
        return
    for activity_id in dict.fromkeys(one.activity_id for one in handed):
        group = describe_group(members, activity_id, handed, asked, given, now)
        _carry_out(session, group, allocate(group), asked, now)


def _tidy(
    session: Session,
    members: Sequence[UUID],
    handed: Sequence[Handed],
    given: Sequence[Given],
    now: datetime,
) -> list[Asked]:
    """End the assignments that were given, or can be given no more. Gives those that stand, and those that lapsed."""
    asked = list_asked(session, members, lapsed=Release.OVERDUE)
    sent = {(one.reflection_id, one.giver_id) for one in given if one.sent}
    shared = {one.reflection_id for one in handed if one.audience in PEER_AUDIENCES}
    opened = [one for one in asked if one.state == "open"]
    done = {one.id for one in opened if (one.reflection_id, one.giver_id) in sent}
    left = {one.id for one in opened if not {one.giver_id, one.receiver_id} <= set(members)} - done
    hidden = {one.id for one in opened if one.reflection_id not in shared} - done - left
    _end(session, done, "given", now)
    _release(session, left, Release.LEFT, now)
    _release(session, hidden, Release.TAKEN_BACK, now)
    gone = left | hidden
    return [one._replace(state="given") if one.id in done else one for one in asked if one.id not in gone]


def _carry_out(
    session: Session, group: Group, changes: Changes, asked: Sequence[Asked], now: datetime
) -> None:
    standing = {(one.reflection_id, one.giver_id): one.id for one in asked if one.state == "open"}
    late = set(group.late)
    _release(session, [standing[one] for one in changes.release if one in late], Release.OVERDUE, now)
    _release(session, [standing[one] for one in changes.release if one not in late], Release.SWAPPED, now)
    author = {work.key: work.author for work in group.works}
    for new in changes.ask:
        session.add(
            FeedbackAssignment(
                reflection_id=new.work,
                receiver_id=author[new.work],
                giver_id=new.giver,
                round=new.round,
                assigned_at=now,
                replaces_id=standing[new.work, new.replaces] if new.replaces else None,
            )
        )
    if changes.ask:
        session.flush()
        enqueue(session, Job.NOTICES_PLAN_RULE, "feedback_asked")


def mark_given(session: Session, reflection_id: UUID, giver_id: UUID | None, *, now: datetime) -> None:
    """Note that who was asked gave their feedback. Sending it calls this, with the reflection held."""
    _end(
        session,
        session.scalars(
            select(FeedbackAssignment.id).where(
                FeedbackAssignment.reflection_id == reflection_id,
                FeedbackAssignment.giver_id == giver_id,
                FeedbackAssignment.state == "open",
            )
        ),
        "given",
        now,
    )


def end_assignment(session: Session, assignment_id: UUID, reason: Release, now: datetime) -> None:
    """Release one assignment."""
    _release(session, [assignment_id], reason, now)


def end_all_assignments(session: Session, cohort_id: UUID, now: datetime) -> None:
    """Ask nobody any more in a cohort that ended. The caller holds the cohort."""
    receivers = select(Enrolment.id).where(Enrolment.cohort_id == cohort_id)
    statement = (
        select(FeedbackAssignment.id)
        .where(FeedbackAssignment.receiver_id.in_(receivers), FeedbackAssignment.state == "open")
        .order_by(FeedbackAssignment.reflection_id, FeedbackAssignment.id)
    )
    _release(session, session.scalars(statement), Release.ENDED, now)


def _release(session: Session, ids: Iterable[UUID], reason: Release, now: datetime) -> None:
    _end(session, ids, "released", now, reason)


def _end(session: Session, ids: Iterable[UUID], state: str, now: datetime, reason: str = "") -> None:
    ending = list(ids)
    if ending:
        session.execute(
            update(FeedbackAssignment)
            .where(FeedbackAssignment.id.in_(ending), FeedbackAssignment.state == "open")
            .values(state=state, reason=reason, ended_at=now)
            .execution_options(synchronize_session="fetch")
        )
