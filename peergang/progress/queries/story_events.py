"""What happened to one participant, from every table that knows, in two statements."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    Select,
    String,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from peergang.cohorts.models import (
    Attendance,
    CohortModule,
    Enrolment,
    Extension,
    FreePeriod,
    Meeting,
    PeerGroup,
    PeerGroupMembership,
    SignOff,
)
from peergang.cohorts.queries.sign_offs import still_holds
from peergang.cohorts.rules import MeetingState
from peergang.core.db import AMSTERDAM, local_day
from peergang.coursework.models import PeerFeedback, Reflection, ReflectionVersion, Review
from peergang.curriculum.models import Activity, Module
from peergang.identity.models import Affiliation, Institution, User
from peergang.notifications.models import Notice
from peergang.notifications.rules import NoticeState
from peergang.progress.models import CallNote, RiskDismissal, RiskSignal
from peergang.progress.rules.story import Event, Happened
from peergang.reminders.models import Nudge
from peergang.reminders.queries.nudges import RULE as NUDGE

_EMPTY = literal("", String)
_NONE = cast(null(), DateTime(timezone=True))
_ZERO = literal(0, Integer)
_BY = func.coalesce(
    func.concat_ws(" ", User.given_name, func.nullif(User.name_particle, ""), User.family_name), ""
)
A_HOLIDAY = 4


def list_events(session: Session, head: Any) -> list[Event]:
    """Everything that happened to the participant of `head` (queries.story), in no order. Reasons stand in `detail` of
    extensions: the view shows them to who may read them.
    """
    parts = (
        *_lessons(head),
        *_coursework(head),
        *_meetings(head),
        *_help(head),
        *_place(head),
        *_risks(head),
    )
    return [
        Event(
            Happened(row.kind),
            row.at,
            (row.title, row.title_en),
            row.slug,
            row.detail,
            row.number,
            row.until,
            row.by,
        )
        for row in session.execute(union_all(*parts))
    ]


def _event(
    kind: Happened,
    at: Any,
    *,
    title: Any = _EMPTY,
    title_en: Any = None,
    slug: Any = _EMPTY,
    detail: Any = _EMPTY,
    number: Any = _ZERO,
    until: Any = _NONE,
    by: Any = _EMPTY,
) -> Select[*tuple[Any, ...]]:
    return select(
        literal(str(kind), String).label("kind"),
        at.label("at"),
        title.label("title"),
        (title if title_en is None else title_en).label("title_en"),
        slug.label("slug"),
        detail.label("detail"),
        number.label("number"),
        until.label("until"),
        by.label("by"),
    )


def _of_activity(kind: Happened, at: Any, **more: Any) -> Select[*tuple[Any, ...]]:
    return _event(kind, at, title=Activity.title, title_en=Activity.title_en, slug=Activity.slug, **more)


def _lessons(head: Any) -> tuple[Select[*tuple[Any, ...]], ...]:
    opened = (
        _event(
            Happened.OPENED,
            CohortModule.opens_at,
            title=Module.title,
            title_en=Module.title_en,
            slug=Module.code,
        )
        .select_from(CohortModule)
        .join(Module, Module.id == CohortModule.module_id)
        .where(CohortModule.cohort_id == head.cohort_id)
    )
    return (opened,)


def _coursework(head: Any) -> tuple[Select[*tuple[Any, ...]], ...]:
    own = Reflection.enrolment_id == head.enrolment_id
    handed_in = (
        _of_activity(Happened.HANDED_IN, ReflectionVersion.submitted_at, number=ReflectionVersion.number)
        .select_from(ReflectionVersion)
        .join(Reflection, Reflection.id == ReflectionVersion.reflection_id)
        .join(Activity, Activity.id == Reflection.activity_id)
        .where(own)
    )
    decided = (
        _of_activity(Happened.DECIDED, Review.sent_at, detail=Review.decision, by=_BY)
        .select_from(Review)
        .join(ReflectionVersion, ReflectionVersion.id == Review.version_id)
        .join(Reflection, Reflection.id == ReflectionVersion.reflection_id)
        .join(Activity, Activity.id == Reflection.activity_id)
        .join(User, User.id == Review.reviewer_id)
        .where(own, Review.sent_at.is_not(None))
    )
    day = local_day(PeerFeedback.sent_at)
    first, number = func.min(PeerFeedback.sent_at), cast(func.count(), Integer)
    given = (
        _event(Happened.FEEDBACK_GIVEN, first, number=number)
        .select_from(PeerFeedback)
        .where(PeerFeedback.giver_id == head.enrolment_id, PeerFeedback.sent_at.is_not(None))
        .group_by(day)
    )
    received = (
        _event(Happened.FEEDBACK_RECEIVED, first, number=number)
        .select_from(PeerFeedback)
        .join(ReflectionVersion, ReflectionVersion.id == PeerFeedback.version_id)
        .join(Reflection, Reflection.id == ReflectionVersion.reflection_id)
        .where(own, PeerFeedback.sent_at.is_not(None))
        .group_by(day)
    )
    return handed_in, decided, given, received


def _meetings(head: Any) -> tuple[Select[*tuple[Any, ...]], ...]:
    here = (Attendance.meeting_id == Meeting.id) & (Attendance.enrolment_id == head.enrolment_id)
    held = (
        _event(
            Happened.MEETING,
            Meeting.starts_at,
            title=Meeting.title,
            detail=func.coalesce(Attendance.state, ""),
        )
        .select_from(Meeting)
        .outerjoin(Attendance, here)
        .where(Meeting.cohort_id == head.cohort_id, Meeting.state != MeetingState.CANCELLED)
    )
    signed_off = (
        _event(Happened.SIGNED_OFF, SignOff.signed_off_at, title=Meeting.title, until=SignOff.starts_at)
        .select_from(SignOff)
        .join(Meeting, Meeting.id == SignOff.meeting_id)
        .where(SignOff.enrolment_id == head.enrolment_id, still_holds())
    )
    return held, signed_off


def _help(head: Any) -> tuple[Select[*tuple[Any, ...]], ...]:
    extended = (
        _of_activity(
            Happened.EXTENDED,
            Extension.granted_at,
            detail=Extension.reason,
            until=Extension.due_at,
            by=_BY,
            # 1 says that it counts no more.
            number=cast(Extension.revoked_at.is_not(None), Integer),
        )
        .select_from(Extension)
        .join(Activity, Activity.id == Extension.activity_id)
        .outerjoin(User, User.id == Extension.granted_by_id)
        .where(Extension.enrolment_id == head.enrolment_id)
    )
    nudged = (
        _of_activity(Happened.NUDGED, Nudge.asked_at, by=_BY)
        .select_from(Nudge)
        .join(Activity, Activity.id == Nudge.activity_id)
        .outerjoin(User, User.id == Nudge.asked_by_id)
        .where(Nudge.enrolment_id == head.enrolment_id, Nudge.withdrawn_at.is_(None))
    )
    told = (
        _event(Happened.TOLD, func.coalesce(Notice.handed_over_at, Notice.finished_at), detail=Notice.rule)
        .select_from(Notice)
        .where(
            Notice.recipient_id == head.user_id,
            Notice.cohort_id == head.cohort_id,
            Notice.state == NoticeState.SENT,
            Notice.rule != NUDGE,
        )
    )
    return extended, nudged, told


def _place(head: Any) -> tuple[Select[*tuple[Any, ...]], ...]:
    """Work, peer group and holidays during the run."""
    moved = (
        _event(Happened.WORK, _morning(Affiliation.valid_from), title=Institution.name)
        .select_from(Affiliation)
        .join(Institution, Institution.id == Affiliation.institution_id)
        .where(
            Affiliation.user_id == head.user_id,
            Affiliation.valid_from > head.starts_on,
            Affiliation.valid_from <= head.ends_on,
            Affiliation.valid_until.is_(None) | (Affiliation.valid_until > Affiliation.valid_from),
        )
    )
    group = (
        _event(Happened.GROUP, PeerGroupMembership.joined_at, title=PeerGroup.name)
        .select_from(PeerGroupMembership)
        .join(PeerGroup, PeerGroup.id == PeerGroupMembership.peer_group_id)
        .where(PeerGroupMembership.enrolment_id == head.enrolment_id)
    )
    region = (
        select(Institution.region)
        .join(Affiliation, Affiliation.institution_id == Institution.id)
        .join(Enrolment, Enrolment.affiliation_id == Affiliation.id)
        .where(Enrolment.id == head.enrolment_id)
        .scalar_subquery()
    )
    holiday = (
        _event(
            Happened.HOLIDAY,
            _morning(FreePeriod.starts_on),
            title=FreePeriod.name,
            until=_morning(FreePeriod.ends_on),
        )
        .select_from(FreePeriod)
        .where(
            FreePeriod.ends_on - FreePeriod.starts_on >= A_HOLIDAY,
            FreePeriod.starts_on >= head.starts_on,
            FreePeriod.starts_on <= head.ends_on,
            (FreePeriod.region == "") | (FreePeriod.region == region),
        )
    )
    return moved, group, holiday


def _risks(head: Any) -> tuple[Select[*tuple[Any, ...]], ...]:
    """What a rule saw and what was done about that; why, and what was said, stands on the pages about risks."""
    own = RiskSignal.enrolment_id == head.enrolment_id
    seen = (
        _event(Happened.RISK, RiskSignal.opened_at, detail=RiskSignal.rule).select_from(RiskSignal).where(own)
    )
    over = (
        _event(Happened.RISK_OVER, RiskSignal.ended_at, detail=RiskSignal.rule)
        .select_from(RiskSignal)
        .where(own, RiskSignal.ended_at.is_not(None))
    )
    dismissed = (
        _event(Happened.DISMISSED, RiskDismissal.dismissed_at, detail=RiskDismissal.rule, by=_BY)
        .select_from(RiskDismissal)
        .outerjoin(User, User.id == RiskDismissal.dismissed_by_id)
        .where(RiskDismissal.enrolment_id == head.enrolment_id, RiskDismissal.undone_at.is_(None))
    )
    called = (
        _event(Happened.CALL, CallNote.called_at, by=_BY)
        .select_from(CallNote)
        .outerjoin(User, User.id == CallNote.written_by_id)
        .where(CallNote.enrolment_id == head.enrolment_id)
    )
    return seen, over, dismissed, called


def _morning(day: Any) -> ColumnElement[datetime]:
    return func.timezone(AMSTERDAM, cast(day, DateTime()))


def list_place_events(head: Any) -> list[Event]:
    """What the enrolment itself says."""
    moments = {
        Happened.INVITED: head.invited_at,
        Happened.WAITLISTED: head.waitlisted_at,
        Happened.JOINED: head.activated_at,
        Happened.FINISHED: head.completed_at,
        Happened.STOPPED: head.withdrawn_at,
    }
    return [Event(kind, at) for kind, at in moments.items() if at is not None]


def list_completions(activities: Any) -> list[Event]:
    """What was completed, from the rows of queries.story; by judgment is told from the judgments."""
    return [
        Event(
            Happened.COMPLETED,
            one.completed_at,
            (one.title, one.title_en),
            one.slug,
            one.evidence_kind,
            one.rule_version,
        )
        for one in activities
        if one.completed_at is not None and one.evidence_kind != "override"
    ]


def list_judgments(overrides: Any) -> list[Event]:
    """Completion by judgment, from cohorts.queries.overrides; the reasons stand in `detail`."""
    given = [
        Event(
            Happened.JUDGED,
            one.made_at,
            (one.title, one.title_en),
            one.slug,
            one.reason,
            int(one.taken_back_at is not None),
            by=one.made_by,
        )
        for one in overrides
    ]
    taken = [
        Event(
            Happened.TAKEN_BACK,
            one.taken_back_at,
            (one.title, one.title_en),
            one.slug,
            by=one.taken_back_by,
        )
        for one in overrides
        if one.taken_back_at is not None
    ]
    return given + taken
