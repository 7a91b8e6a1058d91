"""A fresh proof, the duty of a second factor, and the list of signed-in browsers."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peergang.core.sealing import Seal
from peergang.identity.actions.signing_in import Browser, open_session
from peergang.identity.models import AuditEvent, RoleGrant, SignInSession, User
from peergang.identity.queries.factors import find_factors
from tests.factories.factors import code_at, make_passkey, make_totp
from tests.factories.identity import PASSWORD, make_organiser, make_user, make_user_with_password

pytestmark = pytest.mark.database

ClientAs = Callable[[User], FlaskClient]
NOW = datetime(2026, 11, 17, 9, 0, 5, tzinfo=UTC)
SENSITIVE = (
    ("GET", "/mijn-account/beveiliging/app"),
    ("POST", "/mijn-account/beveiliging/app"),
    ("POST", "/mijn-account/beveiliging/app/begin"),
    ("POST", "/mijn-account/beveiliging/app/ontkoppelen"),
    ("POST", "/mijn-account/beveiliging/herstelcodes"),
    ("GET", "/mijn-account/passkeys"),
    ("POST", "/mijn-account/passkeys"),
    ("POST", "/mijn-account/passkeys/00000000-0000-4000-8000-000000000000/weg"),
)


@pytest.fixture(autouse=True)
def still() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def demanded(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = replace(app.extensions["peergang_settings"], second_factor="required")
    monkeypatch.setitem(app.extensions, "peergang_settings", settings)


@pytest.fixture
def come_in(app: Flask, session: Session) -> Callable[..., FlaskClient]:
    """A browser that signed in at NOW, by the use case itself."""

    def make(user: User, device: str = "Firefox op Windows", address: str = "145.100.22.7") -> FlaskClient:
        token = open_session(session, user.id, now=NOW, browser=Browser(device, address))
        session.commit()
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
        return client

    return make


@pytest.mark.parametrize(("method", "path"), SENSITIVE)
def test_what_is_sensitive_asks_a_fresh_proof(
    come_in: Callable[..., FlaskClient],
    session: Session,
    still: time_machine.Traveller,
    method: str,
    path: str,
) -> None:
    client = come_in(make_user_with_password(session))
    assert "/bewijs" not in (client.open(path, method=method).location or "")
    still.shift(15 * 60)
    answer = client.open(path, method=method)
    assert answer.status_code == 303
    assert answer.location.startswith("/mijn-account/bewijs?next=/mijn-account/")


def test_the_proof_leads_back_and_holds_a_quarter(
    come_in: Callable[..., FlaskClient], session: Session, still: time_machine.Traveller
) -> None:
    client = come_in(make_user_with_password(session))
    still.shift(15 * 60)
    asked = client.get("/mijn-account/beveiliging/app").location
    wrong = client.post(asked, data={"password": "mis"})
    assert wrong.status_code == 422
    assert "niet je wachtwoord" in wrong.text
    assert client.get("/mijn-account/beveiliging/app").status_code == 303
    assert client.post(asked, data={"password": PASSWORD}).location == "/mijn-account/beveiliging/app"
    assert client.get("/mijn-account/beveiliging/app").status_code == 200
    still.shift(14 * 60)
    assert client.get("/mijn-account/beveiliging/app").status_code == 200
    still.shift(60)
    assert client.get("/mijn-account/beveiliging/app").status_code == 303
    verbs = set(session.scalars(sa.select(AuditEvent.verb)))
    assert {"proof_failed", "proved_again"} <= verbs


def test_a_form_comes_back_to_its_page(
    come_in: Callable[..., FlaskClient], session: Session, still: time_machine.Traveller
) -> None:
    client = come_in(make_user_with_password(session))
    still.shift(15 * 60)
    path = "/mijn-account/beveiliging/herstelcodes"
    here = client.post(path, headers={"Referer": "http://localhost/mijn-account/passkeys"})
    assert here.location == "/mijn-account/bewijs?next=/mijn-account/passkeys"
    elsewhere = client.post(path, headers={"Referer": "https://kwaad.example/x"})
    assert elsewhere.location == "/mijn-account/bewijs?next=/mijn-account/beveiliging"


def test_a_script_is_told_where_to_prove(
    come_in: Callable[..., FlaskClient], session: Session, still: time_machine.Traveller
) -> None:
    client = come_in(make_user_with_password(session))
    still.shift(15 * 60)
    answer = client.post("/mijn-account/passkeys", headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.json["error"] == "proof_needed"


def test_nobody_is_sent_elsewhere_after_a_proof(
    come_in: Callable[..., FlaskClient], session: Session
) -> None:
    client = come_in(make_user_with_password(session))
    answer = client.post("/mijn-account/bewijs?next=//kwaad.example", data={"password": PASSWORD})
    assert answer.location == "/mijn-account/beveiliging"


def test_a_code_is_a_proof_and_works_once(
    app: Flask, come_in: Callable[..., FlaskClient], session: Session
) -> None:
    user = make_user_with_password(session)
    make_totp(session, user, Seal(app.extensions["peergang_settings"].secret_key), NOW)
    client = come_in(user)
    assert "met=code" in client.get("/mijn-account/bewijs").text
    assert client.post("/mijn-account/bewijs?met=code", data={"code": code_at(NOW)}).status_code == 303
    assert client.post("/mijn-account/bewijs?met=code", data={"code": code_at(NOW)}).status_code == 422


def test_guessing_a_proof_is_stopped(come_in: Callable[..., FlaskClient], session: Session) -> None:
    client = come_in(make_user_with_password(session))
    tries = [client.post("/mijn-account/bewijs", data={"password": "mis"}).status_code for _ in range(11)]
    assert tries == [422] * 10 + [429]


def test_who_has_nothing_to_prove_with_signs_in_again(
    come_in: Callable[..., FlaskClient], session: Session
) -> None:
    client = come_in(make_user(session))
    page = client.get("/mijn-account/bewijs?next=/mijn-account/passkeys").text
    assert "Log uit en weer in" in page
    answer = client.post("/uitloggen", data={"next": "/mijn-account/passkeys"})
    assert answer.location == "/inloggen?next=/mijn-account/passkeys"
    assert client.post("/uitloggen", data={"next": "//kwaad.example"}).status_code in (302, 303)


@pytest.mark.usefixtures("demanded")
@pytest.mark.parametrize("role", ["organiser", "admin"])
def test_who_must_have_a_factor_is_led_to_the_choice(
    client_as: ClientAs, session: Session, role: str
) -> None:
    user = make_user(session)
    session.add(RoleGrant(user_id=user.id, role=role))
    client = client_as(user)
    for path in ("/mijn-account", "/bibliotheek/", "/cohorten", "/mijn-account/beveiliging"):
        answer = client.get(path)
        assert (answer.status_code, answer.location) == (303, f"/mijn-account/tweede-stap?next={path}"), path
    assert client.get("/").location == "/mijn-account/tweede-stap"
    assert client.post("/mijn-account", data={}).location == "/mijn-account/tweede-stap"
    page = client.get("/mijn-account/tweede-stap?next=/mijn-account")
    assert page.status_code == 200
    assert "Koppel een app" in page.text
    script = client.get("/mijn-account", headers={"Accept": "application/json"})
    assert (script.status_code, script.json["error"]) == (409, "second_factor_missing")


@pytest.mark.usefixtures("demanded")
def test_the_way_out_and_the_choice_itself_stay_open(client_as: ClientAs, session: Session) -> None:
    client = client_as(make_organiser(session))
    with client.get("/static/theme.css") as file:
        assert file.status_code == 200
    assert client.get("/privacy").status_code == 200
    assert client.post("/taal", data={"language": "en"}).location == "/"
    assert client.post("/weergave", data={"theme": "dark"}).location == "/"
    for path in ("/mijn-account/beveiliging/app", "/mijn-account/passkeys", "/mijn-account/bewijs"):
        assert "tweede-stap" not in (client.get(path).location or "")
    assert client.post("/uitloggen").location == "/inloggen"


@pytest.mark.usefixtures("demanded")
def test_a_factor_opens_everything(app: Flask, client_as: ClientAs, session: Session) -> None:
    seal = Seal(app.extensions["peergang_settings"].secret_key)
    with_key, with_app, waiting = (make_organiser(session) for _ in range(3))
    make_passkey(session, with_key, NOW)
    make_totp(session, with_app, seal, NOW)
    make_totp(session, waiting, seal, NOW, confirmed=False)
    clients = [client_as(user) for user in (with_key, with_app, waiting)]
    assert [client.get("/mijn-account").status_code for client in clients] == [200, 200, 303]
    assert clients[0].get("/mijn-account/tweede-stap?next=/bibliotheek/").location == "/bibliotheek/"


@pytest.mark.usefixtures("demanded")
def test_others_are_not_asked(client_as: ClientAs, session: Session) -> None:
    assert client_as(make_user(session)).get("/mijn-account").status_code == 200


def test_nobody_is_asked_where_it_is_optional(client_as: ClientAs, session: Session) -> None:
    assert client_as(make_organiser(session)).get("/mijn-account").status_code == 200


@pytest.mark.usefixtures("demanded")
def test_a_choice_leads_to_what_was_asked_for(app: Flask, client_as: ClientAs, session: Session) -> None:
    seal = Seal(app.extensions["peergang_settings"].secret_key)
    organiser = make_organiser(session)
    organiser.password_hash = make_user_with_password(session).password_hash
    make_totp(session, organiser, seal, NOW, confirmed=False)
    client = client_as(organiser)
    client.get(client.get("/bibliotheek/").location)
    client.post("/mijn-account/bewijs", data={"password": PASSWORD})
    done = client.post("/mijn-account/beveiliging/app", data={"code": code_at(NOW)})
    assert 'href="/bibliotheek/"' in done.text
    assert client.get("/bibliotheek/").status_code == 200


def test_the_page_shows_where_one_is_signed_in(come_in: Callable[..., FlaskClient], session: Session) -> None:
    user = make_user(session)
    here = come_in(user)
    come_in(user, "Safari op iPhone", "2001:610:1908::7")
    come_in(make_user(session), "Edge op Windows")
    page = here.get("/mijn-account/beveiliging").text
    assert page.count("</svg> dit apparaat") == 1
    assert "145.100.x.x" in page
    assert "2001:0610:x" in page
    assert "145.100.22.7" not in page
    assert "Edge" not in page


def test_one_browser_is_ended(come_in: Callable[..., FlaskClient], session: Session) -> None:
    user, other = make_user(session), make_user(session)
    here, there, theirs = come_in(user, "Hier"), come_in(user, "Daar"), come_in(other, "Elders")
    ids = {row.device: row.id for row in session.scalars(sa.select(SignInSession))}

    def end(device: str) -> int:
        return here.post(f"/mijn-account/beveiliging/apparaten/{ids[device]}/uitloggen").status_code

    def still_in() -> list[bool]:
        return [client.get("/mijn-account").status_code == 200 for client in (here, there, theirs)]

    assert end("Elders") == 404
    assert still_in() == [True, True, True]
    assert end("Daar") == 303
    assert still_in() == [True, False, True]
    # Once more does no harm, and one's own browser is ended like any other.
    assert end("Daar") == 303
    assert end("Hier") == 303
    assert still_in() == [False, False, True]


def test_all_others_are_ended_and_the_owner_hears_of_it(
    come_in: Callable[..., FlaskClient], session: Session
) -> None:
    user = make_user(session)
    here, there = come_in(user), come_in(user)
    assert here.post("/mijn-account/beveiliging/apparaten/andere-uitloggen").status_code == 303
    assert here.get("/mijn-account").status_code == 200
    assert there.get("/mijn-account").status_code == 302
    assert "other_sessions_revoked" in set(session.scalars(sa.select(AuditEvent.verb)))


def test_the_former_session_of_a_browser_ends_at_a_new_sign_in(client: FlaskClient, session: Session) -> None:
    user = make_user_with_password(session)
    session.commit()
    for _ in range(2):
        client.post("/inloggen", data={"email": user.email, "password": PASSWORD})
    open_ones = session.scalars(sa.select(SignInSession).where(SignInSession.revoked_at.is_(None))).all()
    assert len(open_ones) == 1


def test_the_last_use_is_noted_once_in_a_while(
    come_in: Callable[..., FlaskClient],
    session: Session,
    still: time_machine.Traveller,
    statements_of: Callable[[], list[str]],
) -> None:
    client = come_in(make_user(session))
    still.shift(4 * 60)
    heard = statements_of()
    client.get("/mijn-account")
    assert not any(statement.startswith("UPDATE") for statement in heard)
    still.shift(60)
    client.get("/mijn-account", environ_base={"REMOTE_ADDR": "10.20.30.40"})
    assert sum(statement.startswith("UPDATE sign_in_session") for statement in heard) == 1
    session.expire_all()
    stored = session.scalars(sa.select(SignInSession)).one()
    assert (stored.last_used_at, stored.address) == (NOW + timedelta(minutes=5), "10.20.x.x")
    heard.clear()
    client.get("/mijn-account")
    assert not any(statement.startswith("UPDATE") for statement in heard)


def test_an_admin_takes_away_what_somebody_lost(
    app: Flask, come_in: Callable[..., FlaskClient], session: Session, still: time_machine.Traveller
) -> None:
    admin, user = make_user_with_password(session), make_user(session, "Anna")
    session.add(RoleGrant(user_id=admin.id, role="admin"))
    make_passkey(session, user, NOW)
    make_totp(session, user, Seal(app.extensions["peergang_settings"].secret_key), NOW)
    client, theirs = come_in(admin), come_in(user)
    path = f"/beheer/rollen/{user.id}/tweede-stap"
    assert f'href="{path}"' in client.get(f"/beheer/rollen/{user.id}").text
    still.shift(15 * 60)
    assert client.post(path).location.startswith("/mijn-account/bewijs")
    assert theirs.get(path).status_code == theirs.post(path).status_code == 404
    client.post(client.get(path).location, data={"password": PASSWORD})
    assert "kwijt" in client.get(path).text
    assert client.post(path).status_code == 303
    assert find_factors(session, user.id).any is False
    assert theirs.get("/mijn-account").status_code == 302
    assert "second_factor_reset" in set(session.scalars(sa.select(AuditEvent.verb)))
    # One's own goes by the account page.
    assert client.get(f"/beheer/rollen/{admin.id}/tweede-stap").status_code == 404
