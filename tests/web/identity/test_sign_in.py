"""The sign-in page: the same answer to every mistake, limits, and links that stay on this site."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client import REGISTRY
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from peergang.identity.models import SignInSession, User
from tests.factories.identity import PASSWORD, make_user, make_user_with_password

pytestmark = pytest.mark.database


@pytest.fixture
def amira(session: Session) -> User:
    user = make_user_with_password(session, "Amira", "Veldhaver", email="amira@school.example")
    session.commit()
    return user


def attempt(client: FlaskClient, email: str, password: str = "mis", **more: str) -> TestResponse:
    query = more.pop("query", "")
    return client.post(f"/inloggen{query}", data={"email": email, "password": password, **more})


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/mijn-account").status_code == 200


def test_signing_in_leads_to_the_page_that_was_asked_for(client: FlaskClient, amira: User) -> None:
    asked = client.get("/mijn-account?a=1")
    assert asked.status_code == 302
    assert asked.location == "/inloggen?next=/mijn-account?a%3D1"
    answer = client.post(asked.location, data={"email": "Amira@school.example", "password": PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/mijn-account?a=1")
    assert is_signed_in(client)
    assert client.get("/inloggen").location == "/"


@pytest.mark.parametrize(
    "target",
    [
        "https://kwaad.example",
        "//kwaad.example",
        "/\\kwaad.example",
        "\\\\kwaad.example",
        "/%09/kwaad.example",
        "/%0a/kwaad.example",
        "javascript:alert(1)",
        "http:kwaad.example",
        "%20//kwaad.example",
    ],
)
def test_nobody_is_sent_to_another_site(client: FlaskClient, amira: User, target: str) -> None:
    answer = attempt(client, amira.email, PASSWORD, query=f"?next={target}")
    assert (answer.status_code, answer.location) == (303, "/")


@pytest.mark.parametrize("path", ["/taal", "/weergave"])
def test_small_choices_stay_on_this_site_too(
    client_as: Callable[[User], FlaskClient], amira: User, path: str
) -> None:
    client = client_as(amira)
    choice = {"language": "en", "theme": "dark"}
    assert client.post(path, data=choice | {"next": "//kwaad.example"}).location == "/"
    assert client.post(path, data=choice | {"next": "/hulp?a=b"}).location == "/hulp?a=b"


def test_every_mistake_gets_the_same_page(client: FlaskClient, session: Session, amira: User) -> None:
    make_user_with_password(session, email="weg@school.example", deactivated_at=datetime.now(UTC))
    make_user(session, email="zonder@school.example")
    session.commit()
    pages = set()
    # The clock stands still, because the passkey form holds the second at which it was made.
    with time_machine.travel(datetime.now(UTC), tick=False):
        for email, password in (
            (amira.email, "mis"),
            ("weg@school.example", PASSWORD),
            ("zonder@school.example", PASSWORD),
            ("nooit@school.example", PASSWORD),
        ):
            answer = attempt(client, email, password)
            assert answer.status_code == 422
            pages.add(answer.text.replace(email, "…"))
    assert len(pages) == 1
    assert "Inloggen is niet gelukt" in pages.pop()


def test_what_was_typed_stays_except_the_password(client: FlaskClient) -> None:
    page = attempt(client, "amira@shool.example", "een lang wachtwoord").text
    assert 'value="amira@shool.example"' in page
    assert "een lang wachtwoord" not in page


def test_a_title_that_says_there_is_a_mistake(client: FlaskClient) -> None:
    def title(page: str) -> str:
        return " ".join(page.split("<title>")[1].split("</title>", maxsplit=1)[0].split())

    assert title(client.get("/inloggen").text) == "Inloggen · Peergang"
    assert title(attempt(client, "a@b.nl").text) == "Fout: Inloggen · Peergang"


def test_an_account_can_be_tried_five_times(client: FlaskClient, amira: User) -> None:
    left = [attempt(client, amira.email) for _ in range(5)]
    assert [answer.status_code for answer in left] == [422] * 5
    assert "nog 4 keer" in left[0].text
    assert "nog 1 keer" in left[3].text
    assert "Wacht een kwartier" in left[4].text
    refused = attempt(client, amira.email.upper(), PASSWORD)
    assert refused.status_code == 429
    assert "Even rustig aan" in refused.text
    assert 'name="password"' in refused.text
    assert not is_signed_in(client)
    assert attempt(client, "ander@school.example").status_code == 422


def test_an_unknown_account_runs_out_just_the_same(client: FlaskClient) -> None:
    statuses = [attempt(client, "nooit@school.example").status_code for _ in range(6)]
    assert statuses == [422] * 5 + [429]


def test_an_address_can_try_twenty_times(client: FlaskClient, amira: User) -> None:
    statuses = [attempt(client, f"naam{number}@school.example").status_code for number in range(21)]
    assert statuses == [422] * 20 + [429]
    assert attempt(client, amira.email, PASSWORD).status_code == 429


def test_a_class_that_signs_in_at_once_is_not_stopped(app: Flask, session: Session) -> None:
    users = [make_user_with_password(session) for _ in range(22)]
    session.commit()
    statuses = {attempt(app.test_client(), user.email, PASSWORD).status_code for user in users}
    assert statuses == {303}


def test_failures_are_counted_for_operators(client: FlaskClient) -> None:
    def counted() -> float:
        return REGISTRY.get_sample_value("peergang_sign_in_failures_total") or 0

    before = counted()
    attempt(client, "a@b.nl")
    assert counted() == before + 1


def test_signing_in_starts_a_clean_cookie(client: FlaskClient, amira: User) -> None:
    with client.session_transaction() as cookie:
        cookie["role"] = "organiser"
        cookie["csrf_token"] = "planted"
        cookie["_user_id"] = "planted"
    attempt(client, amira.email, PASSWORD)
    with client.session_transaction() as cookie:
        assert "role" not in cookie
        assert cookie.get("csrf_token") != "planted"
        assert cookie["_user_id"] != "planted"
        assert not cookie.permanent


def test_thirty_days_when_asked_for(client: FlaskClient, session: Session, amira: User) -> None:
    answer = attempt(client, amira.email, PASSWORD, remember="y")
    cookie = next(
        value for name, value in answer.headers if name == "Set-Cookie" and value.startswith("peergang=")
    )
    assert "Expires=" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    stored = session.scalars(select(SignInSession)).one()
    assert (stored.expires_at - stored.created_at).days == 30


def test_signing_out(app: Flask, client: FlaskClient, amira: User) -> None:
    other = app.test_client()
    for browser in (client, other):
        attempt(browser, amira.email, PASSWORD)
    stolen = client.get_cookie("peergang")
    assert client.post("/uitloggen").status_code == 303
    assert not is_signed_in(client)
    assert is_signed_in(other)
    # A cookie that was copied before opens nothing afterwards.
    assert stolen is not None
    client.set_cookie("peergang", stolen.value)
    assert not is_signed_in(client)


@pytest.mark.parametrize("path", ["/uitloggen", "/overal-uitloggen"])
def test_signing_out_empties_what_the_browser_keeps_of_pages(
    client: FlaskClient, amira: User, path: str
) -> None:
    """Else the button Back shows them to whoever uses this computer next."""
    attempt(client, amira.email, PASSWORD)
    assert client.post(path).headers["Clear-Site-Data"] == '"cache"'


def test_a_page_is_for_its_reader_alone(client: FlaskClient, amira: User) -> None:
    attempt(client, amira.email, PASSWORD)
    for path in ("/mijn-account", "/deze-week", "/dit-is-er-niet", "/inloggen"):
        assert client.get(path).headers["Cache-Control"] == "private, no-cache"
    with client.get("/static/favicon.svg") as file:
        assert "private" not in file.headers["Cache-Control"]


def test_signing_out_everywhere(app: Flask, amira: User) -> None:
    browsers = [app.test_client() for _ in range(3)]
    for browser in browsers:
        attempt(browser, amira.email, PASSWORD)
    answer = browsers[0].post("/overal-uitloggen", follow_redirects=True)
    assert "op al je apparaten uitgelogd" in answer.text
    assert [is_signed_in(browser) for browser in browsers] == [False] * 3


@pytest.mark.parametrize(
    "path", ["/uitloggen", "/overal-uitloggen", "/taal", "/weergave", "/rol", "/demo-inloggen"]
)
def test_what_changes_something_is_no_link(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 405


@pytest.mark.parametrize("env", ["test", "production"])
def test_the_two_click_sign_in_is_not_there_in_earnest(
    app: Flask, client: FlaskClient, amira: User, monkeypatch: pytest.MonkeyPatch, env: str
) -> None:
    settings = replace(app.extensions["peergang_settings"], env=env)
    monkeypatch.setitem(app.extensions, "peergang_settings", settings)
    monkeypatch.setitem(app.extensions, "peergang_demo_accounts", ((amira.email, "participant"),))
    assert "demo" not in client.get("/inloggen").text
    assert client.post("/demo-inloggen", data={"email": amira.email}).status_code == 404
    assert not is_signed_in(client)


@pytest.fixture
def demo(app: Flask, amira: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        app.extensions, "peergang_settings", replace(app.extensions["peergang_settings"], env="demo")
    )
    accounts = ((amira.email, "participant"), ("leeg@school.example", "trainer"))
    monkeypatch.setitem(app.extensions, "peergang_demo_accounts", accounts)


@pytest.mark.usefixtures("demo")
def test_two_clicks_in_the_demo(client: FlaskClient, session: Session, amira: User) -> None:
    assert f'value="{amira.email}"' in client.get("/inloggen").text
    assert client.post("/demo-inloggen", data={"email": amira.email}).location == "/"
    assert is_signed_in(client)


@pytest.mark.usefixtures("demo")
def test_two_clicks_work_for_the_demos_own_people_alone(client: FlaskClient, session: Session) -> None:
    real = make_user_with_password(session)
    session.commit()
    assert client.post("/demo-inloggen", data={"email": real.email}).status_code == 404
    empty = client.post("/demo-inloggen", data={"email": "leeg@school.example"}, follow_redirects=True)
    assert "nog niet gevuld" in empty.text
    assert not is_signed_in(client)
