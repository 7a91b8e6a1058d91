"""How many certificates the network gave in a year, for its figures."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peergang.certificates.models import Certificate
from peergang.core.clock import start_of_day
from peergang.curriculum.models import Edition
from peergang.progress.queries.annual_members import is_of_programme
from peergang.progress.rules.years import Year


def count_of_year(session: Session, year: Year) -> int:
    """Certificates that were issued in the year and had not been withdrawn by its last day."""
    stands = Certificate.revoked_at.is_(None) | (Certificate.revoked_at >= year.moment)
    return (
        session.scalar(
            select(func.count())
            .select_from(Certificate)
            .join(Edition, Edition.id == Certificate.edition_id)
            .where(
                Certificate.issued_at >= start_of_day(year.since),
                Certificate.issued_at < year.moment,
                stands,
                is_of_programme(year),
            )
        )
        or 0
    )
