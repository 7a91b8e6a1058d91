"""The queue of a trainer: what waits, over all cohorts they train, in the order of what was promised."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Subquery,
    Text,
    bindparam,
    case,
    cast,
    func,
    select,
)
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Cohort, Enrolment
from peergang.core.permissions import Actor
from peergang.core.prepared import Prepared
from peergang.coursework.models import Reflection, ReflectionVersion
from peergang.coursework.queries.turns import FOR_ME, FOR_TRAINER_SINCE, HOLDER, IN_QUEUE, RANK, queue_of
from peergang.curriculum.models import Activity, Module
from peergang.identity.models import User
from peergang.identity.rules import full_name

QUEUE_SHOWN = 60
"""Beside the text on the desk: enough to choose from; how many come after them is said."""


class QueueItem(NamedTuple):
    """A reflection in the queue. Ids come as text: a hundred of them are only compared and put into addresses.

    `reviewer_id` has it in hand. `rank` says whose turn it is, see turns.RANK. Of one that somebody had in hand too long,
    `had_until` is until when, and `asked_given` who that was; else who it is suggested to. `total` is the length of the
    whole queue, and `mine` that of what waits for this trainer: in their hand, suggested to them, or free for all.
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
    promised_on: date | None
    rank: int
    had_until: datetime | None
    asked_given: str | None
    cohort_name: str

    @property
    def author_name(self) -> str:
        """The author's name in running text."""
        return full_name(self.given_name, self.particle, self.family_name)


MINE = "reviews_for_me"
"""Where `list_review_queue` leaves the number for the menu in its session, so that a page needs no second statement."""


def select_queue(*conditions: ColumnElement[bool]) -> Select[*tuple[object, ...]]:
    """The columns of QueueItem. First which and in what order, from the narrow tables alone; then what is shown of them."""
    order = ("rank", "promised_on", "for_trainer_at", "id")
    first = (
        select(
            Reflection.id,
            Reflection.activity_id,
            FOR_TRAINER_SINCE.label("for_trainer_at"),
            Reflection.promised_on,
            Reflection.state,
            Reflection.lease_until,
            Reflection.suggested_reviewer_id,
            Enrolment.user_id,
            Enrolment.cohort_id,
            HOLDER.label("holder_id"),
            RANK.label("rank"),
            func.count().over().label("total"),
            func.count().filter(FOR_ME).over().label("mine"),
        )
        .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
        .where(IN_QUEUE, *conditions)
        .order_by(*order)
        .limit(bindparam("shown", type_=Integer()))
        .offset(bindparam("skipped", type_=Integer()))
        .subquery("first")
    )
    return _with_words(first).order_by(*(first.c[name] for name in order))


def _with_words(first: Subquery) -> Select[*tuple[object, ...]]:
    newer, holder, asked = aliased(ReflectionVersion), aliased(User), aliased(User)
    latest = select(func.max(newer.number)).where(newer.reflection_id == first.c.id).correlate(first)
    over = case((first.c.holder_id.is_(None), first.c.lease_until), else_=None)
    return (
        select(
            cast(first.c.id, Text),
            ReflectionVersion.title,
            ReflectionVersion.number,
            first.c.for_trainer_at,
            User.given_name,
            User.name_particle,
            User.family_name,
            Module.code,
            first.c.state,
            cast(first.c.holder_id, Text),
            holder.given_name,
            first.c.total,
            first.c.mine,
            first.c.promised_on,
            first.c.rank,
            over,
            asked.given_name,
            Cohort.name,
        )
        .join(User, User.id == first.c.user_id)
        .join(Cohort, Cohort.id == first.c.cohort_id)
        .join(Activity, Activity.id == first.c.activity_id)
        .join(Module, Module.id == Activity.module_id)
        .join(
            ReflectionVersion,
            (ReflectionVersion.reflection_id == first.c.id)
            & (ReflectionVersion.number == latest.scalar_subquery()),
        )
        .outerjoin(holder, holder.id == first.c.holder_id)
        .outerjoin(asked, asked.id == first.c.suggested_reviewer_id)
    )


_QUEUE = Prepared(select_queue())


def list_review_queue(
    session: Session, actor: Actor, limit: int = QUEUE_SHOWN, *, now: datetime | None = None
) -> Sequence[QueueItem]:
    """The first `limit` reflections that wait: first for this trainer, then for all, then for colleagues, each by promise."""
    queue = _QUEUE.each(QueueItem, session, shown=limit, skipped=0, now=now, **queue_of(actor))
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
