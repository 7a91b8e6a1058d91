"""Links that work once and go out at once: the ground of every rule that sends one."""

from datetime import datetime

from sqlalchemy import String, case, literal, select

from peergang.identity.models import SingleUseToken
from peergang.identity.rules import TokenPurpose
from peergang.notifications.catalog import Rows
from peergang.reminders.queries.moments import stamp


def select_links(purpose: TokenPurpose, now: datetime) -> Rows:
    """All that were asked for, as (subject_id, recipient_id, occurrence, blocked); one used or too old needs no mail."""
    blocked = case(
        (SingleUseToken.used_at.is_not(None), "used"),
        (SingleUseToken.expires_at <= now, "expired"),
        else_=literal("", String),
    )
    return select(
        SingleUseToken.id.label("subject_id"),
        SingleUseToken.user_id.label("recipient_id"),
        stamp(SingleUseToken.requested_at).label("occurrence"),
        blocked.label("blocked"),
    ).where(SingleUseToken.purpose == purpose)


def select_open_links(purpose: TokenPurpose, now: datetime) -> Rows:
    """Those that are open, with their times."""
    return (
        select_links(purpose, now)
        .with_only_columns(
            SingleUseToken.id.label("subject_id"),
            SingleUseToken.user_id.label("recipient_id"),
            stamp(SingleUseToken.requested_at).label("occurrence"),
            SingleUseToken.requested_at.label("not_before"),
            SingleUseToken.expires_at,
        )
        .where(SingleUseToken.used_at.is_(None), SingleUseToken.expires_at > now)
    )
