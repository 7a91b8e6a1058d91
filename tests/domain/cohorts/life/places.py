"""Rules about who comes, waits, goes and comes back."""

from datetime import timedelta

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import rule

from peergang.cohorts.actions.cohorts import CohortDetails, change_cohort
from peergang.cohorts.actions.invitations import accept_invitation
from peergang.cohorts.actions.join_requests import approve_requests, decline_request
from peergang.cohorts.actions.joining import Asking, ask_place
from peergang.cohorts.actions.leaving import invite_again, withdraw_enrolment
from peergang.cohorts.actions.roster import add_from_roster
from peergang.cohorts.actions.roster_files import read_roster_file
from peergang.cohorts.actions.transfer import transfer_enrolment
from peergang.cohorts.actions.waiting import move_to_front
from peergang.cohorts.models import Cohort, JoinRequest
from peergang.cohorts.queries.joining import list_waiting
from peergang.core.permissions import Actor
from peergang.identity.actions.account import deactivate_user
from peergang.identity.actions.affiliations import change_affiliation
from peergang.identity.actions.mergers import merge_institutions
from peergang.identity.models import Affiliation, Institution
from tests.domain.cohorts.life.base import SOME, WHICH, WHO, Life
from tests.domain.cohorts.life.model import INVITING, STAYS

REASONS = st.sampled_from(["", "time", "work", "content", "moment", "other"])
SCHOOL = st.integers(0, 2)


