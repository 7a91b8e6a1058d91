"""After a meeting: notes by its trainers, and what was agreed."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.actions.meeting_agenda import hold_page
from peergang.cohorts.models import Enrolment, MeetingAction, MeetingPage
from peergang.cohorts.policy import can_tick_off
from peergang.cohorts.queries.cohorts import lock_cohort
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.cohorts.queries.schedule import get_meeting
from peergang.cohorts.rules import CHANGEABLE
from peergang.core.errors import Conflict, Invalid, NotFound
from peergang.core.permissions import Actor, require
from peergang.curriculum.content.markdown import render

NOTES_MAX_LENGTH = 20_000
TEXT_MAX_LENGTH = 300


@dataclass(frozen=True, slots=True)
class ActionDetails:
    """What somebody will do, and by when."""

    text: str
    enrolment_id: UUID | None
    due_on: date | None = None


def write_notes(
    session: Session, actor: Actor, meeting_id: UUID, notes: str, *, revision: int, now: datetime
) -> None:
    """Write what is worth keeping of a meeting, as Markdown; for trainers of the cohort and organisers.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such meeting.
        Conflict: `cohort_state`; `notes_changed` when somebody else wrote since `revision`.
        Invalid: {"notes": "long"}.
    """
    hold_page(session, actor, meeting_id)
    page = session.get_one(MeetingPage, meeting_id, populate_existing=True)
    notes = notes.strip()
    if len(notes) > NOTES_MAX_LENGTH:
        raise Invalid({"notes": "long"})
    if page.revision != revision:
        raise Conflict("notes_changed", notes=page.notes, revision=page.revision)
    if notes == page.notes:
        return
    page.notes, page.notes_html = notes, render(notes) if notes else ""
    page.notes_by_id, page.notes_at, page.revision = actor.user_id, now, revision + 1
    session.flush()


def agree_on_action(
    session: Session, actor: Actor, meeting_id: UUID, details: ActionDetails, *, now: datetime
) -> UUID:
    """Write down who will do what; for trainers of the cohort and organisers. The owner is somebody of the cohort.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such meeting.
        Conflict: `cohort_state`.
        Invalid: {"text": "missing" | "long", "owner": "unknown"}.
    """
    cohort = hold_page(session, actor, meeting_id)
    text = details.text.strip()
    problems: dict[str, str] = {}
    if not text or len(text) > TEXT_MAX_LENGTH:
        problems["text"] = "long" if text else "missing"
    owner = _find_owner(session, cohort.id, details.enrolment_id)
    if owner is None:
        problems["owner"] = "unknown"
    if owner is None or problems:
        raise Invalid(problems)
    action = MeetingAction(
        meeting_id=meeting_id, enrolment_id=owner, text=text, due_on=details.due_on, created_at=now
    )
    session.add(action)
    session.flush()
    return action.id


def _find_owner(session: Session, cohort_id: UUID, enrolment_id: UUID | None) -> UUID | None:
    return session.scalar(
        select(Enrolment.id).where(
            Enrolment.id == enrolment_id,
            Enrolment.cohort_id == cohort_id,
            Enrolment.state.in_(TAKES_PART),
        )
    )


def remove_action(session: Session, actor: Actor, meeting_id: UUID, action_id: UUID) -> None:
    """Take something that was agreed off the list; for trainers of the cohort and organisers.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such meeting or action.
        Conflict: `cohort_state`.
    """
    hold_page(session, actor, meeting_id)
    session.delete(_get(session, meeting_id, action_id))
    session.flush()


def tick_off(
    session: Session, actor: Actor, meeting_id: UUID, action_id: UUID, *, done: bool, now: datetime
) -> None:
    """Say that something is done, or not yet after all; for its owner, and for trainers of the cohort and organisers.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such meeting or action.
        Conflict: `cohort_state`.
    """
    cohort_id = get_meeting(session, meeting_id).cohort_id
    action = _get(session, meeting_id, action_id)
    owner = session.get_one(Enrolment, action.enrolment_id)
    require(can_tick_off(actor, cohort_id, owner.user_id))
    lock_cohort(session, cohort_id, *CHANGEABLE)
    if done != (action.done_at is not None):
        action.done_at = now if done else None
    session.flush()


def _get(session: Session, meeting_id: UUID, action_id: UUID) -> MeetingAction:
    action = session.get(MeetingAction, action_id)
    if action is None or action.meeting_id != meeting_id:
        raise NotFound
    return action
