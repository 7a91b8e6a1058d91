"""What time does to examples: after a year somebody looks whether they still hold."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from peergang.core.clock import local_date
from peergang.practice.models import PracticeExample
from peergang.practice.rules import ExampleState


def mark_review_due(session: Session, *, now: datetime) -> int:
    """Say of shared examples whose date has come that their author should look at them; called by workers once a day.
    Everybody finds them as before.

    Returns:
        How many there are.
    """
    result = session.execute(
        update(PracticeExample)
        .where(PracticeExample.state == ExampleState.PUBLISHED, PracticeExample.review_by <= local_date(now))
        .values(state=ExampleState.REVIEW_DUE)
        .execution_options(synchronize_session=False)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]
