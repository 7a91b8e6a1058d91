"""Stopping by the link in a mail: one kind or everything, rather less often, and back."""

import re
from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peergang.core.config import Settings
from peergang.core.mail import MemoryTransport, SentMail
from peergang.identity.models import User
from peergang.notifications.actions.deliver import deliver_due
from peergang.notifications.actions.opt_out import EVERYTHING, make_token
from peergang.notifications.models import NoticeHabits
from peergang.notifications.queries import find_chosen
from peergang.notifications.rules import Delivery, Rhythm
from tests.factories.identity import make_user
from tests.factories.notifications import NAME, make_choice, make_notice, use_script

pytestmark = pytest.mark.database

RULE = "feedback_received"
URGENT = "meeting_tomorrow"
StopUrl = Callable[..., str]


@pytest.fixture
def stop_url(settings: Settings) -> StopUrl:
    return lambda user, rule=RULE: f"/afmelden/{make_token(settings.secret_key, user.id, rule)}"


@pytest.fixture
def user(session: Session) -> User:
    user = make_user(session)
    session.commit()
    return user


def chosen(session: Session, user: User) -> dict[str, str]:
    """What they chose, with their rhythm under a star."""
    session.expire_all()
    found = find_chosen(session, user.id)
    return {**found.deliveries, **({EVERYTHING: found.rhythm} if found.rhythm else {})}


def carried(page: str) -> list[str]:
    """What the last form of a page brings along from before the stop."""
    form = page.rpartition("/toch-niet")[2].partition("</form>")[0]
    return re.findall(r'name="was" value="([^"]*)"', form)


def test_the_link_asks_first_and_changes_nothing(
    session: Session, client: FlaskClient, stop_url: StopUrl, user: User
) -> None:
    for rule, words in ((RULE, "Je hebt feedback gekregen"), (EVERYTHING, "al je herinneringen samen")):
        page = client.get(stop_url(user, rule))
        assert page.status_code == 200
        assert words in page.text
        assert "<form" in page.text
    assert chosen(session, user) == {}


