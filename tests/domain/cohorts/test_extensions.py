"""More time for one participant counts wherever a due date of a person counts: one test per reader."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from peergang.cohorts.actions.completion import record_completion
from peergang.cohorts.actions.extensions import extend_activity, extend_module, revoke_extension
from peergang.cohorts.models import CohortActivity, CohortModule, Extension
from peergang.core.clock import local, local_date
from peergang.core.errors import Conflict, Forbidden, Invalid, NotFound
from peergang.coursework.queries.conversation import get_conversation_place
from peergang.coursework.queries.feedback_task import find_due_at
from peergang.coursework.queries.modules import get_module
from peergang.coursework.queries.own_reflections import list_own_reflections
from peergang.coursework.queries.path import list_modules, list_tasks
from peergang.coursework.queries.served import list_served_givers
from peergang.coursework.queries.writing import get_writing_place
from peergang.identity.models import AuditEvent
from peergang.progress.models import ProgressDirty
from peergang.progress.queries.grid import get_by_module
from peergang.progress.queries.participation import list_cells
from peergang.progress.queries.people import list_participants
from peergang.reminders.catalog import activity_due_soon, activity_overdue
from peergang.reminders.queries.task_content import read_task_content
from tests.factories.cohorts import make_cohort, make_participant, make_trainer
from tests.factories.coursework import actor_of, find_activity, give_feedback, make_class, make_submitted
from tests.factories.identity import make_organiser
from tests.factories.progress import compile_now, hand_in

pytestmark = pytest.mark.database
WEEK = timedelta(weeks=1)


class Late:
    """A participant with more time for one activity, beside one without; the cohort's date was yesterday."""

    def __init__(self, session, now, kind="reflection"):
        self.session, self.now = session, now
        self.cohort = make_cohort(session, now)
        self.late, self.other = (make_participant(session, self.cohort) for _ in range(2))
        self.trainer = actor_of(session, make_trainer(session, self.cohort))
        self.activity = find_activity(session, self.cohort, kind)
        session.execute(sa.update(CohortActivity).values(due_at=now + 20 * WEEK))
        self.due_at = now - timedelta(days=1)
        session.execute(
            sa.update(CohortActivity)
            .where(CohortActivity.activity_id == self.activity.id)
            .values(due_at=self.due_at)
        )
        extend_activity(
            session,
            self.trainer,
            self.late.id,
            self.activity.id,
            due_on=local_date(now + WEEK),
            reason="Ziek geweest.",
            now=now,
        )
        session.flush()
        self.extension = session.scalars(sa.select(Extension)).one()
        self.new = self.extension.due_at


@pytest.fixture
def late(session, now):
    return Late(session, now)


def test_this_week_and_the_module_page(session, late):
    for enrolment, due_at, extended in ((late.late, late.new, True), (late.other, late.due_at, False)):
        for module_id in (None, late.activity.module_id):
            rows = list_tasks(session, late.cohort.id, enrolment.id, module_id)
            row = next(one for one in rows if one.activity_id == late.activity.id)
            assert (row.due_at, row.extended) == (due_at, extended)
    rows = list_tasks(session, late.cohort.id, None)
    assert next(one for one in rows if one.activity_id == late.activity.id).due_at == late.due_at


def test_the_dates_of_a_module(session, late):
    session.execute(sa.update(CohortModule).values(due_at=late.due_at))
    for enrolment, due_at in ((late.late, late.new), (late.other, late.due_at)):
        modules = list_modules(session, late.cohort.id, enrolment.id)
        row = next(one for one in modules if one.module_id == late.activity.module_id)
        assert row.due_at == due_at
        found = get_module(session, actor_of(session, enrolment), late.activity.module_id)
        assert found.due_at == due_at


def test_the_place_where_one_writes_and_the_list_of_reflections(session, late):
    for enrolment, due_at in ((late.late, late.new), (late.other, late.due_at)):
        actor = actor_of(session, enrolment)
        assert get_writing_place(session, actor, late.activity.id).due_at == due_at
        [found] = [
            one
            for one in list_own_reflections(session, actor, late.now)
            if one.activity_id == late.activity.id
        ]
        assert found.due_at == due_at


def test_a_conversation(session, now):
    late = Late(session, now, "conversation")
    for enrolment, due_at in ((late.late, late.new), (late.other, late.due_at)):
        place = get_conversation_place(session, actor_of(session, enrolment), late.activity.id)
        assert place.due_at == due_at


