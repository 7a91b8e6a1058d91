"""The group reads first: who is asked, when the trainer is next, and that nobody ends without feedback."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from peergang.cohorts.actions import lifecycle, memberships
from peergang.cohorts.actions.leaving import withdraw_enrolment
from peergang.cohorts.actions.lifecycle import cancel_cohort, close_cohort
from peergang.cohorts.models import CohortActivity, Enrolment
from peergang.core.errors import Conflict, Forbidden, Invalid
from peergang.coursework.actions.allocation import reallocate_cohort
from peergang.coursework.actions.claiming import claim_review
from peergang.coursework.actions.gaps import fill_gap
from peergang.coursework.actions.handing_on import hand_on_reflection, hand_on_what_is_left, repair_cohort
from peergang.coursework.actions.submission import change_audience, withdraw_reflection
from peergang.coursework.models import FeedbackAssignment, Reflection
from peergang.coursework.queries.allocation import count_assigned, list_assigned
from peergang.coursework.queries.at_work import list_cohorts_at_work
from peergang.coursework.queries.gaps import list_gaps
from peergang.coursework.queries.phases import get_progress
from peergang.coursework.queries.review_queue import list_review_queue
from peergang.coursework.rules.phases import Phase
from peergang.curriculum.models import Activity
from tests.factories.cohorts import make_cohort, make_participant, make_peer_group, make_trainer
from tests.factories.coursework import (
    Class,
    actor_of,
    find_activity,
    give_feedback,
    make_class,
    make_submitted,
    review,
    submit,
)
from tests.factories.identity import make_organiser

DAY = timedelta(days=1)


@pytest.fixture
def room(session: Session, now: datetime) -> Class:
    """A group of three, with an activity that asks for feedback of two."""
    room = make_class(session, now)
    ask_for(session, room, 2)
    return room


@pytest.fixture(autouse=True)
def follow_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the application does."""
    monkeypatch.setattr(memberships, "_when_groups_changed", [reallocate_cohort])


def ask_for(session: Session, room: Class, give: int) -> None:
    task = find_activity(session, room.cohort, "peer_feedback")
    session.execute(
        sa.update(Activity).where(Activity.id == task.id).values(settings={**task.settings, "give": give})
    )
    session.expire_all()


def asked(session: Session, reflection_id: UUID, state: str = "open") -> set[UUID]:
    """Who is asked to read it (enrolments)."""
    statement = sa.select(FeedbackAssignment.giver_id).where(
        FeedbackAssignment.reflection_id == reflection_id, FeedbackAssignment.state == state
    )
    return set(session.scalars(statement))


def phase(session: Session, reflection_id: UUID, now: datetime) -> Phase:
    return get_progress(session, reflection_id).phase(now)


def due_at(session: Session, room: Class) -> datetime:
    task = find_activity(session, room.cohort, "peer_feedback")
    return session.execute(
        sa.select(CohortActivity.due_at).where(
            CohortActivity.cohort_id == room.cohort.id, CohortActivity.activity_id == task.id
        )
    ).scalar_one()


def queue(session: Session, trainer: Enrolment, now: datetime) -> list[str]:
    return [one.reflection_id for one in list_review_queue(session, actor_of(session, trainer), now=now)]


def test_the_whole_way(session: Session, room: Class, now: datetime) -> None:
    version = make_submitted(session, room.author, now, peers_first=True)
    key = version.reflection_id
    assert asked(session, key) == {room.peer.id, room.other_peer.id}
    assert phase(session, key, now) == Phase.WITH_PEERS
    assert queue(session, room.trainer, now) == []

    (one,) = list_assigned(session, actor_of(session, room.peer))
    assert (one.reflection_id, one.version_id, one.since, one.has_draft) == (key, version.id, now, False)
    assert one.due_at == max(due_at(session, room), now + 3 * DAY)
    give_feedback(session, room.peer, version, now)
    assert count_assigned(session, actor_of(session, room.peer)) == 0
    assert phase(session, key, now) == Phase.WITH_PEERS
    with pytest.raises(Conflict, match="feedback_expected"):
        hand_on_reflection(session, actor_of(session, room.author), key, now=now)

    give_feedback(session, room.other_peer, version, now + DAY)
    assert asked(session, key, "given") == {room.peer.id, room.other_peer.id}
    assert phase(session, key, now + DAY) == Phase.REVISING
    submit(session, session.get_one(Reflection, key), now + 2 * DAY, peers_first=True, gezien="Anders.")
    assert phase(session, key, now + 2 * DAY) == Phase.WITH_TRAINER
    assert queue(session, room.trainer, now) == [str(key)]

    second = session.get_one(Reflection, key)
    assert second.for_trainer_at == now + 2 * DAY
    latest = get_progress(session, key).latest
    assert latest == 2


