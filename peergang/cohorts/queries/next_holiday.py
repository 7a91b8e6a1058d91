"""The next school holiday of somebody's region, by name, for the page with choices about messages."""

from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import FreePeriod
from peergang.identity.models import Affiliation, Institution
from peergang.identity.queries.affiliations import holds_on
from peergang.notifications.queries.holidays import Holiday


def find_next_holiday(session: Session, user_id: UUID, today: date) -> Holiday | None:
    """The one that is going on or comes next where they work today."""
    row = session.execute(
        select(FreePeriod.name, FreePeriod.starts_on, FreePeriod.ends_on)
        .select_from(Affiliation)
        .join(Institution, Institution.id == Affiliation.institution_id)
        .join(FreePeriod, or_(FreePeriod.region == "", FreePeriod.region == Institution.region))
        .where(Affiliation.user_id == user_id, holds_on(today), FreePeriod.ends_on >= today)
        .order_by(FreePeriod.starts_on, FreePeriod.name)
        .limit(1)
    ).first()
    return Holiday(*row) if row else None
