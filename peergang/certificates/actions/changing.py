"""What happens to a certificate after it was issued: withdrawing, another name, and what its owner wants others to see."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.certificates.models import Certificate, CertificateDocument
from peergang.certificates.policy import can_change_certificate, can_share_certificate
from peergang.certificates.rules.people import check_account, check_name, check_reason
from peergang.cohorts.models import Enrolment
from peergang.core.errors import Conflict, Invalid, NotFound
from peergang.core.permissions import Actor, require
from peergang.identity.actions.audit import record_audit


def revoke_certificate(
    session: Session, actor: Actor, certificate_id: UUID, reason: str, *, now: datetime
) -> None:
    """Withdraw a certificate: its page says so from now on, and the badge does not hold any more. For organisers, never their
    own.

    Raises:
        Invalid: {"reason": "short" | "long"}. Conflict: "certificate_revoked" when it was withdrawn before.
    """
    certificate, user_id = _lock(session, certificate_id)
    require(can_change_certificate(actor, user_id))
    words = check_reason(reason)
    if certificate.revoked_at is not None:
        raise Conflict("certificate_revoked")
    certificate.revoked_at, certificate.revoked_by_id, certificate.revoke_reason = now, actor.user_id, words
    session.flush()
    record_audit(session, actor, "certificate_revoked", "enrolment", certificate.enrolment_id, now=now)


def restore_certificate(session: Session, actor: Actor, certificate_id: UUID, *, now: datetime) -> None:
    """Take back that a certificate was withdrawn. For organisers, never their own.

    Raises:
        Conflict: "certificate_valid" when it is not withdrawn.
    """
    certificate, user_id = _lock(session, certificate_id)
    require(can_change_certificate(actor, user_id))
    if certificate.revoked_at is None:
        raise Conflict("certificate_valid")
    certificate.revoked_at, certificate.revoked_by_id, certificate.revoke_reason = None, None, ""
    session.flush()
    record_audit(session, actor, "certificate_restored", "enrolment", certificate.enrolment_id, now=now)


def correct_name(
    session: Session, actor: Actor, certificate_id: UUID, name: str, reason: str, *, now: datetime
) -> int:
    """Print another name under the same code; the documents of before stay known. For organisers, never their own.

    Returns:
        The number of the new document.

    Raises:
        Invalid: {"name": "empty" | "long" | "letters" | "same"}, {"reason": "short" | "long"}.
        Conflict: "certificate_revoked" when it was withdrawn.
    """
    certificate, user_id = _lock(session, certificate_id)
    require(can_change_certificate(actor, user_id))
    printed, words = check_name(name), check_reason(reason)
    if certificate.revoked_at is not None:
        raise Conflict("certificate_revoked")
    last = _last_document(session, certificate_id)
    if last.name == printed:
        raise Invalid({"name": "same"})
    made = {"made_at": now, "made_by_id": actor.user_id, "reason": words}
    number = last.number + 1
    session.add(CertificateDocument(certificate_id=certificate_id, number=number, name=printed, **made))
    session.flush()
    record_audit(session, actor, "certificate_name_corrected", "enrolment", certificate.enrolment_id, now=now)
    return number


def choose_sharing(
    session: Session,
    actor: Actor,
    certificate_id: UUID,
    *,
    shows_name: bool,
    wants_badge: bool,
    badge_account: str,
    now: datetime,
) -> None:
    """Say whether the public page has the whole name, and whether one's institution may give a badge for it. For its owner.

    `badge_account` is one's account at that institution, as name@institution; it is kept only with the wish for a badge.

    Raises:
        Invalid: {"badge_account": "account"}.
    """
    certificate, user_id = _lock(session, certificate_id)
    require(can_share_certificate(actor, user_id))
    account = check_account(badge_account) if wants_badge else ""
    certificate.shows_name = shows_name
    certificate.badge_account = account
    if not wants_badge:
        certificate.badge_wanted_at = None
    elif certificate.badge_wanted_at is None:
        certificate.badge_wanted_at = now
    session.flush()


def _lock(session: Session, certificate_id: UUID) -> tuple[Certificate, UUID]:
    """The certificate, held until the end, and whose it is."""
    row = session.execute(
        select(Certificate, Enrolment.user_id)
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .where(Certificate.id == certificate_id, ~Certificate.erased)
        .with_for_update(of=Certificate)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1]


def _last_document(session: Session, certificate_id: UUID) -> CertificateDocument:
    return session.scalars(
        select(CertificateDocument)
        .where(CertificateDocument.certificate_id == certificate_id)
        .order_by(CertificateDocument.number.desc())
        .limit(1)
    ).one()
