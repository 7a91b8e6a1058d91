"""Who would get what, for organisers and admins; what comes, for everybody."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peergang.core.errors import NotFound
from peergang.identity.models import DataOpening, RoleGrant, User
from peergang.notifications.models import Notice, NoticeChoice
from peergang.reminders.views import coming, rules
from peergang.web.throttle import limiter
from tests.factories.cohorts import make_cohort, make_meeting, make_participant
from tests.factories.identity import make_user

pytestmark = pytest.mark.database

ClientAs = Callable[[User], FlaskClient]
# What a rule plans ahead depends on the hour and the day of the week, so a test says when it happens.
TUESDAY_MORNING = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)


@pytest.fixture
def organiser(session: Session) -> User:
    user = make_user(session, "Lotte", "Vlierstruik")
    session.add(RoleGrant(user_id=user.id, role="organiser"))
    return user


@time_machine.travel(TUESDAY_MORNING, tick=True)
def test_an_organiser_tries_a_rule_and_it_is_accounted_for(
    session: Session, client_as: ClientAs, organiser: User
) -> None:
    now = datetime.now(UTC)
    cohort = make_cohort(session, now)
    person = make_participant(session, cohort)
    stopped = make_participant(session, cohort)
    make_meeting(session, cohort, now + timedelta(hours=30), title="Kijken met collega's")
    session.add(NoticeChoice(user_id=stopped.user_id, rule="meeting_tomorrow", delivery="off", since=now))
    client = client_as(organiser)
    listed = client.get("/berichten/regels")
    assert "Een bijeenkomst komt eraan" in listed.text
    assert "/berichten/regels/meeting_tomorrow" in listed.text
    assert "/berichten/regels/password_reset" not in listed.text, "that one is for admins"
    page = client.get("/berichten/regels/meeting_tomorrow")
    assert "2 berichten op dit moment" in page.text
    assert "Kijken met collega&#39;s" in page.text
    assert "heeft dit uitgezet" not in page.text
    assert "niet nu" in page.text
    seen = set(session.scalars(sa.select(DataOpening.user_id).where(DataOpening.page == "rule_tried")))
    assert seen == {person.user_id, stopped.user_id}
    assert client.get("/berichten/regels/password_reset").status_code == 404
    assert client.get("/berichten/regels/nergens").status_code == 404
    assert session.scalar(sa.select(sa.func.count()).select_from(Notice)) == 0, "looking plans nothing"
    far = client.get("/berichten/regels/meeting_tomorrow?pagina=9")
    assert far.status_code == 200
    assert "Terug naar de eerste bladzijde" in far.text


def test_somebody_is_looked_up(session: Session, client_as: ClientAs, organiser: User) -> None:
    person = make_user(session, "Zoë", "Berg", particle="van der")
    client = client_as(organiser)
    assert "Niemand gevonden" in client.get("/berichten/regels/waarom-niet?zoek=xyzxyz").text
    found = client.get("/berichten/regels/waarom-niet?zoek=zoe")
    assert f"/berichten/regels/waarom-niet/{person.id}" in found.text
    page = client.get(f"/berichten/regels/waarom-niet/{person.id}")
    assert "Berichten voor Zoë van der Berg" in page.text
    assert "Geen ontvanger" in page.text


def test_everybody_sees_their_own_coming_weeks(session: Session, client_as: ClientAs) -> None:
    now = datetime.now(UTC)
    user = make_user(session)
    page = client_as(user).get("/berichten/komende-weken")
    assert "Niets in zicht" in page.text
    cohort = make_cohort(session, now)
    make_participant(session, cohort, user=user)
    session.add(NoticeChoice(user_id=user.id, rule="meeting_tomorrow", delivery="off", since=now))
    page = client_as(user).get("/berichten/komende-weken")
    assert "Dit sturen we je niet" in page.text
    assert session.scalar(sa.select(sa.func.count()).select_from(Notice)) == 0


def test_looking_ahead_over_and_over_is_stopped_for_that_person(
    app: Flask, session: Session, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It costs a second or two each time; only the counting matters here."""

    def nothing(*_: object, **__: object) -> None:
        raise NotFound

    monkeypatch.setattr(coming, "look_ahead", nothing)
    with app.app_context():
        limiter.reset()
    with time_machine.travel(TUESDAY_MORNING, tick=False):
        client = client_as(make_user(session))
        found = [client.get("/berichten/komende-weken").status_code for _ in range(21)]
        assert found == [404] * 20 + [429]
        assert client_as(make_user(session)).get("/berichten/komende-weken").status_code == 404


def test_asking_why_over_and_over_is_stopped_for_who_asks(
    app: Flask, session: Session, client_as: ClientAs, organiser: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(*_: object, **__: object) -> None:
        raise NotFound

    monkeypatch.setattr(rules, "get_person", nothing)
    with app.app_context():
        limiter.reset()
    with time_machine.travel(TUESDAY_MORNING, tick=False):
        client, person = client_as(organiser), make_user(session)
        page = f"/berichten/regels/waarom-niet/{person.id}"
        assert [client.get(page).status_code for _ in range(31)] == [404] * 30 + [429]
