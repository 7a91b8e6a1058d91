"""The badge as a file: a draft without a key, signed with one; and what others need to check it."""

import base64
import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import RSAKey
from sqlalchemy.orm import Session

from peergang.certificates.actions.changing import revoke_certificate
from peergang.certificates.actions.issuing import issue_by_hand
from peergang.certificates.models import Certificate
from peergang.certificates.rules.codes import show_code
from peergang.core import clock
from peergang.identity.models import User
from tests.factories.certificates import ISSUER, Finish, make_certificate, make_finish

Browser = Callable[[User], FlaskClient]
SITE = "http://peergang.test"


@pytest.fixture
def now(now: datetime, monkeypatch: pytest.MonkeyPatch) -> datetime:
    monkeypatch.setattr(clock, "now", lambda: now)
    return now


@pytest.fixture
def finish(session: Session, now: datetime) -> Finish:
    return make_finish(session, now)


@pytest.fixture
def certificate(finish: Finish) -> Certificate:
    return make_certificate(finish)


@pytest.fixture
def owner(finish: Finish, client_as: Browser) -> FlaskClient:
    return client_as(finish.user(finish.participant))


@pytest.fixture
def key(app: Flask, tmp_path: Path) -> Iterator[RSAKey]:
    """An installation that signs."""
    made = RSAKey.generate_key(2048)
    path = tmp_path / "badge.pem"
    path.write_bytes(made.as_pem(private=True))
    before = app.extensions["peergang_settings"]
    app.extensions["peergang_settings"] = replace(before, badge_key=str(path))
    yield made
    app.extensions["peergang_settings"] = before


def test_without_a_key_it_is_a_draft_and_nothing_says_otherwise(
    owner: FlaskClient, certificate: Certificate
) -> None:
    answer = owner.get(f"/certificaten/{certificate.id}/badge")
    assert answer.headers["Content-Disposition"].endswith(f'"concept-{show_code(certificate.code)}.json"')
    draft = json.loads(answer.data)
    assert not {"proof", "credentialStatus"} & draft.keys()
    html = owner.get("/mijn-certificaat").get_data(as_text=True)
    assert "Het is nog geen badge" in html
    assert "Download Open Badge" not in html


def test_with_a_key_others_can_check_it(
    owner: FlaskClient, client: FlaskClient, certificate: Certificate, finish: Finish, key: RSAKey
) -> None:
    answer = owner.get(f"/certificaten/{certificate.id}/badge")
    assert answer.content_type == "application/vc+jwt"
    token = answer.get_data(as_text=True)
    header = json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))
    assert header["kid"] == f"{SITE}/certificaat/sleutel.json"
    public = client.get("/certificaat/sleutel.json").get_json()
    assert not {"d", "p", "q"} & public.keys()
    claims = jwt.decode(token, RSAKey.import_key(public), algorithms=["RS256"]).claims
    assert claims["iss"] == claims["issuer"]["id"] == f"{SITE}/certificaat/uitgever.json"
    assert client.get("/certificaat/uitgever.json").get_json() == claims["issuer"]
    narrative = claims["credentialSubject"]["achievement"]["criteria"]["narrative"]
    assert "80% van de bijeenkomsten" in narrative
    assert "40 uur" in narrative
    assert "Kennis delen." in claims["credentialSubject"]["achievement"]["description"]
    text = json.dumps(claims)
    for word in ("Anna", "Berg", finish.user(finish.participant).email):
        assert word not in text
    assert "Download Open Badge" in owner.get("/mijn-certificaat").get_data(as_text=True)


def test_what_is_withdrawn_stands_on_the_list(
    finish: Finish,
    session: Session,
    client: FlaskClient,
    certificate: Certificate,
    key: RSAKey,
    now: datetime,
) -> None:
    def is_withdrawn() -> bool:
        answer = client.get("/certificaat/ingetrokken.jwt")
        assert answer.status_code == 200
        claims = jwt.decode(answer.get_data(as_text=True), key, algorithms=["RS256"]).claims
        found = claims["credentialSubject"]["encodedList"][1:]
        bits = gzip.decompress(base64.urlsafe_b64decode(found + "=" * (-len(found) % 4)))
        return bool(bits[certificate.number // 8] & (0x80 >> certificate.number % 8))

    session.commit()
    assert not is_withdrawn()
    organiser = finish.actor(finish.organiser)
    revoke_certificate(session, organiser, certificate.id, "Er was een vergissing.", now=now)
    session.commit()
    assert is_withdrawn()


def test_one_by_hand_does_not_claim_what_was_not_done(
    finish: Finish, session: Session, client_as: Browser, now: datetime
) -> None:
    trainer = finish.actor(finish.trainer)
    made = issue_by_hand(
        session, trainer, finish.participant.id, "Was ziek, haalde alles in.", ISSUER, now=now
    )
    answer = client_as(finish.user(finish.participant)).get(f"/certificaten/{made}/badge")
    narrative = json.loads(answer.data)["credentialSubject"]["achievement"]["criteria"]["narrative"]
    assert "oordeelde dat het programma is afgerond" in narrative
    assert "ziek" not in narrative
    assert "80%" not in narrative
