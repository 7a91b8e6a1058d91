"""What happens in cohorts: meetings, dates, places and what was agreed."""

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa

from peergang.cohorts.models import (
    CalendarLine,
    CohortModule,
    Enrolment,
    Meeting,
    MeetingAction,
)
from peergang.conversations.models import Conversation
from peergang.notifications.models import Notice
from peergang.reminders.models import Nudge
from tests.domain.reminders.world import MONDAY, World
from tests.factories.cohorts import make_meeting
from tests.factories.coursework import find_activity

A_DAY = timedelta(days=1)
TUESDAY = MONDAY + A_DAY


def meet(days: int) -> Callable[[World], None]:
    def happens(world: World) -> None:
        for cohort in world.cohorts.values():
            make_meeting(world.session, cohort, MONDAY + timedelta(days=days, hours=4), number=1)

    return happens


def call_off(world: World) -> None:
    world.session.execute(sa.update(Meeting).values(state="cancelled", revision=Meeting.revision + 1))


def tell_calendars(world: World) -> None:
    """Everybody who ever took part has the meeting in their calendar."""
    meet(30)(world)
    for (_, name, role), place in world.places.items():
        if place.state in ("invited", "waitlisted"):
            continue
        meeting = world.session.scalars(
            sa.select(Meeting).where(Meeting.cohort_id == world.cohorts[name].id, Meeting.number == 1)
        ).one()
        notice = Notice(
            rule="meeting_planned",
            subject_id=place.id,
            recipient_id=place.user_id,
            occurrence=role,
            state="sent",
            **dict.fromkeys(("planned_at", "ready_at", "not_before", "handed_over_at"), MONDAY - 20 * A_DAY),
            expires_at=MONDAY,
        )
        world.session.add(notice)
        world.session.flush()
        line = {"meeting_id": meeting.id, "enrolment_id": place.id, "revision": 0, "sequence": 0}
        world.session.add(CalendarLine(notice_id=notice.id, method="REQUEST", **line))
    world.session.flush()


def move(world: World) -> None:
    tell_calendars(world)
    world.session.execute(sa.update(Meeting).where(Meeting.number == 1).values(revision=1, place="Elders"))


def forget_calendars(world: World) -> None:
    world.session.execute(sa.update(CalendarLine).values(method="CANCEL", sequence=9))


def tell_and_call_off(world: World) -> None:
    tell_calendars(world)
    call_off(world)


def due(days: int) -> Callable[[World], None]:
    def happens(world: World) -> None:
        world.dates(due_at=MONDAY + timedelta(days=days, hours=8), opens_at=MONDAY - 40 * A_DAY)

    return happens


def nudge(world: World) -> None:
    """The trainers think of everybody; the platform asks itself who still has something to do."""
    due(3)(world)
    for cohort, place in world.participants():
        activity = find_activity(world.session, cohort, "conversation")
        world.session.add(Nudge(enrolment_id=place.id, activity_id=activity.id, asked_at=MONDAY))
    world.session.flush()


def begin(world: World) -> None:
    for name, cohort in world.cohorts.items():
        cohort.starts_on = (MONDAY + 7 * A_DAY).date()
        if name in ("here", "also"):
            cohort.state = "open"


def open_modules(world: World) -> None:
    moments = {"opens_at": MONDAY - timedelta(hours=8), "due_at": MONDAY + 30 * A_DAY}
    world.session.execute(sa.update(CohortModule).values(**moments))


def complete(world: World) -> None:
    world.complete()


def came_in(days: int) -> Callable[[World], None]:
    return lambda world: world.since(MONDAY - timedelta(days=days))


def leave(world: World) -> None:
    world.session.execute(sa.update(Enrolment).values(state="withdrawn", withdrawn_at=MONDAY))


def invite(days: int) -> Callable[[World], None]:
    def happens(world: World) -> None:
        moment = MONDAY - timedelta(days=days)
        world.session.execute(sa.update(Enrolment).values(invited_at=moment))

    return happens


def accept(world: World) -> None:
    world.session.execute(sa.update(Enrolment).values(state="active", activated_at=MONDAY))


def talk(world: World) -> None:
    for user in world.people.values():
        world.session.add(
            Conversation(
                user_id=user.id,
                held_on=(MONDAY - 9 * A_DAY).date(),
                figure="teacher",
                follow_up_on=MONDAY.date(),
                created_at=MONDAY,
            )
        )


def agree(world: World) -> None:
    for cohort, place in [*world.participants(), *world.trainers()]:
        meeting = world.session.scalars(sa.select(Meeting).where(Meeting.cohort_id == cohort.id)).first()
        assert meeting is not None
        world.session.add(
            MeetingAction(
                meeting_id=meeting.id,
                enrolment_id=place.id,
                text="Iets",
                due_on=TUESDAY.date(),
                created_at=MONDAY,
            )
        )
