"""What was opened, handed in, decided about, and given to and by peers."""

from typing import Any

from sqlalchemy import Integer, cast, func

from peergang.cohorts.models import CohortModule
from peergang.core.db import local_day
from peergang.coursework.models import PeerFeedback, Reflection, ReflectionVersion, Review
from peergang.curriculum.models import Activity, Module
from peergang.identity.models import User
from peergang.progress.queries.story_events.base import BY, Part, event, of_activity
from peergang.progress.rules.story import Happened


def list_parts(head: Any) -> list[Part]:
    """What somebody did, and what came back."""
    return [_opened(head), _handed_in(head), _decided(head), _given(head), _received(head)]


def _opened(head: Any) -> Part:
    opens = CohortModule.opens_at
    return (
        event(Happened.OPENED, opens, title=Module.title, title_en=Module.title_en, slug=Module.code)
        .select_from(CohortModule)
        .join(Module, Module.id == CohortModule.module_id)
        .where(CohortModule.cohort_id == head.cohort_id)
    )


def _handed_in(head: Any) -> Part:
    return (
        of_activity(Happened.HANDED_IN, ReflectionVersion.submitted_at, number=ReflectionVersion.number)
        .select_from(ReflectionVersion)
        .join(Reflection, Reflection.id == ReflectionVersion.reflection_id)
        .join(Activity, Activity.id == Reflection.activity_id)
        .where(Reflection.enrolment_id == head.enrolment_id)
    )


def _decided(head: Any) -> Part:
    return (
        of_activity(Happened.DECIDED, Review.sent_at, detail=Review.decision, by=BY)
        .select_from(Review)
        .join(ReflectionVersion, ReflectionVersion.id == Review.version_id)
        .join(Reflection, Reflection.id == ReflectionVersion.reflection_id)
        .join(Activity, Activity.id == Reflection.activity_id)
        .join(User, User.id == Review.reviewer_id)
        .where(Reflection.enrolment_id == head.enrolment_id, Review.sent_at.is_not(None))
    )


def _feedback(kind: Happened) -> Part:
    """Counted by day: to whom and from whom is between peers."""
    first, number = func.min(PeerFeedback.sent_at), cast(func.count(), Integer)
    found = event(kind, first, number=number).select_from(PeerFeedback)
    return found.where(PeerFeedback.sent_at.is_not(None)).group_by(local_day(PeerFeedback.sent_at))


def _given(head: Any) -> Part:
    return _feedback(Happened.FEEDBACK_GIVEN).where(PeerFeedback.giver_id == head.enrolment_id)


def _received(head: Any) -> Part:
    return (
        _feedback(Happened.FEEDBACK_RECEIVED)
        .join(ReflectionVersion, ReflectionVersion.id == PeerFeedback.version_id)
        .join(Reflection, Reflection.id == ReflectionVersion.reflection_id)
        .where(Reflection.enrolment_id == head.enrolment_id)
    )
