"""What others gave back on a reflection: peers' feedback and trainers' reviews, as far as they were sent."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import CompoundSelect, bindparam, cast, literal, null, select, union_all
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment
from peergang.core.prepared import Prepared
from peergang.coursework.models import PeerFeedback, ReflectionVersion, Review
from peergang.curriculum.models import Activity
from peergang.identity.models import User
from peergang.identity.rules import full_name


class Reaction(NamedTuple):
    """One thing sent to the author. `kind` is "review" or "feedback".

    `content` holds a review's judgements by criterion, or a peer's answers by question; `settings` are those of the
    feedback activity, and `asked` is what that peer was asked; `criteria` is what the peer saw of the criteria. What is
    `closed` holds no words yet: its receiver did not open it. Whether it helped and the thanks are for the two of them.
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
    asked: dict[str, Any]
    criteria: dict[str, dict[str, str]]
    changed_at: datetime | None
    helpfulness: str | None
    helpfulness_note: str
    thanks: str
    thanks_read_at: datetime | None
    closed: bool = False

    @property
    def name(self) -> str:
        """Who reacted."""
        return full_name(self.given_name, self.particle, self.family_name)

    @property
    def questions(self) -> list[dict[str, Any]]:
        """The questions a peer answered, in order; the plain ones have no words of their own."""
        return list(self.asked.get("questions") or (self.settings or {}).get("questions", []))

    @property
    def asked_criteria(self) -> list[dict[str, Any]]:
        """The criteria a peer was asked about, in order."""
        return list(self.asked.get("criteria", []))


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
        null().cast(JSONB).label("settings"),
        cast("{}", JSONB).label("asked"),
        cast("{}", JSONB).label("seen"),
        null().label("changed_at"),
        null().label("helpfulness"),
        literal("").label("note"),
        literal("").label("thanks"),
        null().label("thanks_read_at"),
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
        PeerFeedback.asked,
        PeerFeedback.criteria,
        PeerFeedback.changed_at,
        PeerFeedback.helpfulness,
        PeerFeedback.helpfulness_note,
        PeerFeedback.thanks,
        PeerFeedback.thanks_read_at,
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


_NOTHING: dict[str, Any] = {"content": {}, "criteria": {}, "closed": True}
_BETWEEN_TWO: dict[str, Any] = {
    "helpfulness": None,
    "helpfulness_note": "",
    "thanks": "",
    "thanks_read_at": None,
}


def list_reactions(session: Session, reflection_id: UUID, *, for_trainer: bool = False) -> Sequence[Reaction]:
    """Everything that was sent about a reflection, the latest first. For its author and the trainers of its cohort.

    The author finds feedback of peers closed until they open it: until then it may change. With `for_trainer` its words
    are there at once, and what its receiver thought of it is not.
    """
    found = [Reaction(*row) for row in _REACTIONS.all(session, reflection_id=reflection_id)]
    if for_trainer:
        return [one._replace(**_BETWEEN_TWO) for one in found]
    return [
        one._replace(**_NOTHING) if one.kind == "feedback" and one.read_at is None else one for one in found
    ]