def test_nothing_to_change_hands_it_on(session: Session, room: Class, now: datetime) -> None:
    version = make_submitted(session, room.author, now, peers_first=True)
    for giver in (room.peer, room.other_peer):
        give_feedback(session, giver, version, now)
    for stranger in (room.peer, room.trainer):
        with pytest.raises(Forbidden):
            hand_on_reflection(session, actor_of(session, stranger), version.reflection_id, now=now)
    author = actor_of(session, room.author)
    hand_on_reflection(session, author, version.reflection_id, now=now + DAY)
    hand_on_reflection(session, author, version.reflection_id, now=now + 2 * DAY)
    assert session.get_one(Reflection, version.reflection_id).for_trainer_at == now + DAY


def test_after_seven_days_it_goes_on_by_itself(session: Session, room: Class, now: datetime) -> None:
    version = make_submitted(session, room.author, now, peers_first=True)
    for giver in (room.peer, room.other_peer):
        give_feedback(session, giver, version, now)
    assert room.cohort.id in list_cohorts_at_work(session)
    assert repair_cohort(session, room.cohort.id, now=now + 7 * DAY - timedelta(minutes=1)) == 0
    assert repair_cohort(session, room.cohort.id, now=now + 7 * DAY) == 1
    assert repair_cohort(session, room.cohort.id, now=now + 8 * DAY) == 0
    assert session.get_one(Reflection, version.reflection_id).for_trainer_at == now + 7 * DAY


def test_where_nobody_reacts_the_author_sends_it_on_or_it_goes_by_itself(
    session: Session, room: Class, now: datetime
) -> None:
    versions = [make_submitted(session, one, now, peers_first=True) for one in (room.author, room.peer)]
    over = max(due_at(session, room), now + 3 * DAY) + 3 * DAY
    mine, other = (session.get_one(Reflection, one.reflection_id) for one in versions)
    author = actor_of(session, room.author)
    with pytest.raises(Conflict, match="feedback_expected"):
        hand_on_reflection(session, author, mine.id, now=over - timedelta(minutes=1))
    hand_on_reflection(session, author, mine.id, now=over)
    assert mine.for_trainer_at == over
    assert repair_cohort(session, room.cohort.id, now=over + 7 * DAY - timedelta(minutes=1)) == 0
    assert repair_cohort(session, room.cohort.id, now=over + 7 * DAY) == 1
    session.refresh(other)
    assert (other.for_trainer_at, other.promised_on is None) == (over + 7 * DAY, False)


@pytest.mark.parametrize("sent", [0, 1, 2])
@pytest.mark.parametrize("at_once", [True, False], ids=["as it closes", "it closed before"])
def test_a_cohort_that_closes_leaves_nobody_waiting(
    session: Session, room: Class, now: datetime, monkeypatch: pytest.MonkeyPatch, sent: int, at_once: bool
) -> None:
    monkeypatch.setattr(lifecycle, "_when_ended", [hand_on_what_is_left] if at_once else [])
    version = make_submitted(session, room.author, now, peers_first=True)
    for giver in (room.peer, room.other_peer)[:sent]:
        give_feedback(session, giver, version, now)
    organiser = actor_of(session, make_organiser(session))
    close_cohort(session, organiser, room.cohort.id, now=now + DAY)
    reflection = session.get_one(Reflection, version.reflection_id)
    if not at_once:
        assert reflection.for_trainer_at is None
        assert list_cohorts_at_work(session) == [room.cohort.id]
        assert repair_cohort(session, room.cohort.id, now=now + DAY) == 1
    session.refresh(reflection)
    assert reflection.for_trainer_at == now + DAY
    assert queue(session, room.trainer, now + DAY) == [str(reflection.id)]
    assert asked(session, reflection.id) == set()
    assert list_cohorts_at_work(session) == [], "once is enough"
    review(session, room.trainer, version, now + 2 * DAY)
    assert reflection.state == "approved"


def test_of_a_cancelled_cohort_nobody_is_asked_or_promised_anything(
    session: Session, room: Class, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifecycle, "_when_ended", [hand_on_what_is_left])
    version = make_submitted(session, room.author, now, peers_first=True)
    cancel_cohort(session, actor_of(session, make_organiser(session)), room.cohort.id, now=now + DAY)
    reflection = session.get_one(Reflection, version.reflection_id, populate_existing=True)
    assert (reflection.for_trainer_at, reflection.promised_on) == (None, None)
    assert asked(session, reflection.id) == set()
    assert list_cohorts_at_work(session) == []
    assert repair_cohort(session, room.cohort.id, now=now + 30 * DAY) == 0


