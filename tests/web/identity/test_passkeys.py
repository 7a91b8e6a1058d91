"""The pages of passkeys, with an authenticator in software."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select
from webauthn import base64url_to_bytes

from peergang.core import clock
from peergang.identity.models import Passkey, SignInSession
from tests.factories.authenticator import Authenticator
from tests.factories.identity import make_user

SITE = "http://peergang.test"


@pytest.fixture
def user(session):
    return make_user(session)


@pytest.fixture
def device(user) -> Authenticator:
    return Authenticator("peergang.test", SITE, user_handle=user.id.bytes)


def add(client, device: Authenticator, name: str = "Telefoon"):
    question = client.post("/mijn-account/passkeys/vraag").json
    answer = device.make(base64url_to_bytes(question["challenge"]))
    return client.post("/mijn-account/passkeys", data={"name": name, "answer": _json(answer)})


def come_in(client, device: Authenticator, *, to: str = ""):
    question = client.post("/inloggen/passkey/vraag").json
    answer = device.answer(base64url_to_bytes(question["challenge"]))
    return client.post(f"/inloggen/passkey?next={to}", data={"answer": _json(answer)})


def _json(answer: dict[str, object]) -> str:

    return json.dumps(answer)


def test_the_question_says_what_is_wanted(client_as, user) -> None:
    asked = client_as(user).post("/mijn-account/passkeys/vraag").json
    assert asked["rp"] == {"name": asked["rp"]["name"], "id": "peergang.test"}
    assert asked["user"]["name"] == user.email
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["attestation"] == "none"


def test_made_listed_and_used_to_come_in(session, client, client_as, user, device) -> None:
    mine = client_as(user)
    assert add(mine, device).status_code == 303
    assert "Telefoon" in mine.get("/mijn-account/passkeys").text
    answer = come_in(client, device, to="/bibliotheek/")
    assert (answer.status_code, answer.location) == (303, "/bibliotheek/")
    assert client.get("/mijn-account").status_code == 200
    assert "passkey" in session.scalars(select(SignInSession.method)).all()


def test_a_known_device_is_left_out_the_next_time(client_as, user, device) -> None:
    mine = client_as(user)
    add(mine, device)
    [known] = mine.post("/mijn-account/passkeys/vraag").json["excludeCredentials"]
    assert base64url_to_bytes(known["id"]) == device.credential_id


@pytest.mark.parametrize("sent", ["", "{", "[]", "{}", "9" * 30_000])
def test_nonsense_lets_nobody_in(client, sent) -> None:
    answer = client.post("/inloggen/passkey", data={"answer": sent})
    assert answer.status_code == 422
    assert "Inloggen is niet gelukt" in answer.text


def test_an_address_elsewhere_is_not_followed(client, client_as, user, device) -> None:
    add(client_as(user), device)
    assert come_in(client, device, to="https://evil.example/").location == "/"


def test_without_a_name_nothing_is_made(session, client_as, user, device) -> None:
    assert add(client_as(user), device, name=" ").status_code == 422
    assert not session.scalars(select(Passkey)).all()


def test_too_many_failures_are_stopped(client) -> None:
    answers = [client.post("/inloggen/passkey", data={"answer": "{}"}).status_code for _ in range(21)]
    assert (answers[19], answers[20]) == (422, 429)


def test_the_passkey_of_another_is_not_there(session, client_as, user, device) -> None:
    add(client_as(user), device)
    passkey = session.scalars(select(Passkey)).one()
    stranger = client_as(make_user(session))
    assert stranger.post(f"/mijn-account/passkeys/{passkey.id}/naam", data={"name": "x"}).status_code == 404
    assert stranger.post(f"/mijn-account/passkeys/{passkey.id}/weg").status_code == 404


def test_an_old_proof_is_asked_again_before_a_passkey_is_made(session, client_as, user) -> None:
    mine = client_as(user)
    for one in session.scalars(select(SignInSession)):
        one.proved_at = clock.now() - timedelta(minutes=16)
    session.flush()
    page = mine.get("/mijn-account/passkeys")
    assert (page.status_code, page.location) == (303, "/mijn-account/bewijs?next=/mijn-account/passkeys")
    asked = mine.post("/mijn-account/passkeys/vraag", headers={"Accept": "application/json"})
    assert asked.status_code == 401
    assert asked.json["url"]
