"""More time, and what somebody was told."""

from typing import Any

from sqlalchemy import Integer, cast, func

from peergang.cohorts.models import Extension
from peergang.curriculum.models import Activity
from peergang.identity.models import User
from peergang.notifications.models import Notice
from peergang.notifications.rules import NoticeState
from peergang.progress.queries.story_events.base import BY, Part, event, of_activity
from peergang.progress.rules.story import Happened
from peergang.reminders.models import Nudge
from peergang.reminders.queries.nudges import RULE as NUDGE


def list_parts(head: Any) -> list[Part]:
    """What others did for them."""
    return [_extended(head), _nudged(head), _told(head)]


def _extended(head: Any) -> Part:
    # 1 says that it counts no more.
    over = cast(Extension.revoked_at.is_not(None), Integer)
    more = {"detail": Extension.reason, "until": Extension.due_at, "by": BY, "number": over}
    return (
        of_activity(Happened.EXTENDED, Extension.granted_at, **more)
        .select_from(Extension)
        .join(Activity, Activity.id == Extension.activity_id)
        .outerjoin(User, User.id == Extension.granted_by_id)
        .where(Extension.enrolment_id == head.enrolment_id)
    )


def _nudged(head: Any) -> Part:
    return (
        of_activity(Happened.NUDGED, Nudge.asked_at, by=BY)
        .select_from(Nudge)
        .join(Activity, Activity.id == Nudge.activity_id)
        .outerjoin(User, User.id == Nudge.asked_by_id)
        .where(Nudge.enrolment_id == head.enrolment_id, Nudge.withdrawn_at.is_(None))
    )


def _told(head: Any) -> Part:
    """Which rule and when, of this cohort alone. What a trainer asked is told as that."""
    sent = func.coalesce(Notice.handed_over_at, Notice.finished_at)
    return (
        event(Happened.TOLD, sent, detail=Notice.rule)
        .select_from(Notice)
        .where(
            Notice.recipient_id == head.user_id,
            Notice.cohort_id == head.cohort_id,
            Notice.state == NoticeState.SENT,
            Notice.rule != NUDGE,
        )
    )
