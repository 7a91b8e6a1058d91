"""What a mail about a file that somebody asked for always says."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from peergang.core.db import AnyRow
from peergang.notifications.catalog import Claim, Content
from peergang.reports.kinds import get_kind
from peergang.reports.models import Report


def tell_of_reports(
    session: Session,
    claims: Sequence[Claim],
    column: InstrumentedAttribute[Any],
    more: Callable[[AnyRow], Content],
) -> Mapping[UUID, Content]:
    """By claim what the table is called and where its file is, and what `more` makes of `column`. Not what is in the table:
    that may name people.
    """
    asked = Report.id.in_({one.subject_id for one in claims})
    rows = session.execute(select(Report.id, Report.kind, column).where(asked))
    found = {row.id: row for row in rows}
    return {
        claim.id: {"path": f"/rapporten/{row.id}", "title": get_kind(row.kind).title, **more(row)}
        for claim in claims
        if (row := found.get(claim.subject_id)) is not None
    }
