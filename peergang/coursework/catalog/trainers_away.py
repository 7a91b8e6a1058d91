"""Days on which a trainer told that they are away: a reminder would find nobody."""

from datetime import date

from sqlalchemy import select

from peergang.coursework.models import TrainerAbsence
from peergang.notifications.catalog import QuietDays, Rows


def select_absences(first: date, last: date) -> Rows:
    """Absences that touch these days."""
    return select(TrainerAbsence.user_id, TrainerAbsence.starts_on, TrainerAbsence.ends_on).where(
        TrainerAbsence.starts_on <= last, TrainerAbsence.ends_on >= first
    )


QUIET = QuietDays(select=select_absences, away=True)
