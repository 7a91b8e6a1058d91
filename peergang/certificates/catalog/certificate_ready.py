"""The certificate is there: once, soon after it was issued."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import String, case, literal, select
from sqlalchemy.orm import Session

from peergang.certificates.models import Certificate
from peergang.cohorts.models import Enrolment
from peergang.core.i18n import lazy_gettext
from peergang.core.permissions import Actor
from peergang.notifications.catalog import Claim, Content, Rows, Rule
from peergang.notifications.rules import Kind, Section, Urgency

VALID = timedelta(days=7)


def due(now: datetime) -> Rows:
    """Certificates of this week that hold."""
    return (
        select(
            Certificate.id.label("subject_id"),
            Enrolment.user_id.label("recipient_id"),
            literal("once", String).label("occurrence"),
            Certificate.issued_at.label("not_before"),
            (Certificate.issued_at + literal(VALID)).label("expires_at"),
            Enrolment.cohort_id,
        )
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .where(
            Certificate.issued_at > now - VALID,
            Certificate.revoked_at.is_(None),
            ~Certificate.erased,
        )
    )


def standing(now: datetime) -> Rows:
    """All certificates; not one that was withdrawn meanwhile."""
    return (
        select(
            Certificate.id.label("subject_id"),
            Enrolment.user_id.label("recipient_id"),
            literal("once", String).label("occurrence"),
            case((Certificate.revoked_at.is_not(None), "withdrawn"), else_="").label("blocked"),
        )
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .where(~Certificate.erased)
    )


def content(session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
    """For which programme. The code is not in the mail: a mail is passed on sooner than a certificate."""
    rows = session.execute(
        select(Certificate.id, Certificate.programme_title, Certificate.programme_title_en).where(
            Certificate.id.in_({claim.subject_id for claim in claims}), ~Certificate.erased
        )
    )
    found = {
        certificate_id: {
            "path": "/mijn-certificaat",
            "programme": title,
            "programme_en": title_en,
        }
        for certificate_id, title, title_en in rows
    }
    return {claim.id: found[claim.subject_id] for claim in claims if claim.subject_id in found}


def _takes_part(actor: Actor) -> bool:
    return actor.is_participant


RULE = Rule(
    name="certificate_ready",
    kind=Kind.REMINDER,
    title=lazy_gettext("Je certificaat is klaar"),
    timing=lazy_gettext("Zodra je alles hebt gehaald"),
    reason=lazy_gettext("je een programma hebt afgerond"),
    due=due,
    standing=standing,
    content=content,
    shown_to=_takes_part,
    urgency=Urgency.NORMAL,
    section=Section.COHORT,
    known_to_organisers=True,
    about="programme",
)
