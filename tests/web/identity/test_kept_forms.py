"""What is sent when the session had ended comes back after signing in: to the one who sent it, and to nobody else."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from peergang.identity.actions.cleaning import forget_what_is_over
from peergang.identity.actions.signing_in import revoke_sessions
from peergang.identity.models import KeptForm, SignInSession, User
from tests.factories.cohorts import make_cohort, make_participant
from tests.factories.coursework import find_activity
from tests.factories.identity import PASSWORD, make_user_with_password

pytestmark = pytest.mark.database
ClientAs = Callable[[User], FlaskClient]
TEXT = 'Ik vroeg: "en toen?"\r\n\r\n<b>Ze lachte</b> & zweeg.'


@pytest.fixture
def amira(session: Session) -> User:
    return make_user_with_password(session, "Amira", "Veldhaver")


@pytest.fixture
def path(session: Session, amira: User) -> str:
    cohort = make_cohort(session, datetime.now(UTC))
    make_participant(session, cohort, user=amira)
    return f"/reflecties/opdracht/{find_activity(session, cohort).id}/schrijven"


@pytest.fixture
def client(client_as: ClientAs, session: Session, amira: User, path: str) -> FlaskClient:
    """Amira's browser, in which her session ended while she wrote."""
    client = client_as(amira)
    end_sessions(session, amira)
    return client


def end_sessions(session: Session, user: User) -> None:
    revoke_sessions(session, user.id, now=datetime.now(UTC))
    session.commit()


def send(client: FlaskClient, path: str, **more: str) -> str:
    answer = client.post(path, data={"revision": "0", "title": "Wat ik vroeg", "intent": "save", **more})
    assert answer.status_code == 302
    return str(answer.location)


def sign_in(client: FlaskClient, location: str, user: User) -> str:
    answer = client.post(location, data={"email": user.email, "password": PASSWORD})
    assert answer.status_code == 303
    return str(answer.location)


def hidden(html: str) -> dict[str, str]:
    form = html.split('<main id="inhoud"')[1].split("</form>", maxsplit=1)[0]
    found = re.findall(r'type="hidden"\s+name="([^"]+)"\s+value="([^"]*)"', form)
    return {name: unescape(value) for name, value in found}


def count_kept(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(KeptForm)) or 0


def test_what_was_sent_comes_back_and_arrives(
    client: FlaskClient, session: Session, amira: User, path: str
) -> None:
    where = sign_in(client, send(client, path, **{"answer-x": TEXT}), amira)
    page = client.get(where).text
    assert "Je tekst is er nog" in page
    assert "<b>Ze lachte" not in page
    fields = hidden(page)
    assert fields["answer-x"].replace("\r\n", "\n") == TEXT.replace("\r\n", "\n")
    assert "intent" not in fields
    action = re.search(r'<form method="post" action="([^"]+)"', page.split('<main id="inhoud"')[1])
    assert action
    assert action[1] == path
    answer = client.post(path, data={**fields, "intent": "save"})
    assert answer.status_code == 303
    assert 'value="Wat ik vroeg"' in client.get(answer.location).text
    assert count_kept(session) == 0
    assert client.get(where).status_code == 303


def test_it_stays_until_it_arrived(client: FlaskClient, session: Session, amira: User, path: str) -> None:
    where = sign_in(client, send(client, path, title="t " * 300), amira)
    fields = hidden(client.get(where).text)
    assert client.post(path, data={**fields, "intent": "save"}).status_code == 422
    assert count_kept(session) == 1
    end_sessions(session, amira)
    assert client.post(path, data={**fields, "intent": "save"}).location.startswith("/inloggen")
    assert count_kept(session) == 2


def test_nobody_else_sees_it(client: FlaskClient, session: Session, path: str) -> None:
    bilal = make_user_with_password(session, "Bilal", "Zandstra")
    session.commit()
    where = sign_in(client, send(client, path, **{"answer-x": TEXT}), bilal)
    assert client.get(where).location == "/"
    assert client.post(f"{where}/weggooien").status_code == 303
    assert client.post("/taal", data={"kept_form": where.rsplit("/", 1)[1]}).status_code in (303, 404)
    assert count_kept(session) == 1


def test_it_is_sealed_and_kept_for_a_day(
    client: FlaskClient, session: Session, amira: User, path: str
) -> None:
    where = sign_in(client, send(client, path, title="Vuurtoren"), amira)
    kept = session.scalars(select(KeptForm)).one()
    assert b"Vuurtoren" not in kept.content
    session.execute(update(KeptForm).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    session.commit()
    assert client.get(where).location == "/"
    forget_what_is_over(session, now=datetime.now(UTC))
    assert count_kept(session) == 0


def test_its_writer_can_let_it_go(client: FlaskClient, session: Session, amira: User, path: str) -> None:
    answer = client.post(
        path, data={"title": "Toch niet"}, headers={"Referer": f"http://localhost{path}?a=1"}
    )
    where = sign_in(client, answer.location, amira)
    assert client.post(f"{where}/weggooien").location == f"{path}?a=1"
    assert count_kept(session) == 0


def test_five_are_kept_at_most(client: FlaskClient, session: Session, amira: User, path: str) -> None:
    places = [send(client, path, title=f"Nummer {number}") for number in range(7)]
    assert count_kept(session) == 5
    last = sign_in(client, places[-1], amira)
    assert "Nummer 6" in client.get(last).text


@pytest.mark.parametrize(
    ("where", "fields"),
    [
        ("/mijn-account/wachtwoord", {"password": "vijf rode paraplu's"}),
        ("/mijn-account", {"given_name": "Amira"}),
        ("{path}", {"csrf_token": "alleen dit"}),
        ("{path}", {"title": "t" * (2 * 1024 * 1024 + 1)}),
    ],
    ids=["password", "identity", "nothing", "too-large"],
)
def test_what_is_not_kept(
    client: FlaskClient, session: Session, path: str, where: str, fields: dict[str, str]
) -> None:
    assert client.post(where.format(path=path), data=fields).status_code == 302
    assert count_kept(session) == 0


def test_who_was_never_signed_in_leaves_nothing(app: Flask, session: Session, path: str) -> None:
    stranger = app.test_client()
    assert send(stranger, path) == "/inloggen"
    with stranger.session_transaction() as cookie:
        cookie["_user_id"] = "geraden"
    assert send(stranger, path) == "/inloggen"
    assert count_kept(session) == 0


def test_a_form_without_text_leads_back_to_its_page(client: FlaskClient, path: str) -> None:
    for before, after in (
        (f"http://localhost{path}?a=1", f"/inloggen?next={path}?a%3D1"),
        ("http://kwaad.example/x", "/inloggen"),
        (f"http://localhost//kwaad.example{path}", "/inloggen"),
    ):
        answer = client.post(path, data={}, headers={"Referer": before})
        assert answer.location == after


def test_a_session_that_ran_out_counts_as_one_that_ended(
    client_as: ClientAs, session: Session, amira: User, path: str
) -> None:
    client = client_as(amira)
    session.execute(update(SignInSession).values(expires_at=datetime.now(UTC) - timedelta(hours=1)))
    session.commit()
    assert "verstuur-alsnog" in send(client, path)
