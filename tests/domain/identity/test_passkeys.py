"""Passkeys: what makes one, what lets somebody in, and every way in which it is refused."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.core.errors import Conflict, Forbidden, Invalid, NotFound
from peergang.identity.actions.passkey_answers import Answer, check_passkey
from peergang.identity.actions.passkeys import add_passkey, ask_passkey, remove_passkey, rename_passkey
from peergang.identity.models import AuditEvent, Passkey, User
from peergang.identity.rules.passkeys import relying_party
from peergang.identity.rules.second_factor import CHALLENGE_LIFETIME, PASSKEYS_AT_MOST
from tests.factories.authenticator import Authenticator
from tests.factories.coursework import actor_of
from tests.factories.identity import make_organiser, make_user

PARTY = relying_party("https://peergang.test", "Peergang")
BROWSER = "deze browser"


@pytest.fixture
def user(session: Session) -> User:
    return make_user(session)


def device_of(user: User, **more: object) -> Authenticator:
    return Authenticator(PARTY.id, PARTY.origin, user_handle=user.id.bytes, **more)  # type: ignore[arg-type]


def register(
    session: Session, user: User, device: Authenticator, now: datetime, *, name: str = "Telefoon"
) -> object:
    challenge = ask_passkey(session, "register", BROWSER, now=now, user_id=user.id)
    return add_passkey(
        session,
        actor_of(session, user),
        user.id,
        device.make(challenge),
        name=name,
        party=PARTY,
        browser=BROWSER,
        now=now,
    )


def try_in(session: Session, device: Authenticator, now: datetime, **more: object) -> Answer:
    challenge = ask_passkey(session, "sign_in", BROWSER, now=now)
    given = {"party": PARTY, "browser": BROWSER, "now": now, **more}
    return check_passkey(session, device.answer(challenge), **given)  # type: ignore[arg-type]


def test_a_passkey_lets_its_owner_in(session, now, user) -> None:
    device = device_of(user)
    register(session, user, device, now)
    assert try_in(session, device, now + timedelta(minutes=1)) == Answer(user_id=user.id)
    kept = session.scalars(select(Passkey)).one()
    assert (kept.name, kept.last_used_at) == ("Telefoon", now + timedelta(minutes=1))


def test_a_question_is_answered_once(session, now, user) -> None:
    device = device_of(user)
    register(session, user, device, now)
    answer = device.answer(ask_passkey(session, "sign_in", BROWSER, now=now))
    first = check_passkey(session, answer, party=PARTY, browser=BROWSER, now=now)
    again = check_passkey(session, answer, party=PARTY, browser=BROWSER, now=now)
    assert (first.user_id, again.problem) == (user.id, "old_question")


def test_an_old_question_does_not_count(session, now, user) -> None:
    device = device_of(user)
    register(session, user, device, now)
    answer = device.answer(ask_passkey(session, "sign_in", BROWSER, now=now))
    late = now + CHALLENGE_LIFETIME
    assert check_passkey(session, answer, party=PARTY, browser=BROWSER, now=late).problem == "old_question"


def test_the_question_of_another_browser_does_not_count(session, now, user) -> None:
    device = device_of(user)
    register(session, user, device, now)
    assert try_in(session, device, now, browser="een andere").problem == "old_question"


def test_a_question_for_registering_lets_nobody_in(session, now, user) -> None:
    device = device_of(user)
    register(session, user, device, now)
    answer = device.answer(ask_passkey(session, "register", BROWSER, now=now, user_id=user.id))
    assert check_passkey(session, answer, party=PARTY, browser=BROWSER, now=now).problem == "old_question"


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://peergang.test.evil.example"},
        {"origin": "http://peergang.test"},
        {"rp_id": "evil.example"},
        {"verifies": False},
    ],
)
def test_another_site_or_an_unverified_person_is_refused(session, now, user, wrong) -> None:
    device = device_of(user)
    register(session, user, device, now)
    for name, value in wrong.items():
        setattr(device, name, value)
    assert try_in(session, device, now).problem == "wrong"
    with pytest.raises(Conflict, match="passkey_refused"):
        register(session, user, Authenticator(**({"rp_id": PARTY.id, "origin": PARTY.origin} | wrong)), now)


def test_another_key_is_refused(session, now, user) -> None:
    device, other = device_of(user), device_of(user)
    register(session, user, device, now)
    other.credential_id = device.credential_id
    assert try_in(session, other, now).problem == "wrong"


def test_a_passkey_of_nobody_is_refused(session, now, user) -> None:
    assert try_in(session, device_of(user), now).problem == "unknown"


def test_a_counter_that_does_not_go_up_means_a_copy(session, now, user) -> None:
    device = device_of(user, count=5)
    register(session, user, device, now)
    assert try_in(session, device, now).user_id == user.id
    device.count = 3
    assert try_in(session, device, now).problem == "copied"
    told = session.scalars(select(AuditEvent).where(AuditEvent.verb == "passkey_refused")).one()
    assert told.details["problem"] == "copied"


def test_the_device_must_name_the_owner(session, now, user) -> None:
    device = device_of(user)
    register(session, user, device, now)
    device.user_handle = make_user(session).id.bytes
    assert try_in(session, device, now).problem == "other_person"
    device.user_handle = b""
    assert try_in(session, device, now).problem == "other_person"


def test_a_proof_takes_the_own_passkey_alone(session, now, user) -> None:
    other = make_user(session)
    device, theirs = device_of(user), device_of(other)
    register(session, user, device, now)
    register(session, other, theirs, now)
    for one, problem in ((device, ""), (theirs, "other_person")):
        challenge = ask_passkey(session, "proof", BROWSER, now=now, user_id=user.id)
        found = check_passkey(
            session, one.answer(challenge), party=PARTY, browser=BROWSER, now=now, of_user=user.id
        )
        assert found.problem == problem


def test_who_was_deactivated_stays_out(session, now, user) -> None:
    device = device_of(user)
    register(session, user, device, now)
    user.deactivated_at = now
    session.flush()
    assert try_in(session, device, now).problem == "unknown"


@pytest.mark.parametrize(
    "odd", [{}, {"id": 3}, {"id": "x", "response": None}, {"id": "é", "response": {"clientDataJSON": "e30"}}]
)
def test_anything_may_be_sent(session, now, user, odd) -> None:
    assert check_passkey(session, odd, party=PARTY, browser=BROWSER, now=now).problem == "old_question"
    with pytest.raises(Conflict, match="passkey_refused"):
        add_passkey(
            session,
            actor_of(session, user),
            user.id,
            odd,
            name="Laptop",
            party=PARTY,
            browser=BROWSER,
            now=now,
        )


def test_the_same_device_twice_is_one_passkey(session, now, user) -> None:
    device = device_of(user)
    register(session, user, device, now)
    with pytest.raises(Conflict, match="passkey_known"):
        register(session, make_user(session), device, now)


def test_there_is_an_end_to_how_many(session, now, user) -> None:
    for _ in range(PASSKEYS_AT_MOST):
        register(session, user, device_of(user), now)
    with pytest.raises(Conflict, match="passkeys_many"):
        register(session, user, device_of(user), now)


def test_names(session, now, user) -> None:
    with pytest.raises(Invalid):
        register(session, user, device_of(user), now, name="  ")
    one = register(session, user, device_of(user), now)
    rename_passkey(session, actor_of(session, user), user.id, one, " Nieuwe  telefoon ", now=now)
    assert session.scalars(select(Passkey.name)).one() == "Nieuwe telefoon"


def test_others_stay_off(session, now, user) -> None:
    one = register(session, user, device_of(user), now)
    other = make_user(session)
    mine = actor_of(session, other)
    with pytest.raises(Forbidden):
        remove_passkey(session, mine, user.id, one, demanded=False, now=now)
    with pytest.raises(NotFound):
        remove_passkey(session, mine, other.id, one, demanded=False, now=now)


def test_the_last_one_of_who_must_have_one_stays(session, now) -> None:
    organiser = make_organiser(session)
    one, two = (register(session, organiser, device_of(organiser), now) for _ in range(2))
    actor = actor_of(session, organiser)
    remove_passkey(session, actor, organiser.id, one, demanded=True, now=now)
    with pytest.raises(Conflict, match="last_factor"):
        remove_passkey(session, actor, organiser.id, two, demanded=True, now=now)
    remove_passkey(session, actor, organiser.id, two, demanded=False, now=now)
    assert not session.scalars(select(Passkey)).all()
