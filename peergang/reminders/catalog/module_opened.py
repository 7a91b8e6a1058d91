"""A module opens, to participants: what is in it, how long it takes and by when. Once for each module and person."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from sqlalchemy import ColumnElement, String, case, exists, func, literal, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import ActivityCompletion, Cohort, CohortModule, Enrolment
from peergang.cohorts.rules import INVITING, EnrolmentRole, EnrolmentState
from peergang.core.i18n import lazy_gettext
from peergang.curriculum.models import Activity, Module
from peergang.notifications.catalog import Claim, Content, Rows, Rule
from peergang.notifications.models import Notice
from peergang.notifications.rules import Kind
from peergang.reminders.queries.moments import day_of, morning_of, stamp
from peergang.reminders.queries.told import GOING, is_told, is_told_since
from peergang.reminders.rules import PLAN_AHEAD, daytime

LATE = timedelta(days=3)
"""Who hears it later than this has seen it."""

GOOD_FOR = timedelta(days=7)
JUST_TOLD = timedelta(days=2)
"""Who heard so shortly before that the cohort begins, needs no second mail about it."""


def standing(now: datetime) -> Rows:
    """Every module of every cohort, with its participants. Another day of opening is another occurrence, until somebody was
    told.
    """
    blocked = case(
        (Enrolment.state != EnrolmentState.ACTIVE, "withdrawn"),
        (Cohort.state.not_in(INVITING), "closed"),
        (CohortModule.opens_at > now + PLAN_AHEAD, "not_open"),
        (Enrolment.activated_at > CohortModule.opens_at, "joined_later"),
        (~_asks_something(), "done"),
        (_told_before() | _begin_told(), "told"),
        else_=literal("", String),
    )
    return (
        select(
            CohortModule.module_id.label("subject_id"),
            Enrolment.user_id.label("recipient_id"),
            stamp(CohortModule.opens_at).label("occurrence"),
            blocked.label("blocked"),
        )
        .join(Cohort, Cohort.id == CohortModule.cohort_id)
        .join(Enrolment, Enrolment.cohort_id == Cohort.id)
        .where(Enrolment.role == EnrolmentRole.PARTICIPANT)
    )


@cache
def _told_before() -> ColumnElement[bool]:
    """Of two that wait, for two cohorts of one person, the first goes."""
    occurrence = stamp(CohortModule.opens_at)
    return is_told(
        "module_opened",
        CohortModule.module_id,
        Enrolment.user_id,
        Notice.occurrence != occurrence,
        Notice.state.not_in(GOING) | (Notice.occurrence < occurrence),
    )


@cache
def _begin_told() -> ColumnElement[bool]:
    return is_told_since(
        "cohort_starts", Cohort.id, Enrolment.user_id, CohortModule.opens_at - literal(JUST_TOLD)
    )


@cache
def _asks_something() -> ColumnElement[bool]:
    """Whether something in the module is not done yet: who went over from another cohort may have done all of it."""
    done = exists().where(
        ActivityCompletion.enrolment_id == Enrolment.id, ActivityCompletion.activity_id == Activity.id
    )
    return (
        exists()
        .where(
            Activity.module_id == CohortModule.module_id,
            Activity.required,
            ~done.correlate(Enrolment, Activity),
        )
        .correlate(CohortModule, Enrolment)
    )


def due(now: datetime) -> Rows:
    """What opens today or opened these days."""
    opens_at = CohortModule.opens_at
    moment = func.greatest(opens_at, morning_of(day_of(opens_at)), literal(daytime(now)))
    near = (
        standing(now)
        .add_columns(moment.label("moment"), opens_at, Cohort.id.label("cohort_id"))
        .where(opens_at > now - LATE, opens_at <= now + PLAN_AHEAD)
        .subquery("near")
    )
    return select(
        near.c.subject_id,
        near.c.recipient_id,
        near.c.occurrence,
        near.c.moment.label("not_before"),
        (near.c.opens_at + literal(GOOD_FOR)).label("expires_at"),
        near.c.cohort_id,
    ).where(near.c.blocked == "")


def content(session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
    """The module, what is asked in it and when that is due for their cohort; two statements."""
    modules = {claim.subject_id for claim in claims}
    asked: dict[UUID, list[tuple[str, str, int]]] = {}
    for one in session.execute(
        select(Activity.module_id, Activity.title, Activity.title_en, Activity.minutes)
        .where(Activity.module_id.in_(modules), Activity.required)
        .order_by(Activity.position)
    ):
        asked.setdefault(one.module_id, []).append((one.title, one.title_en, one.minutes))
    rows = session.execute(
        select(
            Module.id,
            Module.title,
            Module.title_en,
            Module.question,
            Module.question_en,
            Enrolment.user_id,
            CohortModule.due_at,
            stamp(CohortModule.opens_at).label("occurrence"),
        )
        .join(CohortModule, CohortModule.module_id == Module.id)
        .join(Enrolment, Enrolment.cohort_id == CohortModule.cohort_id)
        .where(
            Module.id.in_(modules),
            Enrolment.user_id.in_({claim.recipient_id for claim in claims}),
            Enrolment.role == EnrolmentRole.PARTICIPANT,
            Enrolment.state == EnrolmentState.ACTIVE,
        )
    )
    found = {(row.id, row.user_id, row.occurrence): row for row in rows}
    return {
        claim.id: {
            "path": f"/modules/{claim.subject_id}",
            "title": row.title,
            "title_en": row.title_en,
            "question": row.question,
            "question_en": row.question_en,
            "due_at": row.due_at,
            "asked": asked.get(row.id, []),
            "minutes": sum(minutes for _, _, minutes in asked.get(row.id, [])),
        }
        for claim in claims
        if (row := found.get((claim.subject_id, claim.recipient_id, claim.occurrence))) is not None
    }


RULE = Rule(
    name="module_opened",
    kind=Kind.REMINDER,
    title=lazy_gettext("Er gaat een module open"),
    timing=lazy_gettext("Op de dag dat de module opengaat"),
    reason=lazy_gettext("je meedoet aan het traject waarvan deze module opengaat"),
    due=due,
    standing=standing,
    content=content,
    known_to_organisers=True,
    about="title",
    by_time=True,
)
