"""Rules about meetings, dates and more time."""

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import rule

from peergang.cohorts.actions.attendance import record_attendance
from peergang.cohorts.actions.dates import pin_activity, pin_module, unpin_activity, unpin_module
from peergang.cohorts.actions.extensions import extend_activity
from peergang.cohorts.actions.meetings import (
    MeetingDetails,
    change_meeting,
    remove_meeting,
    undo_meeting,
)
from peergang.cohorts.models import Cohort, CohortActivity, Meeting
from peergang.cohorts.rules import due_at_of_day
from peergang.core.clock import start_of_day
from peergang.curriculum.models import Activity, Module
from tests.domain.cohorts.life.base import SOME, WHICH, WHO, Life
from tests.domain.cohorts.life.model import INVITING, Planned, Run

SLUGS = st.sampled_from(["m1-read", "m1-reflection", "m2-conversation", "m2-practice-example"])
MODULES = st.sampled_from(["module-1", "module-2"])
THREE_HOURS = timedelta(hours=3)


class Dates(Life):
    """Meetings, pins, extensions and attendance."""

    def meeting(self, run: Run, number: int) -> tuple[UUID, Planned] | None:
        found = sorted(run.meetings.items(), key=lambda one: one[1].module)
        return found[number % len(found)] if found else None

    def activity(self, run: Run, slug: str) -> Activity | None:
        return self.session.scalars(
            sa.select(Activity)
            .join(Cohort, Cohort.edition_id == Activity.edition_id)
            .where(Cohort.id == run.id, Activity.slug == slug)
        ).one_or_none()

    def dates_of(self, run: Run, activity: Activity) -> CohortActivity:
        return self.session.get_one(CohortActivity, (run.id, activity.id), populate_existing=True)

    @rule(which=WHICH, number=st.integers(0, 1), days=st.integers(-20, 20))
    def move_meeting(self, which: int, number: int, days: int) -> None:
        run = self.run(which)
        if (found := self.meeting(run, number)) is None:
            return
        key, planned = found
        stored = self.session.get_one(Meeting, key, populate_existing=True)
        starts_at = planned.starts_at + timedelta(days=days)
        details = MeetingDetails(stored.title, stored.module_id, starts_at, starts_at + THREE_HOURS)
        allowed = run.changeable and planned.state == "planned"
        self.attempt(
            lambda: change_meeting(self.session, self.organiser, key, details, now=self.now), allowed=allowed
        )
        if allowed and days:
            planned.previous = (planned.starts_at, "planned")
            planned.starts_at = starts_at

    @rule(which=WHICH, number=st.integers(0, 1))
    def cancel_meeting(self, which: int, number: int) -> None:
        run = self.run(which)
        if (found := self.meeting(run, number)) is None:
            return
        key, planned = found
        over = planned.starts_at + THREE_HOURS <= self.now + timedelta(hours=1)
        allowed = run.changeable and not (over and planned.held)
        self.attempt(lambda: remove_meeting(self.session, self.organiser, key, now=self.now), allowed=allowed)
        if not allowed:
            return
        if run.state == "planned":
            del run.meetings[key]
        elif planned.state == "planned":
            planned.previous, planned.state = (planned.starts_at, "planned"), "cancelled"

    @rule(which=WHICH, number=st.integers(0, 1))
    def undo_meeting(self, which: int, number: int) -> None:
        run = self.run(which)
        if (found := self.meeting(run, number)) is None:
            return
        key, planned = found
        revision = self.session.get_one(Meeting, key, populate_existing=True).revision
        allowed = run.changeable and planned.previous is not None
        self.attempt(
            lambda: undo_meeting(self.session, self.organiser, key, revision=revision, now=self.now),
            allowed=allowed,
        )
        if allowed and planned.previous:
            (planned.starts_at, planned.state), planned.previous = planned.previous, None

    @rule(which=WHICH, slug=SLUGS, days=st.integers(-10, 60), off=st.booleans())
    def pin_activity(self, which: int, slug: str, days: int, off: bool) -> None:
        run = self.run(which)
        if (activity := self.activity(run, slug)) is None:
            return
        due_on = run.starts_on + timedelta(days=days)
        if off:
            self.attempt(
                lambda: unpin_activity(self.session, self.organiser, run.id, activity.id, now=self.now),
                allowed=run.changeable,
            )
            if run.changeable:
                run.pins.pop(("activity", slug), None)
            return
        allowed = run.changeable and due_at_of_day(due_on) > self.dates_of(run, activity).opens_at
        self.attempt(
            lambda: pin_activity(
                self.session, self.organiser, run.id, activity.id, due_on=due_on, now=self.now
            ),
            allowed=allowed,
        )
        if allowed:
            run.pins["activity", slug] = (None, due_at_of_day(due_on))

    @rule(which=WHICH, slug=MODULES, opens=st.integers(-5, 60), lasts=st.integers(-3, 40), off=st.booleans())
    def pin_module(self, which: int, slug: str, opens: int, lasts: int, off: bool) -> None:
        run = self.run(which)
        module_id = self.session.scalars(
            sa.select(Module.id)
            .join(Cohort, Cohort.edition_id == Module.edition_id)
            .where(Cohort.id == run.id, Module.slug == slug)
        ).one()
        if off:
            self.attempt(
                lambda: unpin_module(self.session, self.organiser, run.id, module_id, now=self.now),
                allowed=run.changeable,
            )
            if run.changeable:
                run.pins.pop(("module", slug), None)
            return
        opens_on = run.starts_on + timedelta(days=opens)
        due_on = opens_on + timedelta(days=lasts)
        allowed = run.changeable and lasts >= 0
        self.attempt(
            lambda: pin_module(
                self.session,
                self.organiser,
                run.id,
                module_id,
                opens_on=opens_on,
                due_on=due_on,
                now=self.now,
            ),
            allowed=allowed,
        )
        if allowed:
            run.pins["module", slug] = (start_of_day(opens_on), due_at_of_day(due_on))

    @rule(which=WHICH, name=WHO, slug=SLUGS, days=st.integers(0, 90))
    def extend(self, which: int, name: str, slug: str, days: int) -> None:
        run, key = self.run(which), self.enrolment(self.run(which), name)
        if key is None or (activity := self.activity(run, slug)) is None:
            return
        place = run.places[name]
        due_on = self.now.date() + timedelta(days=days)
        due_at: datetime = due_at_of_day(due_on)
        allowed = (
            run.changeable
            and place.state in ("invited", "active")
            and due_at > self.now + timedelta(hours=1)
            and due_at > self.dates_of(run, activity).due_at
            and (slug, activity.kind) not in place.done
        )
        self.attempt(
            lambda: extend_activity(
                self.session, self.organiser, key, activity.id, due_on=due_on, reason="Ziek", now=self.now
            ),
            allowed=allowed,
        )
        place.extended |= allowed

    @rule(which=WHICH, number=st.integers(0, 1), names=SOME, present=st.booleans())
    def write_attendance(self, which: int, number: int, names: list[str], present: bool) -> None:
        run = self.run(which)
        there = [name for name in names if name in run.places and run.places[name].state == "active"]
        if not there or (found := self.meeting(run, number)) is None:
            return
        key, planned = found
        begun = planned.starts_at <= self.now + timedelta(hours=1)
        allowed = run.state in INVITING and planned.state == "planned" and begun
        states = {self.enrolment(run, name): "present" if present else "absent" for name in there}
        self.attempt(
            lambda: record_attendance(self.session, self.organiser, key, states, now=self.now),
            allowed=allowed,
        )
        if not allowed:
            return
        planned.held = True
        ended = min(planned.starts_at + THREE_HOURS, self.now)
        for name in there if present else ():
            done = run.places[name].done
            done.setdefault((f"m{planned.module[-1]}-meeting", "meeting"), ended)
