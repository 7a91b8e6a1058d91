"""What certificates hold about a person, for their download and for erasure."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.certificates.actions.erasing import erase_certificates
from peergang.certificates.models import Certificate, CertificateDocument
from peergang.cohorts.models import Enrolment
from peergang.core.export import read_plain

COLUMNS = {
    "certificate.enrolment_id": "Exported whole; at erasure the code and the day stay, what was printed and chosen goes.",
    "certificate.issued_by_id": "Not exported to the one who issued it; emptied at erasure.",
    "certificate.revoked_by_id": "Not exported to the one who withdrew it; emptied at erasure.",
    "certificate_document.made_by_id": "Not exported to the one who corrected a name; emptied at erasure.",
}


def export(session: Session, user_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """The person's own certificates, and every name that stood on them."""
    mine = select(Certificate.id).join(Enrolment, Enrolment.id == Certificate.enrolment_id)
    mine = mine.where(Enrolment.user_id == user_id)
    certificate, document = Certificate.__table__.c, CertificateDocument.__table__.c
    left_out = ("issued_by_id", "revoked_by_id", "made_by_id", "number")
    return {
        "certificates": read_plain(
            session,
            select(*(one for one in certificate if one.name not in left_out))
            .where(Certificate.id.in_(mine))
            .order_by(Certificate.issued_at),
        ),
        "certificate_names": read_plain(
            session,
            select(*(one for one in document if one.name not in left_out))
            .where(CertificateDocument.certificate_id.in_(mine))
            .order_by(CertificateDocument.certificate_id, CertificateDocument.number),
        ),
    }


def erase(session: Session, user_id: UUID) -> list[str]:
    """Leave that a certificate was issued, and nothing of whom or about what. The keys of files to remove: none."""
    erase_certificates(session, user_id)
    return []
