"""The school holidays of the region of somebody's institution, in which they want no reminders unless they say so."""

from datetime import date

from sqlalchemy import or_, select

from peergang.cohorts.models import FreePeriod
from peergang.identity.models import Affiliation, Institution
from peergang.identity.queries.affiliations import holds_on
from peergang.notifications.catalog import QuietDays, Rows


def select_holidays(first: date, last: date) -> Rows:
    """Holidays that touch these days, for everybody who works at a school in that region on the first of them."""
    return (
        select(Affiliation.user_id, FreePeriod.starts_on, FreePeriod.ends_on)
        .join(Institution, Institution.id == Affiliation.institution_id)
        .join(FreePeriod, or_(FreePeriod.region == "", FreePeriod.region == Institution.region))
        .where(holds_on(first), FreePeriod.starts_on <= last, FreePeriod.ends_on >= first)
    )


QUIET = QuietDays(select=select_holidays, away=False)
