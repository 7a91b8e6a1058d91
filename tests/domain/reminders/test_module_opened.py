"""A module opens."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.cohorts.actions.completion import record_completion
from peergang.cohorts.models import Cohort, CohortModule
from peergang.core.config import Settings
from peergang.curriculum.models import Activity, Edition, Module
from peergang.notifications.models import Notice
from tests.domain.reminders.reading import also_in, list_planned, plan, read, verdicts
from tests.factories.cohorts import make_cohort, make_participant, make_trainer
from tests.factories.curriculum import make_edition

RULE = "module_opened"
HERE = ZoneInfo("Europe/Amsterdam")
OPENS = datetime(2026, 11, 18, 0, 0, tzinfo=HERE).astimezone(UTC)
MORNING = datetime(2026, 11, 18, 8, 30, tzinfo=HERE).astimezone(UTC)


@pytest.fixture
def cohort(session: Session, now: datetime) -> Cohort:
    """Its second module opens tomorrow."""
    cohort = make_cohort(session, now, edition=make_edition(session, modules=2))
    second = session.scalars(
        sa.select(Module.id).where(Module.edition_id == cohort.edition_id, Module.position == 2)
    ).one()
    open_at(session, cohort, OPENS, second)
    return cohort


def open_at(session: Session, cohort: Cohort, moment: datetime, module_id: object = None) -> None:
    wanted = [CohortModule.cohort_id == cohort.id]
    if module_id is not None:
        wanted.append(CohortModule.module_id == module_id)
    else:
        wanted.append(CohortModule.opens_at > moment - timedelta(days=10))
    session.execute(
        sa.update(CohortModule).where(*wanted).values(opens_at=moment, due_at=moment + timedelta(days=30))
    )


def test_participants_hear_what_is_in_it(session: Session, settings: Settings, cohort: Cohort) -> None:
    person = make_participant(session, cohort)
    make_trainer(session, cohort)
    make_participant(session, cohort, state="withdrawn")
    assert plan(session, RULE, OPENS - timedelta(hours=2)) == {person.user_id}
    (notice,) = list_planned(session, RULE)
    assert (notice.not_before, notice.cohort_id) == (MORNING, cohort.id)
    words = read(session, settings, RULE, MORNING)[person.user_id]
    module = session.get_one(Module, notice.subject_id)
    minutes = session.scalar(sa.select(sa.func.sum(Activity.minutes)).where(Activity.module_id == module.id))
    for text in (words.text, words.html):
        assert f"samen ongeveer {minutes} minuten" in text
        assert "Opdracht reflection" in text
        assert f"/modules/{module.id}" in text
    assert module.title in words.subject


def test_once_for_each_module_and_person(session: Session, cohort: Cohort) -> None:
    make_participant(session, cohort)
    plan(session, RULE, OPENS)
    (notice,) = list_planned(session, RULE)
    session.execute(sa.update(Notice).values(state="sent", handed_over_at=MORNING))
    open_at(session, cohort, OPENS + timedelta(days=5))
    plan(session, RULE, OPENS + timedelta(days=5))
    assert [one.id for one in list_planned(session, RULE)] == [notice.id]


def test_of_two_cohorts_with_the_same_module_one_tells_it(session: Session, cohort: Cohort) -> None:
    person = make_participant(session, cohort)
    edition = session.get_one(Edition, cohort.edition_id)
    other = make_cohort(session, OPENS, edition=edition)
    session.execute(sa.delete(CohortModule).where(CohortModule.cohort_id == other.id))
    second = session.scalars(
        sa.select(CohortModule).where(CohortModule.cohort_id == cohort.id, CohortModule.opens_at == OPENS)
    ).one()
    session.add(
        CohortModule(
            cohort_id=other.id,
            module_id=second.module_id,
            opens_at=OPENS + timedelta(hours=3),
            due_at=second.due_at,
        )
    )
    also_in(session, person, other)
    plan(session, RULE, OPENS)
    assert len(list_planned(session, RULE)) == 2
    assert verdicts(session, RULE, MORNING) == {"", "told"}, "of two that wait the first goes"


def test_it_stands_aside_where_the_beginning_was_just_told(session: Session, cohort: Cohort) -> None:
    person = make_participant(session, cohort)
    session.add(
        Notice(
            rule="cohort_starts",
            subject_id=cohort.id,
            recipient_id=person.user_id,
            occurrence="2026-11-18",
            planned_at=OPENS,
            ready_at=OPENS,
            not_before=OPENS - timedelta(days=1),
            handed_over_at=OPENS - timedelta(hours=15),
            expires_at=OPENS,
            state="sent",
        )
    )
    assert plan(session, RULE, OPENS) == set()
    session.execute(sa.update(Notice).values(handed_over_at=OPENS - timedelta(days=7)))
    assert plan(session, RULE, OPENS) == {person.user_id}, "a week before is long ago"


def test_what_was_done_closed_or_moved_is_not_told(session: Session, cohort: Cohort) -> None:
    person = make_participant(session, cohort)
    plan(session, RULE, OPENS)
    (notice,) = list_planned(session, RULE)
    assert verdicts(session, RULE, MORNING) == {""}
    for activity in session.scalars(sa.select(Activity).where(Activity.module_id == notice.subject_id)):
        record_completion(session, person.id, activity.id, completed_at=OPENS, evidence_kind="test")
    assert verdicts(session, RULE, MORNING) == {"done"}
    person.state = "withdrawn"
    assert verdicts(session, RULE, MORNING) == {"withdrawn"}
    open_at(session, cohort, OPENS + timedelta(days=9))
    assert verdicts(session, RULE, MORNING) == {"gone"}


def test_who_came_in_later_saw_it_open(session: Session, cohort: Cohort) -> None:
    make_participant(session, cohort, at=OPENS + timedelta(hours=20))
    assert plan(session, RULE, OPENS + timedelta(hours=21)) == set()
