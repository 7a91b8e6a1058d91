"""What the story of a participant (progress.story) tells of certificates."""

from uuid import UUID

from sqlalchemy.orm import Session

from peergang.certificates.queries.certificates import list_certificates_of
from peergang.progress.rules.story import Event, Happened


def list_story_events(session: Session, enrolment_id: UUID) -> list[Event]:
    """When a certificate was issued and withdrawn, in one statement."""
    found = []
    for one in list_certificates_of(session, [enrolment_id]):
        title = (one.programme_title, one.programme_title_en)
        found.append(Event(Happened.CERTIFIED, one.issued_at, title))
        if one.revoked_at is not None:
            found.append(Event(Happened.CERTIFICATE_REVOKED, one.revoked_at, title))
    return found
