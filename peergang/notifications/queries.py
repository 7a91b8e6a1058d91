"""Selects about people's choices."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.notifications.models import RuleOptOut


def list_stopped(session: Session, user_id: UUID | None) -> set[str]:
    """The names of the rules of which somebody wants no mail."""
    return set(session.scalars(select(RuleOptOut.rule).where(RuleOptOut.user_id == user_id)))
