"""Nobody is left without feedback: when somebody leaves, the groups are mended (invariant 5)."""

from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from peergang.cohorts.actions.groups import repair_groups
from peergang.cohorts.actions.leaving import withdraw_enrolment
from peergang.cohorts.models import PeerGroup, PeerGroupMembership
from peergang.cohorts.queries.people import list_placeable
from peergang.core.permissions import Actor
from peergang.identity.models import AuditEvent
from tests.factories.cohorts import make_cohort, make_participant, make_peer_group
from tests.factories.identity import make_organiser

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


def groups(session, cohort):
    return {member.enrolment_id: group for member, group in list_placeable(session, cohort.id)}


def test_a_group_that_loses_somebody_gets_one_from_the_fullest_at_once(session, organiser, cohort, now):
    small, group = group_of(session, cohort, 3, now)
    full, _ = group_of(session, cohort, 5, now)
    group_of(session, cohort, 4, now)
    later = now + timedelta(days=1)
    withdraw_enrolment(session, organiser, small[0].id, now=later)
    after = groups(session, cohort)
    assert sorted(Counter(after.values()).values()) == [3, 4, 4]
    [came] = [one for one in full if after[one.id] == group.id]
    history = session.execute(
        sa.select(PeerGroupMembership.joined_at, PeerGroupMembership.left_at)
        .where(PeerGroupMembership.enrolment_id == came.id)
        .order_by(PeerGroupMembership.joined_at)
    ).all()
    assert history == [(now, later), (later, None)]
    assert sorted(session.scalars(sa.select(AuditEvent.verb))) == [
        "enrolment_withdrawn",
        "peer_groups_mended",
    ]


def test_people_leave_one_after_the_other_and_nobody_is_ever_left_alone(session, organiser, cohort, now):
    people = [one for size in (4, 4, 3) for one in group_of(session, cohort, size, now)[0]]
    for day, one in enumerate(people[:8], start=1):
        withdraw_enrolment(session, organiser, one.id, now=now + timedelta(days=day))
        sizes = Counter(groups(session, cohort).values())
        assert None not in sizes
        assert min(sizes.values()) >= 3
        assert max(sizes.values()) <= 6
    # Of the last three one leaves, and two are too few for anything.
    withdraw_enrolment(session, organiser, people[8].id, now=now + timedelta(days=9))
    assert list(Counter(groups(session, cohort).values()).values()) == [2]


def test_who_comes_from_the_waiting_list_takes_the_empty_chair(session, organiser, now):
    cohort = make_cohort(session, now, capacity=7)
    small, group = group_of(session, cohort, 3, now)
    group_of(session, cohort, 4, now)
    waiting = make_participant(session, cohort, state="waitlisted")
    before = groups(session, cohort)
    withdraw_enrolment(session, organiser, small[0].id, now=now)
    assert groups(session, cohort) == {key: found for key, found in before.items() if key != small[0].id} | {
        waiting.id: group.id
    }


def test_every_day_newcomers_are_placed_and_what_went_wrong_before_is_mended(session, now, counted):
    broken, tidy = make_cohort(session, now), make_cohort(session, now)
    group_of(session, broken, 6, now)
    newcomer = make_participant(session, broken)
    group_of(session, tidy, 3, now)
    planned = make_cohort(session, now, state="open")
    group_of(session, planned, 2, now)
    group_of(session, planned, 4, now)
    ungrouped = make_cohort(session, now)
    make_participant(session, ungrouped)
    assert repair_groups(session, now=now) == 3
    found = groups(session, broken)
    assert sorted(Counter(found.values()).values()) == [3, 4]
    name = session.scalars(sa.select(PeerGroup.name).where(PeerGroup.id == found[newcomer.id])).one()
    assert name.startswith("Groep ")
    assert sorted(Counter(groups(session, planned).values()).values()) == [2, 4]
    assert list(groups(session, ungrouped).values()) == [None]
    with counted() as again:
        assert repair_groups(session, now=now + timedelta(days=1)) == 0
    assert again.number == 1