@pytest.mark.parametrize(("rule", "kept"), [(RULE, {RULE: "off"}), (EVERYTHING, {EVERYTHING: "in_app"})])
def test_one_click_stops_without_signing_in(
    session: Session, app: Flask, stop_url: StopUrl, user: User, rule: str, kept: dict[str, str]
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        answers = [
            app.test_client().post(stop_url(user, rule), data={"List-Unsubscribe": "One-Click"})
            for _ in range(2)
        ]
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert [one.status_code for one in answers] == [200, 200], "a mail program does not follow redirects here"
    assert chosen(session, user) == kept
    assert "Je bent afgemeld" in app.test_client().get(stop_url(user, rule)).text


def test_other_choices_ask_for_a_token_of_the_page(
    session: Session, app: Flask, stop_url: StopUrl, user: User
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        for way in ("toch-niet", "liever"):
            app.test_client().post(f"{stop_url(user)}/{way}", data={"liever": "weekly"})
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert chosen(session, user) == {}


def test_a_stop_of_one_kind_can_be_taken_back(
    session: Session, client: FlaskClient, stop_url: StopUrl, user: User
) -> None:
    make_choice(session, user, "review_decided", "off")
    session.commit()
    client.post(stop_url(user))
    page = client.post(stop_url(user) + "/toch-niet")
    assert "Je krijgt deze e‑mail weer." in page.text
    assert chosen(session, user) == {"review_decided": "off"}


def test_what_was_chosen_before_comes_back(
    session: Session, client: FlaskClient, stop_url: StopUrl, user: User
) -> None:
    before = {RULE: "weekly", URGENT: "off", "activity_overdue": "at_once", "review_decided": "in_app"}
    for rule, delivery in before.items():
        make_choice(session, user, rule, delivery)
    session.add(NoticeHabits(user_id=user.id, rhythm="daily", per_week=3))
    session.commit()
    page = client.post(stop_url(user, EVERYTHING)).text
    assert chosen(session, user) == {EVERYTHING: "in_app", URGENT: "off", "review_decided": "in_app"}
    client.post(stop_url(user, EVERYTHING) + "/toch-niet", data={"was": carried(page)})
    assert chosen(session, user) == {EVERYTHING: "daily", **before}
    assert session.get_one(NoticeHabits, user.id).per_week == 3, "the other habits stay"
    page = client.post(stop_url(user)).text
    assert carried(page) == [f"{RULE}=weekly"]
    client.post(stop_url(user) + "/toch-niet", data={"was": carried(page)})
    assert chosen(session, user)[RULE] == "weekly"


def test_undo_takes_nothing_that_is_not_a_choice(
    session: Session, client: FlaskClient, stop_url: StopUrl, user: User
) -> None:
    strange = [
        "*=hourly",
        "password_reset=off",
        "password_reset=weekly",
        "of_old=daily",
        f"{RULE}=off",
        "x",
        "",
    ]
    assert client.post(stop_url(user, EVERYTHING) + "/toch-niet", data={"was": strange}).status_code == 200
    assert chosen(session, user) == {}
    other = [f"{URGENT}=in_app", f"{RULE}=daily"]
    client.post(stop_url(user) + "/toch-niet", data={"was": other})
    assert chosen(session, user) == {RULE: "daily"}, "a link about one kind changes no other"


@pytest.mark.parametrize("rather", ["weekly", "in_app"])
def test_rather_less_than_nothing(
    session: Session, client: FlaskClient, stop_url: StopUrl, user: User, rather: str
) -> None:
    page = client.post(stop_url(user)).text
    assert 'value="weekly"' in page
    assert 'value="in_app"' in page
    page = client.post(stop_url(user) + "/liever", data={"liever": rather, "was": carried(page)}).text
    assert "Je keuze is bewaard" in page
    assert chosen(session, user) == {RULE: rather}
    client.post(stop_url(user) + "/toch-niet", data={"was": carried(page)})
    assert chosen(session, user) == {}
    client.post(stop_url(user, EVERYTHING) + "/liever", data={"liever": rather})
    assert chosen(session, user) == {EVERYTHING: rather}


def test_only_what_is_offered_can_be_chosen(
    session: Session, client: FlaskClient, stop_url: StopUrl, user: User
) -> None:
    for rather in ("at_once", "daily", "off", "", "hourly"):
        assert client.post(stop_url(user) + "/liever", data={"liever": rather}).status_code == 404, rather
    assert chosen(session, user) == {}
    assert 'value="weekly"' not in client.get(stop_url(user, URGENT)).text, "of no use a day later"


def test_everything_means_everything(
    session: Session, client: FlaskClient, stop_url: StopUrl, user: User
) -> None:
    make_choice(session, user, RULE, "daily")
    session.commit()
    client.post(stop_url(user, EVERYTHING))
    session.expire_all()
    found = find_chosen(session, user.id)
    assert found.rhythm is Rhythm.IN_APP
    for rule in _reminders():
        told = found.as_habits().delivery_of(rule.name, rule.weight, rule.default)
        assert told in (Delivery.IN_APP, Delivery.OFF), rule.name


def _reminders():  # type: ignore[no-untyped-def]
    from peergang.notifications.catalog import list_rules
    from peergang.notifications.rules import Kind

    return [rule for rule in list_rules() if rule.kind is Kind.REMINDER]


def test_a_link_that_is_not_ours_does_not_exist(
    session: Session, client: FlaskClient, settings: Settings, stop_url: StopUrl, user: User
) -> None:
    other = make_user(session)
    session.commit()
    good = stop_url(user)
    forged = make_token("x" * 40, user.id, RULE)
    swapped = good[: len("/afmelden/") + 20] + stop_url(other)[len("/afmelden/") + 20 :]
    for url in (
        good[:10] + ("A" if good[10] != "A" else "B") + good[11:],
        f"/afmelden/{forged}",
        swapped,
        "/afmelden/abc",
        "/afmelden/%00é",
        stop_url(user, "password_reset"),
        stop_url(user, "of_old"),
        stop_url(user, "**"),
    ):
        assert client.get(url).status_code == 404, url
        for way in ("", "/toch-niet", "/liever"):
            assert client.post(url + way, data={"liever": "weekly"}).status_code == 404, url + way
    assert chosen(session, user) == chosen(session, other) == {}


@pytest.mark.parametrize("rule", [RULE, EVERYTHING])
def test_a_stop_of_somebody_who_is_gone_is_no_error(
    client: FlaskClient, settings: Settings, rule: str
) -> None:
    url = f"/afmelden/{make_token(settings.secret_key, uuid4(), rule)}"
    assert client.post(url).status_code == 200
    assert client.post(url + "/liever", data={"liever": "weekly"}).status_code == 200
    assert client.post(url + "/toch-niet", data={"was": ["*=daily", f"{RULE}=daily"]}).status_code == 200


@pytest.mark.parametrize(("rule", "reason"), [(NAME, "unsubscribed"), (EVERYTHING, "in_app")])
def test_a_stop_holds_for_what_was_queued(
    session: Session,
    client: FlaskClient,
    connection: sa.Connection,
    settings: Settings,
    now: datetime,
    mailbox: list[SentMail],
    monkeypatch: pytest.MonkeyPatch,
    stop_url: StopUrl,
    user: User,
    rule: str,
    reason: str,
) -> None:
    use_script(monkeypatch)
    notice = make_notice(session, user, now)
    session.commit()
    client.post(stop_url(user, rule))
    deliver_due(connection, settings, MemoryTransport(), now=now)
    session.expire_all()
    assert (notice.state, notice.reason, mailbox) == ("suppressed", reason, [])
