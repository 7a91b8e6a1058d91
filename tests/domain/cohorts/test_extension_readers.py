"""Readers of a due date beside those of test_extensions: more time counts there as well."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from peergang.cohorts.actions.extensions import extend_activity
from peergang.cohorts.models import CohortActivity, Extension
from peergang.cohorts.queries.calendar_feed import list_feed_due
from peergang.core.clock import local_date
from peergang.progress.queries.participation import list_cells
from peergang.progress.queries.preparing import count_open_feedback
from peergang.reminders.catalog import activity_due_soon, activity_overdue
from tests.factories.cohorts import make_cohort, make_participant, make_trainer
from tests.factories.coursework import actor_of, find_activity
from tests.factories.progress import compile_now, hand_in

pytestmark = pytest.mark.database
WEEK = timedelta(weeks=1)


@pytest.fixture
def world(session, now):
    """A cohort, somebody with more time, somebody without, and the trainer who gives it."""
    cohort = make_cohort(session, now)
    late, other = (make_participant(session, cohort) for _ in range(2))
    return cohort, late, other, actor_of(session, make_trainer(session, cohort))


def give(session, world, kind, now):
    """More time for what was due yesterday; the new date."""
    cohort, late, _, trainer = world
    activity = find_activity(session, cohort, kind)
    session.execute(sa.update(CohortActivity).values(due_at=now + 20 * WEEK))
    session.execute(
        sa.update(CohortActivity)
        .where(CohortActivity.activity_id == activity.id)
        .values(due_at=now - timedelta(days=1))
    )
    day = local_date(now + WEEK)
    extend_activity(session, trainer, late.id, activity.id, due_on=day, reason="Ziek", now=now)
    return activity, day


def test_the_calendar_names_the_new_date(session, world, now):
    _, late, other, _ = world
    activity, day = give(session, world, "reflection", now)
    days = {
        one.id: next(
            local_date(row.due_at) for row in list_feed_due(session, one.user_id) if row.slug == activity.slug
        )
        for one in (late, other)
    }
    assert days == {late.id: day, other.id: local_date(now - timedelta(days=1))}


def test_feedback_with_more_time_is_not_open_past_its_date(session, world, now):
    cohort, late, other, _ = world
    give(session, world, "peer_feedback", now)
    assert count_open_feedback(session, cohort.id, now) == {other.id: 1}
    assert count_open_feedback(session, cohort.id, now + 2 * WEEK) == {late.id: 1, other.id: 1}


def test_who_came_in_late_and_got_more_time_can_be_late_again(session, world, now):
    _, late, other, _ = world
    activity, _ = give(session, world, "reflection", now)
    for one in (late, other):
        one.activated_at = now
    session.flush()
    rows = session.execute(activity_overdue.standing(now + 2 * WEEK)).all()
    blocked = {row.recipient_id: row.blocked for row in rows if row.subject_id == activity.id}
    assert blocked == {late.user_id: "", other.user_id: "joined_later"}


def test_a_reminder_comes_and_goes_by_the_new_date(session, world, now):
    """Before it: not three days before the old one. After it: not the day after the old one, and not too late by then."""
    _, late, _, _ = world
    activity, day = give(session, world, "reflection", now)
    due_at = session.scalar(sa.select(Extension.due_at))

    def rows(rule, at):
        found = session.execute(rule.due(at)).all()
        return [row for row in found if (row.subject_id, row.recipient_id) == (activity.id, late.user_id)]

    assert rows(activity_due_soon, now) == []
    [soon] = rows(activity_due_soon, due_at - timedelta(days=2))
    assert soon.expires_at == due_at
    assert local_date(soon.not_before) < day
    [overdue] = rows(activity_overdue, due_at + timedelta(days=1))
    assert local_date(overdue.not_before) > day
    assert overdue.expires_at > due_at + timedelta(days=5)


def test_what_is_handed_in_before_the_new_date_counts_when_that_has_come(session, world, now):
    """Until then it is not due, so it may not stand among what is handed in of what is due."""
    _, late, _, _ = world
    activity, _ = give(session, world, "reflection", now)
    hand_in(session, late, activity, at=now - timedelta(hours=1), text="Klaar")
    compile_now(session, now)
    for moment, handed_in, due in ((now, 0, 1), (now + 2 * WEEK, 1, 2)):
        cells = list_cells(session, moment)
        assert (sum(one.handed_in for one in cells), sum(one.due for one in cells)) == (handed_in, due)
