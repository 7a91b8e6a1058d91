"""Selects about certificates."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from peergang.certificates.models import Certificate, CertificateDocument
from peergang.certificates.rules.people import hidden_name
from peergang.cohorts.models import Cohort, Enrolment
from peergang.core.db import AnyRow, Rows
from peergang.core.errors import NotFound
from peergang.curriculum.models import Edition
from peergang.identity.models import User
from peergang.progress.queries.compiled import COUNTS


def latest_document() -> Any:
    """The document that counts, beside its certificate: the one with the highest number."""
    last = (
        select(func.max(CertificateDocument.number))
        .where(CertificateDocument.certificate_id == Certificate.id)
        .correlate(Certificate)
        .scalar_subquery()
    )
    return (CertificateDocument.certificate_id == Certificate.id) & (CertificateDocument.number == last)


def _select_certificates() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Certificate.id.label("certificate_id"),
            Certificate.enrolment_id,
            Certificate.edition_id,
            Certificate.code,
            Certificate.number,
            Certificate.issued_at,
            Certificate.issuer,
            Certificate.programme_title,
            Certificate.programme_title_en,
            Certificate.hours,
            Certificate.language,
            Certificate.basis,
            Certificate.issue_reason,
            Certificate.revoked_at,
            Certificate.revoke_reason,
            Certificate.shows_name,
            Certificate.badge_wanted_at,
            Certificate.badge_account,
            CertificateDocument.name,
            CertificateDocument.made_at,
            CertificateDocument.number.label("document_number"),
            Enrolment.user_id,
            Cohort.id.label("cohort_id"),
            Cohort.name.label("cohort_name"),
            Cohort.starts_on,
        )
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(CertificateDocument, latest_document())
        .where(~Certificate.erased)
        .order_by(Certificate.issued_at.desc(), Certificate.number)
    )


_Place, _PlaceCohort, _PlaceEdition = aliased(Enrolment), aliased(Cohort), aliased(Edition)


def _select_held(where: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """The certificates of `_Place`: its own, or while somebody takes part that of the same programme from another enrolment."""
    statement = _select_certificates()
    columns = [one for one in statement.selected_columns if one.key != "enrolment_id"]
    return (
        statement.with_only_columns(_Place.id.label("enrolment_id"), *columns)
        .join(Edition, Edition.id == Certificate.edition_id)
        .join(_Place, _Place.user_id == Enrolment.user_id)
        .join(_PlaceCohort, _PlaceCohort.id == _Place.cohort_id)
        .join(
            _PlaceEdition,
            (_PlaceEdition.id == _PlaceCohort.edition_id)
            & (_PlaceEdition.programme_id == Edition.programme_id),
        )
        .where(where, or_(_Place.id == Certificate.enrolment_id, _Place.state.in_(COUNTS)))
    )


def list_certificates_of(session: Session, enrolment_ids: Collection[UUID]) -> Rows:
    """The certificates that these enrolments have, the newest first; also those that were withdrawn. Somebody has one of a
    programme, so what came with an earlier enrolment is that of where they take part now; `enrolment_id` is the asked one.

    Columns: certificate_id, enrolment_id, edition_id, code, number, issued_at, issuer, programme_title, programme_title_en,
    hours, language, basis, issue_reason, revoked_at, revoke_reason, shows_name, badge_wanted_at, badge_account, name (as
    printed now), made_at, document_number, user_id, cohort_id, cohort_name, starts_on.
    """
    if not enrolment_ids:
        return []
    return session.execute(_select_held(_Place.id.in_(enrolment_ids))).all()


def list_own_certificates(session: Session, user_id: UUID) -> Rows:
    """Every certificate of one person; columns as `list_certificates_of`."""
    return session.execute(_select_certificates().where(Enrolment.user_id == user_id)).all()


def list_certificates_in(session: Session, cohort_id: UUID) -> Rows:
    """The certificates that people of a cohort have; columns as `list_certificates_of`."""
    return session.execute(_select_held(_Place.cohort_id == cohort_id)).all()


def get_certificate(session: Session, certificate_id: UUID) -> AnyRow:
    """One certificate; columns as `list_certificates_of`.

    Raises:
        NotFound: when there is none, or its owner was erased.
    """
    row = session.execute(_select_certificates().where(Certificate.id == certificate_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def list_documents(session: Session, certificate_ids: Collection[UUID]) -> Rows:
    """Every name that stood on these certificates, the first one first. Columns: certificate_id, number, name, made_at,
    reason.
    """
    if not certificate_ids:
        return []
    return session.execute(
        select(
            CertificateDocument.certificate_id,
            CertificateDocument.number,
            CertificateDocument.name,
            CertificateDocument.made_at,
            CertificateDocument.reason,
        )
        .where(CertificateDocument.certificate_id.in_(certificate_ids))
        .order_by(CertificateDocument.certificate_id, CertificateDocument.number)
    ).all()


def find_public(session: Session, code: str) -> dict[str, Any] | None:
    """What everybody may know who holds the code; None when no certificate has it. `code` as `rules.codes.parse_code` gives it,
    also when that is ''.

    Keys: code, erased, and unless that is so name (initials where its owner chose those), is_whole_name, programme_title,
    programme_title_en, hours, issued_at, issuer, revoked_at.
    """
    statement = (
        select(Certificate, CertificateDocument.name)
        .join(CertificateDocument, latest_document())
        .where(Certificate.code == code)
    )
    row = session.execute(statement).one_or_none()
    if row is None:
        return None
    certificate, name = row
    if certificate.erased:
        return {"code": code, "erased": True}
    return {
        "code": code,
        "erased": False,
        "name": name if certificate.shows_name else hidden_name(name),
        "is_whole_name": certificate.shows_name,
        "programme_title": certificate.programme_title,
        "programme_title_en": certificate.programme_title_en,
        "hours": certificate.hours,
        "issued_at": certificate.issued_at,
        "issuer": certificate.issuer,
        "revoked_at": certificate.revoked_at,
    }


def list_withdrawn_numbers(session: Session) -> list[int]:
    """The places in the list of badges of those that do not hold any more; also of who was erased."""
    gone = Certificate.revoked_at.is_not(None) | Certificate.erased
    return list(session.scalars(select(Certificate.number).where(gone).order_by(Certificate.number)))


def get_highest_number(session: Session) -> int:
    """The last place in that list that a badge was given; 0 when there is none."""
    return session.scalar(select(func.max(Certificate.number))) or 0


def find_address(session: Session, user_id: UUID) -> str:
    """The address to which a badge is bound."""
    return session.scalar(select(User.email).where(User.id == user_id)) or ""
