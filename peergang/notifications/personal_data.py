"""What export and erasure do with the records of this feature."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from peergang.core.export import read_plain
from peergang.notifications.models import (
    AddressSuspension,
    MailBounce,
    Notice,
    NoticeChoice,
    NoticeHabits,
    PushSubscription,
    SendingPause,
)

COLUMNS: dict[str, str] = {
    "notice.recipient_id": "Exported; removed at erasure, and what is queued is suppressed for who was deactivated.",
    "notice_choice.user_id": "Exported; removed at erasure.",
    "notice_habits.user_id": "Exported; removed at erasure.",
    "address_suspension.user_id": "Exported; removed at erasure.",
    "address_suspension.address": "Exported; removed at erasure.",
    "mail_bounce.user_id": "Exported; removed at erasure.",
    "mail_bounce.address": "Exported; removed at erasure.",
    "push_subscription.user_id": "Exported, without the address of the browser; removed at erasure.",
    "push_subscription.session_id": "Not exported, the browser stands with the sign-ins; removed at erasure.",
    "sending_pause.by_id": "Emptied at erasure; what was held back, and why, stays.",
}


def export(session: Session, user_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """What was or will be told to `user_id`, and which reminders they stopped. The words of a mail are not kept."""
    notices = select(
        Notice.rule,
        Notice.occurrence,
        Notice.planned_at,
        Notice.not_before,
        Notice.state,
        Notice.reason,
        Notice.finished_at,
        Notice.read_at,
        Notice.pushed_at,
    )
    choices = select(NoticeChoice.rule, NoticeChoice.delivery, NoticeChoice.since)
    habits = select(
        NoticeHabits.rhythm,
        NoticeHabits.per_week,
        NoticeHabits.quiet_from,
        NoticeHabits.quiet_until,
        NoticeHabits.weekends,
        NoticeHabits.school_holidays,
        NoticeHabits.away_from,
        NoticeHabits.away_until,
    )
    refusing = select(AddressSuspension.address, AddressSuspension.since, AddressSuspension.reason)
    bounces = select(MailBounce.address, MailBounce.kind, MailBounce.code, MailBounce.source, MailBounce.at)
    return {
        "messages": read_plain(
            session, notices.where(Notice.recipient_id == user_id).order_by(Notice.planned_at, Notice.id)
        ),
        "choices_about_messages": read_plain(
            session, choices.where(NoticeChoice.user_id == user_id).order_by(NoticeChoice.rule)
        ),
        "browsers_with_messages": read_plain(
            session,
            select(PushSubscription.device, PushSubscription.created_at, PushSubscription.last_used_at)
            .where(PushSubscription.user_id == user_id)
            .order_by(PushSubscription.created_at),
        ),
        "habits_of_messages": read_plain(session, habits.where(NoticeHabits.user_id == user_id)),
        "addresses_that_refuse_mail": read_plain(
            session, refusing.where(AddressSuspension.user_id == user_id)
        ),
        "mail_that_came_back": read_plain(
            session, bounces.where(MailBounce.user_id == user_id).order_by(MailBounce.at, MailBounce.id)
        ),
    }


def erase(session: Session, user_id: UUID) -> list[str]:
    """Remove what was or would be told to them. The keys of files to remove: none."""
    for model, whose in (
        (Notice, Notice.recipient_id),
        (NoticeChoice, NoticeChoice.user_id),
        (NoticeHabits, NoticeHabits.user_id),
        (PushSubscription, PushSubscription.user_id),
        (AddressSuspension, AddressSuspension.user_id),
        (MailBounce, MailBounce.user_id),
    ):
        session.execute(delete(model).where(whose == user_id))
    session.execute(update(SendingPause).where(SendingPause.by_id == user_id).values(by_id=None))
    return []
