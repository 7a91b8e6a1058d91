"""What a provider reports, and what somebody sees and says of their own address."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from peergang.identity.models import RoleGrant, User
from peergang.notifications.actions.provider_reports import sign
from peergang.notifications.models import AddressSuspension, MailBounce, NoticeHabits
from tests.factories.identity import make_user
from tests.factories.notifications import make_notice

pytestmark = pytest.mark.database

SECRET = "s" * 40
URL = "/berichten/terugkoppeling"
MOMENT = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)

ClientAs = Callable[[User], FlaskClient]
Report = Callable[..., TestResponse]


@pytest.fixture
def report(app: Flask) -> Iterator[Report]:
    """Sends what a provider would, at a moment that stands still."""
    settings = app.extensions["peergang_settings"]
    app.extensions["peergang_settings"] = replace(settings, bounce_secret=SECRET)
    app.config["WTF_CSRF_ENABLED"] = True

    def act(body: Any, *, age: float = 0, secret: str = SECRET, **headers: str) -> TestResponse:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        timestamp = str(int(MOMENT.timestamp() - age))
        signed = {"X-Peergang-Timestamp": timestamp, "X-Peergang-Signature": sign(secret, timestamp, raw)}
        given = {name: value for name, value in (signed | headers).items() if value}
        return app.test_client().post(URL, data=raw, headers=given)

    with time_machine.travel(MOMENT, tick=False):
        yield act
    app.config["WTF_CSRF_ENABLED"] = False
    app.extensions["peergang_settings"] = settings


def event(user: User, **more: str) -> dict[str, Any]:
    values = {"kind": "bounce", "address": user.email, "status": "5.1.1", "id": "a1"} | more
    return {"events": [{name: value for name, value in values.items() if value}]}


def suspended(session: Session) -> list[str]:
    session.expire_all()
    return list(session.scalars(sa.select(AddressSuspension.address)))


@pytest.fixture
def user(session: Session) -> User:
    user = make_user(session)
    session.commit()
    return user


def test_a_signed_report_is_believed_and_a_copy_changes_nothing(
    session: Session, user: User, report: Report
) -> None:
    answer = report(event(user))
    assert (answer.status_code, answer.json) == (200, {"taken": 1, "ignored": 0})
    assert suspended(session) == [user.email]
    session.execute(sa.delete(AddressSuspension))
    session.execute(sa.update(MailBounce).values(forgiven_at=MOMENT))
    session.commit()
    assert report(event(user), age=60).status_code == 200
    assert suspended(session) == [], "who lifted it is not bothered by a copy"


def test_a_report_about_a_mail_of_ours(session: Session, user: User, report: Report) -> None:
    mail = uuid4()
    make_notice(session, user, MOMENT, mail_id=mail, handed_over_at=MOMENT)
    session.commit()
    name = f"<{mail}@peergang.example>"
    assert report(event(user, id="", message_id=name, address="door@elders.example")).json == {
        "taken": 1,
        "ignored": 0,
    }
    assert session.execute(sa.select(MailBounce.mail_id, MailBounce.address, MailBounce.source)).one() == (
        mail,
        user.email,
        "webhook",
    )


def test_a_complaint_stops_all_reminders(session: Session, user: User, report: Report) -> None:
    assert report(event(user, kind="complaint", status="")).status_code == 200
    session.expire_all()
    assert session.get(NoticeHabits, user.id).rhythm == "in_app"
    assert suspended(session) == []


def test_what_says_nothing_and_who_is_unknown_is_ignored(
    session: Session, user: User, report: Report
) -> None:
    for body in (
        event(user, kind="delayed"),
        event(user, status="4.4.1"),
        event(user, address="niemand@elders.example"),
    ):
        assert report(body).json == {"taken": 0, "ignored": 1}
    assert session.scalar(sa.select(sa.func.count(MailBounce.id))) == 0


@pytest.mark.parametrize(
    "how",
    [
        {"secret": "x" * 40},
        {"age": 301},
        {"age": -301},
        {"X-Peergang-Signature": "abc"},
        {"X-Peergang-Signature": "\xe9"},
        {"X-Peergang-Signature": ""},
        {"X-Peergang-Timestamp": ""},
        {"X-Peergang-Timestamp": "now"},
        {"X-Peergang-Timestamp": "9999999999999"},
    ],
)
def test_nobody_else_is_believed(session: Session, user: User, report: Report, how: dict[str, Any]) -> None:
    assert report(event(user), **how).status_code == 401
    assert session.scalar(sa.select(sa.func.count(MailBounce.id))) == 0


@pytest.mark.parametrize("timestamp", ["9999999999", "0", "-5", "1e9"])
def test_a_timestamp_that_is_signed_but_means_nothing(user: User, report: Report, timestamp: str) -> None:
    raw = json.dumps(event(user)).encode()
    headers = {"X-Peergang-Timestamp": timestamp, "X-Peergang-Signature": sign(SECRET, timestamp, raw)}
    assert report(raw, **headers).status_code == 401


def test_almost_five_minutes_is_not_too_old(user: User, report: Report) -> None:
    assert report(event(user), age=299).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b'{"events": []}',
        b'{"events": {}}',
        b'{"events": [1]}',
        b'{"events": [{"kind": 1}]}',
        b'{"events": [{"kind": "bounce", "address": "a@b.c", "status": "5.1.1"}]}',
        b'{"events": [{"kind": "bounce", "address": "a@b.c", "id": "x", "status": "550"}]}',
        b'{"events": [{"kind": "bounce", "address": "a@b.c", "id": "x", "status": "9.1.1"}]}',
        b'{"events": [{"address": "a@b.c", "id": "x"}]}',
        b'{"events": [{"kind": "bounce", "address": "nobody", "id": "x", "status": "5.1.1"}]}',
        json.dumps({"events": [{"kind": "x", "address": "a@b.c", "id": "x"}] * 101}).encode(),
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_is_written(
    session: Session, report: Report, body: bytes
) -> None:
    answer = report(body)
    assert answer.status_code == 400
    assert answer.json["error"].startswith("events")
    assert session.scalar(sa.select(sa.func.count(MailBounce.id))) == 0


def test_one_bad_event_writes_none_of_them(session: Session, user: User, report: Report) -> None:
    body = event(user)
    body["events"].append({"kind": "bounce"})
    assert report(body).status_code == 400
    assert suspended(session) == []


def test_too_much_is_refused(report: Report) -> None:
    assert report(b"x" * (64 * 1024 + 1)).status_code == 413


def test_without_a_secret_there_is_no_such_address(client: FlaskClient) -> None:
    assert client.post(URL, data=b"{}").status_code == 404


def suspend(session: Session, user: User) -> None:
    session.add(AddressSuspension(address=user.email, user_id=user.id, since=MOMENT, reason="unknown"))
    session.commit()


def test_whose_mail_comes_back_sees_it_on_every_page_and_lifts_it(
    session: Session, client_as: ClientAs
) -> None:
    user, other = make_user(session), make_user(session)
    browser, others = client_as(user), client_as(other)
    page = browser.get("/mijn-account").text
    assert "komt niet aan" not in page
    suspend(session, user)
    for path in ("/mijn-account", "/herinneringen", "/hulp"):
        page = browser.get(path).text
        assert f"Mail naar {user.email} komt niet aan." in page, path
        assert 'action="/berichten/adres-klopt"' in page
    assert "komt niet aan" not in others.get("/mijn-account").text
    assert others.post("/berichten/adres-klopt").status_code == 303
    assert suspended(session) == [user.email], "only one's own"
    answer = browser.post("/berichten/adres-klopt", data={"next": "/herinneringen"})
    assert (answer.status_code, answer.location) == (303, "/herinneringen")
    assert suspended(session) == []
    page = browser.get("/herinneringen").text
    assert "komt niet aan" not in page
    assert "We sturen je een proefmail" in page
    assert browser.post("/berichten/adres-klopt", data={"next": "//elders.example"}).location == "/"


def test_another_address_needs_no_lifting(session: Session, client_as: ClientAs) -> None:
    user = make_user(session)
    suspend(session, user)
    browser = client_as(user)
    assert "komt niet aan" in browser.get("/mijn-account").text
    user.email = "nieuw@school.example"
    session.commit()
    assert "komt niet aan" not in browser.get("/mijn-account").text


def test_the_note_costs_no_statement(
    session: Session, client_as: ClientAs, count_queries: Callable[[], list[str]]
) -> None:
    user = make_user(session)
    browser = client_as(user)
    browser.get("/mijn-account")
    count_queries().clear()
    browser.get("/mijn-account")
    before = len(count_queries())
    suspend(session, user)
    count_queries().clear()
    assert "komt niet aan" in browser.get("/mijn-account").text
    assert len(count_queries()) == before


def test_an_admin_lets_an_address_be_tried_again(session: Session, client_as: ClientAs) -> None:
    user, admin = make_user(session), make_user(session)
    session.add(RoleGrant(user_id=admin.id, role="admin"))
    browser, others = client_as(admin), client_as(make_user(session))
    suspend(session, user)
    page = browser.get("/beheer/berichten")
    assert "Dit adres bestaat niet" in page.text
    assert 'action="/berichten/adres-herstellen"' in page.text
    data = {"address": user.email, "next": "/beheer/berichten"}
    assert others.post("/berichten/adres-herstellen", data=data).status_code == 404
    assert suspended(session) == [user.email]
    assert browser.post("/berichten/adres-herstellen", data=data).location == "/beheer/berichten"
    assert suspended(session) == []
    assert f"proefmail naar {user.email}" in browser.get("/beheer/berichten").text
    assert browser.post("/berichten/adres-herstellen", data=data).status_code == 404
