"""A peer group gets a name of its own."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from peergang.cohorts.actions.group_names import NAME_MAX_LENGTH, rename_group
from peergang.cohorts.models import PeerGroup
from peergang.core.errors import Conflict, Forbidden, Invalid, NotFound
from peergang.core.permissions import Actor
from tests.factories.cohorts import make_cohort, make_participant, make_peer_group
from tests.factories.identity import make_user


@pytest.fixture
def organiser(session: Session) -> Actor:
    return Actor(make_user(session).id, is_organiser=True)


@pytest.fixture
def group(session: Session, now: datetime) -> PeerGroup:
    cohort = make_cohort(session, now)
    return make_peer_group(session, cohort, make_participant(session, cohort), since=now)


def test_a_name_is_tidied_and_kept(
    session: Session, organiser: Actor, group: PeerGroup, now: datetime
) -> None:
    assert rename_group(session, organiser, group.id, "  De   Ophaalbrug ", now=now) == group.cohort_id
    session.refresh(group)
    assert group.name == "De Ophaalbrug"


@pytest.mark.parametrize(("name", "code"), [("  ", "missing"), ("x" * (NAME_MAX_LENGTH + 1), "long")])
def test_a_name_that_is_none(
    session: Session, organiser: Actor, group: PeerGroup, now: datetime, name: str, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        rename_group(session, organiser, group.id, name, now=now)
    assert refused.value.problems == {"name": code}


def test_two_groups_cannot_share_a_name(
    session: Session, organiser: Actor, group: PeerGroup, now: datetime
) -> None:
    other = PeerGroup(cohort_id=group.cohort_id, name="Draaibrug")
    session.add(other)
    session.flush()
    with pytest.raises(Invalid):
        rename_group(session, organiser, group.id, "Draaibrug", now=now)
    rename_group(session, organiser, other.id, "Draaibrug", now=now)


def test_only_organisers_and_only_while_it_may_change(
    session: Session, organiser: Actor, group: PeerGroup, now: datetime
) -> None:
    with pytest.raises(Forbidden):
        rename_group(session, Actor(make_user(session).id), group.id, "Tuibrug", now=now)
    with pytest.raises(NotFound):
        rename_group(session, organiser, group.cohort_id, "Tuibrug", now=now)
    closed = make_cohort(session, now, state="closed")
    done = PeerGroup(cohort_id=closed.id, name="Klaar")
    session.add(done)
    session.flush()
    with pytest.raises(Conflict):
        rename_group(session, organiser, done.id, "Tuibrug", now=now)
