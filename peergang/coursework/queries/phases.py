"""What decides in which phase a reflection is, and whom its author waits for."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    Text,
    Uuid,
    any_,
    bindparam,
    case,
    cast,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by, array
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import CohortActivity, Enrolment, PeerGroupMembership
from peergang.cohorts.queries.due import personal_due_at
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.core.prepared import Prepared
from peergang.coursework.models import FeedbackAssignment, PeerFeedback, Reflection, ReflectionVersion, Review
from peergang.coursework.queries.allocation import feedback_activity_id
from peergang.coursework.rules import ReflectionState
from peergang.coursework.rules.phases import Peers, Phase, phase_of
from peergang.curriculum.models import Activity
from peergang.identity.models import User


class Progress(NamedTuple):
    """How far a reflection is. `waiting` are the given names of who were asked and did not give feedback yet, `asked_at` is
    when the trainer asked one of them by name, and `reviewed` whether a trainer decided about it before.
    """

    reflection_id: UUID
    enrolment_id: UUID
    activity_id: UUID
    state: str
    audience: str | None
    for_trainer_at: datetime | None
    submitted_at: datetime | None
    latest: int
    order: str | None
    give: int | None
    due_at: datetime | None
    mates: int
    sent: int
    last_sent_at: datetime | None
    waiting: list[str]
    asked_at: datetime | None  # when the trainer asked one of them by name
    reviewed: bool  # whether a trainer decided about it before
    takes_part: bool
    title: str

    @property
    def peers(self) -> Peers:
        """What the rules want to know."""
        return Peers(
            self.order,
            self.give,
            self.mates,
            self.sent,
            self.last_sent_at,
            self.submitted_at,
            self.due_at,
            self.asked_at,
        )

    def phase(self, now: datetime) -> Phase:
        """Where it is."""
        return phase_of(self.state, self.audience, self.for_trainer_at, self.peers, now)


_task = aliased(Activity, name="task")


def _count_mates() -> ScalarSelect[int]:
    mine, theirs, mate = aliased(PeerGroupMembership), aliased(PeerGroupMembership), aliased(Enrolment)
    return (
        select(func.count())
        .select_from(mine)
        .join(theirs, theirs.peer_group_id == mine.peer_group_id)
        .join(mate, mate.id == theirs.enrolment_id)
        .where(
            mine.enrolment_id == Reflection.enrolment_id,
            mine.left_at.is_(None),
            theirs.left_at.is_(None),
            theirs.enrolment_id != mine.enrolment_id,
            mate.state.in_(TAKES_PART),
        )
        .correlate(Reflection)
        .scalar_subquery()
    )


def _given(column: Any) -> ScalarSelect[Any]:
    return (
        select(column)
        .select_from(PeerFeedback)
        .join(ReflectionVersion, ReflectionVersion.id == PeerFeedback.version_id)
        .where(ReflectionVersion.reflection_id == Reflection.id, PeerFeedback.sent_at.is_not(None))
        .correlate(Reflection)
        .scalar_subquery()
    )


def _waiting() -> ScalarSelect[Any]:
    giver = aliased(Enrolment)
    in_order = aggregate_order_by(User.given_name, User.sort_key, giver.id)
    names = func.array_agg(in_order).filter(User.given_name.is_not(None))
    return (
        select(func.coalesce(names, cast(array([], type_=Text), ARRAY(Text))))
        .select_from(FeedbackAssignment)
        .join(giver, giver.id == FeedbackAssignment.giver_id)
        .join(User, User.id == giver.user_id)
        .where(FeedbackAssignment.reflection_id == Reflection.id, FeedbackAssignment.state == "open")
        .correlate(Reflection)
        .scalar_subquery()
    )


def _asked_at() -> ScalarSelect[Any]:
    return (
        select(func.max(FeedbackAssignment.assigned_at))
        .where(
            FeedbackAssignment.reflection_id == Reflection.id,
            FeedbackAssignment.asked_by_id.is_not(None),
            FeedbackAssignment.state == "open",
        )
        .correlate(Reflection)
        .scalar_subquery()
    )


def _is_reviewed() -> ColumnElement[bool]:
    return (
        select(Review.id)
        .join(ReflectionVersion, ReflectionVersion.id == Review.version_id)
        .where(ReflectionVersion.reflection_id == Reflection.id, Review.sent_at.is_not(None))
        .correlate(Reflection)
        .exists()
    )


def _latest() -> ScalarSelect[int]:
    version = aliased(ReflectionVersion)
    return (
        select(func.coalesce(func.max(version.number), 0))
        .where(version.reflection_id == Reflection.id)
        .correlate(Reflection)
        .scalar_subquery()
    )


def _select_progress() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Reflection.id,
            Reflection.enrolment_id,
            Reflection.activity_id,
            Reflection.state,
            Reflection.audience,
            Reflection.for_trainer_at,
            Reflection.submitted_at,
            _latest(),
            Activity.settings["order"].astext,
            case((_task.id.is_not(None), func.coalesce(_task.settings["give"].as_integer(), 1))),
            personal_due_at(),
            _count_mates(),
            _given(func.count(PeerFeedback.giver_id.distinct())),
            _given(func.max(PeerFeedback.sent_at)),
            _waiting(),
            _asked_at(),
            _is_reviewed(),
            Enrolment.state.in_(TAKES_PART),
            Reflection.title,
        )
        .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
        .join(Activity, Activity.id == Reflection.activity_id)
        .outerjoin(_task, _task.id == feedback_activity_id())
        .outerjoin(
            CohortActivity,
            (CohortActivity.cohort_id == Enrolment.cohort_id) & (CohortActivity.activity_id == _task.id),
        )
    )


_OF_ONE = Prepared(_select_progress().where(Reflection.id == bindparam("reflection_id")))
_OF_PERSON = Prepared(_select_progress().where(Enrolment.user_id == bindparam("user_id", type_=Uuid())))
_WITH_PEERS = Prepared(
    _select_progress()
    .where(
        Enrolment.cohort_id == any_(bindparam("cohorts", type_=ARRAY(Uuid()))),
        Enrolment.state.in_(TAKES_PART),
        Reflection.state == ReflectionState.SUBMITTED,
        Reflection.for_trainer_at.is_(None),
    )
    .order_by(Reflection.id)
)
_OF_ENROLMENT = Prepared(_select_progress().where(Enrolment.id == bindparam("enrolment_id", type_=Uuid())))
_given_any = aliased(ReflectionVersion)
_WITHOUT = Prepared(
    _select_progress()
    .where(
        Enrolment.cohort_id == any_(bindparam("cohorts", type_=ARRAY(Uuid()))),
        Enrolment.user_id != bindparam("user_id", type_=Uuid()),
        Enrolment.state.in_(TAKES_PART),
        Reflection.state == ReflectionState.SUBMITTED,
        Reflection.for_trainer_at.is_(None),
        Reflection.submitted_at <= bindparam("before"),
        ~select(PeerFeedback.id)
        .join(_given_any, _given_any.id == PeerFeedback.version_id)
        .where(_given_any.reflection_id == Reflection.id, PeerFeedback.sent_at.is_not(None))
        .exists(),
    )
    .order_by(Reflection.submitted_at, Reflection.id)
)


def get_progress(session: Session, reflection_id: UUID) -> Progress:
    """How far one reflection that exists is."""
    return _OF_ONE.each(Progress, session, reflection_id=reflection_id)[0]


def list_own_progress(session: Session, user_id: UUID | None) -> dict[UUID, Progress]:
    """How far everything is that a person wrote, by reflection."""
    return {one.reflection_id: one for one in _OF_PERSON.each(Progress, session, user_id=user_id)}


def list_progress_of(session: Session, enrolment_id: UUID) -> Sequence[Progress]:
    """How far everything is that somebody wrote in one cohort."""
    return _OF_ENROLMENT.each(Progress, session, enrolment_id=enrolment_id)


def list_with_peers(session: Session, cohort_ids: Sequence[UUID]) -> Sequence[Progress]:
    """What was handed in in these cohorts and is not with the trainer yet, of who takes part."""
    return _WITH_PEERS.each(Progress, session, cohorts=list(cohort_ids))


def list_without_feedback(
    session: Session, cohort_ids: Collection[UUID], user_id: UUID | None, before: datetime
) -> Sequence[Progress]:
    """The same, of others: handed in before a moment, and nobody in the group reacted. The longest waiting first."""
    return _WITHOUT.each(Progress, session, cohorts=list(cohort_ids), user_id=user_id, before=before)
