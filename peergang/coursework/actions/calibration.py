"""Trainers judge the same version apart from each other. Nothing here reaches the author, or changes the review."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from peergang.core.errors import Conflict, Invalid
from peergang.core.jobs import Job, enqueue
from peergang.core.permissions import Actor, require
from peergang.coursework.actions.settling import latest_version_id
from peergang.coursework.models import Calibration, CalibrationJudgement
from peergang.coursework.policy import can_calibrate
from peergang.coursework.queries.access import get_access
from peergang.coursework.queries.calibration import find_open, get_sample, list_colleagues, trains_still
from peergang.coursework.rules import Decision, Judgement
from peergang.coursework.rules.drafts import MAX_MESSAGE_LENGTH, clean_text


@dataclass(frozen=True, slots=True)
class JudgementText:
    """What a trainer makes of a sample: a judgement per criterion, a decision ("" when none yet), and a note."""

    criteria: dict[str, str] = field(default_factory=dict)
    decision: str = ""
    note: str = ""


def open_calibration(
    session: Session, actor: Actor, reflection_id: UUID, colleagues: Collection[UUID], *, now: datetime
) -> UUID:
    """Put the latest version forward and ask colleagues to judge it as well. One that is open already is joined.

    Only trainers of its cohort, when its audience lets all of them read it.

    Raises:
        Invalid: `colleague_missing` when nobody was chosen who trains that cohort.
    """
    access = get_access(session, actor, reflection_id, lock=True)
    require(can_calibrate(actor, access))
    known = {one for one, _name in list_colleagues(session, actor, access.cohort_id, access.author_id)}
    asked = [one for one in colleagues if one in known]
    if not asked:
        raise Invalid({"colleagues": "colleague_missing"})
    version_id = latest_version_id(session, reflection_id)
    # The reflection is locked, so no second one comes between the look and the insert; the index is there as well.
    assert version_id is not None
    calibration_id = find_open(session, version_id)
    if calibration_id is None:
        made = Calibration(
            cohort_id=access.cohort_id, version_id=version_id, opened_by_id=actor.user_id, opened_at=now
        )
        session.add(made)
        session.flush()
        calibration_id = made.id
    for one in [actor.user_id, *asked]:
        _ask(session, calibration_id, one, now)
    enqueue(session, Job.NOTICES_PLAN_RULE, "calibration_asked")
    session.flush()
    return calibration_id


def _ask(session: Session, calibration_id: UUID, trainer_id: UUID | None, now: datetime) -> None:
    session.execute(
        insert(CalibrationJudgement)
        .values(calibration_id=calibration_id, trainer_id=trainer_id, asked_at=now)
        .on_conflict_do_nothing(index_elements=["calibration_id", "trainer_id"])
    )


def save_judgement(
    session: Session, actor: Actor, calibration_id: UUID, text: JudgementText, *, send: bool, now: datetime
) -> CalibrationJudgement:
    """Keep one's own judgement, and with `send` give it: from then on one sees the others', and it stays as it is.

    Only trainers of the cohort who may read the version now, also when nobody asked them.

    Raises:
        Invalid: `decision_missing` when sending without one, `too_long` for `note`.
        Conflict: `judgement_sent`, `calibration_closed`.
    """
    sample = _open_sample(session, actor, calibration_id)
    note = clean_text(text.note)
    if len(note) > MAX_MESSAGE_LENGTH:
        raise Invalid({"note": "too_long"})
    if sample.closed_at is not None:
        raise Conflict("calibration_closed")
    _ask(session, calibration_id, actor.user_id, now)
    mine = session.scalars(
        select(CalibrationJudgement)
        .where(
            CalibrationJudgement.calibration_id == calibration_id,
            CalibrationJudgement.trainer_id == actor.user_id,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if mine.sent_at is not None:
        raise Conflict("judgement_sent")
    mine.criteria = {slug: one for slug, one in text.criteria.items() if one in set(Judgement)}
    mine.decision = text.decision if text.decision in set(Decision) else None
    mine.note = note
    if send and mine.decision is None:
        raise Invalid({"decision": "decision_missing"})
    mine.sent_at = now if send else None
    session.flush()
    return mine


def close_calibration(session: Session, actor: Actor, calibration_id: UUID, *, now: datetime) -> None:
    """End it: who sent a judgement can go on reading, nobody judges any more. Who opened it, or any trainer of the cohort
    once that one trains it no longer.

    Closing what is closed changes nothing.
    """
    sample = _open_sample(session, actor, calibration_id)
    require(sample.opened_by_id == actor.user_id or not trains_still(session, sample))
    sample.closed_at = sample.closed_at or now
    session.flush()


def _open_sample(session: Session, actor: Actor, calibration_id: UUID) -> Calibration:
    """Lock a sample for a trainer who may read it at this moment."""
    access = get_access(session, actor, get_sample(session, calibration_id).reflection_id)
    require(can_calibrate(actor, access))
    statement = select(Calibration).where(Calibration.id == calibration_id).with_for_update()
    return session.scalars(statement.execution_options(populate_existing=True)).one()
