"""The institutions of a contact, and the figures of one of them. Sums only: no statement here names a person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.rules import CohortState
from peergang.core.db import AnyRow, Rows
from peergang.identity.models import Institution
from peergang.progress.queries.participation import list_cells, list_shown_cohorts
from peergang.progress.rules.figures import Figures
from peergang.progress.rules.withheld import withhold


@dataclass(frozen=True, slots=True)
class OwnParticipation:
    """What a contact may know of an institution. A cohort without figures is too small to tell about."""

    cohorts: Sequence[tuple[AnyRow, Figures | None]]
    together: Figures | None
    covers_all: bool
    running: int
    withheld: int


def list_own_institutions(session: Session, institution_ids: Iterable[UUID]) -> Rows:
    """These institutions by name. Columns: id, name, place."""
    return session.execute(
        select(Institution.id, Institution.name, Institution.place)
        .where(Institution.id.in_(list(institution_ids)))
        .order_by(Institution.name, Institution.id)
    ).all()


def get_own_participation(session: Session, institution_id: UUID, now: datetime) -> OwnParticipation:
    """The cohorts of one institution, the newest first, with what may be told; two statements."""
    cells = {row.cohort_id: row for row in list_cells(session, now, institution_id)}
    cohorts = [one for one in reversed(list_shown_cohorts(session)) if one.id in cells]
    told = withhold([cells[one.id] for one in cohorts])
    return OwnParticipation(
        cohorts=list(zip(cohorts, told.groups, strict=True)),
        together=told.together,
        covers_all=told.covers_all,
        running=sum(one.state == CohortState.RUNNING for one in cohorts),
        withheld=told.withheld,
    )
