"""Peer groups that live through the real actions: late work, departures, withdrawals and people who never react."""

import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.cohorts.actions.leaving import withdraw_enrolment
from peergang.cohorts.models import Cohort, Enrolment, PeerGroupMembership
from peergang.core.permissions import Actor
from peergang.coursework.actions.handing_on import repair_cohort
from peergang.coursework.actions.submission import withdraw_reflection
from peergang.coursework.models import FeedbackAssignment, PeerFeedback, Reflection, ReflectionVersion
from peergang.coursework.queries.gaps import list_gaps
from peergang.demo.days import connect_features
from tests.factories.cohorts import make_cohort, make_participant, make_peer_group, make_trainer
from tests.factories.coursework import actor_of, give_feedback, make_submitted
from tests.factories.identity import make_organiser

GROUPS = 30 if os.environ.get("PEERGANG_LIVES") else 8
DAYS = 30
"""The writing is due after two weeks, the feedback four days later; then there is time for everything that is repaired."""


@dataclass
class Lives:
    """One cohort, with all that happens in its groups. `plan` is on which day somebody hands in."""

    session: Session
    now: datetime
    random: Random
    cohort: Cohort
    trainer: Actor
    organiser: Actor
    plan: dict[UUID, int] = field(default_factory=dict)
    leaves: dict[UUID, int] = field(default_factory=dict)
    withdraws: dict[UUID, int] = field(default_factory=dict)
    silent: set[UUID] = field(default_factory=set)
    gaps: set[UUID] = field(default_factory=set)

    def begin(self, groups: int) -> None:
        """Groups of three to five, in most of which something goes wrong."""
        for number in range(groups):
            members = [make_participant(self.session, self.cohort) for _ in range(self.random.randint(3, 5))]
            make_peer_group(self.session, self.cohort, *members, since=self.now)
            for one in members:
                self.plan[one.id] = self.random.choice((0, 2, 5, 9, 13, 13, 17))
            if number % 5 == 0:
                continue
            chosen = self.random.choice(members)
            day = self.random.randint(3, 24)
            match number % 5:
                case 1:
                    self.leaves[chosen.id] = day
                case 2:
                    self.withdraws[chosen.id] = day
                case 3:
                    self.silent.add(chosen.id)
                case 4:
                    self.plan.pop(chosen.id)
                    self.silent.update(one.id for one in self.random.sample(members, 2))

    def live(self, day: int) -> None:
        """One day: who hands in, leaves or withdraws, who reads, and what the platform repairs at night."""
        session, now = self.session, self.now + timedelta(days=day)
        for one in [key for key, when in self.leaves.items() if when == day]:
            withdraw_enrolment(session, self.organiser, one, now=now)
        for one in [key for key, when in self.plan.items() if when == day and key in self.present()]:
            make_submitted(session, session.get_one(Enrolment, one), now, peers_first=True)
        for one in [key for key, when in self.withdraws.items() if when == day]:
            found = session.scalars(sa.select(Reflection).where(Reflection.enrolment_id == one)).first()
            if found and found.state == "submitted":
                withdraw_reflection(session, actor_of(session, one_of(session, one)), found.id, now=now)
        self.read(now)
        if day % 3 == 0 or day > DAYS - 3:
            repair_cohort(session, self.cohort.id, now=now + timedelta(hours=12))
        session.expire_all()
        self.gaps |= {
            one.reflection_id for one in list_gaps(session, self.trainer, now + timedelta(hours=13))
        }

    def present(self) -> set[UUID]:
        """Who is in a group now."""
        statement = sa.select(PeerGroupMembership.enrolment_id).where(PeerGroupMembership.left_at.is_(None))
        return set(self.session.scalars(statement))

    def read(self, now: datetime) -> None:
        """Everybody but the silent ones gives what they were asked, most of them sooner or later."""
        session = self.session
        asked = session.execute(
            sa.select(FeedbackAssignment.giver_id, FeedbackAssignment.reflection_id)
            .where(FeedbackAssignment.state == "open")
            .order_by(FeedbackAssignment.assigned_at, FeedbackAssignment.giver_id)
        ).all()
        for giver_id, reflection_id in asked:
            if giver_id in self.silent or self.random.random() < 0.6:
                continue
            latest = session.scalars(
                sa.select(ReflectionVersion)
                .where(ReflectionVersion.reflection_id == reflection_id)
                .order_by(ReflectionVersion.number.desc())
            ).first()
            assert latest is not None
            give_feedback(session, one_of(session, giver_id), latest, now)

    def given(self) -> set[tuple[UUID, UUID]]:
        """(giver, reflection) of everything that was sent."""
        rows = self.session.execute(
            sa.select(PeerFeedback.giver_id, ReflectionVersion.reflection_id)
            .join(ReflectionVersion, ReflectionVersion.id == PeerFeedback.version_id)
            .where(PeerFeedback.sent_at.is_not(None))
        )
        return {(row.giver_id, row.reflection_id) for row in rows}


def one_of(session: Session, enrolment_id: UUID) -> Enrolment:
    return session.get_one(Enrolment, enrolment_id)


@pytest.mark.slow
def test_everybody_who_stays_gives_and_gets_or_is_offered_to_the_trainer(
    session: Session, now: datetime
) -> None:
    connect_features()
    cohort = make_cohort(session, now, capacity=200)
    lives = Lives(
        session,
        now,
        Random(4),
        cohort,
        actor_of(session, make_trainer(session, cohort)),
        actor_of(session, make_organiser(session)),
    )
    lives.begin(GROUPS)
    for day in range(DAYS):
        lives.live(day)
    given, present = lives.given(), lives.present()
    pieces = session.scalars(sa.select(Reflection).where(Reflection.enrolment_id.in_(present))).all()
    assert len(pieces) > GROUPS
    served = {reflection for _giver, reflection in given}
    without = [one for one in pieces if one.state == "submitted" and one.id not in served]
    assert all(one.id in lives.gaps for one in without), "somebody has nothing and nobody was told"
    assert len(served) > len(pieces) * 0.9
    givers = {giver for giver, _reflection in given}
    wrote = {one.enrolment_id for one in pieces if one.state != "withdrawn"} - lives.silent
    # Who was alone among silent mates that wrote nothing had nothing to give on; they are named, so that it stays rare.
    idle = wrote - givers
    assert len(idle) <= 2, f"{len(idle)} of {len(wrote)} gave nothing"
    rows = session.execute(sa.select(FeedbackAssignment)).scalars().all()
    assert all(one.giver_id != one.receiver_id for one in rows)
    opened = [one for one in rows if one.state == "open"]
    assert {one.giver_id for one in opened} <= lives.silent & present, (
        "what is left open is with who does not react"
    )
    assert {one.reason for one in rows} & {"left", "taken_back", "overdue"}, (
        "something went wrong, and was repaired"
    )
