"""A passkey as proof for what is sensitive, and as second step of who must have two."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from webauthn import base64url_to_bytes
from werkzeug.test import TestResponse

from peergang.identity.models import RoleGrant, User
from tests.factories.authenticator import Authenticator
from tests.factories.identity import PASSWORD, make_user, make_user_with_password

pytestmark = pytest.mark.database

ClientAs = Callable[[User], FlaskClient]
SITE = "http://peergang.test"


@pytest.fixture(autouse=True)
def still() -> Iterator[time_machine.Traveller]:
    # The factory signs in by the clock of the machine, which stands still here.
    with time_machine.travel(datetime(2026, 11, 17, 9, 0, 5, tzinfo=UTC), tick=False) as clock:
        yield clock


def device_of(user: User) -> Authenticator:
    return Authenticator("peergang.test", SITE, user_handle=user.id.bytes)


def register(client: FlaskClient, device: Authenticator) -> None:
    question = client.post("/mijn-account/passkeys/vraag").json
    answer = json.dumps(device.make(base64url_to_bytes(question["challenge"])))
    client.post("/mijn-account/passkeys", data={"name": "Telefoon", "answer": answer})


def prove(client: FlaskClient, device: Authenticator, query: str = "") -> TestResponse:
    question = client.post("/mijn-account/bewijs/vraag").json
    answer = json.dumps(device.answer(base64url_to_bytes(question["challenge"])))
    return client.post(f"/mijn-account/bewijs/passkey{query}", data={"answer": answer})


def test_ones_own_passkey_is_a_proof(
    client_as: ClientAs, session: Session, still: time_machine.Traveller
) -> None:
    user = make_user(session)
    client, device = client_as(user), device_of(user)
    register(client, device)
    still.shift(20 * 60)
    asked = client.get("/mijn-account/passkeys").location
    assert 'data-passkey="proof"' in client.get(asked).text
    assert len(client.post("/mijn-account/bewijs/vraag").json["allowCredentials"]) == 1
    assert prove(client, device, "?next=/mijn-account/passkeys").location == "/mijn-account/passkeys"
    assert client.get("/mijn-account/passkeys").status_code == 200


def test_the_passkey_of_another_or_nonsense_is_none(
    client_as: ClientAs, session: Session, still: time_machine.Traveller
) -> None:
    user, other = make_user(session), make_user(session)
    mine, theirs = client_as(user), client_as(other)
    register(theirs, device_of(other))
    still.shift(20 * 60)
    answer = prove(mine, device_of(other), "?next=/mijn-account/passkeys")
    assert answer.location == "/mijn-account/bewijs?next=/mijn-account/passkeys"
    mine.post("/mijn-account/bewijs/passkey", data={"answer": "{"})
    assert mine.get("/mijn-account/passkeys").status_code == 303


def test_who_must_have_two_gives_the_passkey_after_the_password(
    app: Flask,
    client: FlaskClient,
    client_as: ClientAs,
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = replace(app.extensions["peergang_settings"], second_factor="required")
    monkeypatch.setitem(app.extensions, "peergang_settings", settings)
    user = make_user_with_password(session)
    session.add(RoleGrant(user_id=user.id, role="organiser"))
    device = device_of(user)
    register(client_as(user), device)
    half = client.post("/inloggen?next=/bibliotheek/", data={"email": user.email, "password": PASSWORD})
    assert half.location == "/inloggen/code"
    page = client.get("/inloggen/code").text
    assert 'action="/inloggen/passkey?next=/bibliotheek/"' in page
    assert "Met een herstelcode" in page
    assert client.get("/mijn-account").status_code == 302
    question = client.post("/inloggen/passkey/vraag").json
    answer = json.dumps(device.answer(base64url_to_bytes(question["challenge"])))
    done = client.post("/inloggen/passkey?next=/bibliotheek/", data={"answer": answer})
    assert done.location == "/bibliotheek/"
    assert client.get("/mijn-account").status_code == 200
