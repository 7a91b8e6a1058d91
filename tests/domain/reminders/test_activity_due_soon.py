"""Three days before an activity is due."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.cohorts.actions.completion import record_completion
from peergang.cohorts.models import CohortActivity
from peergang.notifications.models import Notice
from peergang.reminders.actions.nudging import remind_participants
from tests.domain.reminders.conftest import Ledger
from tests.factories.cohorts import make_cohort, make_participant, make_peer_group, make_trainer
from tests.factories.coursework import actor_of, find_activity, make_class, make_submitted, review

RULE = "activity_due_soon"
HERE = ZoneInfo("Europe/Amsterdam")
DUE = datetime(2026, 11, 20, 17, 0, tzinfo=HERE).astimezone(UTC)
TUESDAY = datetime(2026, 11, 17, 8, 0, tzinfo=HERE).astimezone(UTC)
MORNING = datetime(2026, 11, 17, 8, 30, tzinfo=HERE).astimezone(UTC)


def only(session: Session, cohort: object, kind: str, due_at: datetime = DUE) -> object:
    """Let one activity of the cohort be due at `due_at` and all others far away."""
    activity = find_activity(session, cohort, kind)  # type: ignore[arg-type]
    session.execute(sa.update(CohortActivity).values(due_at=DUE + timedelta(days=90)))
    session.execute(
        sa.update(CohortActivity)
        .where(CohortActivity.activity_id == activity.id)
        .values(due_at=due_at, opens_at=TUESDAY - timedelta(days=30))
    )
    return activity


def test_who_has_not_done_it_is_told(session: Session, ledger: Ledger, words: Callable[..., str]) -> None:
    cohort = make_cohort(session, TUESDAY)
    lazy, done = make_participant(session, cohort), make_participant(session, cohort)
    make_participant(session, cohort, state="withdrawn")
    make_participant(session, cohort, state="invited")
    make_trainer(session, cohort)
    activity = only(session, cohort, "conversation")
    record_completion(session, done.id, activity.id, completed_at=TUESDAY, evidence_kind="conversation")  # type: ignore[attr-defined]
    assert ledger.plan(RULE, TUESDAY) == 1
    (notice,) = ledger.notices()
    assert (notice.recipient_id, notice.not_before, notice.expires_at) == (lazy.user_id, MORNING, DUE)
    (mail,) = ledger.deliver(MORNING)
    assert mail["Subject"] == "Nog tot vrijdag 20 november: Opdracht conversation"
    for kind in ("plain", "html"):
        assert "vrijdag 20 november, 17.00 uur" in words(mail, kind)
        assert f"/modules/{activity.module_id}" in words(mail, kind)  # type: ignore[attr-defined]


def test_a_reflection_is_linked_where_it_is_written(
    session: Session, ledger: Ledger, words: Callable[..., str]
) -> None:
    cohort = make_cohort(session, TUESDAY)
    make_participant(session, cohort)
    activity = only(session, cohort, "reflection")
    ledger.plan(RULE, TUESDAY)
    (mail,) = ledger.deliver(MORNING)
    assert f"/reflecties/opdracht/{activity.id}" in words(mail)  # type: ignore[attr-defined]


@pytest.mark.parametrize(("decision", "told"), [("", False), ("approve", False), ("return", True)])
def test_what_waits_for_a_trainer_is_done_for_its_author(
    session: Session, ledger: Ledger, decision: str, told: bool
) -> None:
    people = make_class(session, TUESDAY - timedelta(days=5))
    activity = only(session, people.cohort, "reflection")
    for other in (people.peer, people.other_peer, people.outside):
        record_completion(session, other.id, activity.id, completed_at=TUESDAY, evidence_kind="review")  # type: ignore[attr-defined]
    version = make_submitted(session, people.author, TUESDAY - timedelta(days=4))
    if decision:
        review(session, people.trainer, version, TUESDAY - timedelta(days=3), decision)
    assert ledger.plan(RULE, TUESDAY) == int(told)


def test_nobody_is_sent_to_give_feedback_that_cannot_be_given(session: Session, ledger: Ledger) -> None:
    people = make_class(session, TUESDAY - timedelta(days=5))
    only(session, people.cohort, "peer_feedback")
    assert ledger.plan(RULE, TUESDAY) == 0
    make_submitted(session, people.author, TUESDAY - timedelta(days=4), audience="peer_group")
    assert ledger.plan(RULE, TUESDAY) == 2
    assert {notice.recipient_id for notice in ledger.notices()} == {
        people.peer.user_id,
        people.other_peer.user_id,
    }


def test_what_was_done_in_between_is_not_told(session: Session, ledger: Ledger) -> None:
    cohort = make_cohort(session, TUESDAY)
    one, other = make_participant(session, cohort), make_participant(session, cohort)
    activity = only(session, cohort, "conversation")
    assert ledger.plan(RULE, TUESDAY) == 2
    record_completion(session, one.id, activity.id, completed_at=TUESDAY, evidence_kind="conversation")  # type: ignore[attr-defined]
    other.state = "withdrawn"
    assert ledger.deliver(MORNING) == []
    assert sorted(notice.reason for notice in ledger.notices()) == ["done", "withdrawn"]


def test_a_word_of_the_trainer_just_before_is_enough(session: Session, ledger: Ledger) -> None:
    cohort = make_cohort(session, TUESDAY)
    told, other = make_participant(session, cohort), make_participant(session, cohort)
    activity = only(session, cohort, "conversation")
    trainer = actor_of(session, make_trainer(session, cohort))
    asked = TUESDAY - timedelta(hours=1)
    remind_participants(session, trainer, cohort.id, [told.id], activity.id, now=asked)  # type: ignore[attr-defined]
    assert ledger.plan(RULE, TUESDAY) == 1
    assert ledger.plan(RULE, TUESDAY) == 0
    planned = session.scalars(sa.select(Notice.recipient_id).where(Notice.rule == RULE)).all()
    assert planned == [other.user_id]


def test_a_new_deadline_is_a_new_thing(session: Session, ledger: Ledger) -> None:
    cohort = make_cohort(session, TUESDAY)
    make_participant(session, cohort)
    only(session, cohort, "conversation")
    ledger.plan(RULE, TUESDAY)
    assert len(ledger.deliver(MORNING)) == 1
    only(session, cohort, "conversation", DUE + timedelta(days=7))
    assert ledger.plan(RULE, TUESDAY) == 0, "not yet"
    assert ledger.plan(RULE, TUESDAY + timedelta(days=7)) == 1
    assert len(ledger.deliver(MORNING + timedelta(days=7))) == 1


@pytest.mark.parametrize(
    ("due", "told"),
    [
        ((2026, 11, 23, 17, 0), (2026, 11, 20, 8, 30)),  # Monday: on Friday, not on Friday less three days
        ((2026, 11, 24, 17, 0), (2026, 11, 20, 8, 30)),  # Tuesday: three days before is a Saturday
        ((2026, 10, 27, 17, 0), (2026, 10, 23, 8, 30)),  # the clock goes back in between
        ((2027, 3, 30, 17, 0), (2027, 3, 26, 8, 30)),  # the clock goes forward in between
        ((2026, 11, 20, 0, 30), (2026, 11, 17, 8, 30)),  # just after midnight is its own day
    ],
)
def test_on_a_working_day_in_the_morning(
    session: Session, ledger: Ledger, due: tuple[int, ...], told: tuple[int, ...]
) -> None:
    due_at = datetime(*due, tzinfo=HERE).astimezone(UTC)  # type: ignore[arg-type,misc]
    morning = datetime(*told, tzinfo=HERE).astimezone(UTC)  # type: ignore[arg-type,misc]
    cohort = make_cohort(session, morning)
    make_participant(session, cohort)
    activity = only(session, cohort, "conversation", due_at)
    session.execute(sa.update(CohortActivity).values(opens_at=morning - timedelta(days=30)))
    assert ledger.plan(RULE, morning - timedelta(hours=13)) == 0
    assert ledger.plan(RULE, morning - timedelta(hours=1)) == 1
    assert ledger.notices()[0].not_before == morning
    assert ledger.notices()[0].subject_id == activity.id  # type: ignore[attr-defined]


def test_who_joins_the_day_before_is_told_by_day(session: Session, ledger: Ledger) -> None:
    cohort = make_cohort(session, TUESDAY)
    evening = datetime(2026, 11, 18, 21, 30, tzinfo=HERE).astimezone(UTC)
    make_participant(session, cohort, at=evening)
    only(session, cohort, "conversation")
    assert ledger.plan(RULE, evening) == 1
    assert ledger.notices()[0].not_before == datetime(2026, 11, 19, 8, 30, tzinfo=HERE)


def test_a_cohort_that_does_not_run_is_silent(session: Session, ledger: Ledger) -> None:
    cohort = make_cohort(session, TUESDAY, state="open")
    make_participant(session, cohort)
    only(session, cohort, "conversation")
    assert ledger.plan(RULE, TUESDAY) == 0


def test_work_for_the_trainer_alone_asks_nothing_of_peers(session: Session, ledger: Ledger) -> None:
    cohort = make_cohort(session, TUESDAY)
    one, other, third = (make_participant(session, cohort) for _ in range(3))
    make_peer_group(session, cohort, one, other, third, since=TUESDAY)
    make_submitted(session, one, TUESDAY - timedelta(days=2), audience="trainer")
    only(session, cohort, "peer_feedback")
    assert ledger.plan(RULE, TUESDAY) == 0
