"""Roles: given once, taken with care, and never the last admin."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peergang.core.db import transaction
from peergang.core.errors import Conflict, Forbidden, Invalid
from peergang.core.permissions import SYSTEM, Actor
from peergang.identity.actions.account import deactivate_user
from peergang.identity.actions.roles import grant_role, revoke_role
from peergang.identity.models import AuditEvent, RoleGrant, User
from peergang.identity.queries.roles import find_people, list_grants
from peergang.identity.rules import Role
from tests.factories.identity import make_institution, make_user

pytestmark = pytest.mark.database


def make_admin(session: Session) -> User:
    user = make_user(session)
    session.add(RoleGrant(user_id=user.id, role="admin"))
    session.flush()
    return user


def as_admin(user: User) -> Actor:
    return Actor(user.id, is_admin=True)


def count_events(session: Session, verb: str) -> int:
    return session.scalar(select(func.count()).where(AuditEvent.verb == verb)) or 0


def test_a_role_says_since_when_and_by_whom(session: Session, now: datetime) -> None:
    admin, user, school = make_admin(session), make_user(session, "Anna", "Berg"), make_institution(session)
    assert grant_role(session, as_admin(admin), user.id, Role.CONTACT, school.id, now=now)
    row = list_grants(session, user.id)[0]
    assert (row.role, row.institution_name, row.granted_at) == ("contact", school.name, now)
    assert (row.granted_by_id, row.giver_given_name) == (admin.id, admin.given_name)


def test_giving_twice_is_giving_once(session: Session, now: datetime) -> None:
    admin, user = make_admin(session), make_user(session)
    assert grant_role(session, as_admin(admin), user.id, Role.ORGANISER, now=now)
    assert not grant_role(session, as_admin(make_admin(session)), user.id, Role.ORGANISER, now=now)
    assert list_grants(session, user.id)[0].granted_by_id == admin.id
    assert count_events(session, "role_granted") == 1


def test_the_same_contact_role_for_two_institutions_is_two(session: Session, now: datetime) -> None:
    admin, user = make_admin(session), make_user(session)
    for _ in range(2):
        grant_role(session, as_admin(admin), user.id, Role.CONTACT, make_institution(session).id, now=now)
    assert len(list_grants(session, user.id)) == 2


def test_what_is_refused(session: Session, now: datetime) -> None:
    admin, user, school = make_admin(session), make_user(session), make_institution(session)
    for role, institution, code in (
        (Role.CONTACT, None, "required"),
        (Role.ADMIN, school.id, "not_allowed"),
        (Role.CONTACT, admin.id, "unknown"),
    ):
        with pytest.raises(Invalid) as refused:
            grant_role(session, as_admin(admin), user.id, role, institution, now=now)
        assert refused.value.problems == {"institution": code}
    user.deactivated_at = now
    session.flush()
    with pytest.raises(Invalid):
        grant_role(session, as_admin(admin), user.id, Role.ORGANISER, now=now)


@pytest.mark.parametrize("role", [{"is_organiser": True}, {"contact_of": frozenset()}, {}])
def test_only_admins_give_and_take(role: dict[str, object], session: Session, now: datetime) -> None:
    actor, user = Actor(make_user(session).id, **role), make_user(session)  # type: ignore[arg-type]
    for change in (grant_role, revoke_role):
        with pytest.raises(Forbidden):
            change(session, actor, user.id, Role.ORGANISER, now=now)


def test_never_ones_own_admin_role(session: Session, now: datetime) -> None:
    admin = make_admin(session)
    make_admin(session)
    with pytest.raises(Forbidden):
        revoke_role(session, as_admin(admin), admin.id, Role.ADMIN, now=now)


def test_never_the_last_admin(session: Session, now: datetime) -> None:
    admin, closed = make_admin(session), make_admin(session)
    closed.deactivated_at = now
    session.flush()
    # A closed account gives no roles, so it does not count; also the command line keeps the last one.
    for actor in (SYSTEM, as_admin(make_user(session))):
        with pytest.raises(Conflict, match="last_admin"):
            revoke_role(session, actor, admin.id, Role.ADMIN, now=now)
        with pytest.raises(Conflict, match="last_admin"):
            deactivate_user(session, actor, admin.id, now=now)
    assert revoke_role(session, SYSTEM, closed.id, Role.ADMIN, now=now)
    other = make_admin(session)
    assert revoke_role(session, as_admin(other), admin.id, Role.ADMIN, now=now)


def test_two_admins_who_take_each_others_role_leave_one(committed: sa.Engine, now: datetime) -> None:
    with transaction(committed) as session:
        one, other = make_admin(session), make_admin(session)

    def take(pair: tuple[User, User]) -> str:
        actor, victim = pair
        try:
            with transaction(committed) as work:
                revoke_role(work, as_admin(actor), victim.id, Role.ADMIN, now=now)
        except Conflict as error:
            return error.reason
        return "taken"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(take, [(one, other), (other, one)])) == ["last_admin", "taken"]
    with transaction(committed) as session:
        assert len(list_grants(session)) == 1


def test_ten_who_give_at_once_give_once(committed: sa.Engine, now: datetime) -> None:
    with transaction(committed) as session:
        admin, user = make_admin(session), make_user(session)

    def give(_: int) -> bool:
        with transaction(committed) as work:
            return grant_role(work, as_admin(admin), user.id, Role.ORGANISER, now=now)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(give, range(10))) == 1
    with transaction(committed) as session:
        assert count_events(session, "role_granted") == 1


def test_finding_people(session: Session, now: datetime) -> None:
    user = make_user(session, "Zoë", "Bäcker", particle="van der", email="z.backer@school.example")
    for words in ("zoe", "backer", "BÄCKER zo", "z.backer@", "van der"):
        assert [row.id for row in find_people(session, words, date(2026, 11, 17))] == [user.id], words
    assert not find_people(session, "%", date(2026, 11, 17))
    assert not find_people(session, "", date(2026, 11, 17))