class Places(Life):
    """Everybody's place."""

    def brin(self, name: str) -> str:
        """The school that a file would give: where somebody works now, or one that still exists."""
        user_id = self.find_user(name)
        day = self.now.date()
        holds = (Affiliation.valid_from <= day) & (
            Affiliation.valid_until.is_(None) | (Affiliation.valid_until > day)
        )
        found = self.session.scalar(
            sa.select(Institution.brin)
            .join(Affiliation, Affiliation.institution_id == Institution.id)
            .where(Affiliation.user_id == user_id, holds, Institution.valid_until.is_(None))
        )
        still = sa.select(Institution.brin).where(
            Institution.id.in_(self.world.schools), Institution.valid_until.is_(None)
        )
        return found or self.session.scalars(still.order_by(Institution.brin)).first() or ""

    @rule(which=WHICH, names=SOME)
    def bring_a_file(self, which: int, names: list[str]) -> None:
        run = self.run(which)
        lines = [f"Mens{name[4]};Proef;{name};{self.brin(name)}" for name in names]
        content = "\n".join(["Voornaam;Achternaam;E-mailadres;BRIN", *lines]).encode()

        def add() -> None:
            found = read_roster_file(
                self.session, self.organiser, run.id, file_name="lijst.csv", content=content, now=self.now
            )
            ticks = dict.fromkeys(range(20), True)
            add_from_roster(self.session, self.organiser, run.id, found.id, ticks, now=self.now)

        self.attempt(add, allowed=run.changeable)
        if run.changeable:
            self.world.enrol(run, [name for name in names if name not in self.world.closed])

    @rule(which=WHICH, name=WHO)
    def ask(self, which: int, name: str) -> None:
        run = self.run(which)
        school = self.session.scalar(sa.select(Institution.name).where(Institution.brin == self.brin(name)))
        asking = Asking("Mens", "", "Proef", name, school or "")
        self.attempt(lambda: ask_place(self.session, run.id, 0, asking, now=self.now), allowed=run.changeable)
        if run.changeable and name not in run.asked:
            run.asked.append(name)

    @rule(which=WHICH)
    def approve_all(self, which: int) -> None:
        run = self.run(which)
        self.attempt(
            lambda: approve_requests(self.session, self.organiser, run.id, now=self.now),
            allowed=run.changeable,
        )
        if run.changeable:
            self.world.enrol(run, [name for name in run.asked if name not in self.world.closed])
            run.asked = [name for name in run.asked if name in self.world.closed]

    @rule(which=WHICH)
    def decline_first(self, which: int) -> None:
        run = self.run(which)
        request = self.session.scalars(
            sa.select(JoinRequest.id)
            .where(JoinRequest.cohort_id == run.id, JoinRequest.state == "waiting")
            .order_by(JoinRequest.requested_at)
        ).first()
        assert (request is None) == (not run.asked)
        if request:
            self.attempt(
                lambda: decline_request(self.session, self.organiser, run.id, request, now=self.now),
                allowed=True,
            )
            run.asked.pop(0)

    @rule(which=WHICH, name=WHO)
    def accept(self, which: int, name: str) -> None:
        run, user_id = self.run(which), self.find_user(name)
        place, key = run.places.get(name), self.enrolment(run, name)
        if place is None or key is None:
            return
        there = place.state in ("active", "completed")
        allowed = there or (place.state == "invited" and run.state in INVITING)
        self.attempt(
            lambda: accept_invitation(self.session, Actor(user_id=user_id), key, now=self.now),
            allowed=allowed,
        )
        if allowed and not there:
            place.state = "active"

    @rule(which=WHICH, name=WHO, reason=REASONS, self_made=st.booleans())
    def leave(self, which: int, name: str, reason: str, self_made: bool) -> None:
        run, key = self.run(which), self.enrolment(self.run(which), name)
        if key is None:
            return
        allowed = run.changeable and run.places[name].state in STAYS
        actor = Actor(user_id=self.find_user(name)) if self_made else self.organiser
        self.attempt(
            lambda: withdraw_enrolment(self.session, actor, key, reason=reason, now=self.now), allowed=allowed
        )
        if allowed:
            self.world.leave(run, name)

    @rule(which=WHICH, name=WHO)
    def come_back(self, which: int, name: str) -> None:
        run, key = self.run(which), self.enrolment(self.run(which), name)
        if key is None:
            return
        allowed = run.changeable and name not in self.world.closed
        self.attempt(lambda: invite_again(self.session, self.organiser, key, now=self.now), allowed=allowed)
        if allowed and run.places[name].state == "withdrawn":
            self.world.enrol(run, [name])

    @rule(which=WHICH, name=WHO)
    def to_the_front(self, which: int, name: str) -> None:
        run, key = self.run(which), self.enrolment(self.run(which), name)
        if key is None:
            return
        allowed = run.changeable and run.places[name].state == "waitlisted"
        front = max((run.places[one].moved_up for one in run.waiting), default=0)
        self.attempt(
            lambda: move_to_front(self.session, self.organiser, key, "Begon eerder", now=self.now),
            allowed=allowed,
        )
        if allowed:
            run.places[name].moved_up = front + 1
            assert list_waiting(self.session, run.id)[0].enrolment_id == key

    @rule(which=WHICH, capacity=st.integers(1, 9))
    def change_capacity(self, which: int, capacity: int) -> None:
        run = self.run(which)
        cohort = self.session.get_one(Cohort, run.id, populate_existing=True)
        details = CohortDetails(cohort.edition_id, cohort.name, cohort.starts_on, cohort.ends_on, capacity)
        allowed = run.changeable and capacity >= run.capacity - run.free
        self.attempt(
            lambda: change_cohort(self.session, self.organiser, run.id, details, now=self.now),
            allowed=allowed,
        )
        if allowed:
            run.capacity = capacity
            self.world.promote(run)

    @rule(here=WHICH, there=WHICH, name=WHO)
    def transfer(self, here: int, there: int, name: str) -> None:
        source, target = self.run(here), self.run(there)
        key = self.enrolment(source, name)
        if key is None:
            return
        allowed = (
            source is not target
            and name not in self.world.closed
            and source.changeable
            and target.changeable
            and source.places[name].state in STAYS
            and target.free > 0
            and not target.waiting
            and not self.world.has_place(target, name)
        )
        self.attempt(
            lambda: transfer_enrolment(self.session, self.organiser, key, target.id, now=self.now),
            allowed=allowed,
        )
        if allowed:
            self.world.transfer(source, target, name)

    @rule(name=WHO)
    def close_account(self, name: str) -> None:
        user_id = self.find_user(name)
        if user_id is None or len(self.world.closed) > 1:
            return
        self.attempt(
            lambda: deactivate_user(self.session, self.organiser, user_id, now=self.now), allowed=True
        )
        if name in self.world.closed:
            return
        self.world.closed.add(name)
        for run in self.world.runs:
            if run.changeable and name in run.places and run.places[name].state in STAYS:
                self.world.leave(run, name)

    @rule(name=WHO, school=SCHOOL, days=st.integers(-90, 30))
    def change_work(self, name: str, school: int, days: int) -> None:
        user_id = self.find_user(name)
        if user_id is None:
            return
        since = self.now.date() + timedelta(days=days)
        self.attempt(
            lambda: change_affiliation(
                self.session,
                self.organiser,
                user_id,
                self.world.schools[school],
                since=since,
                now=self.now,
            ),
            allowed=school not in self.world.merged,
        )

    @rule(one=SCHOOL, into=SCHOOL, days=st.integers(0, 60))
    def merge(self, one: int, into: int, days: int) -> None:
        gone = self.world.merged
        allowed = one != into and not {one, into} & gone
        ids = self.world.schools
        on = self.now.date() - timedelta(days=days)
        self.attempt(
            lambda: merge_institutions(
                self.session, self.organiser, [ids[one]], ids[into], merged_on=on, now=self.now
            ),
            allowed=allowed,
        )
        if allowed:
            gone.add(one)
