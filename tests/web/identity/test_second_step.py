"""The pages of the second step, of the app with codes and of the recovery codes."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from peergang.core.sealing import Seal
from peergang.identity.models import RecoveryCode, Totp, User
from peergang.identity.rules import TokenPurpose
from peergang.identity.rules.second_factor import HALF_LIFETIME
from tests.factories.factors import code_at, make_passkey, make_recovery_codes, make_totp
from tests.factories.identity import PASSWORD, make_organiser, make_token, make_user_with_password

pytestmark = pytest.mark.database

ClientAs = Callable[[User], FlaskClient]
NOW = datetime(2026, 11, 17, 9, 0, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def still() -> Iterator[time_machine.Traveller]:
    """A clock that stands, so that a code stays the same."""
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def seal(app: Flask) -> Seal:
    return Seal(app.extensions["peergang_settings"].secret_key)


@pytest.fixture
def anna(session: Session, seal: Seal) -> User:
    user = make_user_with_password(session, "Anna", email="anna@school.example")
    make_totp(session, user, seal, NOW)
    make_recovery_codes(session, user, seal, NOW, "abcd-efgh-jkmn", "pqrs-tuvw-xyz2")
    session.commit()
    return user


def give_password(client: FlaskClient, user: User, query: str = "") -> TestResponse:
    return client.post(f"/inloggen{query}", data={"email": user.email, "password": PASSWORD})


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/mijn-account").status_code == 200


def test_after_the_password_comes_the_code(client: FlaskClient, anna: User) -> None:
    answer = give_password(client, anna, "?next=/bibliotheek/")
    assert (answer.status_code, answer.location) == (303, "/inloggen/code")
    assert not is_signed_in(client)
    page = client.get("/inloggen/code").text
    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page
    answer = client.post("/inloggen/code", data={"code": code_at(NOW)})
    assert (answer.status_code, answer.location) == (303, "/bibliotheek/")
    assert is_signed_in(client)
    # What was half is gone.
    assert client.get("/inloggen/code").location == "/inloggen"


def test_a_wrong_code_is_told_kindly(client: FlaskClient, anna: User) -> None:
    give_password(client, anna)
    answer = client.post("/inloggen/code", data={"code": "000000"})
    assert answer.status_code == 422
    assert "Deze code klopt niet" in answer.text
    assert "Fout:" in answer.text
    assert client.post("/inloggen/code", data={"code": ""}).status_code == 422
    assert client.post("/inloggen/code", data={"code": code_at(NOW)}).status_code == 303


def test_a_recovery_code_instead(client: FlaskClient, anna: User) -> None:
    give_password(client, anna)
    assert "?met=herstelcode" in client.get("/inloggen/code").text
    answer = client.post("/inloggen/code?met=herstelcode", data={"code": "abcd-efgh-jkmn"})
    assert answer.status_code == 303
    assert is_signed_in(client)
    assert "nog 1 code" in client.get("/mijn-account/beveiliging").text
    client.post("/uitloggen")
    give_password(client, anna)
    again = client.post("/inloggen/code?met=herstelcode", data={"code": "abcd-efgh-jkmn"})
    assert again.status_code == 422
    assert "al gebruikt" in again.text


def test_half_a_sign_in_runs_out(client: FlaskClient, anna: User, still: time_machine.Traveller) -> None:
    give_password(client, anna)
    still.shift(HALF_LIFETIME)
    late = NOW + HALF_LIFETIME
    answer = client.post("/inloggen/code", data={"code": code_at(late)}, follow_redirects=True)
    assert "duurde te lang" in answer.text
    assert not is_signed_in(client)


def test_five_wrong_codes_lead_back_to_the_password(client: FlaskClient, anna: User) -> None:
    give_password(client, anna)
    statuses = [client.post("/inloggen/code", data={"code": "000000"}).status_code for _ in range(5)]
    assert statuses == [422] * 4 + [303]
    assert "vijf keer niet" in client.get("/inloggen").text
    # Beginning anew gives no new tries for ever.
    give_password(client, anna)
    statuses = [client.post("/inloggen/code", data={"code": "000000"}).status_code for _ in range(5)]
    assert statuses == [422] * 4 + [303]
    give_password(client, anna)
    refused = client.post("/inloggen/code", data={"code": code_at(NOW)})
    assert refused.status_code == 429
    assert not is_signed_in(client)


def test_another_account_is_not_stopped_by_that(
    app: Flask, client: FlaskClient, anna: User, session: Session, seal: Seal
) -> None:
    other = make_user_with_password(session)
    make_totp(session, other, seal, NOW)
    session.commit()
    for _ in range(2):
        give_password(client, anna)
        for _ in range(5):
            client.post("/inloggen/code", data={"code": "000000"})
    second = app.test_client()
    give_password(second, other)
    assert second.post("/inloggen/code", data={"code": code_at(NOW)}).status_code == 303


def test_the_half_of_one_browser_is_of_no_use_to_another(app: Flask, client: FlaskClient, anna: User) -> None:
    give_password(client, anna)
    thief = app.test_client()
    assert thief.post("/inloggen/code", data={"code": code_at(NOW)}).location == "/inloggen"


def test_a_new_password_by_link_asks_the_second_step_too(
    client: FlaskClient, anna: User, session: Session
) -> None:
    make_token(session, anna, TokenPurpose.PASSWORD_RESET, NOW, secret="link")
    session.commit()
    answer = client.post("/wachtwoord-opnieuw/link", data={"password": "vier blauwe bruggen"})
    assert answer.location == "/inloggen/code"
    assert not is_signed_in(client)


def test_somebody_else_may_sign_in_instead(client: FlaskClient, anna: User) -> None:
    give_password(client, anna)
    assert client.post("/inloggen/code/terug").location == "/inloggen"
    assert client.get("/inloggen/code").status_code == 303


def test_setting_up_an_app(
    client_as: ClientAs, session: Session, seal: Seal, still: time_machine.Traveller
) -> None:
    user = make_user_with_password(session)
    client = client_as(user)
    client.post("/mijn-account/bewijs", data={"password": PASSWORD})
    assert "Eerst een app" in client.get("/mijn-account/beveiliging/app").text
    assert client.post("/mijn-account/beveiliging/app/begin").location == "/mijn-account/beveiliging/app"
    page = client.get("/mijn-account/beveiliging/app")
    assert page.headers["Cache-Control"] == "no-store"
    assert "<svg" in page.text.split('class="pg-qr-frame"')[1]
    assert "style=" not in page.text.split('class="pg-qr-frame"')[1].split("</div>")[0]
    found = re.search(r'id="totp-key"[^>]*>([A-Z2-7 ]+)<', page.text)
    assert found is not None
    key = found[1].replace(" ", "")
    wrong = client.post("/mijn-account/beveiliging/app", data={"code": "000000"})
    assert wrong.status_code == 422
    assert found[1] in wrong.text
    done = client.post("/mijn-account/beveiliging/app", data={"code": code_at(NOW, key)})
    assert done.status_code == 200
    assert done.headers["Cache-Control"] == "no-store"
    codes = re.findall(r"<code>([a-z0-9-]+)</code>", done.text)
    assert len(codes) == 10
    file = client.post("/mijn-account/beveiliging/herstelcodes/bestand", data={"code": codes})
    assert file.headers["Content-Disposition"].startswith("attachment;")
    assert all(code in file.text for code in codes)
    security = client.get("/mijn-account/beveiliging").text
    assert "staat aan" in security
    assert "nog 10 codes" in security
    # The codes are nowhere any more.
    assert codes[0] not in security
    assert client.get("/mijn-account/beveiliging/app").location == "/mijn-account/beveiliging"
    still.shift(30)
    client.post("/uitloggen")
    give_password(client, user)
    assert (
        client.post("/inloggen/code", data={"code": code_at(NOW + timedelta(seconds=30), key)}).status_code
        == 303
    )


def test_a_reload_of_the_codes_changes_nothing(client_as: ClientAs, session: Session, seal: Seal) -> None:
    user = make_user_with_password(session)
    make_totp(session, user, seal, NOW, confirmed=False)
    client = client_as(user)
    client.post("/mijn-account/bewijs", data={"password": PASSWORD})
    first = client.post("/mijn-account/beveiliging/app", data={"code": code_at(NOW)})
    assert first.status_code == 200
    prints = set(session.scalars(sa.select(RecoveryCode.code_hash)))
    again = client.post("/mijn-account/beveiliging/app", data={"code": code_at(NOW)})
    assert again.status_code == 303
    session.expire_all()
    assert set(session.scalars(sa.select(RecoveryCode.code_hash))) == prints


def test_codes_of_another_are_no_file(client_as: ClientAs, session: Session, anna: User) -> None:
    client = client_as(make_user_with_password(session))
    answer = client.post("/mijn-account/beveiliging/herstelcodes/bestand", data={"code": ["abcd-efgh-jkmn"]})
    assert answer.status_code == 303


def test_an_app_beside_a_passkey_leaves_the_codes(client_as: ClientAs, session: Session, seal: Seal) -> None:
    user = make_user_with_password(session)
    make_passkey(session, user, NOW)
    make_recovery_codes(session, user, seal, NOW, "abcd-efgh-jkmn")
    make_totp(session, user, seal, NOW, confirmed=False)
    client = client_as(user)
    client.post("/mijn-account/bewijs", data={"password": PASSWORD})
    answer = client.post("/mijn-account/beveiliging/app", data={"code": code_at(NOW)})
    assert answer.status_code == 303
    assert "nog 1 code" in client.get("/mijn-account/beveiliging").text


def test_new_codes_on_request(client_as: ClientAs, session: Session, anna: User) -> None:
    client = client_as(anna)
    client.post("/mijn-account/bewijs", data={"password": PASSWORD})
    page = client.post("/mijn-account/beveiliging/herstelcodes")
    assert page.status_code == 200
    assert len(re.findall(r"<code>", page.text)) == 10
    assert "nog 10 codes" in client.get("/mijn-account/beveiliging").text


def test_an_app_is_taken_away(client_as: ClientAs, session: Session, anna: User) -> None:
    client = client_as(anna)
    client.post("/mijn-account/bewijs", data={"password": PASSWORD})
    assert client.post("/mijn-account/beveiliging/app/ontkoppelen").status_code == 303
    assert session.scalars(sa.select(Totp)).all() == []
    assert "staat uit" in client.get("/mijn-account/beveiliging").text


def test_the_last_factor_of_an_organiser_stays(
    app: Flask, client_as: ClientAs, session: Session, seal: Seal, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(app.extensions["peergang_settings"], second_factor="required")
    monkeypatch.setitem(app.extensions, "peergang_settings", settings)
    organiser = make_organiser(session)
    make_totp(session, organiser, seal, NOW)
    client = client_as(organiser)
    client.post("/mijn-account/bewijs?met=code", data={"code": code_at(NOW)})
    assert "Voor jouw rol is een tweede stap nodig" in client.get("/mijn-account/beveiliging").text
    answer = client.post("/mijn-account/beveiliging/app/ontkoppelen", follow_redirects=True)
    assert "Voeg eerst een passkey toe" in answer.text
    assert len(session.scalars(sa.select(Totp)).all()) == 1
