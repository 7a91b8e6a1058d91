"""Groups that are arranged by hand: pins, taking back, proposals that moved on, and two people at once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.cohorts.actions.group_changes import pin_member, undo_group_change
from peergang.cohorts.actions.groups import make_peer_groups, move_to_group, place_newcomers, repair_groups
from peergang.cohorts.actions.leaving import withdraw_enrolment
from peergang.cohorts.queries.group_changes import find_last_change
from peergang.cohorts.queries.peers import list_seats, read_division
from peergang.cohorts.rules.division import fingerprint, propose_division
from peergang.core.db import transaction
from peergang.core.errors import Conflict, Forbidden, NotFound
from peergang.core.permissions import Actor
from tests.factories.cohorts import make_cohort, make_participant, make_peer_group
from tests.factories.identity import make_organiser, make_user

pytestmark = pytest.mark.database


@pytest.fixture
def organiser(session):
    return Actor(user_id=make_organiser(session).id, is_organiser=True)


@pytest.fixture
def cohort(session, now):
    return make_cohort(session, now)


def group_of(session, cohort, size, now):
    people = [make_participant(session, cohort) for _ in range(size)]
    return people, make_peer_group(session, cohort, *people, since=now)


def seats(session, cohort):
    return {row.enrolment_id: row.peer_group_id for row in list_seats(session, cohort.id)}


def last(session, cohort):
    return find_last_change(session, cohort.id).change_id


def test_a_move_is_taken_back_and_taking_that_back_does_it_again(session, organiser, cohort, now):
    first, _ = group_of(session, cohort, 4, now)
    _, target = group_of(session, cohort, 4, now)
    before = seats(session, cohort)
    move_to_group(session, organiser, first[0].id, target.id, now=now)
    moved = seats(session, cohort)
    assert undo_group_change(session, organiser, cohort.id, last(session, cohort), now=now) == 1
    assert seats(session, cohort) == before
    undo_group_change(session, organiser, cohort.id, last(session, cohort), now=now)
    assert seats(session, cohort) == moved


def test_newcomers_and_a_whole_division_are_taken_back(session, organiser, cohort, now):
    group_of(session, cohort, 5, now)
    group_of(session, cohort, 5, now)
    for _ in range(2):
        make_participant(session, cohort)
    before = seats(session, cohort)
    place_newcomers(session, organiser, cohort.id, now=now)
    undo_group_change(session, organiser, cohort.id, last(session, cohort), now=now)
    assert seats(session, cohort) == before
    make_peer_groups(session, organiser, cohort.id, size=3, now=now + timedelta(hours=1))
    assert sorted(Counter(seats(session, cohort).values()).values()) == [3, 3, 3, 3]
    undo_group_change(session, organiser, cohort.id, last(session, cohort), now=now + timedelta(hours=2))
    assert seats(session, cohort) == before


def test_only_the_last_change_is_taken_back_and_only_by_who_may(session, organiser, cohort, now):
    first, _ = group_of(session, cohort, 4, now)
    _, target = group_of(session, cohort, 3, now)
    move_to_group(session, organiser, first[0].id, target.id, now=now)
    change = last(session, cohort)
    move_to_group(session, organiser, first[1].id, target.id, now=now)
    with pytest.raises(Conflict, match="groups_changed"):
        undo_group_change(session, organiser, cohort.id, change, now=now)
    other = make_cohort(session, now)
    with pytest.raises(Conflict, match="groups_changed"):
        undo_group_change(session, organiser, other.id, last(session, cohort), now=now)
    for stranger in (Actor(make_user(session).id, follows=frozenset({cohort.id})), Actor(None)):
        with pytest.raises(Forbidden):
            undo_group_change(session, stranger, cohort.id, last(session, cohort), now=now)
    trainer = Actor(make_user(session).id, trains=frozenset({cohort.id}))
    assert undo_group_change(session, trainer, cohort.id, last(session, cohort), now=now) == 1


def test_a_repair_is_taken_back_but_who_left_stays_away(session, organiser, cohort, now):
    small, _ = group_of(session, cohort, 3, now)
    group_of(session, cohort, 5, now)
    before = seats(session, cohort)
    withdraw_enrolment(session, organiser, small[0].id, now=now + timedelta(days=1))
    assert find_last_change(session, cohort.id).kind == "mended"
    undo_group_change(session, organiser, cohort.id, last(session, cohort), now=now + timedelta(days=2))
    assert seats(session, cohort) == {key: group for key, group in before.items() if key != small[0].id}


def test_who_is_pinned_is_moved_by_nobody(session, organiser, cohort, now):
    small, group = group_of(session, cohort, 3, now)
    five, _ = group_of(session, cohort, 5, now)
    for one in [small[1], *five[:4]]:
        pin_member(session, organiser, one.id, pinned=True, now=now)
    with pytest.raises(Conflict, match="pinned"):
        move_to_group(session, organiser, five[0].id, group.id, now=now)
    withdraw_enrolment(session, organiser, small[0].id, now=now)
    assert seats(session, cohort)[five[4].id] == group.id
    before = seats(session, cohort)
    make_peer_groups(session, organiser, cohort.id, size=6, now=now)
    after = seats(session, cohort)
    assert all(after[one.id] == before[one.id] for one in [small[1], *five[:4]])
    pin_member(session, organiser, five[0].id, pinned=False, now=now)
    move_to_group(session, organiser, five[0].id, group.id, now=now)
    assert seats(session, cohort)[five[0].id] == group.id


@pytest.mark.parametrize("how", ["moved", "divided"])
def test_taking_back_moves_nobody_who_was_pinned_since(session, organiser, cohort, now, how):
    people, _ = group_of(session, cohort, 6, now)
    _, target = group_of(session, cohort, 3, now)
    if how == "moved":
        move_to_group(session, organiser, people[0].id, target.id, now=now)
        pin_member(session, organiser, people[0].id, pinned=True, now=now)
    else:
        before = seats(session, cohort)
        make_peer_groups(session, organiser, cohort.id, size=3, now=now)
        moved = next(key for key, group in seats(session, cohort).items() if before[key] != group)
        pin_member(session, organiser, moved, pinned=True, now=now)
    after = seats(session, cohort)
    with pytest.raises(Conflict, match="pinned"):
        undo_group_change(session, organiser, cohort.id, last(session, cohort), now=now)
    assert seats(session, cohort) == after
    if how == "moved":
        pin_member(session, organiser, people[0].id, pinned=False, now=now)
        undo_group_change(session, organiser, cohort.id, last(session, cohort), now=now)
        assert seats(session, cohort)[people[0].id] != target.id


def test_a_group_that_pins_keep_small_is_tried_again_every_night_and_breaks_nothing(
    session, organiser, cohort, now
):
    for people in (group_of(session, cohort, 2, now)[0], group_of(session, cohort, 3, now)[0]):
        for one in people:
            pin_member(session, organiser, one.id, pinned=True, now=now)
    assert repair_groups(session, now=now) == 0
    make_participant(session, cohort)
    assert repair_groups(session, now=now) == 1
    assert sorted(Counter(seats(session, cohort).values()).values()) == [3, 3]


def test_nobody_pins_or_moves_themselves_and_who_has_no_group_is_not_pinned(session, cohort, now):
    (own, *_), _ = group_of(session, cohort, 3, now)
    actor = Actor(user_id=own.user_id, is_organiser=True)
    with pytest.raises(Conflict, match="own_place"):
        pin_member(session, actor, own.id, pinned=True, now=now)
    with pytest.raises(Conflict, match="no_group"):
        pin_member(session, actor, make_participant(session, cohort).id, pinned=True, now=now)
    with pytest.raises(Conflict, match="own_place"):
        move_to_group(session, actor, own.id, None, now=now)
    colleague = Actor(user_id=make_organiser(session).id, is_organiser=True)
    move_to_group(session, colleague, own.id, None, now=now)
    with pytest.raises(Conflict, match="own_place"):
        undo_group_change(session, actor, cohort.id, last(session, cohort), now=now)
    with pytest.raises(NotFound):
        pin_member(
            session, actor, make_participant(session, cohort, state="withdrawn").id, pinned=True, now=now
        )


def test_a_new_group_begins_with_one_and_goes_when_it_is_empty(session, organiser, cohort, now):
    first, group = group_of(session, cohort, 5, now)
    move_to_group(session, organiser, first[0].id, None, now=now)
    opened = seats(session, cohort)[first[0].id]
    assert opened != group.id
    # Who is alone in a new group gets no newer one.
    move_to_group(session, organiser, first[0].id, None, now=now)
    assert seats(session, cohort)[first[0].id] == opened
    move_to_group(session, organiser, first[0].id, group.id, now=now)
    assert set(seats(session, cohort).values()) == {group.id}


def test_a_proposal_that_moved_on_is_not_made_true(session, organiser, cohort, now):
    first, _ = group_of(session, cohort, 6, now)
    _, target = group_of(session, cohort, 3, now)
    division = read_division(session, cohort.id)
    seen = fingerprint(division.groups, propose_division(division.groups, [], frozenset(), 3))
    move_to_group(session, organiser, first[0].id, target.id, now=now)
    with pytest.raises(Conflict, match="groups_changed"):
        make_peer_groups(session, organiser, cohort.id, size=3, seen=seen, now=now)
    undo_group_change(session, organiser, cohort.id, last(session, cohort), now=now)
    assert make_peer_groups(session, organiser, cohort.id, size=3, seen=seen, now=now) == 3


def test_who_followed_a_cohort_before_is_experienced(session, cohort, now):
    old = make_cohort(session, now - timedelta(days=400), state="closed", edition=None)
    veteran = make_participant(session, cohort)
    earlier = make_participant(session, old, state="withdrawn")
    make_participant(session, cohort, user=None)
    found = {row.enrolment_id: row.earlier for row in list_seats(session, cohort.id)}
    assert set(found.values()) == {0}
    earlier.user_id, earlier.state = veteran.user_id, "completed"
    session.flush()
    assert {row.enrolment_id: row.earlier for row in list_seats(session, cohort.id)}[veteran.id] == 1


@pytest.mark.committed
def test_two_who_move_at_once_never_make_a_group_of_seven(committed: sa.Engine, now) -> None:
    with Session(committed) as setup:
        cohort = make_cohort(setup, now)
        _, target = group_of(setup, cohort, 5, now)
        people = [one.id for size in (4, 4) for one in group_of(setup, cohort, size, now)[0]]
        actor = Actor(user_id=make_organiser(setup).id, is_organiser=True)
        cohort_id, target_id = cohort.id, target.id
        setup.commit()
    barrier = Barrier(len(people))

    def move(enrolment_id):
        barrier.wait()
        try:
            with transaction(engine) as session:
                move_to_group(session, actor, enrolment_id, target_id, now=now)
        except Conflict as error:
            return error.reason
        return "moved"

    engine = sa.create_engine(committed.url, pool_size=len(people), max_overflow=0)
    with ThreadPoolExecutor(len(people)) as pool:
        outcome = Counter(pool.map(move, people))
    engine.dispose()
    assert outcome == {"moved": 1, "group_full": 7}
    with Session(committed) as session:
        sizes = Counter(row.peer_group_id for row in list_seats(session, cohort_id))
        assert sorted(sizes.values()) == [3, 4, 6]


@pytest.mark.committed
def test_two_who_confirm_the_same_proposal_at_once_divide_once(committed: sa.Engine, now) -> None:
    with Session(committed) as setup:
        cohort = make_cohort(setup, now)
        for _ in range(9):
            make_participant(setup, cohort)
        actors = [Actor(user_id=make_organiser(setup).id, is_organiser=True) for _ in range(4)]
        cohort_id = cohort.id
        division = read_division(setup, cohort_id)
        seen = fingerprint(division.groups, propose_division(division.groups, division.without, frozenset()))
        setup.commit()
    barrier = Barrier(len(actors))

    def confirm(actor):
        barrier.wait()
        try:
            with transaction(engine) as session:
                return make_peer_groups(session, actor, cohort_id, seen=seen, now=now)
        except Conflict as error:
            return error.reason

    engine = sa.create_engine(committed.url, pool_size=len(actors), max_overflow=0)
    with ThreadPoolExecutor(len(actors)) as pool:
        outcome = Counter(pool.map(confirm, actors))
    engine.dispose()
    assert outcome == {2: 1, "groups_changed": 3}
    with Session(committed) as session:
        sizes = Counter(row.peer_group_id for row in list_seats(session, cohort_id))
        assert sorted(sizes.values()) == [4, 5]
        changes = session.scalars(sa.text("SELECT count(*) FROM peer_group_change")).one()
        names = session.scalars(sa.text("SELECT count(*) FROM peer_group")).one()
        assert (changes, names) == (1, 2)