def test_what_may_not_be_given_any_more_is_not_asked(session: Session, room: Class, now: datetime) -> None:
    version = make_submitted(session, room.author, now, peers_first=True)
    room.cohort.state = "closed"
    session.flush()
    trainer, over = actor_of(session, room.trainer), max(due_at(session, room), now + 3 * DAY) + 3 * DAY
    with pytest.raises(Conflict, match="cohort_closed"):
        fill_gap(session, trainer, version.reflection_id, giver_id=room.peer.id, now=over)
    fill_gap(session, trainer, version.reflection_id, now=over)


@pytest.mark.parametrize("how", ["audience", "alone", "order", "no_task"])
def test_where_the_group_has_no_part_the_trainer_has_it_at_once(
    session: Session, room: Class, now: datetime, how: str
) -> None:
    author = room.outside if how == "alone" else room.author
    if how in ("order", "no_task"):
        kind = "reflection" if how == "order" else "peer_feedback"
        activity = find_activity(session, room.cohort, kind)
        change = {"order": "trainer_only"} if how == "order" else {"about": "iets-anders"}
        session.execute(
            sa.update(Activity)
            .where(Activity.id == activity.id)
            .values(settings={**activity.settings, **change})
        )
        session.expire_all()
    audience = "trainer" if how == "audience" else "peer_group"
    version = make_submitted(session, author, now, audience=audience, peers_first=True)
    assert phase(session, version.reflection_id, now) == Phase.WITH_TRAINER
    assert asked(session, version.reflection_id) == set()
    assert queue(session, room.trainer, now) == [str(version.reflection_id)]


def test_what_the_trainer_sent_back_goes_straight_to_the_trainer(
    session: Session, room: Class, now: datetime
) -> None:
    version = make_submitted(session, room.author, now, peers_first=True)
    key = version.reflection_id
    claim_review(session, actor_of(session, room.trainer), key, now=now)
    assert session.get_one(Reflection, key).for_trainer_at == now, "a trainer may be sooner, on purpose"
    review(session, room.trainer, version, now, decision="return")
    submit(session, session.get_one(Reflection, key), now + DAY, peers_first=True, gezien="Aangevuld.")
    assert phase(session, key, now + DAY) == Phase.WITH_TRAINER
    assert session.get_one(Reflection, key).for_trainer_at == now + DAY


def test_choosing_other_readers_moves_it(session: Session, room: Class, now: datetime) -> None:
    version = make_submitted(session, room.author, now, peers_first=True)
    key, author = version.reflection_id, actor_of(session, room.author)
    change_audience(session, author, key, "trainer", now=now)
    assert asked(session, key) == set()
    assert phase(session, key, now) == Phase.WITH_TRAINER
    change_audience(session, author, key, "cohort", now=now + DAY)
    assert asked(session, key) == {room.peer.id, room.other_peer.id}
    assert phase(session, key, now + DAY) == Phase.WITH_PEERS
    withdraw_reflection(session, author, key, now=now + 2 * DAY)
    assert asked(session, key) == set()
    assert session.get_one(Reflection, key).for_trainer_at is None


def make_four(session: Session, now: datetime) -> tuple[Class, list[Enrolment]]:
    cohort = make_cohort(session, now)
    four = [make_participant(session, cohort) for _ in range(4)]
    make_peer_group(session, cohort, *four, since=now)
    trainer = make_trainer(session, cohort)
    room = Class(cohort, four[0], four[1], four[2], four[3], trainer, trainer)
    ask_for(session, room, 2)
    return room, four


def test_who_leaves_is_replaced_at_once_and_begun_work_stays_where_it_is(
    session: Session, now: datetime
) -> None:
    _room, four = make_four(session, now)
    versions = {one.id: make_submitted(session, one, now, peers_first=True) for one in four}
    readers = {one.id: asked(session, versions[one.id].reflection_id) for one in four}
    assert all(len(found) == 2 for found in readers.values())
    leaver = four[0]
    withdraw_enrolment(session, actor_of(session, leaver), leaver.id, now=now + DAY)
    assert asked(session, versions[leaver.id].reflection_id) == set()
    for one in four[1:]:
        found = asked(session, versions[one.id].reflection_id)
        assert len(found) == 2
        assert not found & {leaver.id, one.id}
    assert count_assigned(session, actor_of(session, leaver)) == 0
    replaced = session.scalars(
        sa.select(FeedbackAssignment).where(
            FeedbackAssignment.reason == "left", FeedbackAssignment.giver_id == leaver.id
        )
    ).all()
    assert len(replaced) == 2


