"""Meetings and what comes of them, more time, a fixed group, and the end of a cohort."""

from peergang.cohorts.actions.attendance import record_attendance
from peergang.cohorts.actions.extensions import extend_activity
from peergang.cohorts.actions.group_changes import pin_member
from peergang.cohorts.actions.lifecycle import close_cohort
from peergang.cohorts.actions.meeting_notes import ActionDetails, agree_on_action, write_notes
from peergang.cohorts.actions.meeting_sign_off import sign_off as sign_off_meeting
from peergang.cohorts.models import MeetingPage
from peergang.cohorts.queries.people import list_participants
from peergang.core.clock import local_date
from peergang.demo.events import Event
from peergang.demo.stage import Stage


def attend(stage: Stage, event: Event) -> bool:
    """The trainer writes down who was there, right after the meeting."""
    cohort_id = stage.calendar(event).cohort_id
    here = {
        row.user_id: row.enrolment_id
        for row in list_participants(stage.session, cohort_id)
        if row.state == "active"
    }
    states = {
        here[stage.user_id(who)]: state
        for who, state in event.more["states"].items()
        if stage.user_id(who) in here
    }
    record_attendance(stage.session, stage.actor(event.who), event.more["meeting"], states, now=event.at)
    return True


def sign_off(stage: Stage, event: Event) -> bool:
    """Say beforehand that one cannot come; who has no place yet has nothing to sign off from."""
    if event.at >= event.more["before"] or stage.enrolment(event, event.who).state != "active":
        return False
    actor = stage.actor(event.who)
    sign_off_meeting(stage.session, actor, event.more["meeting"], event.more["reason"], now=event.at)
    return True


def write_up(stage: Stage, event: Event) -> bool:
    """The trainer keeps what is worth keeping, and who does what."""
    session, trainer, more = stage.session, stage.actor(event.who), event.more
    page = session.get(MeetingPage, more["meeting"])
    if page is not None and page.notes:
        return False
    revision = page.revision if page is not None else 0
    write_notes(session, trainer, more["meeting"], more["notes"], revision=revision, now=event.at)
    for who, text, due_on in more["agreed"]:
        owner = stage.enrolment(event, who)
        agree_on_action(
            session, trainer, more["meeting"], ActionDetails(text, owner.id, due_on), now=event.at
        )
    return True


def extend(stage: Stage, event: Event) -> bool:
    """The trainer gives somebody more time."""
    task = stage.calendar(event).find(event.more["slug"])
    extend_activity(
        stage.session,
        stage.actor(event.who),
        stage.enrolment(event, event.more["person"]).id,
        task.id,
        due_on=local_date(task.due_at) + event.more["longer"],
        reason=event.more["reason"],
        now=event.at,
    )
    return True


def pin(stage: Stage, event: Event) -> bool:
    """The trainer keeps somebody in the group they are in."""
    enrolment = stage.enrolment(event, event.more["person"])
    pin_member(stage.session, stage.actor(event.who), enrolment.id, pinned=True, now=event.at)
    return True


def close(stage: Stage, event: Event) -> bool:
    """The organiser closes the cohort."""
    close_cohort(stage.session, stage.actor(event.who), stage.calendar(event).cohort_id, now=event.at)
    stage.roles_changed()
    return True
