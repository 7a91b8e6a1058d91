"""The first working day after an activity was due."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.cohorts.actions.completion import record_completion
from peergang.cohorts.models import CohortActivity
from peergang.curriculum.models import Activity
from tests.domain.reminders.conftest import Ledger
from tests.factories.cohorts import make_cohort, make_participant
from tests.factories.coursework import find_activity

RULE = "activity_overdue"
HERE = ZoneInfo("Europe/Amsterdam")


def here(*when: int) -> datetime:
    return datetime(*when, tzinfo=HERE).astimezone(UTC)  # type: ignore[arg-type,misc]


DUE = here(2026, 11, 18, 17, 0)
MORNING = here(2026, 11, 19, 8, 30)


def only(session: Session, cohort: object, due_at: datetime = DUE) -> Activity:
    activity = find_activity(session, cohort, "conversation")  # type: ignore[arg-type]
    session.execute(sa.update(CohortActivity).values(due_at=DUE + timedelta(days=90)))
    session.execute(
        sa.update(CohortActivity)
        .where(CohortActivity.activity_id == activity.id)
        .values(due_at=due_at, opens_at=due_at - timedelta(days=30))
    )
    return activity


def test_once_the_morning_after(session: Session, ledger: Ledger, words: Callable[..., str]) -> None:
    cohort = make_cohort(session, DUE)
    make_participant(session, cohort)
    done = make_participant(session, cohort)
    activity = only(session, cohort)
    record_completion(session, done.id, activity.id, completed_at=DUE, evidence_kind="conversation")
    assert ledger.plan(RULE, DUE - timedelta(minutes=1)) == 0
    for hours in (3, 6, 14, 16):
        ledger.plan(RULE, DUE + timedelta(hours=hours))
    (notice,) = ledger.notices()
    assert notice.not_before == MORNING
    (mail,) = ledger.deliver(MORNING)
    assert mail["Subject"] == "Kom je nog toe aan Opdracht conversation?"
    assert "woensdag 18 november" in words(mail)
    for day in range(1, 8):
        ledger.plan(RULE, MORNING + timedelta(days=day))
        assert ledger.deliver(MORNING + timedelta(days=day)) == []


@pytest.mark.parametrize(
    ("due", "told"),
    [
        ((2026, 11, 20, 17, 0), (2026, 11, 23, 8, 30)),  # Friday: on Monday
        ((2026, 11, 21, 17, 0), (2026, 11, 23, 8, 30)),  # Saturday: on Monday
        ((2026, 10, 23, 17, 0), (2026, 10, 26, 8, 30)),  # over the weekend in which the clock goes back
        ((2027, 3, 26, 17, 0), (2027, 3, 29, 8, 30)),  # and forward
        ((2026, 11, 18, 23, 59), (2026, 11, 19, 8, 30)),  # yesterday evening is yesterday
    ],
)
def test_on_a_working_day(
    session: Session, ledger: Ledger, due: tuple[int, ...], told: tuple[int, ...]
) -> None:
    cohort = make_cohort(session, here(*due))
    make_participant(session, cohort, at=here(*due) - timedelta(days=9))
    only(session, cohort, here(*due))
    assert ledger.plan(RULE, here(*told) - timedelta(hours=13)) == 0
    assert ledger.plan(RULE, here(*told) - timedelta(hours=1)) == 1
    assert ledger.notices()[0].not_before == here(*told)


def test_who_hands_in_that_night_is_left_alone(session: Session, ledger: Ledger) -> None:
    cohort = make_cohort(session, DUE)
    one = make_participant(session, cohort)
    activity = only(session, cohort)
    ledger.plan(RULE, DUE + timedelta(hours=4))
    record_completion(session, one.id, activity.id, completed_at=MORNING, evidence_kind="conversation")
    assert ledger.deliver(MORNING) == []
    assert list(ledger.reasons().values()) == ["suppressed done"]


def test_who_came_in_later_cannot_be_late(session: Session, ledger: Ledger) -> None:
    cohort = make_cohort(session, DUE)
    make_participant(session, cohort, at=DUE + timedelta(hours=1))
    only(session, cohort)
    assert ledger.plan(RULE, DUE + timedelta(hours=16)) == 0


def test_a_deadline_that_was_moved_on_is_not_overdue(session: Session, ledger: Ledger) -> None:
    cohort = make_cohort(session, DUE)
    make_participant(session, cohort)
    only(session, cohort)
    ledger.plan(RULE, DUE + timedelta(hours=4))
    only(session, cohort, DUE + timedelta(days=7))
    assert ledger.deliver(MORNING) == []
    assert list(ledger.reasons().values()) == ["suppressed gone"]


def test_old_matters_are_left_in_peace(session: Session, ledger: Ledger) -> None:
    cohort = make_cohort(session, DUE)
    make_participant(session, cohort)
    only(session, cohort)
    assert ledger.plan(RULE, DUE + timedelta(days=30)) == 0
