"""Since when somebody has done nothing in a cohort: the ground of what participants and their trainers hear about that.

What somebody did counts, and nothing else: whether they looked at a page is not told to anybody. Days of a school holiday
of theirs do not count as silence, nor the time before they could do something.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, ScalarSelect, and_, case, exists, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from peergang.cohorts.models import (
    ActivityCompletion,
    Attendance,
    Cohort,
    CohortModule,
    Enrolment,
    FreePeriod,
    Meeting,
    TopicRead,
)
from peergang.cohorts.rules import AttendanceState, CohortState, EnrolmentRole, EnrolmentState
from peergang.cohorts.rules.completion import DATED_BY_OTHERS
from peergang.conversations.models import Conversation
from peergang.core.clock import local_date, start_of_day
from peergang.core.db import Rows as Found, local_day
from peergang.coursework.models import PeerFeedback, Reflection
from peergang.discussion.models import Post
from peergang.identity.models import Affiliation, Institution, User
from peergang.notifications.catalog import Rows
from peergang.practice.models import PracticeExample
from peergang.reminders.queries.tasks import something_open
from peergang.reminders.rules import HOLIDAY, SILENCE

_NOT_A_DEED = sorted(DATED_BY_OTHERS | {"peer_feedback"})
"""Facts that say nothing about when somebody did something. Feedback is also completed at night, when nobody is left to
serve; the giving itself is read where it stands.
"""


def select_places(*columns: Any) -> Rows:
    """`columns` of participants who take part in a cohort that runs."""
    return (
        select(*columns)
        .select_from(Enrolment)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(
            Enrolment.role == EnrolmentRole.PARTICIPANT,
            Enrolment.state == EnrolmentState.ACTIVE,
            Cohort.state == CohortState.RUNNING,
        )
    )


def silent_since(now: datetime) -> ColumnElement[Any]:
    """The day since which the participant of `Enrolment` has done nothing; in a holiday it lies ahead."""
    return func.greatest(last_deed(), end_of_holiday(now))


def last_deed() -> ColumnElement[Any]:
    """The day on which the participant of `Enrolment` last did something, or could begin to."""
    return func.greatest(could_begin(), local_day(_last_own_deed()))


def could_begin() -> ColumnElement[Any]:
    """The day from which the participant of `Enrolment` could do something."""
    return local_day(func.greatest(Enrolment.activated_at, _first_opening()))


def did_something() -> ColumnElement[bool]:
    """Whether the participant of `Enrolment` did something since they have their place."""
    return func.coalesce(_last_own_deed() >= Enrolment.activated_at, False)


def _last_own_deed() -> ColumnElement[Any]:
    found: ColumnElement[Any] = func.greatest(
        _last_own_completion(),
        _latest(TopicRead.read_at, TopicRead.enrolment_id),
        _latest(Reflection.draft_saved_at, Reflection.enrolment_id),
        _latest(Reflection.submitted_at, Reflection.enrolment_id),
        _latest(PeerFeedback.saved_at, PeerFeedback.giver_id),
        _latest(PeerFeedback.sent_at, PeerFeedback.giver_id),
        _was_there(),
        _of_person(Conversation.created_at, Conversation.user_id),
        _of_person(PracticeExample.saved_at, PracticeExample.author_id),
        _of_person(Post.created_at, Post.author_id),
    )
    return found


def _last_own_completion() -> ScalarSelect[Any]:
    """Without what others did about them; what they handed in and sent themselves is counted as such."""
    return (
        select(func.max(ActivityCompletion.completed_at))
        .where(
            ActivityCompletion.enrolment_id == Enrolment.id,
            ActivityCompletion.evidence_kind.not_in(_NOT_A_DEED),
        )
        .correlate(Enrolment)
        .scalar_subquery()
    )


def is_silent(since: ColumnElement[Any], now: datetime) -> ColumnElement[bool]:
    """Whether nothing was done for three weeks."""
    return since <= literal(local_date(now) - SILENCE, Date())


def did_nothing_after(day: date) -> ColumnElement[bool]:
    """Whether the participant of `Enrolment` did nothing after `day`, as far as the database sees that for all of them at
    once; `silent_since` is exact, and costs more.
    """
    moment = start_of_day(day + timedelta(days=1))
    own = (
        (TopicRead.enrolment_id, TopicRead.read_at),
        (Reflection.enrolment_id, Reflection.draft_saved_at),
        (PeerFeedback.giver_id, PeerFeedback.saved_at),
    )
    of_person = (
        (Conversation.user_id, Conversation.created_at),
        (PracticeExample.author_id, PracticeExample.saved_at),
        (Post.author_id, Post.created_at),
    )
    return and_(
        Enrolment.activated_at < moment,
        ~exists()
        .where(
            ActivityCompletion.enrolment_id == Enrolment.id,
            ActivityCompletion.completed_at >= moment,
            ActivityCompletion.evidence_kind.not_in(_NOT_A_DEED),
        )
        .correlate(Enrolment),
        *(~exists().where(key == Enrolment.id, at >= moment).correlate(Enrolment) for key, at in own),
        *(
            ~exists().where(key == Enrolment.user_id, at >= moment).correlate(Enrolment)
            for key, at in of_person
        ),
    )


def _latest(
    moment: InstrumentedAttribute[Any], enrolment_id: InstrumentedAttribute[Any]
) -> ScalarSelect[Any]:
    return select(func.max(moment)).where(enrolment_id == Enrolment.id).correlate(Enrolment).scalar_subquery()


def _of_person(moment: InstrumentedAttribute[Any], user_id: InstrumentedAttribute[Any]) -> ScalarSelect[Any]:
    """Things of a person that may belong to any of their cohorts."""
    found = select(func.max(moment)).where(user_id == Enrolment.user_id)
    return found.correlate(Enrolment).scalar_subquery()


def _was_there() -> ScalarSelect[Any]:
    return (
        select(func.max(Meeting.starts_at))
        .join(Attendance, Attendance.meeting_id == Meeting.id)
        .where(Attendance.enrolment_id == Enrolment.id, Attendance.state == AttendanceState.PRESENT)
        .correlate(Enrolment)
        .scalar_subquery()
    )


def _first_opening() -> ScalarSelect[Any]:
    return (
        select(func.min(CohortModule.opens_at))
        .where(CohortModule.cohort_id == Enrolment.cohort_id)
        .correlate(Enrolment)
        .scalar_subquery()
    )


def end_of_holiday(now: datetime) -> ScalarSelect[Any]:
    """The last day of the latest holiday that has begun, at the institution of the enrolment; NULL when there was none. A day
    off is no holiday.
    """
    today = literal(local_date(now), Date())
    region = region_of_enrolment()
    return (
        select(func.max(FreePeriod.ends_on))
        .where(
            FreePeriod.starts_on <= today,
            FreePeriod.ends_on - FreePeriod.starts_on >= HOLIDAY.days,
            (FreePeriod.region == "") | (FreePeriod.region == region),
        )
        .correlate(Enrolment)
        .scalar_subquery()
    )


def region_of_enrolment() -> ScalarSelect[Any]:
    """The region of the institution under which the `Enrolment` began."""
    return (
        select(Institution.region)
        .join(Affiliation, Affiliation.institution_id == Institution.id)
        .where(Affiliation.id == Enrolment.affiliation_id)
        .correlate(Enrolment)
        .scalar_subquery()
    )


Condition = Callable[[], ColumnElement[bool]]
_left_out: list[Condition] = []


def leave_out(condition: Condition) -> None:
    """Let a higher feature say whose silence (of the participant of `Enrolment`) trainers need not hear of."""
    if condition not in _left_out:
        _left_out.append(condition)


def select_newly_silent(now: datetime, monday: date, *columns: Any) -> Rows:
    """`columns` of participants of whom the three weeks were over in the week before `monday`, and who could do something;
    without whose silence was explained.
    """
    since = silent_since(now)
    newly = since.between(
        literal(monday - SILENCE - timedelta(days=6), Date()), literal(monday - SILENCE, Date())
    )
    # What is open costs most to know, so the few who are silent are found first.
    exactly = case((newly, and_(something_open(now), *(~one() for one in _left_out))), else_=False)
    return select_places(*columns).where(case((did_nothing_after(monday - SILENCE), exactly), else_=False))


def list_newly_silent(session: Session, cohorts: Iterable[UUID], now: datetime, monday: date) -> Found:
    """The same by name, of these cohorts. Columns: cohort_id, cohort, given_name, name_particle, family_name."""
    found = select_newly_silent(
        now,
        monday,
        Cohort.id.label("cohort_id"),
        Cohort.name.label("cohort"),
        User.given_name,
        User.name_particle,
        User.family_name,
    )
    return session.execute(
        found.join(User, User.id == Enrolment.user_id)
        .where(Cohort.id.in_(list(cohorts)), User.deactivated_at.is_(None))
        .order_by(Cohort.starts_on, Cohort.id, User.sort_key, Enrolment.id)
    ).all()
