"""The page with the whole queue: what waits, filtered and by page, where it waits, and who has what."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Boolean, Date, String, Text, Uuid, bindparam, cast, func, not_, or_, select, text
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Cohort, Enrolment
from peergang.core.clock import local_date
from peergang.core.db import Rows
from peergang.core.permissions import Actor
from peergang.core.prepared import Prepared
from peergang.coursework.models import HandOver, Reflection, TrainerAbsence
from peergang.coursework.queries.access import ME
from peergang.coursework.queries.review_queue import QueueItem, select_queue
from peergang.coursework.queries.turns import (
    COLLEAGUES,
    IN_QUEUE,
    OWNER,
    RANK,
    READABLE_HERE,
    WITH_PEERS,
    queue_of,
)
from peergang.coursework.rules import WAITING, ReflectionState
from peergang.curriculum.models import Activity, Module
from peergang.identity.models import User
from peergang.identity.rules import full_name

TODAY = bindparam("today", type_=Date())
PAGE = 50

_COHORT, _MODULE = bindparam("cohort_id", type_=Uuid()), bindparam("module_code", type_=String())
_ONLY_MINE = bindparam("only_mine", type_=Boolean())
_of_module = select(Activity.id).join(Module, Module.id == Activity.module_id).where(Module.code == _MODULE)
_PAGE = Prepared(
    select_queue(
        or_(_COHORT.is_(None), Enrolment.cohort_id == _COHORT),
        or_(_MODULE == "", Reflection.activity_id.in_(_of_module)),
        or_(not_(_ONLY_MINE), RANK == 0),
    )
)


def list_queue_page(
    session: Session,
    actor: Actor,
    *,
    cohort_id: UUID | None = None,
    module_code: str = "",
    only_mine: bool = False,
    skipped: int = 0,
    now: datetime,
) -> Sequence[QueueItem]:
    """At most PAGE lines of the queue after the first `skipped`, in the order of the queue; see QueueItem."""
    return _PAGE.each(
        QueueItem,
        session,
        shown=PAGE,
        skipped=skipped,
        now=now,
        cohort_id=cohort_id,
        module_code=module_code,
        only_mine=only_mine,
        **queue_of(actor),
    )


class Place(NamedTuple):
    """How many wait in one module of one cohort, for a trainer and still for the peer group."""

    cohort_id: UUID
    cohort_name: str
    module_code: str
    waiting: int
    with_peers: int


_PLACES = Prepared(
    select(
        Cohort.id,
        Cohort.name,
        Module.code,
        func.count().filter(IN_QUEUE),
        func.count().filter(WITH_PEERS),
    )
    .select_from(Reflection)
    .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
    .join(Cohort, Cohort.id == Enrolment.cohort_id)
    .join(Activity, Activity.id == Reflection.activity_id)
    .join(Module, Module.id == Activity.module_id)
    .where(READABLE_HERE)
    .group_by(Cohort.id, Cohort.name, Module.code)
    .order_by(Cohort.name, Cohort.id, Module.code)
)


def list_places(session: Session, actor: Actor) -> Sequence[Place]:
    """Where something waits, by cohort and module."""
    return _PLACES.each(Place, session, **queue_of(actor))


class Load(NamedTuple):
    """What one trainer has, in the cohorts of the actor: in hand, and waiting for them. `away_until` when they are away."""

    user_id: UUID
    given_name: str
    particle: str
    family_name: str
    in_hand: int
    waiting: int
    away_until: date | None
    cover_given: str | None

    @property
    def name(self) -> str:
        """The name in running text."""
        return full_name(self.given_name, self.particle, self.family_name)


_owned = (
    select(
        OWNER.label("owner_id"),
        func.count().filter(Reflection.state == ReflectionState.IN_REVIEW).label("in_hand"),
        func.count().filter(Reflection.state == ReflectionState.SUBMITTED).label("waiting"),
    )
    .select_from(Reflection)
    .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
    .where(IN_QUEUE)
    .group_by(text("owner_id"))
    .subquery("owned")
)
_cover = aliased(User)
# Of two absences at once the one that was made last counts.
_absence = (
    select(TrainerAbsence.id)
    .where(
        TrainerAbsence.user_id == User.id, TrainerAbsence.starts_on <= TODAY, TrainerAbsence.ends_on >= TODAY
    )
    .order_by(TrainerAbsence.made_at.desc(), TrainerAbsence.id.desc())
    .limit(1)
    .correlate(User)
    .scalar_subquery()
)
_LOAD = Prepared(
    select(
        User.id,
        User.given_name,
        User.name_particle,
        User.family_name,
        func.coalesce(_owned.c.in_hand, 0),
        func.coalesce(_owned.c.waiting, 0),
        TrainerAbsence.ends_on,
        _cover.given_name,
    )
    .outerjoin(_owned, _owned.c.owner_id == User.id)
    .outerjoin(TrainerAbsence, TrainerAbsence.id == _absence)
    .outerjoin(_cover, _cover.id == TrainerAbsence.cover_id)
    .where(User.id.in_(COLLEAGUES))
    .order_by(User.sort_key, User.id)
)


def list_load(session: Session, actor: Actor, now: datetime) -> Sequence[Load]:
    """Everybody who trains a cohort of the actor, themselves among them, with what they have in those cohorts."""
    return _LOAD.each(Load, session, now=now, today=local_date(now), **queue_of(actor))


_giver = aliased(User)
_NOTES = Prepared(
    select(cast(HandOver.reflection_id, Text), _giver.given_name, HandOver.note)
    .join(Reflection, Reflection.id == HandOver.reflection_id)
    .join(_giver, _giver.id == HandOver.from_id)
    .where(
        HandOver.to_id == ME,
        Reflection.suggested_reviewer_id == ME,
        Reflection.state.in_(WAITING),
        HandOver.made_at >= Reflection.for_trainer_at,
    )
    .order_by(HandOver.made_at)
)


def list_notes(session: Session, actor: Actor) -> dict[str, tuple[str, str]]:
    """Who asked the actor for which reflection that still waits, with their word; the last when there are more."""
    return {which: (given, note) for which, given, note in _NOTES.all(session, user_id=actor.user_id)}


def list_absences(session: Session, actor: Actor, now: datetime) -> Rows:
    """When the actor is or will be away. Columns: absence_id, starts_on, ends_on, cover_given."""
    return session.execute(
        select(
            TrainerAbsence.id.label("absence_id"),
            TrainerAbsence.starts_on,
            TrainerAbsence.ends_on,
            User.given_name.label("cover_given"),
        )
        .outerjoin(User, User.id == TrainerAbsence.cover_id)
        .where(TrainerAbsence.user_id == actor.user_id, TrainerAbsence.ends_on >= local_date(now))
        .order_by(TrainerAbsence.starts_on, TrainerAbsence.id)
    ).all()
