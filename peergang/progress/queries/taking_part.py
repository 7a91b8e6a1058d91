"""How institutions take part, for the pages about institutions: those lie below this feature and ask through app.py."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from peergang.core.db import AnyRow
from peergang.identity.rules.institutions import TakingPart
from peergang.progress.queries.participation import list_cells, list_shown_cohorts


def list_taking_part(
    session: Session, now: datetime, institution_id: UUID | None = None
) -> Mapping[str, Sequence[TakingPart]]:
    """By institution id (as text) the cohorts in which it has participants, the latest first; two statements."""
    found: dict[str, list[TakingPart]] = {}
    cells: dict[str, list[AnyRow]] = {}
    for cell in list_cells(session, now, institution_id):
        cells.setdefault(cell.cohort_id, []).append(cell)
    for cohort in reversed(list_shown_cohorts(session)):
        for cell in cells.get(cohort.id, ()):
            part = TakingPart(
                cohort.id, cohort.name, cohort.state, cohort.sign, cell.people, cell.completed, cell.required
            )
            found.setdefault(cell.institution_id, []).append(part)
    return found
