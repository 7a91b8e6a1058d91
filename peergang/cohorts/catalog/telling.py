"""What the three rules about meetings share: planned, moved and cancelled go through the same hands."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, Select, String, delete, func, insert, literal, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import CalendarLine, Cohort, Enrolment, Meeting
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.cohorts.queries.telling import (
    PENDING,
    RECALLED,
    select_letters,
    select_pairs,
    told_sequence,
)
from peergang.cohorts.rules import MeetingState
from peergang.cohorts.rules.calendar import CalendarMeeting, Mailbox, Method, uid_of, write_invitation
from peergang.core.db import AnyRow
from peergang.core.i18n import LazyText
from peergang.notifications.catalog import CALENDAR, CalendarFile, Claim, Content, Rule
from peergang.notifications.rules import Kind, Urgency

SETTLE = timedelta(minutes=5)
"""Who plans or moves meetings often does several in a row; so long we wait, and then tell them in one mail."""


def make_rule(name: str, method: Method, title: LazyText, timing: LazyText, reason: LazyText) -> Rule:
    """A rule about meetings. `name` says in queries/telling.py what it has to tell."""
    return Rule(
        name=name,
        kind=Kind.REMINDER,
        title=title,
        timing=timing,
        reason=reason,
        due=_due(name),
        standing=_standing(name),
        content=_content(name, method),
        recall=_recall(name, method),
        # What was planned newly is found in the calendar later just as well; a change must be known in time.
        urgency=Urgency.NORMAL if name == "meeting_planned" else Urgency.MUST,
        alone=True,
        known_to_organisers=True,
        about="cohort",
    )


def _due(name: str) -> Callable[[datetime], Select[*tuple[Any, ...]]]:
    def due(now: datetime) -> Select[*tuple[Any, ...]]:
        moment = literal(now + SETTLE, DateTime(timezone=True))
        return select_letters(name, now).add_columns(
            moment.label("not_before"),
            func.min(Meeting.starts_at).label("expires_at"),
            Enrolment.cohort_id,
        )

    return due


def _standing(name: str) -> Callable[[datetime], Select[*tuple[Any, ...]]]:
    def standing(now: datetime) -> Select[*tuple[Any, ...]]:
        return select_letters(name, now).add_columns(literal("", String).label("blocked"))

    return standing


def _content(
    name: str, method: Method
) -> Callable[[Session, Sequence[Claim], datetime], Mapping[UUID, Content]]:
    def content(session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
        pending: dict[UUID, list[AnyRow]] = {}
        for row in session.execute(
            _select_meetings(PENDING[name], {claim.subject_id for claim in claims}, now)
        ):
            pending.setdefault(row.enrolment_id, []).append(row)
        letters = {claim: pending[claim.subject_id] for claim in claims if claim.subject_id in pending}
        _remember(session, letters, method)
        return {claim.id: _words(rows, method) for claim, rows in letters.items()}

    return content


def _recall(
    name: str, method: Method
) -> Callable[[Session, Sequence[Claim], datetime], Mapping[UUID, Content]]:
    """What was told, as it is now; and for who was told nothing by mail what they would be told now."""

    def recall(session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
        said: dict[UUID, list[AnyRow]] = {}
        for row in session.execute(_select_told(method, [claim.id for claim in claims])):
            said.setdefault(row.notice_id, []).append(row)
        untold = {claim.subject_id for claim in claims if claim.id not in said}
        pending: dict[UUID, list[AnyRow]] = {}
        for row in session.execute(_select_meetings(RECALLED[name], untold, now)):
            pending.setdefault(row.enrolment_id, []).append(row)
        found = {claim.id: said.get(claim.id) or pending.get(claim.subject_id) for claim in claims}
        return {one: _words(rows, method) for one, rows in found.items() if rows}

    return recall


def _select_told(method: Method, notices: Sequence[UUID]) -> Select[*tuple[Any, ...]]:
    told = (
        select(
            CalendarLine.notice_id,
            CalendarLine.sequence,
            Cohort.name.label("cohort"),
            Meeting.id.label("meeting_id"),
            Meeting.title,
            Meeting.starts_at,
            Meeting.ends_at,
            Meeting.place,
            Meeting.link,
            Meeting.changed_at,
        )
        .join(Meeting, Meeting.id == CalendarLine.meeting_id)
        .join(Cohort, Cohort.id == Meeting.cohort_id)
        .join(Enrolment, Enrolment.id == CalendarLine.enrolment_id)
        .where(CalendarLine.notice_id.in_(notices))
        .order_by(Meeting.starts_at, Meeting.id)
    )
    if method is Method.REQUEST:
        # What was called off has a message of its own, and who left opens no meeting any more.
        told = told.where(Meeting.state == MeetingState.PLANNED, Enrolment.state.in_(TAKES_PART))
    return told


def _select_meetings(
    which: ColumnElement[bool], enrolments: set[UUID], now: datetime
) -> Select[*tuple[Any, ...]]:
    return (
        select_pairs(
            which,
            now,
            Enrolment.id.label("enrolment_id"),
            Enrolment.state.label("enrolment_state"),
            Cohort.name.label("cohort"),
            Meeting.id.label("meeting_id"),
            Meeting.title,
            Meeting.starts_at,
            Meeting.ends_at,
            Meeting.place,
            Meeting.link,
            Meeting.state,
            Meeting.revision,
            Meeting.changed_at,
            func.greatest(Meeting.revision, told_sequence + 1).label("sequence"),
        )
        .where(Enrolment.id.in_(enrolments))
        .order_by(Meeting.starts_at, Meeting.id)
    )


def _remember(session: Session, letters: Mapping[Claim, Sequence[AnyRow]], method: Method) -> None:
    """Write down what these mails say. A mail that is tried again says what holds then."""
    session.execute(
        delete(CalendarLine).where(CalendarLine.notice_id.in_([claim.id for claim in letters])),
        execution_options={"synchronize_session": False},
    )
    lines = [
        {
            "notice_id": claim.id,
            "meeting_id": row.meeting_id,
            "enrolment_id": row.enrolment_id,
            "revision": row.revision,
            "sequence": row.sequence,
            "method": str(method),
        }
        for claim, rows in letters.items()
        for row in rows
    ]
    if lines:
        session.execute(insert(CalendarLine), lines)


def _words(rows: Sequence[AnyRow], method: Method) -> Content:
    meetings = [
        {
            "title": row.title,
            "starts_at": row.starts_at,
            "ends_at": row.ends_at,
            "place": row.place,
            "meeting_link": row.link,
        }
        for row in rows
    ]
    # Who left cannot open the page of a meeting any more; everybody can open the list of their own.
    alone = len(rows) == 1 and method is Method.REQUEST
    return {
        "path": f"/bijeenkomsten/{rows[0].meeting_id}" if alone else "/bijeenkomsten",
        "cohort": rows[0].cohort,
        "meetings": meetings,
        CALENDAR: [_file(row, method, number) for number, row in enumerate(rows, start=1)],
    }


def _file(row: AnyRow, method: Method, number: int) -> CalendarFile:
    def write(sender: tuple[str, str], recipient: tuple[str, str], site_url: str) -> bytes:
        meeting = CalendarMeeting(
            uid=uid_of(row.meeting_id),
            title=f"{row.cohort}: {row.title}",
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            place=row.place,
            link=row.link,
            revision=row.sequence,
            cancelled=method is Method.CANCEL,
            url=f"{site_url}/bijeenkomsten/{row.meeting_id}",
            changed_at=row.changed_at,
        )
        return write_invitation(method, meeting, Mailbox(*sender), Mailbox(*recipient))

    return CalendarFile(str(method), f"bijeenkomst-{number}.ics", write)
