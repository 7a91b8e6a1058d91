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
from joserfc.errors import BadSignatureError
from joserfc.jwk import RSAKey
from sqlalchemy.orm import Session

from peergang.certificates.actions.changing import revoke_certificate
from peergang.certificates.actions.issuing import issue_by_hand
from peergang.certificates.models import Certificate
from peergang.certificates.rules.codes import show_code
from peergang.core import clock
from peergang.identity.models import User
from tests.factories.certificates import ISSUER, Finish, make_certificate, make_finish

UseKeys = Callable[..., None]
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
def use_keys(app: Flask, tmp_path: Path) -> Iterator[UseKeys]:
    """Let the installation sign with a key (or with none), after earlier ones of which the public half is kept."""
    before = app.extensions["peergang_settings"]

    def put(key: RSAKey, *, private: bool) -> str:
        path = tmp_path / f"{key.thumbprint()}-{private}.pem"
        path.write_bytes(key.as_pem(private=private))
        return str(path)

    def use(key: RSAKey | None, *retired: RSAKey) -> None:
        app.extensions["peergang_settings"] = replace(
            before,
            badge_key=put(key, private=True) if key else "",
            badge_keys_retired=tuple(put(one, private=False) for one in retired),
        )

    yield use
    app.extensions["peergang_settings"] = before


@pytest.fixture
def key(use_keys: UseKeys) -> RSAKey:
    """An installation that signs."""
    made = RSAKey.generate_key(2048)
    use_keys(made)
    return made


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
    assert kid_of(token) == f"{SITE}/certificaat/sleutel/{key.thumbprint()}.json"
    public = client.get(kid_of(token).removeprefix(SITE)).get_json()
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


def kid_of(token: str) -> str:
    header: dict[str, str] = json.loads(base64.urlsafe_b64decode(token.partition(".")[0] + "=="))
    return header["kid"]


def holds(client: FlaskClient, token: str, kid: str = "") -> bool:
    """Whether the badge can be checked with the key at the address that it names, as a stranger would."""
    answer = client.get((kid or kid_of(token)).removeprefix(SITE))
    if answer.status_code != 200:
        return False
    public = answer.get_json()
    assert not {"d", "p", "q", "dp", "dq", "qi"} & public.keys()
    try:
        jwt.decode(token, RSAKey.import_key(public), algorithms=["RS256"])
    except BadSignatureError:
        return False
    return True


def test_with_another_key_earlier_badges_can_still_be_checked(
    owner: FlaskClient, client: FlaskClient, certificate: Certificate, use_keys: UseKeys
) -> None:
    first, second, third = (RSAKey.generate_key(2048) for _ in range(3))
    url = f"/certificaten/{certificate.id}/badge"
    use_keys(first)
    one = owner.get(url).get_data(as_text=True)
    # So badges were signed before a key had an address of its own.
    old_address = f"{SITE}/certificaat/sleutel.json"
    assert holds(client, one)
    assert holds(client, one, old_address)
    use_keys(second, first)
    two = owner.get(url).get_data(as_text=True)
    assert kid_of(one) != kid_of(two)
    assert holds(client, one)
    assert holds(client, two)
    assert holds(client, one, old_address)
    assert not holds(client, one, kid_of(two))
    use_keys(third, second, first)
    assert all(holds(client, badge) for badge in (one, two, owner.get(url).get_data(as_text=True)))
    assert holds(client, one, old_address)
    status = client.get("/certificaat/ingetrokken.jwt").get_data(as_text=True)
    assert holds(client, status)
    use_keys(None, third, second)
    assert not holds(client, one), "a key that is named no more is shown no more"
    assert holds(client, two)
    assert client.get("/certificaat/ingetrokken.jwt").status_code == 404


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
