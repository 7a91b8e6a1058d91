"""Downloading what is kept about oneself."""

import json
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.core.errors import Forbidden
from peergang.core.permissions import Actor
from peergang.identity.models import AuditEvent, User
from peergang.privacy.actions.own_data import export_personal_data
from peergang.privacy.registry import list_personal_data
from tests.factories.identity import make_affiliation, make_institution, make_user, make_user_with_password

pytestmark = pytest.mark.database


def test_the_file_holds_ones_own_records_of_every_feature(
    client_as: Callable[[User], FlaskClient], session: Session
) -> None:
    user = make_user_with_password(session, "Zoë", "Veldhaver", email="zoe@school.example")
    other = make_user(session, email="ander@school.example")
    for person in (user, other):
        make_affiliation(session, person, make_institution(session))
    client = client_as(user)
    assert client.get("/mijn-gegevens").status_code == 200
    answer = client.post("/mijn-gegevens")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Zoë" in answer.text
    data = json.loads(answer.text)["records"]
    assert set(data) == set(list_personal_data())
    assert data["identity"]["account"][0]["email"] == "zoe@school.example"
    assert len(data["identity"]["affiliations"]) == 1
    assert data["identity"]["log"][-1]["verb"] == "personal_data_exported"
    assert other.email not in answer.text
    for secret in ("argon2", "token_hash", "password_hash"):
        assert secret not in answer.text


def test_asking_is_written_down_and_nobody_gets_anothers(session: Session, now: object) -> None:
    user, admin = make_user(session), make_user(session)
    with pytest.raises(Forbidden):
        export_personal_data(session, Actor(user_id=admin.id, is_admin=True), user.id, now=now)
    assert session.scalars(select(AuditEvent)).all() == []
