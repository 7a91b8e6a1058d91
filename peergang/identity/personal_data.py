"""What export and erasure do with the records of this feature."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from peergang.core.export import read_plain
from peergang.identity.actions.erasing import erase_identity
from peergang.identity.models import (
    Affiliation,
    AuditEvent,
    DataOpening,
    EmailChange,
    Institution,
    InstitutionAccount,
    Passkey,
    RecoveryCode,
    RoleGrant,
    SignInSession,
    SingleUseToken,
    Totp,
    User,
)

COLUMNS: dict[str, str] = {
    "affiliation.user_id": "Exported; kept at erasure without name or job title: history counts it.",
    "affiliation.continues_id": "Exported as the period itself; kept with it, it names nobody.",
    "institution_merger.created_by_id": "Kept at erasure under a person without a name: a merger is a public fact.",
    "address_file.created_by_id": "Kept at erasure under a person without a name; the rows name schools only.",
    "role_grant.user_id": "Exported; removed at erasure.",
    "role_grant.granted_by_id": "Not exported to the giver; emptied at erasure, the log keeps who gave what.",
    "data_opening.user_id": "Exported as who opened one's data, when and why; removed at erasure.",
    "data_opening.viewer_id": "Not exported to the viewer; kept at erasure under a person without a name, for accountability.",
    "sign_in_session.user_id": "Exported without the token; removed at erasure.",
    "single_use_token.user_id": "Exported without the token; removed at erasure.",
    "single_use_token.address": "Exported: an address that waits for its proof, kept for a month at most; removed at erasure.",
    "institution_account.user_id": "Exported; removed at erasure.",
    "institution_trip.user_id": "Not exported: a round trip of minutes; removed at erasure.",
    "passkey.user_id": "Exported without the key; removed at erasure.",
    "passkey_challenge.user_id": "Not exported: a question of ten minutes; removed at erasure.",
    "totp.user_id": "Exported without the secret; removed at erasure.",
    "recovery_code.user_id": "Exported without the code; removed at erasure.",
    "email_change.user_id": "Exported with the old address, which is kept for a month; removed at erasure.",
    "email_change.changed_by_id": "Not exported to the one who changed it; it goes with the row.",
    "kept_form.user_id": "Not exported: a form on its way, sealed, for a day at most; removed at erasure.",
    "half_sign_in.user_id": "Not exported: a sign-in of ten minutes; removed at erasure.",
    "audit_event.actor_id": "Exported; kept at erasure under a person without a name; reasons about them are emptied.",
}

ACCOUNT = (
    User.given_name,
    User.name_particle,
    User.family_name,
    User.email,
    User.locale,
    User.theme,
    User.time_zone,
    User.created_at,
    User.deactivated_at,
)
PERIOD = (Affiliation.job_title, Affiliation.valid_from, Affiliation.valid_until)
SIGN_IN = (
    SignInSession.device,
    SignInSession.method,
    SignInSession.address,
    SignInSession.created_at,
    SignInSession.last_used_at,
    SignInSession.expires_at,
    SignInSession.revoked_at,
)
LINK = (
    SingleUseToken.purpose,
    SingleUseToken.address,
    SingleUseToken.requested_at,
    SingleUseToken.expires_at,
    SingleUseToken.used_at,
)
PASSKEY = (Passkey.name, Passkey.created_at, Passkey.last_used_at)
ACCOUNT_ELSEWHERE = (
    InstitutionAccount.provider,
    InstitutionAccount.issuer,
    InstitutionAccount.subject,
    InstitutionAccount.organisation,
    InstitutionAccount.created_at,
    InstitutionAccount.last_used_at,
)
OPENING = (DataOpening.opened_on, DataOpening.page, DataOpening.exported, DataOpening.reason)
EVENT = (AuditEvent.at, AuditEvent.verb, AuditEvent.subject_type, AuditEvent.details)


def export(session: Session, user_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Everything this feature keeps about `user_id`, as plain rows. Hashes of passwords and tokens are no data of theirs."""
    return {name: read_plain(session, statement) for name, statement in _statements(user_id).items()}


def _statements(user: UUID) -> dict[str, Select[Any]]:
    school = Institution.name.label("institution")
    return {
        "account": select(*ACCOUNT).where(User.id == user),
        "affiliations": select(school, *PERIOD)
        .join(Institution, Institution.id == Affiliation.institution_id)
        .where(Affiliation.user_id == user)
        .order_by(Affiliation.valid_from),
        "roles": select(RoleGrant.role, school, RoleGrant.granted_at)
        .outerjoin(Institution, Institution.id == RoleGrant.institution_id)
        .where(RoleGrant.user_id == user),
        "sign_ins": select(*SIGN_IN).where(SignInSession.user_id == user).order_by(SignInSession.created_at),
        "links_by_mail": select(*LINK)
        .where(SingleUseToken.user_id == user)
        .order_by(SingleUseToken.requested_at),
        "passkeys": select(*PASSKEY).where(Passkey.user_id == user).order_by(Passkey.created_at),
        "institution_accounts": select(*ACCOUNT_ELSEWHERE)
        .where(InstitutionAccount.user_id == user)
        .order_by(InstitutionAccount.created_at),
        "codes_from_app": select(Totp.created_at, Totp.confirmed_at).where(Totp.user_id == user),
        "recovery_codes": select(RecoveryCode.created_at, RecoveryCode.used_at).where(
            RecoveryCode.user_id == user
        ),
        "addresses_before": select(EmailChange.old_email, EmailChange.changed_at)
        .where(EmailChange.user_id == user)
        .order_by(EmailChange.changed_at),
        "opened_by": select(User.given_name, User.name_particle, User.family_name, *OPENING)
        .join(User, User.id == DataOpening.viewer_id)
        .where(DataOpening.user_id == user)
        .order_by(DataOpening.at),
        "log": select(*EVENT)
        .where(or_(AuditEvent.actor_id == user, AuditEvent.subject_id == user))
        .order_by(AuditEvent.at),
    }


def erase(session: Session, user_id: UUID) -> list[str]:
    """Leave a row without a name. The keys of files to remove: none."""
    erase_identity(session, user_id)
    return []
