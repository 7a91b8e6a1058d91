"""What export and erasure do with the records of this feature."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.actions.erasing import erase_places
from peergang.cohorts.models import (
    ActivityCompletion,
    Attendance,
    CalendarFeed,
    Cohort,
    Enrolment,
    Extension,
    JoinRequest,
    Meeting,
    PeerGroup,
    PeerGroupMembership,
    TopicRead,
)
from peergang.cohorts.queries.overrides import select_own_overrides
from peergang.cohorts.queries.own_meetings import select_own_feed, select_own_meetings
from peergang.core.export import read_plain
from peergang.curriculum.models import Activity, Edition, Topic
from peergang.identity.models import Affiliation, Institution

COLUMNS: dict[str, str] = {
    "enrolment.user_id": "Exported; kept at erasure under a person without a name: figures and groups depend on it.",
    "enrolment.affiliation_id": "Exported as the institution it counts for; kept at erasure, it names nobody.",
    "peer_group_membership.enrolment_id": "Exported; kept at erasure under a person without a name: peers' work refers to it.",
    "intervision_session.case_enrolment_id": "Not exported: it stands there during the talk alone and is emptied at its end.",
    "attendance.enrolment_id": "Exported; kept at erasure under a person without a name: participation is counted from it.",
    "attendance.recorded_by_id": "Not exported to the recorder; emptied at erasure.",
    "topic_read.enrolment_id": "Exported; removed at erasure.",
    "activity_completion.enrolment_id": "Exported; kept at erasure under a person without a name: a fact stays (invariant 2).",
    "completion_override.enrolment_id": "Exported; the reason is emptied at erasure, that it was so stays.",
    "completion_override.made_by_id": "Not exported to who judged; emptied at erasure.",
    "completion_override.taken_back_by_id": "Not exported to who took it back; emptied at erasure.",
    "waiting_evidence.enrolment_id": "Exported; kept at erasure under a person without a name, as facts are.",
    "meeting_sign_off.enrolment_id": "Exported; removed at erasure, because the reason is the person's own.",
    "meeting_action.enrolment_id": "Exported; kept at erasure under a person without a name: others agreed on it.",
    "meeting_page.notes_by_id": "Not exported, the notes are the cohort's; emptied at erasure.",
    "calendar_feed.user_id": "Exported without the secret; removed at erasure.",
    "calendar_line.enrolment_id": "Exported; removed at erasure.",
    "extension.enrolment_id": "Exported; the reason is emptied at erasure, the date is kept: being in time depends on it.",
    "extension.granted_by_id": "Not exported to the one who gave it; emptied at erasure.",
    "join_request.user_id": "Exported; at erasure what waits is removed, and what was decided kept without words.",
    "join_request.decided_by_id": "Not exported to who decided; emptied at erasure.",
    "edition_upgrade.upgraded_by_id": "Not exported, it is about the cohort; emptied at erasure.",
    "roster_import.created_by_id": "Not exported, the rows are other people's; kept at erasure under a person without a name.",
}


def export(session: Session, user_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Everything this feature keeps about `user_id`, as plain rows."""
    own = Enrolment.user_id == user_id
    return {
        "enrolments": read_plain(session, _select_enrolments().where(own)),
        "requests_for_a_place": read_plain(session, _select_requests().where(JoinRequest.user_id == user_id)),
        "peer_groups": read_plain(session, _select_peer_groups().where(own)),
        "attendance": read_plain(session, _select_attendance().where(own)),
        "topics_read": read_plain(session, _select_topics_read().where(own)),
        "extensions": read_plain(session, _select_extensions().where(own)),
        "completed_activities": read_plain(session, _select_completed_activities().where(own)),
        "calendar_feed": read_plain(session, select_own_feed().where(CalendarFeed.user_id == user_id)),
        **{name: read_plain(session, one.where(own)) for name, one in select_own_meetings().items()},
        **{name: read_plain(session, one.where(own)) for name, one in select_own_overrides().items()},
    }