def test_feedback_that_is_all_there_was_to_give(session, now):
    people = make_class(session, now - timedelta(days=9))
    version = make_submitted(session, people.author, now - timedelta(days=8))
    task = find_activity(session, people.cohort, "peer_feedback")
    give_feedback(session, people.peer, version, now - timedelta(days=7))
    session.execute(sa.update(CohortActivity).values(due_at=now - timedelta(days=1)))
    session.execute(
        sa.text("UPDATE activity SET settings = settings || '{\"give\": 3}' WHERE id = :id"), {"id": task.id}
    )
    assert [one.giver_id for one in list_served_givers(session, now)] == [people.peer.id]
    extend_activity(
        session,
        people.trainer if hasattr(people.trainer, "trains") else actor_of(session, people.trainer),
        people.peer.id,
        task.id,
        due_on=local_date(now + WEEK),
        reason="Ziek geweest.",
        now=now,
    )
    assert list_served_givers(session, now) == []
    assert find_due_at(session, people.peer.id, task.id) > now
    assert find_due_at(session, people.author.id, task.id) < now


def subjects(session, statement, activity):
    rows = session.execute(statement).all()
    return {(row.recipient_id, row.occurrence) for row in rows if row.subject_id == activity.id}


def test_reminders_take_more_time_for_a_new_occurrence(session, late):
    """Invariant 6: the mail about the old date never stands, the one about the new date comes in its time."""
    overdue = subjects(session, activity_overdue.standing(late.now), late.activity)
    assert {who for who, _ in overdue} == {late.other.user_id}
    soon = subjects(session, activity_due_soon.standing(late.now), late.activity)
    assert {who for who, _ in soon} == {late.late.user_id}
    before = late.new - timedelta(days=2)
    assert {who for who, _ in subjects(session, activity_due_soon.due(before), late.activity)} == {
        late.late.user_id
    }
    after = late.new + timedelta(days=3)
    again = subjects(session, activity_overdue.due(after), late.activity)
    assert late.late.user_id in {who for who, _ in again}
    again = {one for one in again if one[0] == late.late.user_id}
    revoke_extension(session, late.trainer, late.extension.id, now=late.now)
    overdue = subjects(session, activity_overdue.standing(late.now), late.activity)
    assert {who for who, _ in overdue} == {late.late.user_id, late.other.user_id}
    assert not again & overdue, "the occurrence is another one"


def test_the_words_of_a_mail_name_the_new_date(session, late):
    from types import SimpleNamespace
    from uuid import uuid4

    [(_, occurrence)] = subjects(session, activity_due_soon.standing(late.now), late.activity)
    claim = SimpleNamespace(
        id=uuid4(),
        subject_id=late.activity.id,
        recipient_id=late.late.user_id,
        occurrence=occurrence,
    )
    assert read_task_content(session, [claim], late.now)[claim.id]["due_at"] == late.new


def test_what_should_have_been_done_by_now(session, late):
    compile_now(session, late.now)
    due = {one.enrolment_id: one.due for one in list_participants(session, late.cohort.id, late.now)}
    assert due == {late.late.id: 0, late.other.id: 1}
    assert sum(cell.due for cell in list_cells(session, late.now)) == 1


def test_handed_in_with_more_time_is_in_time(session, late):
    for enrolment in (late.late, late.other):
        hand_in(session, enrolment, late.activity, at=late.now, text="Klaar")
    compile_now(session, late.now)
    after = late.new + timedelta(days=1)
    cells = list_cells(session, after)
    assert (sum(one.on_time for one in cells), sum(one.due for one in cells)) == (1, 2)


def test_the_grid_of_the_cohort(session, late):
    key = (late.late.id, late.activity.module_id)
    assert get_by_module(session, late.cohort.id, late.now).more_time == {key: 1}
    assert get_by_module(session, late.cohort.id, late.new + WEEK).more_time == {}
    record_completion(
        session, late.late.id, late.activity.id, completed_at=late.now, evidence_kind="reflection"
    )
    known = get_by_module(session, late.cohort.id, late.now)
    assert (known.done, known.more_time) == ({key: 1}, {}), "what is done counts once"


