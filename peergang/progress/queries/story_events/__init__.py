"""What happened to one participant, from every table that knows, in one statement; one file a subject."""

from typing import Any

from sqlalchemy import union_all
from sqlalchemy.orm import Session

from peergang.progress.queries.story_events import helped, meetings, place, risks, work
from peergang.progress.rules.story import Event, Happened


def list_events(session: Session, head: Any) -> list[Event]:
    """Everything that happened to the participant of `head` (queries.story), in no order. Reasons stand in `detail` of
    extensions: the view shows them to who may read them.
    """
    parts = [part for subject in (work, meetings, helped, place, risks) for part in subject.list_parts(head)]
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
