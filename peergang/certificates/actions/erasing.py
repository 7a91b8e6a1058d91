"""Erasing somebody from certificates: whoever holds the code learns that it was one of ours, and no more."""

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from peergang.certificates.models import Certificate, CertificateDocument
from peergang.cohorts.models import Enrolment
from peergang.identity.actions.audit import erasing


def erase_certificates(session: Session, user_id: UUID) -> None:
    """Empty the certificates of a person, and their name as the one who gave or withdrew those of others. Called by erasure,
    after its own policy.
    """
    places = select(Enrolment.id).where(Enrolment.user_id == user_id)
    mine = Certificate.enrolment_id.in_(places)
    documents = CertificateDocument.certificate_id.in_(select(Certificate.id).where(mine))
    gone = {
        "erased": True,
        "programme_title": "",
        "programme_title_en": "",
        "basis": {},
        "issue_reason": "",
        "revoke_reason": "",
        "shows_name": False,
        "badge_wanted_at": None,
        "badge_account": "",
    }
    with erasing(session):
        session.execute(update(Certificate).where(mine).values(gone))
        session.execute(update(CertificateDocument).where(documents).values(name="", reason=""))
        for column in (Certificate.issued_by_id, Certificate.revoked_by_id, CertificateDocument.made_by_id):
            session.execute(update(column.class_).where(column == user_id).values({column.key: None}))
    session.expire_all()