def _select_enrolments() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Cohort.name.label("cohort"),
            Enrolment.role,
            Enrolment.state,
            Institution.name.label("institution"),
            Enrolment.invited_at,
            Enrolment.waitlisted_at,
            Enrolment.activated_at,
            Enrolment.completed_at,
            Enrolment.withdrawn_at,
            Enrolment.withdrawn_reason,
        )
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .outerjoin(Affiliation, Affiliation.id == Enrolment.affiliation_id)
        .outerjoin(Institution, Institution.id == Affiliation.institution_id)
        .order_by(Cohort.starts_on)
    )


def _select_requests() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Cohort.name.label("cohort"),
            JoinRequest.state,
            JoinRequest.email,
            JoinRequest.institution_text.label("institution"),
            JoinRequest.job_title,
            JoinRequest.motivation,
            JoinRequest.requested_at,
            JoinRequest.decided_at,
        )
        .join(Cohort, Cohort.id == JoinRequest.cohort_id)
        .order_by(JoinRequest.requested_at)
    )


def _select_peer_groups() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Cohort.name.label("cohort"),
            PeerGroup.name.label("group"),
            PeerGroupMembership.joined_at,
            PeerGroupMembership.left_at,
            PeerGroupMembership.pinned,
        )
        .join(Enrolment, Enrolment.id == PeerGroupMembership.enrolment_id)
        .join(PeerGroup, PeerGroup.id == PeerGroupMembership.peer_group_id)
        .join(Cohort, Cohort.id == PeerGroup.cohort_id)
        .order_by(PeerGroupMembership.joined_at)
    )


def _select_attendance() -> Select[*tuple[Any, ...]]:
    return (
        select(Meeting.title.label("meeting"), Meeting.starts_at, Attendance.state, Attendance.recorded_at)
        .join(Meeting, Meeting.id == Attendance.meeting_id)
        .join(Enrolment, Enrolment.id == Attendance.enrolment_id)
        .order_by(Meeting.starts_at)
    )


def _select_topics_read() -> Select[*tuple[Any, ...]]:
    return (
        select(Topic.code, Topic.title, TopicRead.read_at)
        .join(Topic, Topic.id == TopicRead.topic_id)
        .join(Enrolment, Enrolment.id == TopicRead.enrolment_id)
        .order_by(TopicRead.read_at)
    )


def _select_completed_activities() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Activity.title,
            Activity.kind,
            ActivityCompletion.completed_at,
            ActivityCompletion.evidence_kind,
            ActivityCompletion.rule_version,
        )
        .join(Activity, Activity.id == ActivityCompletion.activity_id)
        .join(Edition, Edition.id == Activity.edition_id)
        .join(Enrolment, Enrolment.id == ActivityCompletion.enrolment_id)
        .where(~_went_along())
        .order_by(ActivityCompletion.completed_at, Activity.title)
    )


def _went_along() -> ColumnElement[bool]:
    """Whether the fact stands there once more for a newer edition: an upgrade adds it and keeps the old one."""
    fact, activity, newer = aliased(ActivityCompletion), aliased(Activity), aliased(Edition)
    return (
        select(fact.enrolment_id)
        .join(activity, activity.id == fact.activity_id)
        .join(newer, newer.id == activity.edition_id)
        .where(
            fact.enrolment_id == ActivityCompletion.enrolment_id,
            fact.completed_at == ActivityCompletion.completed_at,
            fact.evidence_kind == ActivityCompletion.evidence_kind,
            fact.evidence_id.is_not_distinct_from(ActivityCompletion.evidence_id),
            # A meeting's may be called differently since; then it is the same evidence that tells.
            or_(activity.slug == Activity.slug, fact.evidence_id.is_not(None)),
            newer.programme_id == Edition.programme_id,
            newer.number > Edition.number,
        )
        .exists()
    )


def _select_extensions() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Activity.title,
            Extension.due_at,
            Extension.reason,
            Extension.granted_at,
            Extension.revoked_at,
        )
        .join(Activity, Activity.id == Extension.activity_id)
        .join(Enrolment, Enrolment.id == Extension.enrolment_id)
        .order_by(Extension.granted_at)
    )


def erase(session: Session, user_id: UUID) -> list[str]:
    """Empty what somebody told; facts stay. The keys of files to remove: none."""
    erase_places(session, user_id)
    return []
