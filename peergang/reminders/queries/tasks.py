"""What a participant still has to do, and by when: the ground of "due soon" and "overdue"."""

from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, String, and_, case, exists, literal, select
from sqlalchemy.orm import aliased

from peergang.cohorts.models import (
    ActivityCompletion,
    Cohort,
    CohortActivity,
    Enrolment,
    PeerGroupMembership,
)
from peergang.cohorts.queries.due import is_due_by, personal_due_at
from peergang.cohorts.rules import CohortState, EnrolmentRole, EnrolmentState
from peergang.coursework.models import PeerFeedback, Reflection, ReflectionVersion
from peergang.coursework.rules import PEER_AUDIENCES, READABLE, ReflectionState
from peergang.curriculum.models import Activity
from peergang.curriculum.rules import ActivityKind
from peergang.notifications.catalog import Rows
from peergang.practice.models import PracticeExample
from peergang.reminders.queries.moments import Expression, stamp

HANDED_IN = (ReflectionState.SUBMITTED, ReflectionState.IN_REVIEW, ReflectionState.APPROVED)
UNFINISHED_EXAMPLE = ("draft", "returned")


def select_tasks(now: datetime, *more: Expression) -> Rows:
    """Required activities of participants as (subject_id, recipient_id, occurrence, blocked), with `more` columns.

    The subject is the activity, the occurrence its due date for this person: more time is a new
    occurrence. Meetings have a rule of their own. `blocked` says why there
    is nothing to do: what waits for a trainer is as good as done for its author.
    """
    return (
        select(
            Activity.id.label("subject_id"),
            Enrolment.user_id.label("recipient_id"),
            stamp(personal_due_at()).label("occurrence"),
            # Who came in later cannot be late.
            why_not(now, (Enrolment.activated_at > personal_due_at(), "joined_later")).label("blocked"),
            *more,
        )
        .join(CohortActivity, CohortActivity.activity_id == Activity.id)
        .join(Cohort, Cohort.id == CohortActivity.cohort_id)
        .join(Enrolment, Enrolment.cohort_id == Cohort.id)
        .where(
            Activity.required,
            Activity.kind != ActivityKind.MEETING,
            Enrolment.role == EnrolmentRole.PARTICIPANT,
        )
    )


def why_not(now: datetime, *more: tuple[ColumnElement[bool], str]) -> ColumnElement[str]:
    """Why there is nothing to do now for the participant of `Enrolment` at the `Activity`; empty when there is. `more` are
    further reasons, which come before what was done.
    """
    return case(
        (Enrolment.state != EnrolmentState.ACTIVE, "withdrawn"),
        (Cohort.state != CohortState.RUNNING, "closed"),
        (CohortActivity.opens_at > now, "not_open"),
        *more,
        (_completed(), "done"),
        (_reflection_handed_in(), "handed_in"),
        (_example_handed_in(), "handed_in"),
        (and_(Activity.kind == ActivityKind.PEER_FEEDBACK, ~_somebody_waits()), "nobody_waits"),
        else_=literal("", String),
    )


def something_open(now: datetime) -> ColumnElement[bool]:
    """Whether there is something to do for the participant of `Enrolment`: required, open, and not handed in."""
    return (
        exists()
        .where(
            CohortActivity.cohort_id == Enrolment.cohort_id,
            CohortActivity.opens_at <= now,
            Activity.id == CohortActivity.activity_id,
            Activity.required,
            Activity.kind != ActivityKind.MEETING,
            ~_completed(),
            ~_reflection_handed_in(),
            ~_example_handed_in(),
        )
        .correlate(Enrolment)
    )


def something_due(now: datetime) -> ColumnElement[bool]:
    """Whether something is past the own date of the participant of `Enrolment` and not handed in."""
    return (
        exists()
        .where(
            CohortActivity.cohort_id == Enrolment.cohort_id,
            CohortActivity.opens_at <= now,
            is_due_by(now),
            # Who came in later cannot be late.
            Enrolment.activated_at <= personal_due_at(),
            Activity.id == CohortActivity.activity_id,
            Activity.required,
            Activity.kind != ActivityKind.MEETING,
            ~_completed(),
            ~_reflection_handed_in(),
            ~_example_handed_in(),
            ~and_(Activity.kind == ActivityKind.PEER_FEEDBACK, ~_somebody_waits()),
        )
        .correlate(Enrolment)
    )


# What does not depend on the moment is built once: looking weeks ahead asks for it a dozen times a page.
@cache
def _completed() -> ColumnElement[bool]:
    return (
        exists()
        .where(ActivityCompletion.enrolment_id == Enrolment.id, ActivityCompletion.activity_id == Activity.id)
        .correlate(Enrolment, Activity)
    )


@cache
def _reflection_handed_in() -> ColumnElement[bool]:
    return (
        exists()
        .where(
            Reflection.enrolment_id == Enrolment.id,
            Reflection.activity_id == Activity.id,
            Reflection.state.in_(HANDED_IN),
        )
        .correlate(Enrolment, Activity)
    )


@cache
def _example_handed_in() -> ColumnElement[bool]:
    return (
        exists()
        .where(
            PracticeExample.enrolment_id == Enrolment.id,
            PracticeExample.activity_id == Activity.id,
            PracticeExample.state.not_in(UNFINISHED_EXAMPLE),
        )
        .correlate(Enrolment, Activity)
    )


@cache
def _somebody_waits() -> ColumnElement[bool]:
    """Whether a member of the peer group has handed in what this feedback is about, and has nothing back from us yet."""
    mine, theirs = aliased(PeerGroupMembership), aliased(PeerGroupMembership)
    about = aliased(Activity)
    given = (
        exists()
        .where(
            PeerFeedback.version_id == ReflectionVersion.id,
            ReflectionVersion.reflection_id == Reflection.id,
            PeerFeedback.giver_id == Enrolment.id,
            PeerFeedback.sent_at.is_not(None),
        )
        .correlate(Enrolment, Reflection)
    )
    return (
        exists()
        .where(
            mine.enrolment_id == Enrolment.id,
            mine.left_at.is_(None),
            theirs.peer_group_id == mine.peer_group_id,
            theirs.left_at.is_(None),
            theirs.enrolment_id != Enrolment.id,
            Reflection.enrolment_id == theirs.enrolment_id,
            Reflection.activity_id == about.id,
            about.edition_id == Activity.edition_id,
            about.slug == Activity.settings["about"].astext,
            Reflection.state.in_(READABLE),
            Reflection.audience.in_(PEER_AUDIENCES),
            ~given,
        )
        .correlate(Enrolment, Activity)
    )
