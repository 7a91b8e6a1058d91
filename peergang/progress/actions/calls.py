"""Writing down who called whom, and what was agreed."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment
from peergang.cohorts.rules import EnrolmentRole
from peergang.core.clock import local_date
from peergang.core.errors import Invalid, NotFound
from peergang.core.once import store_once
from peergang.core.permissions import Actor, require
from peergang.identity.models import Institution
from peergang.progress.models import CallNote
from peergang.progress.policy import can_note_institution, can_settle_risk
from peergang.progress.queries.calls import get_call
from peergang.progress.rules.risks import AHEAD, NAME_MAX_LENGTH, WORDS_MAX_LENGTH


def note_call(
    session: Session,
    actor: Actor,
    institution_id: UUID,
    words: str,
    *,
    now: datetime,
    cohort_id: UUID | None = None,
    spoke_with: str = "",
    next_on: date | None = None,
    key: UUID | None = None,
) -> UUID:
    """Keep what was agreed with an institution (about a cohort, when given), with whom, and when somebody comes back to it.
    For organisers. The same with the same `key` is one note.

    Returns:
        The note.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such institution or cohort.
        Invalid: {"words": "missing" | "long", "spoke_with": "long", "next_on": "in_the_past" | "too_far"}.
    """
    require(can_note_institution(actor))
    found = session.scalar(select(exists().where(Institution.id == institution_id)))
    if not found or (cohort_id and not session.scalar(select(exists().where(Cohort.id == cohort_id)))):
        raise NotFound
    note = _make(actor, words, spoke_with, next_on, now)
    note.institution_id, note.cohort_id = institution_id, cohort_id
    return store_once(session, note, key, but="called_at")


def note_about(
    session: Session,
    actor: Actor,
    enrolment_id: UUID,
    words: str,
    *,
    now: datetime,
    spoke_with: str = "",
    next_on: date | None = None,
    key: UUID | None = None,
) -> UUID:
    """Keep what was agreed with or about a participant. For the trainers of the cohort and organisers, not about oneself.
    Returns and raises as `note_call`.
    """
    place = session.execute(
        select(Enrolment.user_id, Enrolment.cohort_id).where(
            Enrolment.id == enrolment_id, Enrolment.role == EnrolmentRole.PARTICIPANT
        )
    ).one_or_none()
    if place is None:
        raise NotFound
    require(can_settle_risk(actor, place.cohort_id, place.user_id))
    note = _make(actor, words, spoke_with, next_on, now)
    note.enrolment_id, note.cohort_id = enrolment_id, place.cohort_id
    return store_once(session, note, key, but="called_at")


def remove_note(session: Session, actor: Actor, note_id: UUID) -> None:
    """Throw a note away. Only who wrote it may, while they could still write it.

    Raises:
        NotFound: when there is no such note. Forbidden: for anybody else.
    """
    note = get_call(session, note_id)
    require(actor.user_id is not None and note.written_by_id == actor.user_id)
    if note.enrolment_id is None:
        require(can_note_institution(actor))
    else:
        about = select(Enrolment.user_id).where(Enrolment.id == note.enrolment_id)
        require(can_settle_risk(actor, note.cohort_id, session.scalar(about)))
    session.execute(delete(CallNote).where(CallNote.id == note_id))


def _make(actor: Actor, words: str, spoke_with: str, next_on: date | None, now: datetime) -> CallNote:
    words, spoke_with, today = words.strip(), " ".join(spoke_with.split()), local_date(now)
    problems = {}
    if not words:
        problems["words"] = "missing"
    elif len(words) > WORDS_MAX_LENGTH:
        problems["words"] = "long"
    if len(spoke_with) > NAME_MAX_LENGTH:
        problems["spoke_with"] = "long"
    if next_on is not None and next_on < today:
        problems["next_on"] = "in_the_past"
    elif next_on is not None and next_on > today + AHEAD:
        problems["next_on"] = "too_far"
    if problems:
        raise Invalid(problems)
    return CallNote(
        written_by_id=actor.user_id, words=words, spoke_with=spoke_with, called_at=now, next_on=next_on
    )
