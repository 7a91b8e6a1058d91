"""When the last of the people joined, by institution and cohort: of who has just joined nothing can be said yet."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment
from peergang.core.clock import local_date
from peergang.core.db import local_day
from peergang.identity.models import Institution
from peergang.progress.queries.compiled import has_progress, is_one_of
from peergang.progress.queries.places import counting_day, join_institution


def list_last_joined(
    session: Session, now: datetime, cohort_ids: Collection[UUID]
) -> dict[tuple[str, str], date | None]:
    """By institution and cohort, both as text; of whom figures count there."""
    statement = (
        select(
            cast(Institution.id, Text),
            cast(Enrolment.cohort_id, Text),
            func.max(local_day(Enrolment.activated_at)),
        )
        .select_from(Enrolment)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(has_progress(), is_one_of(Cohort.id, list(cohort_ids)))
        .group_by(Institution.id, Enrolment.cohort_id)
    )
    rows = session.execute(join_institution(statement, counting_day(local_date(now))), {"now": now})
    return {(row[0], row[1]): row[2] for row in rows}
