"""A trainer has people reminded of one activity: who gets it and why others do not, once a week, and taken back in time."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.cohorts.actions.completion import record_completion
from peergang.cohorts.models import Cohort, CohortActivity, Enrolment
from peergang.core.errors import Conflict, Forbidden, NotFound
from peergang.curriculum.models import Activity
from peergang.identity.models import User
from peergang.notifications.models import Notice, NoticeChoice, NoticeHabits
from peergang.reminders.actions.nudging import How, foresee_reminders, remind_participants, withdraw_reminders
from peergang.reminders.catalog.trainer_reminder import HOLD
from peergang.reminders.models import Nudge
from tests.domain.reminders.conftest import Ledger
from tests.factories.cohorts import make_cohort, make_participant, make_trainer
from tests.factories.coursework import actor_of, find_activity, make_submitted
from tests.factories.identity import make_organiser, make_user
from tests.moment import NOW

RULE = "trainer_reminder"
DAY = timedelta(days=1)
LATER = NOW + HOLD + timedelta(minutes=1)


class Room:
    def __init__(self, session: Session) -> None:
        self.session = session
        self.cohort: Cohort = make_cohort(session, NOW)
        self.trainer = make_trainer(session, self.cohort, user=make_user(session, "Tess"))
        self.people = [make_participant(session, self.cohort) for _ in range(3)]
        self.activity: Activity = find_activity(session, self.cohort, "conversation")
        session.flush()

    @property
    def actor(self):  # type: ignore[no-untyped-def]
        return actor_of(self.session, self.trainer)

    def remind(self, *people: Enrolment, now=NOW):  # type: ignore[no-untyped-def]
        ids = [one.id for one in people or self.people]
        found = remind_participants(self.session, self.actor, self.cohort.id, ids, self.activity.id, now=now)
        return {one.person.enrolment_id: one for one in found}

    def why(self, person: Enrolment, now=NOW) -> str:  # type: ignore[no-untyped-def]
        found = foresee_reminders(
            self.session, self.actor, self.cohort.id, [person.id], self.activity.id, now=now
        )
        return found[0].why


@pytest.fixture
def room(session: Session) -> Room:
    return Room(session)


def test_everybody_gets_one_mail_with_the_name_of_the_trainer(
    room: Room, ledger: Ledger, words: Callable[..., str]
) -> None:
    assert {one.how for one in room.remind().values()} == {How.MAIL}
    assert ledger.plan(RULE, NOW) == 3
    assert ledger.deliver(NOW) == [], "ten minutes in which it can be taken back"
    mails = ledger.deliver(LATER)
    assert len(mails) == 3
    assert mails[0]["Subject"] == "Opdracht conversation: lukt het?"
    assert "Tess, je trainer, zag dat deze opdracht nog openstaat." in words(mails[0])
    assert ledger.plan(RULE, LATER) == 0


def test_once_a_week_for_a_person_and_an_activity(room: Room, session: Session) -> None:
    room.remind(room.people[0])
    assert room.why(room.people[0], NOW + 6 * DAY) == "reminded"
    again = room.remind(*room.people, now=NOW + 6 * DAY)
    assert [bool(again[one.id].nudge_id) for one in room.people] == [False, True, True]
    assert session.query(Nudge).count() == 3
    assert room.why(room.people[0], NOW + 7 * DAY) == ""


def test_who_has_nothing_to_be_reminded_of_is_told_why(room: Room, session: Session) -> None:
    done, gone, told = room.people
    record_completion(session, done.id, room.activity.id, completed_at=NOW, evidence_kind="conversation")
    gone.state, gone.withdrawn_at = "withdrawn", NOW
    session.add(
        Notice(
            rule="activity_overdue",
            subject_id=room.activity.id,
            recipient_id=told.user_id,
            occurrence="x",
            state="sent",
            **dict.fromkeys(("planned_at", "ready_at", "not_before", "handed_over_at"), NOW - DAY),
            expires_at=NOW,
        )
    )
    session.flush()
    assert [room.why(one) for one in room.people] == ["done", "withdrawn", "told"]
    assert {one.nudge_id for one in room.remind().values()} == {None}
    assert session.query(Nudge).count() == 0
    assert room.why(told, NOW + 2 * DAY) == ""


def test_what_waits_for_a_trainer_is_done_for_its_author(room: Room, session: Session) -> None:
    room.activity = find_activity(session, room.cohort)
    make_submitted(session, room.people[0], NOW)
    assert room.why(room.people[0]) == "handed_in"


def test_how_somebody_wants_to_hear_decides_how(room: Room, session: Session) -> None:
    off, site, full = room.people
    session.add(NoticeChoice(user_id=off.user_id, rule=RULE, delivery="off", since=NOW))
    session.add(NoticeChoice(user_id=site.user_id, rule=RULE, delivery="in_app", since=NOW))
    session.add(NoticeHabits(user_id=full.user_id, per_week=1))
    session.add(
        Notice(
            rule="module_opened",
            subject_id=room.activity.id,
            recipient_id=full.user_id,
            occurrence="x",
            state="sent",
            mail_id=room.activity.id,
            **dict.fromkeys(("planned_at", "ready_at", "not_before", "handed_over_at"), NOW - DAY),
            expires_at=NOW,
        )
    )
    session.flush()
    found = room.remind()
    assert found[off.id].why == "unsubscribed"
    assert found[site.id].how == How.SITE
    assert found[full.id].how == How.LATER, "it counts for the week, and the week is full"


def test_done_meanwhile_is_not_sent(room: Room, session: Session, ledger: Ledger) -> None:
    room.remind(room.people[0])
    ledger.plan(RULE, NOW)
    record_completion(
        session, room.people[0].id, room.activity.id, completed_at=NOW, evidence_kind="conversation"
    )
    assert ledger.deliver(LATER) == []
    assert list(ledger.reasons().values()) == ["suppressed done"]


def test_the_platform_says_nothing_of_it_for_two_days(room: Room, session: Session, ledger: Ledger) -> None:
    session.execute(
        sa.update(CohortActivity)
        .where(CohortActivity.activity_id == room.activity.id)
        .values(due_at=NOW - DAY, opens_at=NOW - 9 * DAY)
    )
    room.remind(room.people[0])
    told = sa.select(Notice.recipient_id).where(
        Notice.rule == "activity_overdue", Notice.subject_id == room.activity.id
    )
    ledger.plan("activity_overdue", NOW)
    assert set(session.scalars(told)) == {one.user_id for one in room.people[1:]}
    ledger.plan("activity_overdue", NOW + 2 * DAY)
    assert set(session.scalars(told)) == {one.user_id for one in room.people}


def test_taken_back_before_it_left_it_never_was(room: Room, session: Session, ledger: Ledger) -> None:
    found = room.remind()
    first, second, third = (found[one.id].nudge_id for one in room.people)
    ledger.plan(RULE, NOW)
    assert withdraw_reminders(session, room.actor, room.cohort.id, [first], now=NOW) == 1
    assert withdraw_reminders(session, room.actor, room.cohort.id, [first], now=NOW) == 0
    assert len(ledger.deliver(LATER)) == 2
    assert withdraw_reminders(session, room.actor, room.cohort.id, [second, third], now=LATER) == 0, "it left"
    assert room.why(room.people[0], LATER) == "", "it may be asked again"
    other = make_cohort(session, NOW)
    make_trainer(session, other, user=session.get_one(User, room.trainer.user_id))
    mine = room.remind(room.people[0], now=LATER)[room.people[0].id].nudge_id
    assert withdraw_reminders(session, room.actor, other.id, [mine], now=LATER) == 0, "of another cohort"


def test_trainers_of_the_cohort_alone(room: Room, session: Session) -> None:
    stranger = make_trainer(session, make_cohort(session, NOW))
    ids = [one.id for one in room.people]
    for who in (stranger, make_organiser(session), room.people[0]):
        for act in (foresee_reminders, remind_participants):
            with pytest.raises(Forbidden):
                act(session, actor_of(session, who), room.cohort.id, ids, room.activity.id, now=NOW)
        with pytest.raises(Forbidden):
            withdraw_reminders(session, actor_of(session, who), room.cohort.id, [], now=NOW)


def test_not_of_a_meeting_nor_in_a_cohort_that_is_over(room: Room, session: Session) -> None:
    mine, room.activity = room.activity, find_activity(session, room.cohort, "meeting")
    with pytest.raises(NotFound):
        room.remind()
    room.activity = mine
    room.cohort.state = "closed"
    session.flush()
    with pytest.raises(Conflict):
        room.remind()


def test_somebody_of_another_cohort_is_not_reminded(room: Room, session: Session) -> None:
    other = make_participant(session, make_cohort(session, NOW))
    assert room.remind(other) == {}
    assert session.scalar(sa.select(sa.func.count()).select_from(Nudge)) == 0
