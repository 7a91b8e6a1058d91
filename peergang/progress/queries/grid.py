"""A cohort as a grid: participants × modules, for its trainer."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    DateTime,
    Select,
    String,
    cast,
    exists,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import (
    ActivityCompletion,
    Cohort,
    CohortActivity,
    CohortModule,
    Enrolment,
    Extension,
)
from peergang.cohorts.queries.due import EXTENDS, JOINED_DUE_AT
from peergang.core.db import AnyRow, Rows
from peergang.core.errors import NotFound
from peergang.coursework.models import Reflection
from peergang.coursework.queries.turns import WAITS_SINCE, WITH_PEERS
from peergang.coursework.rules import WAITING, Audience
from peergang.curriculum.models import Activity, Edition, Module


def get_cohort_head(session: Session, cohort_id: UUID) -> AnyRow:
    """One cohort. Columns: id, name, state, starts_on, ends_on, sign, title, title_en.

    Raises:
        NotFound: when there is none.
    """
    row = session.execute(
        select(
            Cohort.id,
            Cohort.name,
            Cohort.state,
            Cohort.starts_on,
            Cohort.ends_on,
            Edition.sign,
            Edition.title,
            Edition.title_en,
        )
        .join(Edition, Edition.id == Cohort.edition_id)
        .where(Cohort.id == cohort_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def list_grid_modules(session: Session, cohort_id: UUID) -> Rows:
    """The modules of a cohort in their order, with their dates and the number of required activities.

    Columns: module_id, code, title, title_en, required, opens_at, due_at.
    """
    required = (
        select(func.count())
        .where(Activity.module_id == Module.id, Activity.required)
        .correlate(Module)
        .scalar_subquery()
    )
    return session.execute(
        select(
            Module.id.label("module_id"),
            Module.code,
            Module.title,
            Module.title_en,
            required.label("required"),
            CohortModule.opens_at,
            CohortModule.due_at,
        )
        .join(CohortModule, CohortModule.module_id == Module.id)
        .where(CohortModule.cohort_id == cohort_id)
        .order_by(Module.position)
    ).all()


@dataclass(frozen=True, slots=True)
class ByModule:
    """What is known of the participants of a cohort in its modules; each by (enrolment id, module id).

    Attributes:
        done: how many required activities they completed.
        more_time: for how many of the others they still have more time than the cohort.
        waiting: since when their oldest reflection waits for a trainer. Private ones do not wait, nor what
            the peer group reads first.
    """

    done: dict[tuple[UUID, UUID], int] = field(default_factory=dict)
    more_time: dict[tuple[UUID, UUID], int] = field(default_factory=dict)
    waiting: dict[tuple[UUID, UUID], datetime] = field(default_factory=dict)


def get_by_module(session: Session, cohort_id: UUID, moment: datetime) -> ByModule:
    """How far everybody is in every module, in one statement."""
    found = ByModule()
    parts = (_done(cohort_id), _more_time(cohort_id, moment), _waiting(cohort_id))
    for row in session.execute(union_all(*parts)):
        key = (row.enrolment_id, row.module_id)
        if row.what == "waiting":
            found.waiting[key] = row.since
        else:
            (found.done if row.what == "done" else found.more_time)[key] = row.number
    return found


def _columns(what: str, enrolment_id: Any, module_id: Any, *, number: Any = None, since: Any = None) -> Any:
    return select(
        enrolment_id.label("enrolment_id"),
        module_id.label("module_id"),
        literal(what, String).label("what"),
        (cast(null(), BigInteger) if number is None else number).label("number"),
        (cast(null(), DateTime(timezone=True)) if since is None else since).label("since"),
    )


def _done(cohort_id: UUID) -> Select[*tuple[Any, ...]]:
    """A fact of an older edition counts through its slug, as in the compiled progress, and once."""
    done, now = aliased(Activity), aliased(Activity)
    old, new = aliased(Edition), aliased(Edition)
    number = func.count(now.id.distinct())
    found: Select[*tuple[Any, ...]] = (
        _columns("done", ActivityCompletion.enrolment_id, now.module_id, number=number)
        .join(Enrolment, Enrolment.id == ActivityCompletion.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(done, done.id == ActivityCompletion.activity_id)
        .join(old, old.id == done.edition_id)
        .join(new, (new.id == Cohort.edition_id) & (new.programme_id == old.programme_id))
        .join(now, (now.edition_id == new.id) & (now.slug == done.slug) & (now.kind == done.kind))
        .where(Enrolment.cohort_id == cohort_id, now.required)
        .group_by(ActivityCompletion.enrolment_id, now.module_id)
    )
    return found


def _more_time(cohort_id: UUID, moment: datetime) -> Select[*tuple[Any, ...]]:
    is_done = exists().where(
        ActivityCompletion.enrolment_id == Enrolment.id, ActivityCompletion.activity_id == Activity.id
    )
    found: Select[*tuple[Any, ...]] = (
        _columns("more time", Enrolment.id, Activity.module_id, number=func.count())
        .join(CohortActivity, CohortActivity.cohort_id == Enrolment.cohort_id)
        .join(Extension, EXTENDS)
        .join(Activity, Activity.id == CohortActivity.activity_id)
        .where(Enrolment.cohort_id == cohort_id, Activity.required, moment < JOINED_DUE_AT, ~is_done)
        .group_by(Enrolment.id, Activity.module_id)
    )
    return found


def _waiting(cohort_id: UUID) -> Select[*tuple[Any, ...]]:
    since = func.min(WAITS_SINCE)
    found: Select[*tuple[Any, ...]] = (
        _columns("waiting", Reflection.enrolment_id, Activity.module_id, since=since)
        .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
        .join(Activity, Activity.id == Reflection.activity_id)
        .where(
            Enrolment.cohort_id == cohort_id,
            Reflection.state.in_(WAITING),
            Reflection.audience != Audience.PRIVATE,
            ~WITH_PEERS,
        )
        .group_by(Reflection.enrolment_id, Activity.module_id)
    )
    return found
