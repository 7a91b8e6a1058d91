"""What the platform saw of somebody that asked attention, and what was noted about it: for their own download."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from peergang.cohorts.models import Cohort, Enrolment
from peergang.progress.models import CallNote, RiskDismissal, RiskSignal


def select_own_risks(user_id: UUID) -> dict[str, Select[Any]]:
    """Selects by name. Who noted it or set it aside is not the person's own."""
    return {
        "attention_signals": _of(RiskSignal, user_id, "rule", "since", "opened_at", "ended_at").order_by(
            RiskSignal.opened_at
        ),
        "attention_set_aside": _of(
            RiskDismissal, user_id, "rule", "reason", "dismissed_at", "undone_at"
        ).order_by(RiskDismissal.dismissed_at),
        "notes_about_you": _of(CallNote, user_id, "called_at", "spoke_with", "words", "next_on").order_by(
            CallNote.called_at
        ),
    }


def _of(table: Any, user_id: UUID, *columns: str) -> Select[Any]:
    return (
        select(Cohort.name.label("cohort"), *(getattr(table, one) for one in columns))
        .join(Enrolment, Enrolment.id == table.enrolment_id)
        .join(Cohort, Cohort.id == table.cohort_id)
        .where(Enrolment.user_id == user_id)
    )
