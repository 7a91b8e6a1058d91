"""Something changed about how somebody signs in: they hear of it at once, whoever did it, and cannot stop these mails."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import String, literal, select
from sqlalchemy.orm import Session

from peergang.core.i18n import LazyText, lazy_gettext as _
from peergang.identity.models import AuditEvent
from peergang.notifications.catalog import Claim, Content, Rows, Rule
from peergang.notifications.rules import Kind
from peergang.reminders.queries.moments import stamp

WORDS: dict[str, LazyText] = {
    "password_changed": _("Je wachtwoord is veranderd"),
    "password_reset": _("Je wachtwoord is veranderd met een link uit een e‑mail"),
    "password_set": _("Een beheerder stelde een nieuw wachtwoord voor je in"),
    "totp_added": _("Er is een app met codes aan je account gekoppeld"),
    "totp_removed": _("De app met codes is van je account losgemaakt"),
    "passkey_added": _("Er is een passkey aan je account toegevoegd"),
    "passkey_removed": _("Er is een passkey van je account gehaald"),
    "recovery_codes_renewed": _("Er zijn nieuwe herstelcodes gemaakt voor je account"),
    "recovery_code_used": _("Er is een herstelcode van je gebruikt om in te loggen"),
    "second_factor_reset": _("Een beheerder haalde je passkeys en codes weg"),
    "other_sessions_revoked": _("Je bent uitgelogd op al je andere apparaten"),
    "institution_linked": _("Je account is gekoppeld aan je account bij een instelling"),
    "institution_unlinked": _("De koppeling met je account bij een instelling is weg"),
}
"""What happened, by the verb of the audit event: the subject of the mail."""

KEPT_FOR = timedelta(days=7)
"""As long as a mail about it is of use, also after the platform was away for some days."""


def standing(now: datetime) -> Rows:
    """What happened cannot unhappen."""
    return select(
        AuditEvent.id.label("subject_id"),
        AuditEvent.subject_id.label("recipient_id"),
        stamp(AuditEvent.at).label("occurrence"),
        literal("", String).label("blocked"),
    ).where(AuditEvent.subject_type == "user", AuditEvent.verb.in_(WORDS))


def due(now: datetime) -> Rows:
    """What happened lately."""
    return (
        standing(now)
        .with_only_columns(
            AuditEvent.id.label("subject_id"),
            AuditEvent.subject_id.label("recipient_id"),
            stamp(AuditEvent.at).label("occurrence"),
            AuditEvent.at.label("not_before"),
            (AuditEvent.at + literal(KEPT_FOR)).label("expires_at"),
        )
        .where(AuditEvent.at > now - KEPT_FOR)
    )


def content(session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
    """What happened and when; where to look."""
    rows = session.execute(
        select(AuditEvent.id, AuditEvent.verb, AuditEvent.at, AuditEvent.details).where(
            AuditEvent.id.in_({claim.subject_id for claim in claims})
        )
    )
    found: dict[UUID, Content] = {
        row.id: {
            "path": "/mijn-account/beveiliging",
            "what": WORDS[row.verb],
            "happened_at": row.at,
            "name": str(row.details.get("name", "")),
            "left": row.details.get("left"),
        }
        for row in rows
    }
    return {claim.id: found[claim.subject_id] for claim in claims if claim.subject_id in found}


RULE = Rule(
    name="security_notice",
    kind=Kind.ACCOUNT,
    title=_("Veranderingen aan hoe je inlogt"),
    timing=_("Meteen"),
    reason=_("er iets is veranderd aan hoe je inlogt"),
    due=due,
    standing=standing,
    content=content,
    on_site=True,
)
