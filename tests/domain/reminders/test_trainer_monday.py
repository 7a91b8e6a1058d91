"""The trainer's Monday, and who is silent for trainers who do not want that: trainer_quiet_participants."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment
from peergang.core.config import Settings
from peergang.coursework.models import Reflection, TrainerAbsence
from peergang.identity.models import User
from peergang.notifications.models import Notice, NoticeChoice
from tests.domain.reminders.reading import also_in, list_planned, plan, read, verdicts
from tests.factories.cohorts import make_cohort, make_meeting, make_participant, make_trainer
from tests.factories.coursework import make_reflection, make_submitted

RULE, QUIET = "trainer_monday", "trainer_quiet_participants"
HERE = ZoneInfo("Europe/Amsterdam")
MONDAY = datetime(2026, 11, 16, 8, 30, tzinfo=HERE).astimezone(UTC)
TUESDAY = MONDAY + timedelta(days=1)
SUNDAY_EVENING = datetime(2026, 11, 15, 21, 0, tzinfo=HERE).astimezone(UTC)


@pytest.fixture
def cohort(session: Session) -> Cohort:
    return make_cohort(session, MONDAY - timedelta(days=36))


@pytest.fixture
def trainer(session: Session, cohort: Cohort) -> Enrolment:
    return make_trainer(session, cohort)


@pytest.fixture
def silent(session: Session, cohort: Cohort) -> User:
    person = make_participant(session, cohort, at=MONDAY - timedelta(days=23))
    user = session.get_one(User, person.user_id)
    user.given_name, user.family_name = "Noor", "Stilgeweest"
    return user


def refuse(session: Session, trainer: Enrolment) -> None:
    session.add(NoticeChoice(user_id=trainer.user_id, rule=RULE, delivery="off", since=MONDAY))


def test_without_anything_to_tell_there_is_no_mail(
    session: Session, trainer: Enrolment, cohort: Cohort
) -> None:
    make_participant(session, cohort, at=MONDAY - timedelta(days=5))
    make_meeting(session, cohort, MONDAY + timedelta(days=7), number=1)
    make_meeting(session, cohort, MONDAY + timedelta(days=2), number=2, state="cancelled")
    assert plan(session, RULE, MONDAY) == set()


def test_it_holds_meetings_what_waits_and_names(
    session: Session, settings: Settings, cohort: Cohort, trainer: Enrolment, silent: User
) -> None:
    author = make_participant(session, cohort, at=MONDAY - timedelta(days=5))
    make_submitted(session, author, MONDAY - timedelta(days=1), audience="trainer", title="Geheimtitel")
    make_meeting(session, cohort, MONDAY + timedelta(days=2), number=1, title="Samen kijken")
    assert plan(session, RULE, SUNDAY_EVENING) == {trainer.user_id}
    (notice,) = list_planned(session, RULE)
    assert (notice.not_before, notice.occurrence) == (MONDAY, "2026-W47")
    words = read(session, settings, RULE, MONDAY)[trainer.user_id]
    for text in (words.text, words.html):
        assert "Samen kijken" in text
        assert "1 reflectie wacht op je reactie" in text
        assert "Noor Stilgeweest" in text
        assert "Geheimtitel" not in text
    assert "Noor" not in words.subject
    for days in range(3):
        plan(session, RULE, MONDAY + timedelta(days=days))
    assert len(list_planned(session, RULE)) == 1
    plan(session, RULE, MONDAY + timedelta(days=3))
    assert len(list_planned(session, RULE)) == 1, "on Thursday it is late"


def test_what_is_promised_by_tomorrow_is_told_by_another_mail(
    session: Session, cohort: Cohort, trainer: Enrolment
) -> None:
    author = make_participant(session, cohort, at=MONDAY - timedelta(days=5))
    make_submitted(session, author, MONDAY - timedelta(days=1), audience="trainer")
    session.execute(sa.update(Reflection).values(promised_on=TUESDAY.date()))
    assert plan(session, RULE, MONDAY) == set()
    assert plan(session, "review_waiting", MONDAY) == {trainer.user_id}
    session.execute(sa.update(Reflection).values(promised_on=TUESDAY.date() + timedelta(days=1)))
    assert plan(session, RULE, MONDAY) == {trainer.user_id}


def test_who_is_away_or_left_is_not_told(session: Session, cohort: Cohort, trainer: Enrolment) -> None:
    make_meeting(session, cohort, MONDAY + timedelta(days=2), number=1)
    session.add(
        TrainerAbsence(
            user_id=trainer.user_id, starts_on=MONDAY.date(), ends_on=TUESDAY.date(), made_at=MONDAY
        )
    )
    assert plan(session, RULE, MONDAY) == set()
    session.execute(sa.delete(TrainerAbsence))
    assert plan(session, RULE, MONDAY) == {trainer.user_id}
    trainer.state = "withdrawn"
    assert verdicts(session, RULE, MONDAY) == {"gone"}


def test_two_cohorts_are_one_mail(
    session: Session, settings: Settings, cohort: Cohort, trainer: Enrolment
) -> None:
    other = make_cohort(session, MONDAY - timedelta(days=36))
    also_in(session, trainer, other, "trainer")
    make_meeting(session, cohort, MONDAY + timedelta(days=2), number=1, title="Hier")
    make_meeting(session, other, MONDAY + timedelta(days=3), number=1, title="Daar")
    assert plan(session, RULE, MONDAY) == {trainer.user_id}
    words = read(session, settings, RULE, MONDAY)[trainer.user_id]
    assert words.text.index("Hier") < words.text.index("Daar")
    assert len(list_planned(session, RULE)) == 1


def test_who_gets_the_overview_gets_no_second_mail_with_the_same_names(
    session: Session, trainer: Enrolment, silent: User
) -> None:
    assert plan(session, RULE, MONDAY) == {trainer.user_id}
    assert plan(session, QUIET, TUESDAY) == set()
    session.execute(sa.update(Notice).values(state="suppressed"))
    assert plan(session, QUIET, TUESDAY) == {trainer.user_id}


def test_who_wants_no_overview_hears_of_silence_once_a_week(
    session: Session, settings: Settings, cohort: Cohort, trainer: Enrolment, silent: User
) -> None:
    refuse(session, trainer)
    assert plan(session, RULE, MONDAY) == set()
    assert plan(session, QUIET, MONDAY) == set(), "on Tuesday"
    assert plan(session, QUIET, TUESDAY) == {trainer.user_id}
    (notice,) = list_planned(session, QUIET)
    assert (notice.not_before, notice.cohort_id) == (TUESDAY, cohort.id)
    words = read(session, settings, QUIET, TUESDAY)[trainer.user_id]
    assert "Noor Stilgeweest" in words.text
    assert "Noor" not in words.subject
    for days in range(1, 20):
        plan(session, QUIET, TUESDAY + timedelta(days=days))
    assert len(list_planned(session, QUIET)) == 1, "somebody who goes on being silent is no news"


def test_who_came_back_is_not_named(
    session: Session, cohort: Cohort, trainer: Enrolment, silent: User
) -> None:
    refuse(session, trainer)
    plan(session, QUIET, TUESDAY)
    assert verdicts(session, QUIET, TUESDAY) == {""}
    place = session.scalars(sa.select(Enrolment).where(Enrolment.user_id == silent.id)).one()
    make_reflection(session, place, TUESDAY)
    assert verdicts(session, QUIET, TUESDAY) == {"gone"}
