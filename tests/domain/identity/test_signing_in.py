"""Signing in: one check of a password whatever the account, and sessions that end."""

from datetime import datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.core.errors import Forbidden
from peergang.core.permissions import Actor
from peergang.identity.actions import passwords, signing_in
from peergang.identity.models import AuditEvent, SignInSession, User
from peergang.identity.queries import find_signed_in
from peergang.identity.rules import SESSION_LIFETIME, SHORT_SESSION_LIFETIME
from tests.factories.identity import PASSWORD, make_user, make_user_with_password

pytestmark = pytest.mark.database


def holder(session: Session, token: str | None, now: datetime) -> User | None:
    found = find_signed_in(session, signing_in.hash_token(token or ""), now)
    return session.get(User, found.user_id) if found else None


def test_the_right_password_gives_a_session(session: Session, now: datetime) -> None:
    user = make_user_with_password(session, email="amira@school.example")
    token = signing_in.sign_in(
        session, " Amira@School.example ", PASSWORD, now=now, device="Firefox, Windows"
    )
    assert holder(session, token, now) is user
    event = session.scalars(select(AuditEvent)).one()
    assert (event.verb, event.actor_id) == ("sign_in", user.id)


def test_the_table_does_not_hold_what_the_cookie_holds(session: Session, now: datetime) -> None:
    make_user_with_password(session, email="amira@school.example")
    token = signing_in.sign_in(session, "amira@school.example", PASSWORD, now=now)
    stored = session.scalars(select(SignInSession)).one()
    assert token is not None
    assert token.encode() not in stored.token_hash
    assert stored.token_hash == signing_in.hash_token(token)


def accounts(session: Session, now: datetime) -> dict[str, str]:
    stored = passwords.hash_password(PASSWORD)
    make_user(session, email="bekend@school.example", password_hash=stored)
    make_user(session, email="weg@school.example", password_hash=stored, deactivated_at=now)
    make_user(session, email="zonder@school.example")
    return {
        "bekend@school.example": "een verkeerd wachtwoord",
        "weg@school.example": PASSWORD,
        "zonder@school.example": PASSWORD,
        "nooit@school.example": PASSWORD,
        "": "",
        "geen\x00adres": "\x00",
        "lang@school.example": "x" * 2_000_000,
    }


def test_every_refusal_costs_one_check_and_says_nothing(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = accounts(session, now)
    passwords.verify_password(None, "warm")  # makes the hash that stands in for nobody's
    checked = []
    real = PasswordHasher.verify

    def counting(self: PasswordHasher, stored: str, password: str) -> bool:
        checked.append(stored.split("$")[3])
        return bool(real(self, stored, password))

    monkeypatch.setattr(PasswordHasher, "verify", counting)
    for email, password in tries.items():
        checked.clear()
        assert signing_in.sign_in(session, email, password, now=now) is None, email
        assert checked == ["m=65536,t=3,p=4"], email
    assert session.scalars(select(SignInSession)).all() == []


def test_a_hash_with_old_parameters_is_renewed_at_the_next_sign_in(session: Session, now: datetime) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    user = make_user(session, email="amira@school.example", password_hash=old)
    assert signing_in.sign_in(session, user.email, "een verkeerd wachtwoord", now=now) is None
    assert user.password_hash == old
    assert signing_in.sign_in(session, user.email, PASSWORD, now=now)
    assert user.password_hash is not None
    assert not passwords.needs_rehash(user.password_hash)
    assert passwords.verify_password(user.password_hash, PASSWORD)


def test_the_way_a_keyboard_sends_an_accent_does_not_matter() -> None:
    stored = passwords.hash_password("caf\u00e9 om de hoek")
    assert passwords.verify_password(stored, "cafe\u0301 om de hoek")


def test_a_broken_hash_opens_nothing() -> None:
    assert not passwords.verify_password("geen hash", PASSWORD)
    assert not passwords.verify_password("", PASSWORD)


@pytest.mark.parametrize(
    ("remember", "lifetime"), [(True, SESSION_LIFETIME), (False, SHORT_SESSION_LIFETIME)]
)
def test_a_session_ends_by_itself(
    session: Session, now: datetime, remember: bool, lifetime: timedelta
) -> None:
    user = make_user_with_password(session)
    token = signing_in.sign_in(session, user.email, PASSWORD, now=now, remember=remember)
    assert holder(session, token, now + lifetime - timedelta(seconds=1)) is user
    assert holder(session, token, now + lifetime) is None


def test_signing_out_ends_this_browser_alone(session: Session, now: datetime) -> None:
    user = make_user_with_password(session)
    here, there = (signing_in.open_session(session, user.id, now=now) for _ in range(2))
    found = find_signed_in(session, signing_in.hash_token(here), now)
    assert found is not None
    signing_in.sign_out(session, Actor(user_id=user.id), found.session_id, now=now)
    assert holder(session, here, now) is None
    assert holder(session, there, now) is user


def test_nobody_ends_the_session_of_another(session: Session, now: datetime) -> None:
    user, other = make_user(session), make_user(session)
    token = signing_in.open_session(session, user.id, now=now)
    found = find_signed_in(session, signing_in.hash_token(token), now)
    assert found is not None
    signing_in.sign_out(session, Actor(user_id=other.id), found.session_id, now=now)
    with pytest.raises(Forbidden):
        signing_in.sign_out_everywhere(session, Actor(user_id=other.id, is_admin=True), user.id, now=now)
    assert holder(session, token, now) is user


def test_signing_out_everywhere_ends_all_of_ones_own(session: Session, now: datetime) -> None:
    user, other = make_user(session), make_user(session)
    mine = [signing_in.open_session(session, user.id, now=now) for _ in range(3)]
    theirs = signing_in.open_session(session, other.id, now=now)
    signing_in.sign_out_everywhere(session, Actor(user_id=user.id), user.id, now=now)
    assert [holder(session, token, now) for token in mine] == [None] * 3
    assert holder(session, theirs, now) is other


def test_a_closed_account_is_out_at_once(session: Session, now: datetime) -> None:
    user = make_user(session)
    token = signing_in.open_session(session, user.id, now=now)
    user.deactivated_at = now
    session.flush()
    assert holder(session, token, now) is None
