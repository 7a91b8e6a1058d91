"""What somebody gave their peers: the history of a giver, and the two people one feedback is between."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Cohort, Enrolment
from peergang.core.errors import NotFound
from peergang.core.permissions import Actor
from peergang.coursework.models import PeerFeedback, Reflection, ReflectionVersion
from peergang.coursework.queries.access import (
    REVIEWER,
    ReflectionAccess,
    actor_columns,
    latest_number,
)
from peergang.curriculum.models import Activity, Module
from peergang.identity.models import User
from peergang.identity.rules import full_name

GIVEN_SHOWN = 200
"""More than anybody gives in all their programmes, and a bound on the page."""

_giver, _task = aliased(Enrolment), aliased(Activity)


class FeedbackPlace(NamedTuple):
    """Between whom a sent feedback is, as the policy sees it: who wrote the reflection, and who gave the feedback."""

    feedback_id: UUID
    version_id: UUID
    reflection_id: UUID
    author_id: UUID
    giver_user_id: UUID


def get_feedback_place(session: Session, feedback_id: UUID) -> FeedbackPlace:
    """The two people of a feedback that was sent.

    Raises:
        NotFound: when there is none, or it was not sent.
    """
    row = session.execute(
        select(
            PeerFeedback.id,
            ReflectionVersion.id,
            ReflectionVersion.reflection_id,
            Enrolment.user_id,
            _giver.user_id,
        )
        .join(ReflectionVersion, ReflectionVersion.id == PeerFeedback.version_id)
        .join(Reflection, Reflection.id == ReflectionVersion.reflection_id)
        .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
        .join(_giver, _giver.id == PeerFeedback.giver_id)
        .where(PeerFeedback.id == feedback_id, PeerFeedback.sent_at.is_not(None))
    ).one_or_none()
    if row is None:
        raise NotFound
    return FeedbackPlace._make(row)


class GivenFeedback(NamedTuple):
    """A feedback that the actor sent, with the words of the actor; `access` judges whether they may read the text still.

    `title` is the author's, so it is for who may read the text. The thanks are empty until the giver opened them.
    """

    feedback_id: UUID
    version_id: UUID
    number: int
    title: str
    activity_title: str
    activity_title_en: str
    module_code: str
    cohort_name: str
    given_name: str
    particle: str
    family_name: str
    answers: dict[str, str]
    criteria: dict[str, dict[str, str]]
    asked: dict[str, Any]
    settings: dict[str, Any] | None
    has_change: bool
    sent_at: datetime
    changed_at: datetime | None
    read_at: datetime | None
    helpfulness: str | None
    helpfulness_note: str
    thanks: str
    thanked_at: datetime | None
    thanks_read_at: datetime | None
    access: ReflectionAccess

    @property
    def author_name(self) -> str:
        """The name of the receiver in running text."""
        return full_name(self.given_name, self.particle, self.family_name)

    @property
    def questions(self) -> list[dict[str, Any]]:
        """The questions that were answered, in order; the plain ones have no words of their own."""
        return list(self.asked.get("questions") or (self.settings or {}).get("questions", []))

    @property
    def new_thanks(self) -> bool:
        """Whether there are thanks that the giver has not opened."""
        return self.thanked_at is not None and self.thanks_read_at is None


# In the order of GivenFeedback, but for the last.
_COLUMNS = (
    PeerFeedback.id,
    ReflectionVersion.id,
    ReflectionVersion.number,
    ReflectionVersion.title,
    Activity.title,
    Activity.title_en,
    Module.code,
    Cohort.name,
    User.given_name,
    User.name_particle,
    User.family_name,
    PeerFeedback.answers,
    PeerFeedback.criteria,
    PeerFeedback.asked,
    _task.settings,
    PeerFeedback.rewrite.is_not(None),
    PeerFeedback.sent_at,
    PeerFeedback.changed_at,
    PeerFeedback.read_at,
    PeerFeedback.helpfulness,
    PeerFeedback.helpfulness_note,
    PeerFeedback.thanks,
    PeerFeedback.thanked_at,
    PeerFeedback.thanks_read_at,
)
# In the order of ReflectionAccess, but for what is about the actor.
_ACCESS = (
    Reflection.id,
    Reflection.activity_id,
    Reflection.enrolment_id,
    Enrolment.user_id,
    Enrolment.cohort_id,
    Reflection.state,
    Reflection.audience,
    REVIEWER,
    func.coalesce(latest_number(), 0),
)


def _select_given(actor: Actor) -> Select[*tuple[Any, ...]]:
    return (
        select(*_COLUMNS, *_ACCESS, *actor_columns(actor.user_id))
        .select_from(PeerFeedback)
        .join(_giver, _giver.id == PeerFeedback.giver_id)
        .join(ReflectionVersion, ReflectionVersion.id == PeerFeedback.version_id)
        .join(Reflection, Reflection.id == ReflectionVersion.reflection_id)
        .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
        .join(User, User.id == Enrolment.user_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Activity, Activity.id == Reflection.activity_id)
        .join(Module, Module.id == Activity.module_id)
        .outerjoin(_task, _task.id == PeerFeedback.activity_id)
        .where(_giver.user_id == actor.user_id, PeerFeedback.sent_at.is_not(None))
    )


def _as_given(row: Sequence[Any]) -> GivenFeedback:
    found = GivenFeedback._make((*row[: len(_COLUMNS)], ReflectionAccess(*row[len(_COLUMNS) :])))
    return found._replace(thanks="") if found.thanks_read_at is None else found


def list_given(session: Session, actor: Actor) -> Sequence[GivenFeedback]:
    """What the actor gave, the latest first."""
    statement = _select_given(actor).order_by(PeerFeedback.sent_at.desc(), PeerFeedback.id)
    return [_as_given(row) for row in session.execute(statement.limit(GIVEN_SHOWN))]


def get_given(session: Session, actor: Actor, feedback_id: UUID) -> GivenFeedback:
    """One feedback that the actor gave.

    Raises:
        NotFound: when the actor sent none with this id.
    """
    row = session.execute(_select_given(actor).where(PeerFeedback.id == feedback_id)).one_or_none()
    if row is None:
        raise NotFound
    return _as_given(row)
