"""The figures of a day that is over are those that the page showed on that day, whatever happened since."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings, strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.actions.editions import upgrade_edition
from peergang.cohorts.actions.extensions import extend_module
from peergang.cohorts.actions.invitations import accept_invitation
from peergang.cohorts.actions.leaving import invite_again, withdraw_enrolment
from peergang.cohorts.actions.lifecycle import close_cohort
from peergang.cohorts.actions.transfer import transfer_enrolment
from peergang.cohorts.models import Cohort, Enrolment, TopicRead
from peergang.core.clock import at_local
from peergang.core.errors import Conflict, Invalid, NotFound
from peergang.core.permissions import SYSTEM, Actor
from peergang.coursework.models import Reflection
from peergang.curriculum.models import Activity, Edition, Module, Topic
from peergang.identity.actions.affiliations import change_affiliation
from peergang.identity.models import RoleGrant, User
from peergang.privacy.actions.erasing import erase_person
from peergang.progress.actions.snapshot import take_snapshot
from peergang.progress.queries.meetings import list_meeting_attendance
from peergang.progress.queries.participation import list_cells, list_shown_cohorts
from peergang.progress.queries.people import list_participants
from peergang.progress.rules.moment import Moment
from tests.factories.cohorts import make_cohort, make_meeting, make_participant
from tests.factories.coursework import actor_of
from tests.factories.curriculum import make_edition, make_next_edition
from tests.factories.identity import make_institution, make_organiser, make_user
from tests.factories.progress import attend, compile_now, complete, hand_in

pytestmark = pytest.mark.database

PEOPLE, SCHOOLS, DAYS = 4, 3, 7

KINDS = (
    *("complete", "meet", "hand_in", "read", "draft", "withdraw", "return", "transfer"),
    *("move", "extend", "upgrade", "erase", "close"),
)
events = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(0, PEOPLE - 1), st.integers(0, 5)), min_size=3, max_size=14
)
STARTS = (date(2026, 10, 21), date(2026, 3, 25), date(2026, 9, 1))
"""Weeks with the night that is an hour longer, the one that is an hour shorter, and an ordinary one."""


class History:
    """Two cohorts of one programme, four people, and a day for every event."""

    def __init__(self, session: Session, first: date) -> None:
        self.session, self.day = session, first
        self.edition = make_edition(session)
        self.cohorts: list[Cohort] = [
            make_cohort(session, at_local(first, time(12)), edition=self.edition) for _ in range(2)
        ]
        self.schools = [make_institution(session) for _ in range(SCHOOLS)]
        self.users = [make_user(session) for _ in range(PEOPLE)]
        self.first = [
            make_participant(
                session, self.cohorts[number % 2], user=user, institution=self.schools[number % SCHOOLS]
            )
            for number, user in enumerate(self.users)
        ]
        self.organiser = actor_of(session, make_organiser(session))
        admin = make_user(session)
        session.add(RoleGrant(user_id=admin.id, role="admin"))
        session.flush()
        self.admin = Actor(admin.id, is_admin=True)
        self.meetings = 0
        self.expected: dict[date, Any] = {}

    @property
    def now(self) -> datetime:
        return at_local(self.day, time(14))

    def enrolments(self, person: int) -> list[Enrolment]:
        return list(
            self.session.scalars(
                select(Enrolment)
                .where(Enrolment.user_id == self.users[person].id)
                .order_by(Enrolment.invited_at, Enrolment.id)
            )
        )

    def active(self, person: int) -> Enrolment | None:
        return next((one for one in self.enrolments(person) if one.state == "active"), None)

    def do(self, kind: str, person: int, other: int) -> None:
        act: Callable[[int, int], None] = getattr(self, f"do_{kind}")
        try:
            with self.session.begin_nested():
                act(person, other)
        except (Conflict, Invalid, NotFound):
            self.session.expire_all()

    def activities(self, enrolment: Enrolment) -> list[Activity]:
        edition = self.session.get_one(Cohort, enrolment.cohort_id).edition_id
        return list(
            self.session.scalars(
                select(Activity).where(Activity.edition_id == edition).order_by(Activity.slug)
            )
        )

    def do_complete(self, person: int, other: int) -> None:
        if (enrolment := self.active(person)) is not None:
            complete(self.session, enrolment, self.activities(enrolment)[other], at=self.now)

    def do_meet(self, person: int, other: int) -> None:
        cohort = self.cohorts[person % 2]
        self.meetings += 1
        meeting = make_meeting(
            self.session, cohort, self.now - timedelta(hours=4, minutes=self.meetings), number=self.meetings
        )
        there = select(Enrolment).where(Enrolment.cohort_id == cohort.id, Enrolment.state == "active")
        for number, enrolment in enumerate(self.session.scalars(there.order_by(Enrolment.id))):
            attend(self.session, meeting, enrolment, "present" if (other >> number) & 1 else "absent")

    def reflection(self, enrolment: Enrolment) -> Activity:
        return next(one for one in self.activities(enrolment) if one.kind == "reflection")

    def do_hand_in(self, person: int, _other: int) -> None:
        enrolment = self.active(person)
        if enrolment is not None and not self._written(enrolment):
            hand_in(self.session, enrolment, self.reflection(enrolment), at=self.now, text="Iets")

    def _written(self, enrolment: Enrolment) -> Reflection | None:
        return self.session.scalar(select(Reflection).where(Reflection.enrolment_id == enrolment.id).limit(1))

    def do_draft(self, person: int, _other: int) -> None:
        enrolment = self.active(person)
        found = self._written(enrolment) if enrolment else None
        if found is not None:
            found.draft_saved_at = self.now
            self.session.flush()

    def do_read(self, person: int, _other: int) -> None:
        enrolment = self.active(person)
        if enrolment is None:
            return
        edition = self.session.get_one(Cohort, enrolment.cohort_id).edition_id
        unread = (
            select(Topic.id)
            .join(Module, Module.id == Topic.module_id)
            .where(
                Module.edition_id == edition,
                Topic.id.not_in(select(TopicRead.topic_id).where(TopicRead.enrolment_id == enrolment.id)),
            )
        )
        if (topic := self.session.scalar(unread.limit(1))) is not None:
            self.session.add(TopicRead(enrolment_id=enrolment.id, topic_id=topic, read_at=self.now))
            self.session.flush()

    def do_withdraw(self, person: int, _other: int) -> None:
        if (enrolment := self.active(person)) is not None:
            withdraw_enrolment(self.session, self.organiser, enrolment.id, reason="", now=self.now)

    def do_return(self, person: int, _other: int) -> None:
        for enrolment in self.enrolments(person):
            if enrolment.state == "withdrawn":
                invite_again(self.session, self.organiser, enrolment.id, now=self.now)
                user = self.session.get_one(User, enrolment.user_id)
                accept_invitation(self.session, actor_of(self.session, user), enrolment.id, now=self.now)
                return

    def do_transfer(self, person: int, _other: int) -> None:
        if (enrolment := self.active(person)) is not None:
            other = next(one for one in self.cohorts if one.id != enrolment.cohort_id)
            transfer_enrolment(self.session, self.organiser, enrolment.id, other.id, now=self.now)

    def do_move(self, person: int, other: int) -> None:
        school = self.schools[other % SCHOOLS]
        change_affiliation(
            self.session, SYSTEM, self.users[person].id, school.id, since=self.day, now=self.now
        )

    def do_extend(self, person: int, other: int) -> None:
        if (enrolment := self.active(person)) is not None:
            module = self.activities(enrolment)[0].module_id
            due_on = self.day + timedelta(days=30 + other)
            extend_module(
                self.session, self.organiser, enrolment.id, module, due_on=due_on, reason="Ziek", now=self.now
            )

    def do_upgrade(self, person: int, _other: int) -> None:
        cohort = self.cohorts[person % 2]
        editions = select(Edition).where(Edition.programme_id == self.edition.programme_id)
        newer = self.session.scalars(editions.order_by(Edition.number.desc()).limit(1)).one()
        if newer.id == cohort.edition_id:
            newer = make_next_edition(self.session, newer)
        upgrade_edition(
            self.session,
            self.organiser,
            cohort.id,
            from_edition_id=cohort.edition_id,
            to_edition_id=newer.id,
            now=self.now,
        )

    def do_erase(self, person: int, _other: int) -> None:
        user = self.session.get_one(User, self.users[person].id)
        erase_person(
            self.session, self.admin, user.id, "Op eigen verzoek van de deelnemer", user.email, now=self.now
        )

    def do_close(self, person: int, _other: int) -> None:
        close_cohort(self.session, self.organiser, self.cohorts[person % 2].id, now=self.now)

    def figures(self, at: Moment) -> Any:
        """Everything that the pages are made of. Names are left out, because erasure takes them away; progress and activity
        of who stopped are too, because the present knows none.
        """
        self.session.expire_all()
        people = [
            (row.enrolment_id, row.state, row.withdrawn_at, row.institution_id, row.present, row.recorded)
            + ((row.required, row.completed, row.handed_in, row.due, row.last_active) if row.required else ())
            for cohort in self.cohorts
            for row in list_participants(self.session, cohort.id, at)
        ]
        mine = {str(cohort.id) for cohort in self.cohorts}
        return {
            "people": sorted(people, key=str),
            "cells": sorted(
                (tuple(row) for row in list_cells(self.session, at) if row.cohort_id in mine), key=str
            ),
            "cohorts": [tuple(row) for row in list_shown_cohorts(self.session, at) if row.id in mine],
            "meetings": sorted(tuple(row) for row in list_meeting_attendance(self.session, at, mine)),
        }

    def end_day(self) -> None:
        moment = at_local(self.day, time(23, 59))
        compile_now(self.session, moment)
        self.expected[self.day] = self.figures(Moment(moment))
        take_snapshot(self.session, now=moment)
        self.day += timedelta(days=1)


@settings(
    max_examples=40,
    # A smaller example costs hundreds of histories; the first one says enough.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.sampled_from(STARTS), events)
@example(date(2026, 9, 1), [("close", 0, 0), ("read", 0, 4), ("erase", 0, 5)])
def test_what_a_page_showed_on_a_day_is_what_it_shows_as_of_that_day(
    session: Session, first: date, happened: list[tuple[str, int, int]]
) -> None:
    with session.begin_nested() as nested:
        history = History(session, first)
        for number, event in enumerate(happened):
            history.do(*event)
            if number % 2:
                history.end_day()
        history.end_day()
        for day, expected in history.expected.items():
            shown = history.figures(Moment(history.now, day))
            for name, value in expected.items():
                assert shown[name] == value, (name, day)
        nested.rollback()
