"""What a choice of readers is about: who could read, and what they gave back."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ScalarSelect, Uuid, bindparam, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Enrolment, PeerGroupMembership
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.cohorts.rules import EnrolmentRole
from peergang.core.prepared import Prepared
from peergang.coursework.models import Comment, PeerFeedback, ReflectionVersion
from peergang.identity.models import User

_MINE = bindparam("enrolment_id", type_=Uuid())


class Readers(NamedTuple):
    """The people around an author. `others` are those who take part in the cohort besides the author; `feedback` and
    `comments` count what peers sent about all versions.
    """

    peers: list[str]
    others: int
    feedback: int
    comments: int


def _peers() -> ScalarSelect[list[str] | None]:
    own, other = aliased(PeerGroupMembership), aliased(PeerGroupMembership)
    names = func.array_agg(aggregate_order_by(User.given_name, User.sort_key, other.enrolment_id))
    return (
        select(names)
        .select_from(own)
        .join(other, (other.peer_group_id == own.peer_group_id) & (other.enrolment_id != own.enrolment_id))
        .join(Enrolment, Enrolment.id == other.enrolment_id)
        .join(User, User.id == Enrolment.user_id)
        .where(own.enrolment_id == _MINE, own.left_at.is_(None), other.left_at.is_(None))
        .where(Enrolment.state.in_(TAKES_PART))
        .scalar_subquery()
    )


def _others() -> ScalarSelect[int]:
    own = aliased(Enrolment)
    return (
        select(func.count())
        .select_from(own)
        .join(Enrolment, (Enrolment.cohort_id == own.cohort_id) & (Enrolment.id != own.id))
        .where(own.id == _MINE, Enrolment.role == EnrolmentRole.PARTICIPANT, Enrolment.state.in_(TAKES_PART))
        .scalar_subquery()
    )


_sent = (
    select(PeerFeedback.version_id, PeerFeedback.sent_at, Enrolment.user_id)
    .join(ReflectionVersion, ReflectionVersion.id == PeerFeedback.version_id)
    .join(Enrolment, Enrolment.id == PeerFeedback.giver_id)
    .where(
        ReflectionVersion.reflection_id == bindparam("reflection_id", type_=Uuid()),
        PeerFeedback.sent_at.is_not(None),
    )
    .cte("sent")
)
_went_along = select(func.count(Comment.id.distinct())).join(
    _sent,
    (_sent.c.version_id == Comment.version_id)
    & (_sent.c.user_id == Comment.author_id)
    & (_sent.c.sent_at >= Comment.created_at),
)
_READERS = Prepared(
    select(
        _peers(),
        _others(),
        select(func.count()).select_from(_sent).scalar_subquery(),
        _went_along.scalar_subquery(),
    )
)


def get_readers(session: Session, enrolment_id: UUID, reflection_id: UUID | None) -> Readers:
    """Who could read what `enrolment_id` writes, and what they gave back on `reflection_id` when there is one."""
    row = _READERS.one_or_none(session, enrolment_id=enrolment_id, reflection_id=reflection_id)
    assert row is not None, "a select without a table has one row"
    return Readers(row[0] or [], *row[1:])