def test_giving_and_revoking_mark_progress_as_dirty(session, late):
    compile_now(session, late.now)
    assert session.query(ProgressDirty).count() == 0
    revoke_extension(session, late.trainer, late.extension.id, now=late.now)
    assert [one.enrolment_id for one in session.query(ProgressDirty)] == [late.late.id]
    rows = list_tasks(session, late.cohort.id, late.late.id)
    assert next(one for one in rows if one.activity_id == late.activity.id).due_at == late.due_at
    verbs = session.scalars(sa.select(AuditEvent.verb).where(AuditEvent.subject_type == "enrolment")).all()
    assert {"extension_granted", "extension_revoked"} <= set(verbs)
    with pytest.raises(NotFound):
        revoke_extension(session, late.trainer, late.extension.id, now=late.now)


def test_an_extension_never_takes_time_away(session, late):
    session.execute(
        sa.update(CohortActivity)
        .where(CohortActivity.activity_id == late.activity.id)
        .values(due_at=late.new + WEEK)
    )
    rows = list_tasks(session, late.cohort.id, late.late.id)
    row = next(one for one in rows if one.activity_id == late.activity.id)
    assert (row.due_at, row.extended) == (late.new + WEEK, False)


def test_a_new_one_makes_the_old_one_history(session, late):
    values = {"due_on": local_date(late.now + 2 * WEEK), "reason": "Nog ziek.", "now": late.now}
    extend_activity(session, late.trainer, late.late.id, late.activity.id, **values)
    session.expire_all()
    rows = session.scalars(sa.select(Extension).order_by(Extension.due_at)).all()
    assert [(one.reason, one.revoked_at is None) for one in rows] == [
        ("Ziek geweest.", False),
        ("Nog ziek.", True),
    ]
    session.add(
        Extension(
            enrolment_id=late.late.id,
            activity_id=late.activity.id,
            due_at=late.new,
            reason="Dubbel",
            granted_at=late.now,
        )
    )
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_a_whole_module_leaves_out_meetings_and_what_is_done(session, now):
    late = Late(session, now)
    module_id = late.activity.module_id
    session.execute(sa.update(CohortActivity).values(due_at=now + timedelta(days=1)))
    talk = find_activity(session, late.cohort, "conversation")
    record_completion(session, late.other.id, talk.id, completed_at=now, evidence_kind="conversation")
    values = {"due_on": local_date(now + 3 * WEEK), "reason": "Verlof.", "now": now}
    given = extend_module(session, late.trainer, late.other.id, module_id, **values)
    assert talk.id not in given
    kinds = {find_kind(session, one) for one in given}
    assert "meeting" not in kinds
    assert "reflection" in kinds


def find_kind(session, activity_id):
    from peergang.curriculum.models import Activity

    return session.get_one(Activity, activity_id).kind


@pytest.mark.parametrize(
    ("days", "reason", "problem"),
    [
        (7, "  ", {"reason": "missing"}),
        (7, "x" * 501, {"reason": "long"}),
        (-7, "Ziek", {"due_on": "in_the_past"}),
        (800, "Ziek", {"due_on": "too_far"}),
    ],
)
def test_what_is_refused(session, late, days, reason, problem):
    with pytest.raises(Invalid) as refused:
        extend_activity(
            session,
            late.trainer,
            late.other.id,
            late.activity.id,
            due_on=local_date(late.now + timedelta(days=days)),
            reason=reason,
            now=late.now,
        )
    assert refused.value.problems == problem


def test_who_may_not(session, late):
    values = {"due_on": local_date(late.now + WEEK), "reason": "Ziek", "now": late.now}
    stranger = actor_of(session, make_trainer(session, make_cohort(session, late.now)))
    for actor in (actor_of(session, late.late), stranger):
        with pytest.raises(Forbidden):
            extend_activity(session, actor, late.other.id, late.activity.id, **values)
        with pytest.raises(Forbidden):
            revoke_extension(session, actor, late.extension.id, now=late.now)
    own = make_organiser(session)
    enrolment = make_participant(session, late.cohort, user=own)
    with pytest.raises(Forbidden):
        extend_activity(session, actor_of(session, own), enrolment.id, late.activity.id, **values)
    late.other.state = "withdrawn"
    session.flush()
    with pytest.raises(Conflict):
        extend_activity(session, late.trainer, late.other.id, late.activity.id, **values)
    late.cohort.state = "closed"
    session.flush()
    with pytest.raises(Conflict):
        revoke_extension(session, late.trainer, late.extension.id, now=late.now)


def test_the_new_date_ends_at_five_on_the_wall_clock(late):
    assert local(late.new).hour == 17
