"""Three cohorts over a school year: who is in them, how they want their mail, and what they do in which hour."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.cohorts.actions.completion import record_completion
from peergang.cohorts.models import Cohort, Enrolment, FreePeriod, Meeting
from peergang.identity.models import Institution, SignInSession
from peergang.notifications.models import NoticeChoice, NoticeHabits
from tests.factories.cohorts import (
    list_cohort_activities,
    make_cohort,
    make_meeting,
    make_participant,
    make_trainer,
)
from tests.factories.curriculum import make_edition
from tests.factories.identity import make_institution, make_user

HERE = ZoneInfo("Europe/Amsterdam")
REGIONS = ("noord", "midden", "zuid")
HOLIDAYS = (
    ("herfstvakantie", date(2026, 10, 17), date(2026, 10, 25)),
    ("kerstvakantie", date(2026, 12, 19), date(2027, 1, 3)),
    ("voorjaarsvakantie", date(2027, 2, 20), date(2027, 2, 28)),
    ("meivakantie", date(2027, 4, 24), date(2027, 5, 2)),
    ("zomervakantie", date(2027, 7, 10), date(2027, 8, 22)),
)
Happening = Callable[[Session, datetime], None]


def at(day: date, hour: int = 0) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=HERE).astimezone(UTC)


@dataclass
class World:
    """What will happen, by the hour."""

    random: Random
    cohorts: list[Cohort] = field(default_factory=list)
    enrolments: list[Enrolment] = field(default_factory=list)
    happenings: dict[datetime, list[Happening]] = field(default_factory=lambda: defaultdict(list))

    def plan(self, moment: datetime, happening: Happening) -> None:
        self.happenings[moment.replace(minute=0, second=0, microsecond=0)].append(happening)

    def let_happen(self, session: Session, now: datetime) -> None:
        """Everything up to `now`."""
        past = [hour for hour in self.happenings if hour <= now]
        for hour in past:
            for happening in self.happenings.pop(hour):
                happening(session, now)


def build(session: Session, starts: list[date], people: int, seed: int) -> World:
    """Cohorts that begin on `starts`, with `people` participants in all."""
    world = World(Random(seed))
    edition = make_edition(session, modules=4)
    schools = _schools(session)
    for number, start in enumerate(starts):
        cohort = make_cohort(session, at(start + timedelta(days=14), 9), edition=edition, capacity=people)
        world.cohorts.append(cohort)
        make_trainer(session, cohort)
        for index in range(4):
            day = start + timedelta(days=17 + 35 * index)
            _meet(session, world, make_meeting(session, cohort, at(day, 14), number=index + 1))
        for one in range(people // len(starts)):
            _join(session, world, cohort, schools[(one + number) % len(schools)], one)
    session.commit()
    return world


def _schools(session: Session) -> list[Institution]:
    found = []
    for number in range(9):
        school = make_institution(session)
        school.region = REGIONS[number % 3]
        found.append(school)
    session.add_all(
        FreePeriod(name=name, region="", starts_on=first, ends_on=last) for name, first, last in HOLIDAYS
    )
    session.flush()
    return found


def _meet(session: Session, world: World, meeting: Meeting) -> None:
    """One meeting in three is moved, a few days before."""
    if world.random.random() < 1 / 3:
        meeting_id, later = meeting.id, timedelta(days=world.random.choice((1, 7)))

        def move(session: Session, now: datetime) -> None:
            session.execute(
                sa.update(Meeting)
                .where(Meeting.id == meeting_id)
                .values(
                    starts_at=Meeting.starts_at + later,
                    ends_at=Meeting.ends_at + later,
                    revision=Meeting.revision + 1,
                )
            )

        world.plan(meeting.starts_at - timedelta(days=world.random.randint(1, 4)), move)


def _join(session: Session, world: World, cohort: Cohort, school: Institution, number: int) -> None:
    zone = "America/Curacao" if number % 23 == 7 else "Europe/Amsterdam"
    enrolment = make_participant(session, cohort, user=make_user(session, time_zone=zone), institution=school)
    world.enrolments.append(enrolment)
    _wishes(session, enrolment.user_id, number, cohort.starts_on)
    if number % 20 == 11:
        _leave(world, enrolment, at(cohort.starts_on + timedelta(days=world.random.randint(20, 120)), 12))
    token = enrolment.user_id.bytes
    session.add(
        SignInSession(
            user_id=enrolment.user_id,
            token_hash=token,
            created_at=at(cohort.starts_on),
            expires_at=at(cohort.starts_on + timedelta(days=900)),
        )
    )
    for row in list_cohort_activities(session, cohort.id):
        fate = world.random.random()
        if row.kind != "meeting" and fate < 0.85:
            early = timedelta(days=world.random.randint(0, 18), hours=world.random.randint(1, 12))
            moment = row.due_at - early if fate < 0.6 else row.due_at + early
            _do(world, enrolment, row.activity_id, max(moment, row.opens_at + timedelta(hours=1)))


def _wishes(session: Session, user_id: UUID, number: int, start: date) -> None:
    kinds: dict[int, dict[str, object]] = {
        0: {"rhythm": "weekly"},
        1: {"rhythm": "daily"},
        2: {"rhythm": "in_app"},
        3: {"away_from": start + timedelta(days=20), "away_until": start + timedelta(days=34)},
        4: {"weekends": True, "quiet_from": time(23), "quiet_until": time(6)},
        5: {"per_week": 2},
        6: {"school_holidays": False},
    }
    chosen = kinds.get(number % 12)
    if chosen is not None:
        session.add(NoticeHabits(user_id=user_id, **chosen))
    if number % 17 == 3:
        since = at(start)
        session.add(NoticeChoice(user_id=user_id, rule="activity_overdue", delivery="off", since=since))


def _leave(world: World, enrolment: Enrolment, moment: datetime) -> None:
    enrolment_id = enrolment.id

    def leave(session: Session, now: datetime) -> None:
        session.execute(
            sa.update(Enrolment)
            .where(Enrolment.id == enrolment_id)
            .values(state="withdrawn", withdrawn_at=now)
        )

    world.plan(moment, leave)


def _do(world: World, enrolment: Enrolment, activity_id: UUID, moment: datetime) -> None:
    """Somebody signs in and does it, if they are still there."""
    enrolment_id, user_id = enrolment.id, enrolment.user_id

    def do(session: Session, now: datetime) -> None:
        if session.scalar(sa.select(Enrolment.state).where(Enrolment.id == enrolment_id)) != "active":
            return
        session.execute(
            sa.update(SignInSession).where(SignInSession.user_id == user_id).values(last_used_at=now)
        )
        record_completion(session, enrolment_id, activity_id, completed_at=now, evidence_kind="conversation")

    world.plan(moment, do)
