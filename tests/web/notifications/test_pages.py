"""Choices about mail, stopping by a link, and the outgoing mail of the demo."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peergang.core.config import Settings
from peergang.core.mail import FileTransport, SentMail
from peergang.identity.models import User
from peergang.notifications.actions.deliver import deliver_due
from peergang.notifications.actions.opt_out import make_token
from peergang.notifications.models import NoticeChoice
from tests.factories.cohorts import make_cohort, make_trainer
from tests.factories.identity import make_user
from tests.factories.notifications import NAME, make_notice, use_script

pytestmark = pytest.mark.database

ClientAs = Callable[[User], FlaskClient]
RULE = "meeting_tomorrow"


def stops(session: Session, user: User) -> set[str]:
    session.expire_all()
    return set(session.scalars(sa.select(NoticeChoice.rule).where(NoticeChoice.user_id == user.id)))


def ticks(page: str) -> tuple[int, int]:
    """How many boxes there are, and how many are ticked."""
    boxes = re.findall(r'<input[^>]*name="rule"[^>]*>', page)
    return len(boxes), len([box for box in boxes if " checked" in box])


@pytest.fixture
def stop_url(settings: Settings) -> Callable[..., str]:
    return lambda user, rule=RULE: f"/afmelden/{make_token(settings.secret_key, user.id, rule)}"


def test_the_link_asks_first_and_changes_nothing(
    session: Session, client: FlaskClient, stop_url: Callable[..., str]
) -> None:
    user = make_user(session)
    session.commit()
    page = client.get(stop_url(user))
    assert page.status_code == 200
    assert "Een bijeenkomst komt eraan" in page.text
    assert "<form" in page.text
    assert stops(session, user) == set()


def test_one_click_stops_without_signing_in(
    session: Session, app: Flask, stop_url: Callable[..., str]
) -> None:
    user = make_user(session)
    session.commit()
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        answer = app.test_client().post(stop_url(user), data={"List-Unsubscribe": "One-Click"})
        again = app.test_client().post(stop_url(user), data={"List-Unsubscribe": "One-Click"})
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert answer.status_code == again.status_code == 200, "a mail program does not follow redirects here"
    assert stops(session, user) == {RULE}


def test_a_stop_can_be_taken_back(
    session: Session, client: FlaskClient, stop_url: Callable[..., str]
) -> None:
    user = make_user(session)
    session.add(
        NoticeChoice(
            user_id=user.id, rule="review_decided", delivery="off", since=datetime.now().astimezone()
        )
    )
    session.commit()
    client.post(stop_url(user))
    page = client.post(stop_url(user) + "/toch-niet")
    assert "Je krijgt deze e‑mail weer." in page.text
    assert stops(session, user) == {"review_decided"}


def test_a_link_that_is_not_ours_does_not_exist(
    session: Session, client: FlaskClient, settings: Settings, stop_url: Callable[..., str]
) -> None:
    user, other = make_user(session), make_user(session)
    session.commit()
    good = stop_url(user)
    forged = make_token("x" * 40, user.id, RULE)
    swapped = good[: len("/afmelden/") + 20] + stop_url(other)[len("/afmelden/") + 20 :]
    for url in (
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        f"/afmelden/{forged}",
        swapped,
        "/afmelden/abc",
        "/afmelden/%00é",
        stop_url(user, "password_reset"),
        stop_url(user, "of_old"),
    ):
        assert client.get(url).status_code == 404, url
        assert client.post(url).status_code == 404, url
    assert stops(session, user) == stops(session, other) == set()


def test_a_stop_of_somebody_who_is_gone_is_no_error(client: FlaskClient, settings: Settings) -> None:
    from uuid import uuid4

    assert client.post(f"/afmelden/{make_token(settings.secret_key, uuid4(), RULE)}").status_code == 200


def test_choices_are_kept_and_shown(session: Session, client_as: ClientAs) -> None:
    user = make_user(session)
    client = client_as(user)
    page = client.get("/herinneringen")
    shown, ticked = ticks(page.text)
    assert shown == ticked >= 5
    assert "review_waiting" not in page.text, "only trainers choose about that"
    answer = client.post("/herinneringen", data={"rule": ["feedback_received", "no_such_rule"]})
    assert answer.status_code == 303
    stopped = stops(session, user)
    assert {RULE, "activity_due_soon"} <= stopped
    assert not stopped & {"feedback_received", "review_waiting", "password_reset", "invitation_reminder"}
    page = client.get("/herinneringen")
    assert "Je keuzes zijn bewaard" in page.text
    assert ticks(page.text) == (shown, 1)
    client.post("/herinneringen", data={"rule": [RULE, "activity_due_soon"]})
    assert not stops(session, user) & {RULE, "activity_due_soon"}
    assert "feedback_received" in stops(session, user)


def test_a_trainer_chooses_about_the_queue(session: Session, client_as: ClientAs, now: datetime) -> None:
    user = make_user(session)
    make_trainer(session, make_cohort(session, now), user=user)
    client = client_as(user)
    assert 'value="review_waiting"' in client.get("/herinneringen").text


def test_choices_are_for_who_signed_in(client: FlaskClient) -> None:
    assert client.get("/herinneringen").status_code == 302


@pytest.fixture
def with_mail(
    app: Flask,
    session: Session,
    connection: sa.Connection,
    settings: Settings,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Settings:
    """An application whose mail went into a folder: three messages."""
    use_script(monkeypatch)
    for name in ("Anna", "Bilal", "Zoë"):
        make_notice(session, make_user(session, name, "Berg & Dal <b>"), now)
    session.commit()
    folder = replace(settings, mail_url=f"file:{tmp_path / 'mail'}", env="demo")
    deliver_due(connection, folder, FileTransport(tmp_path / "mail"), now=now)
    monkeypatch.setitem(app.extensions, "peergang_settings", folder)
    return folder


def test_outgoing_mail_is_listed_and_read(client: FlaskClient, with_mail: Settings) -> None:
    page = client.get("/uitgaande-mail")
    assert page.status_code == 200
    assert page.text.count("2 reflecties wachten op je reactie") == 3
    assert "Berg &amp; Dal &lt;b&gt;" in page.text
    found = client.get("/uitgaande-mail?aan=zoë").text
    assert "Zoë" in found
    assert "Bilal" not in found
    assert "Niemand die zo heet" in client.get("/uitgaande-mail?aan=Xantippe").text
    link = found.split('href="/uitgaande-mail/')[1].split('"')[0]
    message = client.get(f"/uitgaande-mail/{link}")
    assert "Dag Zoë" in message.text
    assert '<a href="http://peergang.test/beoordelen"' in message.text
    html = client.get(f"/uitgaande-mail/{link}/html")
    policy = html.headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "default-src 'none'" in policy
    assert html.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert '<base target="_top">' in html.text
    assert message.headers["X-Frame-Options"] == "DENY", "only the frame may be framed"


@pytest.mark.parametrize("name", ["0" * 32, "..%2f..%2fetc%2fpasswd", "x", "%00"])
def test_a_message_that_is_not_there(client: FlaskClient, with_mail: Settings, name: str) -> None:
    assert client.get(f"/uitgaande-mail/{name}").status_code == 404
    assert client.get(f"/uitgaande-mail/{name}/html").status_code == 404


def test_in_production_there_is_no_such_page(
    app: Flask, client: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    production = replace(settings, env="production")
    monkeypatch.setitem(app.extensions, "peergang_settings", production)
    assert client.get("/uitgaande-mail").status_code == 404
    assert client.get("/uitgaande-mail/0").status_code == 404
    assert client.get("/uitgaande-mail/0/html").status_code == 404


def test_memory_is_shown_in_tests(
    client: FlaskClient, mailbox: list[SentMail], settings: Settings, session: Session
) -> None:
    mailbox.append(SentMail("a@b", "c@d", b"Subject: Proef\r\nTo: c@d.example\r\n\r\nDag\r\n"))
    assert "Proef" in client.get("/uitgaande-mail").text
    assert "Dag" in client.get("/uitgaande-mail/0").text


def test_nothing_was_sent_yet(client: FlaskClient, mailbox: list[SentMail]) -> None:
    assert "Er is nog niets verstuurd" in client.get("/uitgaande-mail").text


def test_a_stop_holds_for_what_was_queued(
    session: Session,
    client: FlaskClient,
    connection: sa.Connection,
    settings: Settings,
    now: datetime,
    mailbox: list[SentMail],
    monkeypatch: pytest.MonkeyPatch,
    stop_url: Callable[..., str],
) -> None:
    from peergang.core.mail import MemoryTransport

    use_script(monkeypatch)
    user = make_user(session)
    notice = make_notice(session, user, now)
    session.commit()
    client.post(stop_url(user, NAME))
    deliver_due(connection, settings, MemoryTransport(), now=now)
    session.expire_all()
    assert (notice.state, notice.reason, mailbox) == ("suppressed", "unsubscribed", [])
