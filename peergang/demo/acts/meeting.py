"""Meetings, and the end of a cohort."""

from peergang.cohorts.actions.attendance import record_attendance
from peergang.cohorts.actions.lifecycle import close_cohort
from peergang.cohorts.queries.people import list_participants
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


def close(stage: Stage, event: Event) -> bool:
    """The organiser closes the cohort."""
    close_cohort(stage.session, stage.actor(event.who), stage.calendar(event).cohort_id, now=event.at)
    stage.roles_changed()
    return True
