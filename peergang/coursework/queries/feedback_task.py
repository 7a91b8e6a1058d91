"""Giving feedback: what somebody is writing, what the activity asks, and how far they are with it."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from peergang.cohorts.models import (
    CohortActivity,
    Enrolment,
    PeerGroupMembership,
)
from peergang.cohorts.queries.due import personal_due_at
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.core.prepared import Prepared
from peergang.coursework.models import PeerFeedback, Reflection, ReflectionVersion
from peergang.coursework.rules import PEER_AUDIENCES, READABLE
from peergang.coursework.rules.feedback import Asked, FeedbackText, what_is_asked
from peergang.curriculum.models import Activity
from peergang.curriculum.rules import ActivityKind

GIVER = aliased(Enrolment, name="giver")
"""Who gives, where the author of the reflection is the plain `Enrolment`."""


class FeedbackDraft(NamedTuple):
    """What the actor wrote about a version so far; revision 0 and empty when nothing yet.

    `answers` and `criteria` are the draft, and what was sent once `sent_at` is set; `rewrite` is what they are changing
    it into since.
    """

    feedback_id: UUID | None
    answers: dict[str, str]
    criteria: dict[str, dict[str, str]]
    asked: dict[str, Any]
    rewrite: dict[str, Any] | None
    revision: int
    saved_at: datetime | None
    sent_at: datetime | None
    changed_at: datetime | None
    read_at: datetime | None

    @property
    def writing(self) -> FeedbackText:
        """What stands in the form: the change that is not sent yet, else what is stored."""
        if self.rewrite is None:
            return FeedbackText(self.answers, self.criteria)
        return FeedbackText(self.rewrite["answers"], self.rewrite["criteria"])

    @property
    def is_fixed(self) -> bool:
        """Whether the receiver read it, so that it stays as it is."""
        return self.read_at is not None


NOTHING_YET = FeedbackDraft(None, {}, {}, {}, None, 0, None, None, None, None)


# In the order of FeedbackDraft.
_OWN = Prepared(
    select(
        PeerFeedback.id,
        PeerFeedback.answers,
        PeerFeedback.criteria,
        PeerFeedback.asked,
        PeerFeedback.rewrite,
        PeerFeedback.revision,
        PeerFeedback.saved_at,
        PeerFeedback.sent_at,
        PeerFeedback.changed_at,
        PeerFeedback.read_at,
    ).where(
        PeerFeedback.version_id == bindparam("version_id"), PeerFeedback.giver_id == bindparam("giver_id")
    )
)


def find_own_feedback(session: Session, version_id: UUID, giver_id: UUID | None) -> FeedbackDraft:
    """The feedback of `giver_id` (an enrolment) on a version."""
    row = _OWN.one_or_none(session, version_id=version_id, giver_id=giver_id)
    return FeedbackDraft._make(row) if row else NOTHING_YET


class FeedbackTask(NamedTuple):
    """The activity that asks for feedback on a reflection."""

    activity_id: UUID
    settings: dict[str, Any]
    about_settings: dict[str, Any]

    @property
    def give(self) -> int:
        """How many peers are to be served."""
        return int(self.settings.get("give", 1))


_about = aliased(Activity, name="about")
_TASK = Prepared(
    select(Activity.id, Activity.settings, _about.settings)
    .join(_about, _about.edition_id == Activity.edition_id)
    .where(
        _about.id == bindparam("reflection_activity_id"),
        Activity.kind == ActivityKind.PEER_FEEDBACK,
        Activity.settings["about"].astext == _about.slug,
    )
    .order_by(Activity.position)
    .limit(1)
)


def find_feedback_task(session: Session, reflection_activity_id: UUID) -> FeedbackTask | None:
    """The peer feedback activity about `reflection_activity_id` in the same edition; None when there is none."""
    row = _TASK.one_or_none(session, reflection_activity_id=reflection_activity_id)
    return FeedbackTask._make(row) if row else None


def asked_by(task: FeedbackTask | None) -> Asked:
    """What peers are asked: what the activity says, and two plain questions where there is none."""
    return what_is_asked(task.settings, task.about_settings) if task else what_is_asked(None, None)


def count_served(session: Session, giver_id: UUID, reflection_activity_id: UUID) -> int:
    """How many different peers got feedback from `giver_id` on their reflection about this activity."""
    statement = (
        select(func.count(Reflection.enrolment_id.distinct()))
        .join(ReflectionVersion, ReflectionVersion.reflection_id == Reflection.id)
        .join(PeerFeedback, PeerFeedback.version_id == ReflectionVersion.id)
        .where(
            PeerFeedback.giver_id == giver_id,
            PeerFeedback.sent_at.is_not(None),
            Reflection.activity_id == reflection_activity_id,
        )
    )
    return session.execute(statement).scalar_one()


def _is_served(giver_id: UUID | ColumnElement[UUID] | InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Whether `giver_id` sent feedback on the `Reflection` of the surrounding select."""
    return (
        select(PeerFeedback.id)
        .join(ReflectionVersion, ReflectionVersion.id == PeerFeedback.version_id)
        .where(
            ReflectionVersion.reflection_id == Reflection.id,
            PeerFeedback.giver_id == giver_id,
            PeerFeedback.sent_at.is_not(None),
        )
        .correlate(Reflection, GIVER)
        .exists()
    )


def unserved(
    giver_id: UUID | ColumnElement[UUID] | InstrumentedAttribute[UUID],
) -> tuple[ColumnElement[bool], ...]:
    """Whether the `Reflection` with its `Enrolment` is of somebody in the peer group of `giver_id` who submitted for
    peers to read and has nothing from them.
    """
    mine, theirs = aliased(PeerGroupMembership), aliased(PeerGroupMembership)
    group = select(theirs.enrolment_id).join(mine, mine.peer_group_id == theirs.peer_group_id)
    mates = group.where(mine.enrolment_id == giver_id, mine.left_at.is_(None), theirs.left_at.is_(None))
    return (
        Enrolment.id.in_(mates.correlate(GIVER)),
        Enrolment.id != giver_id,
        Enrolment.state.in_(TAKES_PART),
        Reflection.audience.in_(PEER_AUDIENCES),
        Reflection.state.in_(READABLE),
        ~_is_served(giver_id),
    )


def count_unserved(session: Session, giver_id: UUID, reflection_activity_id: UUID) -> int:
    """How many in the peer group of `giver_id` submitted for peers to read and still have nothing from them."""
    statement = (
        select(func.count())
        .select_from(Reflection)
        .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
        .where(Reflection.activity_id == reflection_activity_id, *unserved(giver_id))
    )
    return session.execute(statement).scalar_one()


def find_due_at(session: Session, enrolment_id: UUID, activity_id: UUID) -> datetime | None:
    """When an activity is due for a participant; None when it is not planned in their cohort."""
    return session.scalar(
        select(personal_due_at())
        .select_from(Enrolment)
        .join(CohortActivity, CohortActivity.cohort_id == Enrolment.cohort_id)
        .where(Enrolment.id == enrolment_id, CohortActivity.activity_id == activity_id)
    )