def test_loads_stay_even_when_the_last_hands_in_late(session: Session, now: datetime) -> None:
    _room, four = make_four(session, now)
    for place, one in enumerate(four):
        make_submitted(session, one, now + place * DAY, peers_first=True)
    counts = [count_assigned(session, actor_of(session, one)) for one in four]
    assert counts == [2, 2, 2, 2]
    moved = session.scalars(
        sa.select(FeedbackAssignment).where(FeedbackAssignment.replaces_id.is_not(None))
    ).all()
    assert {one.giver_id for one in moved} == {four[3].id}


def test_who_lets_it_wait_is_replaced_by_who_has_room(session: Session, now: datetime) -> None:
    room, four = make_four(session, now)
    one, slow, other, fresh = four
    versions = {who.id: make_submitted(session, who, now, peers_first=True) for who in (one, slow, other)}
    for giver, author in ((one, slow), (one, other), (other, one), (other, slow)):
        give_feedback(session, giver, versions[author.id], now + DAY)
    over = max(due_at(session, room), now + 3 * DAY) + 3 * DAY
    repair_cohort(session, room.cohort.id, now=over - timedelta(minutes=1))
    kept = {who.id: asked(session, versions[who.id].reflection_id) for who in (one, other)}
    assert kept == {one.id: {slow.id}, other.id: {slow.id}}
    repair_cohort(session, room.cohort.id, now=over)
    for who in (one, other):
        assert asked(session, versions[who.id].reflection_id) == {fresh.id}
    before = session.scalar(sa.select(sa.func.count()).select_from(FeedbackAssignment))
    repair_cohort(session, room.cohort.id, now=over + DAY)
    assert session.scalar(sa.select(sa.func.count()).select_from(FeedbackAssignment)) == before, (
        "once is enough"
    )


def test_what_gets_nothing_is_offered_to_the_trainer(session: Session, room: Class, now: datetime) -> None:
    version = make_submitted(session, room.author, now, peers_first=True, title="Nog niets terug")
    key, trainer = version.reflection_id, actor_of(session, room.trainer)
    over = max(due_at(session, room), now + 3 * DAY) + 3 * DAY
    assert list_gaps(session, trainer, over - timedelta(minutes=1)) == []
    with pytest.raises(Conflict, match="gap_filled"):
        fill_gap(session, trainer, key, now=over - timedelta(minutes=1))
    (gap,) = list_gaps(session, trainer, over)
    assert (gap.reflection_id, gap.title) == (key, "Nog niets terug")
    assert {one.enrolment_id for one in gap.mates} == {room.peer.id, room.other_peer.id}
    assert all(one.asked for one in gap.mates)
    for stranger in (room.author, room.peer, room.outside):
        with pytest.raises(Forbidden):
            fill_gap(session, actor_of(session, stranger), key, now=over)
        assert list_gaps(session, actor_of(session, stranger), over) == []
    for nobody in (room.author.id, room.outside.id):
        with pytest.raises(Invalid):
            fill_gap(session, trainer, key, giver_id=nobody, now=over)
    fill_gap(session, trainer, key, giver_id=room.peer.id, now=over)
    assert list_gaps(session, trainer, over) == [], "whoever was asked gets time"
    (mine,) = list_assigned(session, actor_of(session, room.peer))
    assert mine.asked_by_trainer
    (again,) = list_gaps(session, trainer, over + 6 * DAY)
    fill_gap(session, trainer, again.reflection_id, now=over + 6 * DAY)
    assert queue(session, room.trainer, now) == [str(key)]
    assert list_gaps(session, trainer, over + 30 * DAY) == []


def test_the_database_refuses_oneself_a_double_and_another_author(
    session: Session, room: Class, now: datetime
) -> None:
    version = make_submitted(session, room.author, now, peers_first=True)
    values = {"reflection_id": version.reflection_id, "round": 1, "assigned_at": now}
    for receiver, giver in (
        (room.author, room.author),
        (room.author, room.peer),
        (room.outside, room.trainer),
    ):
        wrong = {"receiver_id": receiver.id, "giver_id": giver.id, **values}
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(sa.insert(FeedbackAssignment).values(wrong))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE feedback_assignment SET giver_id = receiver_id",
        "UPDATE feedback_assignment SET assigned_at = now()",
        "DELETE FROM feedback_assignment",
        "UPDATE feedback_assignment SET state = 'open', reason = '', ended_at = NULL WHERE state <> 'open'",
    ],
)
def test_who_was_asked_stays_known(session: Session, room: Class, now: datetime, statement: str) -> None:
    version = make_submitted(session, room.author, now, peers_first=True)
    withdraw_reflection(session, actor_of(session, room.author), version.reflection_id, now=now)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(sa.text(statement))
