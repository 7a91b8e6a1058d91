"""What others gave back on a reflection: peers' feedback and trainers' reviews, as far as they were sent."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import CompoundSelect, bindparam, literal, null, select, union_all
from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment
from peergang.core.prepared import Prepared
from peergang.coursework.models import PeerFeedback, ReflectionVersion, Review
from peergang.curriculum.models import Activity
from peergang.identity.models import User
from peergang.identity.rules import full_name


class Reaction(NamedTuple):
    """One thing sent to the author. `kind` is "review" or "feedback".

    `content` holds a review's judgements by criterion, or a peer's answers by question; `questions` are the settings of
    the feedback activity these answers belong to.
    """

    kind: str
    reaction_id: UUID
    version_number: int
    person_id: UUID
    given_name: str
    particle: str
    family_name: str
    sent_at: datetime
    read_at: datetime | None
    decision: str | None
    message: str
    content: dict[str, Any]
    settings: dict[str, Any] | None

    @property
    def name(self) -> str:
        """Who reacted."""
        return full_name(self.given_name, self.particle, self.family_name)

    @property
    def questions(self) -> list[dict[str, Any]]:
        """The questions a peer answered, in order."""
        return list((self.settings or {}).get("questions", []))


_reviews = (
    select(
        literal("review").label("kind"),
        Review.id,
        ReflectionVersion.number,
        User.id.label("person_id"),
        User.given_name,
        User.name_particle,
        User.family_name,
        Review.sent_at.label("sent_at"),
        Review.read_at,
        Review.decision,
        Review.message,
        Review.criteria.label("content"),
        null().cast(Activity.settings.type).label("settings"),
    )
    .join(ReflectionVersion, ReflectionVersion.id == Review.version_id)
    .join(User, User.id == Review.reviewer_id)
    .where(Review.sent_at.is_not(None))
)

_feedback = (
    select(
        literal("feedback"),
        PeerFeedback.id,
        ReflectionVersion.number,
        User.id,
        User.given_name,
        User.name_particle,
        User.family_name,
        PeerFeedback.sent_at,
        PeerFeedback.read_at,
        null(),
        literal(""),
        PeerFeedback.answers,
        Activity.settings,
    )
    .join(ReflectionVersion, ReflectionVersion.id == PeerFeedback.version_id)
    .join(Enrolment, Enrolment.id == PeerFeedback.giver_id)
    .join(User, User.id == Enrolment.user_id)
    .outerjoin(Activity, Activity.id == PeerFeedback.activity_id)
    .where(PeerFeedback.sent_at.is_not(None))
)


_about = ReflectionVersion.reflection_id == bindparam("reflection_id")
_both: CompoundSelect[*tuple[Any, ...]] = union_all(_reviews.where(_about), _feedback.where(_about))
_REACTIONS = Prepared(_both.order_by(_both.selected_columns.sent_at.desc(), _both.selected_columns.id))


def list_reactions(session: Session, reflection_id: UUID) -> Sequence[Reaction]:
    """Everything that was sent about a reflection, the latest first. For its author and the trainers of its cohort."""
    return _REACTIONS.each(Reaction, session, reflection_id=reflection_id)
