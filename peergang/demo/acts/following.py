"""What people do to keep an eye on how it goes, with others and with themselves."""

from datetime import timedelta

from sqlalchemy import select

from peergang.cohorts.actions.overriding import override_completion
from peergang.cohorts.models import ActivityCompletion
from peergang.core.clock import local_date
from peergang.demo.events import Event
from peergang.demo.stage import Stage
from peergang.progress.actions.calls import note_call
from peergang.progress.actions.hours import Hours, add_hours
from peergang.progress.actions.risks import dismiss_risk
from peergang.progress.models import RiskSignal
from peergang.reports.actions.subscribing import subscribe as subscribe_to
from peergang.reports.rules.states import Format


def override(stage: Stage, event: Event) -> bool:
    """The trainer says that somebody did something of which the platform knows nothing, and why."""
    session, more = stage.session, event.more
    enrolment = stage.enrolment(event, more["person"])
    task = stage.calendar(event).find(more["slug"])
    if session.get(ActivityCompletion, (enrolment.id, task.id)) is not None:
        return False
    override_completion(session, stage.actor(event.who), enrolment.id, task.id, more["reason"], now=event.at)
    return True


def dismiss(stage: Stage, event: Event) -> bool:
    """The trainer sets a signal aside about which all is well, when it is there."""
    signal_id = stage.session.scalar(
        select(RiskSignal.id).where(
            RiskSignal.enrolment_id == stage.enrolment(event, event.more["person"]).id,
            RiskSignal.rule == event.more["rule"],
            RiskSignal.ended_at.is_(None),
        )
    )
    if signal_id is None:
        return False
    dismiss_risk(stage.session, stage.actor(event.who), signal_id, event.more["reason"], now=event.at)
    return True


def call(stage: Stage, event: Event) -> bool:
    """The organiser calls an institution, and keeps what was agreed."""
    more = event.more
    note_call(
        stage.session,
        stage.actor(event.who),
        stage.school_id(more["school"]),
        more["words"],
        now=event.at,
        cohort_id=stage.calendar(event).cohort_id,
        spoke_with=more["with"],
        next_on=local_date(event.at) + timedelta(days=more["again"]),
    )
    return True


def keep_hours(stage: Stage, event: Event) -> bool:
    """Write down for one's register what one did that day."""
    more = event.more
    hours = Hours(local_date(event.at), more["kind"], more["words"], more["quarters"])
    add_hours(stage.session, stage.actor(event.who), hours, now=event.at)
    return True


def subscribe(stage: Stage, event: Event) -> bool:
    """The organiser asks for a table every week."""
    subscribe_to(
        stage.session,
        stage.actor(event.who),
        event.more["kind"],
        "",
        Format.XLSX,
        event.more["weekday"],
        locale="nl",
        role="organiser",
        now=event.at,
    )
    return True
