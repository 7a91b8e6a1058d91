"""People and where they work, one by one and hundreds at once."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.core.errors import Forbidden, Invalid
from peergang.core.permissions import SYSTEM, Actor
from peergang.identity.actions import account, people, roles
from peergang.identity.actions.passwords import verify_password
from peergang.identity.actions.people import PersonRow
from peergang.identity.models import Affiliation, AuditEvent, RoleGrant, User
from peergang.identity.queries import find_user_by_email
from peergang.identity.queries.affiliations import find_affiliation_on
from peergang.identity.rules import Role
from tests.factories.identity import (
    PASSWORD,
    make_affiliation,
    make_institution,
    make_user,
    make_user_with_password,
)

pytestmark = pytest.mark.database


def rows(institution_id: object, count: int, *, start: int = 0) -> list[PersonRow]:
    return [
        PersonRow(f"Naam{number}", "van", "Proef", f"Naam{number}@School.example", institution_id)
        for number in range(start, start + count)
    ]


def statements(session: Session) -> list[str]:
    counted: list[str] = []
    sa.event.listen(session.connection(), "before_cursor_execute", lambda *args: counted.append(args[2]))
    return counted


def test_a_list_is_taken_in_and_repeating_it_changes_nothing(session: Session, now: datetime) -> None:
    school = make_institution(session)
    first = people.ensure_users(session, rows(school.id, 3), now)
    again = people.ensure_users(session, rows(school.id, 3), now + timedelta(days=3))
    assert [one.created for one in first.values()] == [True] * 3
    assert [one.created for one in again.values()] == [False] * 3
    assert [(one.user_id, one.affiliation_id) for one in first.values()] == [
        (one.user_id, one.affiliation_id) for one in again.values()
    ]
    assert session.scalar(select(sa.func.count()).select_from(Affiliation)) == 3
    user = find_user_by_email(session, "naam0@school.example")
    assert user is not None
    assert (user.full_name, user.sort_key, user.password_hash) == (
        "Naam0 van Proef",
        "proef, naam0 van",
        None,
    )


@pytest.mark.parametrize("count", [3, 300])
def test_the_number_of_statements_does_not_grow(session: Session, now: datetime, count: int) -> None:
    old, new = make_institution(session), make_institution(session)
    people.ensure_users(session, rows(old.id, count), now)
    counted = statements(session)
    ensured = people.ensure_users(session, rows(new.id, 2 * count), now)
    assert len(ensured) == 2 * count
    assert len(counted) <= 7


def test_a_known_person_keeps_their_own_spelling(session: Session, now: datetime) -> None:
    user = make_user(session, "Zoë", "Één", email="zoe@school.example")
    school = make_institution(session)
    row = people.PersonRow("Zoe", "", "Een", "ZOE@school.example", school.id)
    found = people.ensure_users(session, [row], now)["zoe@school.example"]
    assert found.user_id == user.id
    assert user.full_name == "Zoë Één"
    affiliation = find_affiliation_on(session, user.id, now.date())
    assert affiliation is not None
    assert affiliation.institution_id == school.id


def test_of_two_rows_with_one_address_the_first_counts(session: Session, now: datetime) -> None:
    school, other = make_institution(session), make_institution(session)
    both = [PersonRow("Een", "", "", "a@b.nl", school.id), PersonRow("Twee", "", "", "A@B.nl ", other.id)]
    (one,) = people.ensure_users(session, both, now).values()
    user = session.get(User, one.user_id)
    assert user is not None
    assert user.given_name == "Een"


def test_an_address_that_cannot_be_one_stops_everything(session: Session, now: datetime) -> None:
    school = make_institution(session)
    with pytest.raises(Invalid):
        people.ensure_users(
            session, [*rows(school.id, 2), PersonRow("X", "", "", "geen adres", school.id)], now
        )
    assert session.scalar(select(sa.func.count()).select_from(User)) == 0
    assert people.ensure_users(session, [], now) == {}


def test_a_closed_account_is_reported(session: Session, now: datetime) -> None:
    make_user(session, email="weg@school.example", deactivated_at=now)
    school = make_institution(session)
    (one,) = people.ensure_users(
        session, [PersonRow("X", "", "", "weg@school.example", school.id)], now
    ).values()
    assert one.deactivated
    assert not one.created


def test_moving_to_another_school_keeps_the_history(session: Session, now: datetime) -> None:
    user, old, new = make_user(session), make_institution(session), make_institution(session)
    former = make_affiliation(session, user, old)
    current = people.set_affiliation(session, SYSTEM, user.id, new.id, now=now, job_title="i-coach")
    session.refresh(former)
    assert former.valid_until == now.date()
    affiliation = find_affiliation_on(session, user.id, now.date())
    assert affiliation is not None
    assert (affiliation.id, affiliation.institution_id, affiliation.job_title) == (current, new.id, "i-coach")
    # Back and forth on one day must not break the order of the dates.
    people.set_affiliation(session, SYSTEM, user.id, old.id, now=now)
    people.set_affiliation(session, SYSTEM, user.id, new.id, now=now)


def test_an_appointment_that_was_still_to_begin_gives_way(session: Session, now: datetime) -> None:
    user, old, new = make_user(session), make_institution(session), make_institution(session)
    planned = make_affiliation(session, user, old, since=now.date() + timedelta(days=30))
    people.set_affiliation(session, SYSTEM, user.id, new.id, now=now)
    session.refresh(planned)
    assert planned.valid_until == planned.valid_from


def test_only_organisers_add_people(session: Session, now: datetime) -> None:
    details = {"given_name": "Amira", "family_name": "Veldhaver", "email": "amira@school.example", "now": now}
    with pytest.raises(Forbidden):
        people.create_user(session, Actor(user_id=make_user(session).id), **details)
    user = people.create_user(session, SYSTEM, **details)
    assert user.password_hash is None
    for field, value, code in (
        ("email", "AMIRA@school.example", "email_taken"),
        ("email", "geen adres", "email_shape"),
        ("given_name", " \t ", "name_missing"),
    ):
        with pytest.raises(Invalid) as refusal:
            people.create_user(session, SYSTEM, **(details | {field: value}))
        assert refusal.value.problems == {field: code}


def test_roles_are_given_once_and_written_down(session: Session, now: datetime) -> None:
    user, admin, school = make_user(session), make_user(session), make_institution(session)
    actor = Actor(user_id=admin.id, is_admin=True)
    for _ in range(2):
        roles.grant_role(session, actor, user.id, Role.ORGANISER, now=now)
    roles.grant_role(session, actor, user.id, Role.CONTACT, school.id, now=now)
    roles.revoke_role(session, actor, user.id, Role.ORGANISER, now=now)
    roles.revoke_role(session, actor, user.id, Role.ORGANISER, now=now)
    assert session.scalars(select(RoleGrant.role)).all() == ["contact"]
    log = session.execute(select(AuditEvent.verb, AuditEvent.details)).all()
    assert sorted(verb for verb, _ in log) == ["role_granted", "role_granted", "role_revoked"]
    assert {"role": "contact", "institution_id": str(school.id)} in [details for _, details in log]


def test_roles_are_refused_where_they_do_not_belong(session: Session, now: datetime) -> None:
    user, school = make_user(session), make_institution(session)
    with pytest.raises(Forbidden):
        roles.grant_role(session, Actor(user_id=user.id, is_organiser=True), user.id, Role.ADMIN, now=now)
    with pytest.raises(Forbidden):
        roles.revoke_role(session, Actor(user_id=user.id, is_admin=True), user.id, Role.ADMIN, now=now)
    with pytest.raises(Invalid):
        roles.grant_role(session, SYSTEM, user.id, Role.CONTACT, now=now)
    with pytest.raises(Invalid):
        roles.grant_role(session, SYSTEM, user.id, Role.ORGANISER, school.id, now=now)


def test_changing_a_password_needs_the_present_one(session: Session, now: datetime) -> None:
    user, other = make_user_with_password(session), make_user(session)
    change = {"now": now, "new": "vier blauwe bruggen"}
    with pytest.raises(Invalid) as refusal:
        account.change_password(session, Actor(user_id=user.id), user.id, current="mis", **change)
    assert refusal.value.problems == {"current": "password_wrong"}
    with pytest.raises(Forbidden):
        account.change_password(
            session, Actor(user_id=other.id, is_admin=True), user.id, current=PASSWORD, **change
        )
    account.change_password(session, Actor(user_id=user.id), user.id, current=PASSWORD, **change)
    assert verify_password(user.password_hash, "vier blauwe bruggen")


def test_an_organiser_closes_and_opens_accounts_but_not_their_own(session: Session, now: datetime) -> None:
    user, organiser = make_user(session), make_user(session)
    actor = Actor(user_id=organiser.id, is_organiser=True)
    account.deactivate_user(session, actor, user.id, now=now)
    assert user.deactivated_at == now
    account.reactivate_user(session, actor, user.id, now=now)
    assert user.deactivated_at is None
    with pytest.raises(Forbidden):
        account.deactivate_user(session, actor, organiser.id, now=now)
    with pytest.raises(Forbidden):
        account.deactivate_user(session, Actor(user_id=user.id), organiser.id, now=now)


def test_a_name_follows_its_sort_key(session: Session) -> None:
    user = make_user(session)
    actor = Actor(user_id=user.id)
    account.change_name(session, actor, user.id, given_name=" Geert ", particle="'t", family_name="Hart\x00")
    assert (user.full_name, user.sort_key) == ("Geert 't Hart", "hart, geert 't")
    with pytest.raises(Invalid):
        account.change_name(session, actor, user.id, given_name=" ", particle="", family_name="Hart")
    with pytest.raises(Invalid):
        account.change_name(session, actor, user.id, given_name="A", particle="", family_name="H" * 101)
