"""An organiser puts right a name or an address. The way in that was mailed to the old address ends, and both hear of it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.core.errors import Conflict, Forbidden, Invalid
from peergang.core.permissions import SYSTEM, Actor
from peergang.identity.actions import links, signing_in
from peergang.identity.actions.cleaning import forget_what_is_over
from peergang.identity.actions.corrections import correct_person
from peergang.identity.models import AuditEvent, EmailChange, RoleGrant, User
from peergang.identity.queries import find_signed_in
from peergang.identity.rules import TokenPurpose
from tests.factories.identity import make_organiser, make_token, make_user, make_user_with_password

pytestmark = pytest.mark.database
NAMES = {"given_name": "Noor", "particle": "van", "family_name": "Dijk"}


@pytest.fixture
def organiser(session: Session) -> Actor:
    return Actor(user_id=make_organiser(session).id, is_organiser=True)


def test_a_typing_error_in_an_address(session: Session, organiser: Actor, now: datetime) -> None:
    user = make_user(session, "Nor", email="nor@b.example")
    cookie = signing_in.open_session(session, user.id, now=now)
    make_token(session, user, TokenPurpose.PASSWORD_RESET, now, secret="oud")
    assert correct_person(session, organiser, user.id, **NAMES, email=" Noor@B.example", now=now)
    session.expire_all()
    assert (user.email, user.full_name) == ("noor@b.example", "Noor van Dijk")
    assert user.sort_key.startswith("dijk")
    assert find_signed_in(session, signing_in.hash_token(cookie), now) is None
    with pytest.raises(Conflict):
        links.reset_password(session, "oud", "drie groene fietsen", now=now)
    verbs = session.scalars(select(AuditEvent.verb).where(AuditEvent.subject_id == user.id)).all()
    assert {"person_renamed", "email_changed"} <= set(verbs)
    assert not correct_person(session, organiser, user.id, **NAMES, email="noor@b.example", now=now)
    assert session.scalars(select(EmailChange.old_email)).all() == ["nor@b.example"]
    forget_what_is_over(session, now=now + timedelta(days=31))
    assert session.scalars(select(EmailChange.old_email)).all() == []


@pytest.mark.parametrize(
    ("email", "code"), [("geen adres", "email_shape"), ("BEZET@b.example", "email_taken")]
)
def test_what_cannot_be_changes_nothing(
    session: Session, organiser: Actor, now: datetime, email: str, code: str
) -> None:
    make_user(session, email="bezet@b.example")
    user_id = make_user(session, email="noor@b.example").id
    with pytest.raises(Invalid) as refused, session.begin_nested():
        correct_person(session, organiser, user_id, **NAMES, email=email, now=now)
    assert refused.value.problems == {"email": code}
    session.expire_all()
    assert session.get_one(User, user_id).email == "noor@b.example"
    assert session.query(EmailChange).count() == 0


def test_the_address_of_who_signs_in_is_the_key_to_what_they_wrote(
    session: Session, organiser: Actor, now: datetime
) -> None:
    user = make_user_with_password(session, "Noor", email="noor@b.example")
    for actor in (organiser, Actor(make_user(session).id, is_admin=True)):
        with pytest.raises(Invalid) as refused, session.begin_nested():
            correct_person(session, actor, user.id, **NAMES, email="van-mij@b.example", now=now)
        assert refused.value.problems == {"email": "address_in_use"}
    assert not correct_person(session, organiser, user.id, **NAMES, email="noor@b.example", now=now)
    assert correct_person(session, SYSTEM, user.id, **NAMES, email="nieuw@b.example", now=now)


def test_who_may(session: Session, organiser: Actor, now: datetime) -> None:
    """Whoever has the address can ask a new password: nobody climbs by it, and nobody does it to themselves."""
    admin = make_user(session)
    session.add(RoleGrant(user_id=admin.id, role="admin"))
    user = make_user(session)
    session.flush()
    trainer = Actor(user_id=make_user(session).id, trains=frozenset({user.id}))
    for actor, target in ((trainer, user), (organiser, admin), (Actor(admin.id, is_admin=True), admin)):
        with pytest.raises(Forbidden):
            correct_person(session, actor, target.id, **NAMES, email="x@b.example", now=now)
    correct_person(
        session, Actor(user.id, is_admin=True), admin.id, **NAMES, email="admin@b.example", now=now
    )
