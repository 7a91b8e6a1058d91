"""Every POST of the application is refused without its token."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from peergang.identity.models import SingleUseToken
from peergang.web.security import csrf
from tests.factories.identity import make_user, make_user_with_password, sign_in_session

pytestmark = pytest.mark.database

EXEMPT = {
    # Mail programs press this button themselves (RFC 8058) and know no token; the signed address is the proof.
    "notifications.one_click_unsubscribe",
    # A provider of mail signs what it reports, over the body and the moment.
    "notifications.receive_report",
    # A service worker has no page to take a token from; the signed address says which message was clicked on.
    "notifications.push_seen",
}
"""Whoever posts here proves it in another way."""


@pytest.fixture
def guarded(app: Flask) -> Iterator[Flask]:
    app.config["WTF_CSRF_ENABLED"] = True
    yield app
    app.config["WTF_CSRF_ENABLED"] = False


def test_every_post_without_a_token_is_refused(guarded: Flask, session: Session) -> None:
    user = make_user(session)
    cookie = sign_in_session(session, user)
    session.commit()
    accepted = []
    for rule in guarded.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or rule.endpoint in EXEMPT:
            continue
        args: dict[str, Any] = {name: _anything(rule, name) for name in rule.arguments}
        with guarded.test_request_context():
            built = rule.build(args)
        if built is None:
            built = ("", rule.rule.replace("<int:", "<").split("<")[0] + "1")
        client = guarded.test_client()
        with client.session_transaction() as stored:
            stored["_user_id"] = cookie
        if client.post(built[1]).status_code != 400:
            accepted.append(rule.endpoint)
    assert accepted == []


def _anything(rule: Rule, name: str) -> object:
    """A value that fits in an address: one of a few words where it takes only these."""
    words = getattr(rule._converters[name], "items", None)
    return next(iter(words)) if words else uuid4()


@pytest.mark.usefixtures("app")
def test_no_view_is_exempt_in_silence() -> None:
    assert {name.rpartition(".")[2] for name in csrf._exempt_views} == {
        name.rpartition(".")[2] for name in EXEMPT
    }
    assert csrf._exempt_blueprints == set()


def test_a_refused_post_changes_nothing_and_says_what_to_do(guarded: Flask, session: Session) -> None:
    user = make_user_with_password(session)
    session.commit()
    answer = guarded.test_client().post(
        "/wachtwoord-vergeten", data={"email": user.email, "csrf_token": "geraden"}
    )
    assert answer.status_code == 400
    assert "laad de pagina opnieuw" in answer.text
    assert session.scalar(select(func.count()).select_from(SingleUseToken)) == 0


def test_with_its_token_a_form_works(guarded: Flask, session: Session) -> None:
    client: FlaskClient = guarded.test_client()
    page = client.get("/wachtwoord-vergeten").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    answer = client.post("/wachtwoord-vergeten", data={"email": "a@b.nl", "csrf_token": token})
    assert answer.status_code == 303
