"""Thinning the history: what is older than a quarter is kept once a week."""

from datetime import date

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session, aliased

from peergang.progress.models import ProgressSnapshot, SnapshotDay
from peergang.progress.rules.history import SUNDAY


def thin_week(session: Session, monday: date) -> int:
    """Of the week that begins on `monday` keep the last snapshot of each enrolment. The platform itself does this.

    Whose cohort ended in that week keeps the last row there is, which need not be of the last day.

    Returns:
        How many rows were removed; 0 at a second run.
    """
    sunday = monday + SUNDAY
    later = aliased(ProgressSnapshot)
    here = ProgressSnapshot
    removed = session.scalars(
        delete(here)
        .where(
            here.day.between(monday, sunday),
            exists().where(
                later.enrolment_id == here.enrolment_id, later.day > here.day, later.day <= sunday
            ),
        )
        .returning(here.enrolment_id)
        .execution_options(synchronize_session=False)
    ).all()
    last = select(func.max(SnapshotDay.day)).where(SnapshotDay.day.between(monday, sunday)).scalar_subquery()
    session.execute(
        delete(SnapshotDay)
        .where(SnapshotDay.day.between(monday, sunday), SnapshotDay.day < last)
        .execution_options(synchronize_session=False)
    )
    return len(removed)
