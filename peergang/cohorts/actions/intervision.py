"""Starting an intervision and moving through its steps. What is said is nowhere."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.models import IntervisionSession, PeerGroup
from peergang.cohorts.policy import can_join_intervision
from peergang.cohorts.queries.intervision import get_group_to_join, get_talk, list_present
from peergang.cohorts.rules.intervision import ABANDONED_AFTER, Move
from peergang.core.errors import Invalid, NotFound
from peergang.core.permissions import Actor, require
from peergang.curriculum.content.intervision import find_method


def start_intervision(
    session: Session,
    actor: Actor,
    group_id: UUID,
    method: str,
    case_enrolment_id: UUID | None = None,
    *,
    now: datetime,
) -> UUID:
    """Begin with the first step of `method`, for the members of the group and the cohort's trainers. A group that is in the
    middle of a talk goes on with that. Gives the id of the intervision.

    Raises:
        Forbidden, NotFound: for anybody else; when there is no such group; when the case is not of a member.
        Invalid: {"method": "unknown" | "too_few"}.
    """
    group = get_group_to_join(session, actor, group_id)
    require(can_join_intervision(actor, group.cohort_id, is_member=group.is_member))
    running = _hold_running(session, group_id)
    if running is not None and running.started_at > now - ABANDONED_AFTER:
        return running.id
    _check_choice(session, group_id, method, case_enrolment_id)
    if running is not None:
        _end(running, now)
        session.flush()
    talk = IntervisionSession(peer_group_id=group_id, method=method, started_at=now, step_started_at=now)
    talk.case_enrolment_id = case_enrolment_id
    session.add(talk)
    session.flush()
    return talk.id


def _hold_running(session: Session, group_id: UUID) -> IntervisionSession | None:
    """The talk of the group that goes on. Of two phones that press at once the second waits, and finds what the first began."""
    session.execute(select(PeerGroup.id).where(PeerGroup.id == group_id).with_for_update())
    return session.scalar(
        select(IntervisionSession)
        .where(IntervisionSession.peer_group_id == group_id, IntervisionSession.ended_at.is_(None))
        .execution_options(populate_existing=True)
    )


def _check_choice(session: Session, group_id: UUID, method: str, case_enrolment_id: UUID | None) -> None:
    chosen, present = find_method(method), list_present(session, group_id)
    if chosen is None:
        raise Invalid({"method": "unknown"})
    if len(present) < chosen.header.people.min:
        raise Invalid({"method": "too_few"})
    if case_enrolment_id and case_enrolment_id not in {one.enrolment_id for one in present}:
        raise NotFound


def steer_intervision(
    session: Session, actor: Actor, session_id: UUID, move: Move, *, seen_step: int, now: datetime
) -> bool:
    """Go to the next or the previous step, pause, resume or end; after the last step comes the end. For the members of the
    group and the cohort's trainers. Gives whether anything changed: it does not when somebody was first, so that the
    group is no longer at `seen_step`.

    Raises:
        Forbidden, NotFound: for anybody else, and when there is no such intervision.
    """
    seen = get_talk(session, actor, session_id)
    require(can_join_intervision(actor, seen.cohort_id, is_member=seen.is_member))
    talk = session.get_one(IntervisionSession, session_id, with_for_update=True, populate_existing=True)
    if talk.ended_at is not None or talk.step != seen_step:
        return False
    if not _carry_out(talk, move, now):
        return False
    talk.revision += 1
    session.flush()
    return True


def _carry_out(talk: IntervisionSession, move: Move, now: datetime) -> bool:
    """Whether there was something to do: who pauses what is paused changes nothing."""
    method = find_method(talk.method)
    last = len(method.header.steps) - 1 if method else 0
    if move is Move.END or (move is Move.NEXT and talk.step >= last):
        _end(talk, now)
    elif move in (Move.NEXT, Move.PREVIOUS):
        talk.step = talk.step + 1 if move is Move.NEXT else max(0, talk.step - 1)
        talk.step_started_at, talk.paused_at = now, None
    elif (move is Move.PAUSE) == (talk.paused_at is not None):
        return False
    elif talk.paused_at is None:
        talk.paused_at = now
    else:
        talk.step_started_at, talk.paused_at = talk.step_started_at + (now - talk.paused_at), None
    return True


def _end(talk: IntervisionSession, now: datetime) -> None:
    """Whose case it was is forgotten: that they met, how and when is all that stays."""
    talk.ended_at, talk.case_enrolment_id, talk.paused_at = now, None, None
