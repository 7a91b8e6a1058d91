"""What export and erasure do with the records of this feature: all of them follow from facts that cohorts keeps."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment
from peergang.core.export import read_plain
from peergang.progress.actions.forgetting import forget_words_about
from peergang.progress.models import (
    EnrolmentPeriod,
    EnrolmentProgress,
    OwnHours,
    ProgressDirty,
    ProgressSnapshot,
)
from peergang.progress.queries.hours import select_own_hours
from peergang.progress.queries.own_risks import select_own_risks

COLUMNS: dict[str, str] = {
    "enrolment_progress.enrolment_id": "Exported; kept at erasure under a person without a name, as the figures count it.",
    "progress_snapshot.enrolment_id": "Exported; kept at erasure under a person without a name, as the history counts it.",
    "enrolment_period.enrolment_id": "Exported; kept at erasure under a person without a name, as the history counts it.",
    "compile_difference.enrolment_id": "Not exported: what was once counted wrong, and repaired; it goes after ninety days.",
    "compile_run.started_by_id": "Not exported: a button of an admin; it stands in the log too, and goes after ninety days.",
    "contact_member.enrolment_id": "Not exported: what progress_history tells, added up for contacts; kept, as sums need it.",
    "progress_dirty.enrolment_id": "Not exported: a mark that lives for a minute; it goes by itself.",
    "risk_signal.enrolment_id": "Exported; kept at erasure under a person without a name; goes a year after the cohort.",
    "risk_dismissal.enrolment_id": "Exported with its reason, which is emptied at erasure; goes a year after the cohort.",
    "risk_dismissal.dismissed_by_id": "Not exported to who decided; emptied at erasure.",
    "risk_dismissal.undone_by_id": "Not exported to who decided; emptied at erasure.",
    "call_note.enrolment_id": "Exported; removed at erasure, because the words are about this person.",
    "call_note.written_by_id": "Not exported, the words are about others; emptied at erasure.",
    "own_hours.user_id": "Exported; removed at erasure, because it is the person's own record and nobody else's.",
}


def export(session: Session, user_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """How far this person is in each cohort, and how far on each day that was kept."""
    now = (
        select(
            Cohort.name.label("cohort"),
            EnrolmentProgress.required,
            EnrolmentProgress.completed,
            EnrolmentProgress.last_completed_at,
        )
        .join(Enrolment, Enrolment.id == EnrolmentProgress.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Enrolment.user_id == user_id)
        .order_by(Cohort.starts_on)
    )
    history = (
        select(
            Cohort.name.label("cohort"),
            ProgressSnapshot.day,
            ProgressSnapshot.required,
            ProgressSnapshot.completed,
            ProgressSnapshot.due,
            ProgressSnapshot.handed_in,
            ProgressSnapshot.on_time,
            ProgressSnapshot.last_active_at,
        )
        .join(Enrolment, Enrolment.id == ProgressSnapshot.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Enrolment.user_id == user_id)
        .order_by(Cohort.starts_on, ProgressSnapshot.day)
    )
    periods = (
        select(Cohort.name.label("cohort"), EnrolmentPeriod.began_at, EnrolmentPeriod.ended_at)
        .join(Enrolment, Enrolment.id == EnrolmentPeriod.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Enrolment.user_id == user_id)
        .order_by(Cohort.starts_on, EnrolmentPeriod.began_at)
    )
    return {
        "progress": read_plain(session, now),
        "progress_history": read_plain(session, history),
        "progress_periods": read_plain(session, periods),
        **{name: read_plain(session, one) for name, one in select_own_risks(user_id).items()},
        "own_hours": read_plain(session, select_own_hours().where(OwnHours.user_id == user_id)),
    }


def erase(session: Session, user_id: UUID) -> list[str]:
    """Their own record of hours goes, and what was noted about them. Figures stay: they hold no words, and whose they are
    has no name any more. The keys of files to remove: none.
    """
    session.execute(delete(OwnHours).where(OwnHours.user_id == user_id))
    forget_words_about(session, user_id)
    _compile_again(session, user_id)
    return []


def _compile_again(session: Session, user_id: UUID) -> None:
    """With what goes elsewhere (what was read, drafts) goes when somebody was last active: the history of this evening must
    know that, also of a cohort that has ended.
    """
    places = select(Enrolment.id, func.now()).where(Enrolment.user_id == user_id)
    marks = insert(ProgressDirty).from_select(["enrolment_id", "marked_at"], places)
    session.execute(
        marks.on_conflict_do_update(
            index_elements=["enrolment_id"], set_={"marked_at": marks.excluded.marked_at}
        )
    )
