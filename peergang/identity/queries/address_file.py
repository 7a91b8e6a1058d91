"""What the government's file of addresses is held against."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.identity.models import Institution
from peergang.identity.queries.institutions import list_successors
from peergang.identity.rules.address_file import KnownSchool
from peergang.identity.rules.institutions import follow_mergers


def list_known_schools(session: Session) -> list[KnownSchool]:
    """All institutions, by name, with what they became; two statements."""
    successors = list_successors(session)
    rows = session.execute(
        select(
            Institution.id,
            Institution.brin,
            Institution.name,
            Institution.aliases,
            Institution.place,
            Institution.other_places,
            Institution.valid_until,
        ).order_by(Institution.name)
    ).all()
    names = {row.id: row.name for row in rows}
    return [
        KnownSchool(
            row.id,
            row.brin,
            row.name,
            tuple(row.aliases),
            row.place,
            tuple(row.other_places),
            row.valid_until is not None,
            names[follow_mergers(successors, row.id)] if row.id in successors else "",
        )
        for row in rows
    ]
