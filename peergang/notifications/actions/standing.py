"""What a rule says of notices at this moment: whether their matter still stands."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.core.given import any_given, as_array
from peergang.notifications.catalog import Claim, Rows, Rule


def ask_standing(session: Session, rule: Rule, claims: Sequence[Claim], now: datetime) -> dict[UUID, str]:
    """Why each of these is true no more, by claim id, and an empty text where it stands; in one statement. A claim whose
    matter is gone, or has moved, is left out.
    """
    rows = session.execute(
        _restricted(rule.standing(now)),
        {
            "subjects": as_array({claim.subject_id for claim in claims}),
            "people": as_array({claim.recipient_id for claim in claims}),
        },
    ).all()
    known: dict[tuple[UUID, UUID, str], str] = {}
    for subject_id, recipient_id, occurrence, blocked in rows:
        key = (subject_id, recipient_id, occurrence)
        # The same matter may reach somebody along two ways (two cohorts); one that stands is enough.
        known[key] = blocked if known.get(key, blocked) else ""
    keys = {claim.id: (claim.subject_id, claim.recipient_id, claim.occurrence) for claim in claims}
    return {claim_id: known[key] for claim_id, key in keys.items() if key in known}


def _restricted(standing: Rows) -> Rows:
    """The rule's select for these subjects only; PostgreSQL pushes the condition down to the subject's index."""
    rows = standing.subquery("standing")
    return select(rows.c.subject_id, rows.c.recipient_id, rows.c.occurrence, rows.c.blocked).where(
        rows.c.subject_id == any_given("subjects"), rows.c.recipient_id == any_given("people")
    )
