"""The queue of a trainer: what waits, longest first, over all cohorts they train."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, Text, Uuid, any_, bindparam, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Enrolment
from peergang.core.permissions import Actor
from peergang.core.prepared import Prepared
from peergang.coursework.models import Reflection, ReflectionVersion, Review
from peergang.coursework.queries.access import ME, REVIEWER
from peergang.coursework.queries.held import on_its_way
from peergang.coursework.queries.reflections import VERSION, Version
from peergang.coursework.rules import WAITING, Audience
from peergang.curriculum.models import Activity, Module
from peergang.identity.models import User
from peergang.identity.rules import full_name

QUEUE_SHOWN = 60
"""Beside the text on the desk: enough to choose from; how many come after them is said."""


class QueueItem(NamedTuple):
    """A reflection in the queue. Ids come as text: a hundred of them are only compared and put into addresses.

    `reviewer_id` has picked it up. `total` is the length of the whole queue, and `mine` that of what waits for this
    trainer: nobody picked it up yet, or they did.
    """

    reflection_id: str
    title: str
    number: int
    waiting_since: datetime
    given_name: str
    particle: str
    family_name: str
    module_code: str
    state: str
    reviewer_id: str | None
    reviewer_given: str | None
    total: int
    mine: int

    @property
    def author_name(self) -> str:
        """The author's name in running text."""
        return full_name(self.given_name, self.particle, self.family_name)


IN_QUEUE: ColumnElement[bool] = (
    Reflection.state.in_(WAITING)
    & (Reflection.audience != Audience.PRIVATE)
    & (Enrolment.cohort_id == any_(bindparam("trains", type_=ARRAY(Uuid()))))
    & (Enrolment.user_id != ME)
    & ~on_its_way()
)
"""Whether the `Reflection` with its `Enrolment` waits for one of the trainers to whom the actor of `queue_of` belongs."""


FOR_ME: ColumnElement[bool] = func.coalesce(REVIEWER, ME) == ME
"""Whether nobody picked the `Reflection` up yet, or the actor of `queue_of` did."""

MINE = "reviews_for_me"
"""Where `list_review_queue` leaves the number for the menu in its session, so that a page needs no second statement."""


def queue_of(actor: Actor) -> dict[str, Any]:
    """The parameters of IN_QUEUE."""
    return {"trains": list(actor.trains), "user_id": actor.user_id}


def _select_queue() -> Select[*tuple[object, ...]]:
    newer, reviewer = aliased(ReflectionVersion), aliased(User)
    latest = select(func.max(newer.number)).where(newer.reflection_id == Reflection.id).correlate(Reflection)
    return (
        select(
            cast(Reflection.id, Text),
            ReflectionVersion.title,
            ReflectionVersion.number,
            Reflection.submitted_at,
            User.given_name,
            User.name_particle,
            User.family_name,
            Module.code,
            Reflection.state,
            cast(REVIEWER, Text),
            reviewer.given_name,
            func.count().over(),
            func.count().filter(FOR_ME).over(),
        )
        .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
        .join(User, User.id == Enrolment.user_id)
        .join(Activity, Activity.id == Reflection.activity_id)
        .join(Module, Module.id == Activity.module_id)
        .join(ReflectionVersion, ReflectionVersion.reflection_id == Reflection.id)
        .outerjoin(reviewer, reviewer.id == REVIEWER)
        .where(IN_QUEUE, ReflectionVersion.number == latest.scalar_subquery())
        .order_by(Reflection.submitted_at, Reflection.id)
    )


_QUEUE = Prepared(_select_queue().limit(bindparam("shown", type_=Integer())))


def list_review_queue(session: Session, actor: Actor, limit: int = QUEUE_SHOWN) -> Sequence[QueueItem]:
    """The first `limit` reflections that wait, longest first, those that a colleague picked up among them."""
    queue = _QUEUE.each(QueueItem, session, shown=limit, **queue_of(actor))
    if not session.autoflush:
        # The session of a page, in which nothing changes any more; in a use case the number could be overtaken.
        session.info[MINE] = actor.user_id, queue[0].mine if queue else 0
    return queue


class ReviewDraft(NamedTuple):
    """What the trainer wrote so far about a version; revision 0 and empty when nothing yet."""

    decision: str | None
    criteria: dict[str, str]
    message: str
    revision: int
    saved_at: datetime | None


NOTHING_WRITTEN = ReviewDraft(None, {}, "", 0, None)

_VERSIONS_AND_DRAFT = Prepared(
    select(*VERSION, Review.decision, Review.criteria, Review.message, Review.revision, Review.saved_at)
    .outerjoin(
        Review,
        (Review.version_id == ReflectionVersion.id) & (Review.reviewer_id == ME) & Review.sent_at.is_(None),
    )
    .where(ReflectionVersion.reflection_id == bindparam("reflection_id"))
    .order_by(ReflectionVersion.number.desc())
)


def list_versions_and_draft(
    session: Session, reflection_id: UUID, reviewer_id: UUID | None
) -> tuple[Sequence[Version], ReviewDraft]:
    """All versions of a reflection, the latest first, and the unsent review of `reviewer_id` of the latest."""
    rows = _VERSIONS_AND_DRAFT.all(session, reflection_id=reflection_id, user_id=reviewer_id)
    versions = [Version._make(row[: len(VERSION)]) for row in rows]
    written = rows[0][len(VERSION) :] if rows else ()
    return versions, ReviewDraft._make(written) if any(written) else NOTHING_WRITTEN
