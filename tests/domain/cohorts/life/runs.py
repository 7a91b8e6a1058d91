"""Rules about cohorts as a whole: planning, opening, time that passes, work, newer editions, the end."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import rule

from peergang.cohorts.actions.editions import upgrade_edition
from peergang.cohorts.actions.groups import repair_groups
from peergang.cohorts.actions.lifecycle import (
    cancel_cohort,
    close_cohort,
    open_cohort,
    start_due_cohorts,
)
from peergang.cohorts.models import Enrolment
from peergang.conversations.actions import ConversationNotes
from peergang.core.clock import local_date
from peergang.coursework.actions.conversation import log_conversation_for_activity
from peergang.curriculum.models import Activity, Edition
from peergang.notifications.actions.plan import plan_all
from peergang.progress.actions.full_compile import compile_all
from tests.domain.cohorts.life.base import WHICH, WHO, Life
from tests.domain.cohorts.life.groups import Groups
from tests.domain.cohorts.life.model import CHANGEABLE, INVITING, Run
from tests.domain.cohorts.life.world import keys_of, plan
from tests.factories.coursework import actor_of
from tests.factories.curriculum import make_next_edition
from tests.factories.progress import complete

DROPPED = ("m1-read", "m2-conversation", "m1-reflection")
"""What each newer edition lacks; the next one has it again."""


class Runs(Groups, Life):
    """Cohorts from plan to close."""

    @rule()
    def plan_another(self) -> None:
        if len(self.world.runs) < 3:
            plan(self.session, self.organiser, self.world, self.now, starts_in=5, capacity=3)

    @rule(which=WHICH)
    def open(self, which: int) -> None:
        run = self.run(which)
        meetings = any(one.state == "planned" for one in run.meetings.values())
        allowed = run.state == "planned" and meetings and self.placeable(run) > 0
        self.attempt(lambda: open_cohort(self.session, self.organiser, run.id, now=self.now), allowed=allowed)
        if allowed:
            run.state = "running" if run.starts_on <= local_date(self.now) else "open"

    @rule(days=st.integers(1, 40))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)
        self.attempt(lambda: start_due_cohorts(self.session, now=self.now), allowed=True)
        for run in self.world.runs:
            if run.state == "open" and run.starts_on <= local_date(self.now):
                run.state = "running"
        self.attempt(lambda: repair_groups(self.session, now=self.now), allowed=True)
        for run in self.world.runs:
            if run.state == "running" and self.sizes(run) and self.placeable(run) >= 3:
                self.check_sizes(run)
        assert repair_groups(self.session, now=self.now) == 0, "twice changes nothing"
        plan_all(self.session, now=self.now)
        assert not any(plan_all(self.session, now=self.now).values()), "twice plans nothing"

    @rule()
    def compile_everything(self) -> None:
        """The incremental compile ran after every step, so the full one finds nothing to put right."""
        self.session.flush()
        found = compile_all(self.session.connection(), now=self.now)
        assert (found.written, found.wrong) == (0, 0)

    @rule(which=WHICH, name=WHO, slug=st.sampled_from(["m1-read", "m1-reflection", "m2-practice-example"]))
    def finish_work(self, which: int, name: str, slug: str) -> None:
        """Evidence was seen; coursework asks whether the cohort goes on."""
        self._finish(which, name, [slug])

    @rule(which=WHICH, name=WHO)
    def finish_everything(self, which: int, name: str) -> None:
        run = self.run(which)
        self._finish(which, name, [slug for slug, _ in self.world.editions[run.edition][1]])

    def _finish(self, which: int, name: str, slugs: list[str]) -> None:
        run, key = self.run(which), self.enrolment(self.run(which), name)
        if key is None or run.state not in INVITING or run.places[name].state != "active":
            return
        edition_id = self.world.editions[run.edition][0]
        for activity in self.session.scalars(
            sa.select(Activity).where(Activity.edition_id == edition_id, Activity.slug.in_(slugs))
        ).all():
            complete(self.session, self._enrolment(key), activity, at=self.now)
            run.places[name].done.setdefault((activity.slug, activity.kind), self.now)

    def _enrolment(self, key: UUID) -> Enrolment:
        return self.session.get_one(Enrolment, key)

    @rule(which=WHICH, name=WHO)
    def talk(self, which: int, name: str) -> None:
        """A participant does something themselves: only in a cohort that goes on, once the module is open."""
        run, key = self.run(which), self.enrolment(self.run(which), name)
        if key is None or name in self.world.closed:
            return
        activity = self.session.scalars(
            sa.select(Activity).where(
                Activity.edition_id == self.world.editions[run.edition][0], Activity.slug == "m1-conversation"
            )
        ).one()
        place, enrolment = run.places[name], self._enrolment(key)
        opens_at = self.session.scalar(
            sa.text("SELECT opens_at FROM cohort_activity WHERE cohort_id = :c AND activity_id = :a"),
            {"c": run.id, "a": activity.id},
        )
        allowed = (
            run.state in INVITING and place.state == "active" and opens_at <= self.now + timedelta(hours=1)
        )
        self.attempt(
            lambda: log_conversation_for_activity(
                self.session,
                actor_of(self.session, enrolment),
                activity.id,
                ConversationNotes(self.now.date(), "teacher"),
                cohort_id=run.id,
                now=self.now,
            ),
            allowed=allowed,
        )
        if allowed:
            place.done.setdefault((activity.slug, activity.kind), self.now)

    @rule()
    def load_content(self) -> None:
        editions = self.world.editions
        if len(editions) > 3:
            return
        last = self.session.get_one(Edition, editions[-1][0])
        newer = make_next_edition(self.session, last, modules=2)
        gone = sa.select(Activity).where(
            Activity.edition_id == newer.id, Activity.slug == DROPPED[len(editions) - 1]
        )
        self.session.delete(self.session.scalars(gone).one())
        self.session.flush()
        editions.append((newer.id, keys_of(self.session, newer.id)))

    @rule(which=WHICH)
    def upgrade(self, which: int) -> None:
        run, editions = self.run(which), self.world.editions
        newest = len(editions) - 1
        allowed = run.changeable and run.edition < newest
        self.attempt(
            lambda: upgrade_edition(
                self.session,
                self.organiser,
                run.id,
                from_edition_id=editions[run.edition][0],
                to_edition_id=editions[newest][0],
                now=self.now,
            ),
            allowed=allowed,
        )
        if allowed:
            run.edition = newest
            known = {slug for slug, _ in editions[newest][1]}
            run.pins = {key: pin for key, pin in run.pins.items() if key[0] == "module" or key[1] in known}

    @rule(which=WHICH)
    def close(self, which: int) -> None:
        run = self.run(which)
        allowed = run.state == "running"
        self.attempt(
            lambda: close_cohort(self.session, self.organiser, run.id, now=self.now), allowed=allowed
        )
        if not allowed:
            return
        self.end(run, "closed")
        for place in run.places.values():
            done, required = self.world.progress(run, place)
            if place.state == "active" and done == required:
                place.state = "completed"

    @rule(which=WHICH, sure=st.integers(0, 3))
    def cancel(self, which: int, sure: int) -> None:
        run = self.run(which)
        if sure:
            return
        allowed = run.state in CHANGEABLE
        self.attempt(
            lambda: cancel_cohort(self.session, self.organiser, run.id, now=self.now), allowed=allowed
        )
        if not allowed:
            return
        self.end(run, "cancelled")

    def end(self, run: Run, state: str) -> None:
        """What was still to come is called off."""
        run.state = state
        for planned in run.meetings.values():
            if planned.starts_at > self.now:
                planned.state = "cancelled"
