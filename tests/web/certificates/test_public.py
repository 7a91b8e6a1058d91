"""The page for who holds a code: it says what it must, and nothing to who guesses."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peergang.certificates.actions.changing import choose_sharing, revoke_certificate
from peergang.certificates.models import Certificate
from peergang.certificates.personal_data import erase
from peergang.certificates.rules.codes import make_code, show_code
from peergang.certificates.views.public import GUESSES
from peergang.web.throttle import limiter
from tests.counting import counting
from tests.factories.certificates import Finish, make_certificate, make_finish

WHY = "Er bleek een vergissing te zijn."
Ask = Callable[..., object]


@pytest.fixture
def finish(session: Session, now: datetime) -> Finish:
    return make_finish(session, now)


@pytest.fixture
def certificate(finish: Finish) -> Certificate:
    return make_certificate(finish)


@pytest.fixture
def visitor(app: Flask, request: pytest.FixtureRequest) -> FlaskClient:
    """A browser at an address of its own: limits count by address."""
    limiter.reset()
    client = app.test_client()
    number = abs(hash(request.node.name)) % 60000
    client.environ_base["REMOTE_ADDR"] = f"10.7.{number // 250}.{number % 250}"
    return client


def text_of(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def test_it_says_whose_what_when_and_hours(
    visitor: FlaskClient, certificate: Certificate, session: Session
) -> None:
    session.commit()
    html = text_of(visitor, f"/certificaat/{show_code(certificate.code)}")
    for words in (
        "Ja, dit certificaat geldt",
        "Anna van der Berg",
        "Peergang i-coaches",
        "40 uur",
        "17 november 2026",
    ):
        assert words in html
    assert 'content="noindex' in html
    answer = visitor.get(f"/certificaat/{certificate.code}")
    assert answer.headers["X-Robots-Tag"].startswith("noindex")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin", "the code goes to no other site"


@pytest.mark.parametrize(
    "change", [str.lower, lambda code: code.replace("-", " "), lambda code: code.replace("-", "")]
)
def test_the_form_understands_what_is_meant(
    visitor: FlaskClient, certificate: Certificate, session: Session, change: Callable[[str], str]
) -> None:
    session.commit()
    typed = change(show_code(certificate.code)).replace("0", "o").replace("1", "l")
    answer = visitor.get("/certificaat", query_string={"code": f" {typed} "})
    assert answer.status_code == 303
    assert answer.location == f"/certificaat/{show_code(certificate.code)}"
    assert 'id="code"' in text_of(visitor, "/certificaat")


def test_all_that_is_unknown_looks_the_same(
    visitor: FlaskClient, certificate: Certificate, session: Session
) -> None:
    session.commit()
    wrong_digit = ("2" if certificate.code[0] != "2" else "3") + certificate.code[1:]
    pages = []
    for code in (make_code(), wrong_digit, "onzin", "0" * 300, "' OR 1=1 --"):
        html = text_of(visitor, f"/certificaat/{code}", 404)
        assert "Deze code kennen we niet" in html
        html = re.sub(r'value="[^"]*"|content="[^"]*"', "", html)
        pages.append(html)
    assert len(set(pages)) == 1
    assert "Fout:" in pages[0]
    typed = visitor.get("/certificaat", query_string={"code": "<b>onzin</b>"})
    assert typed.status_code == 404
    assert "&lt;b&gt;onzin&lt;/b&gt;" in typed.get_data(as_text=True), "what was typed stays"


def test_what_is_no_code_is_looked_up_as_well(
    visitor: FlaskClient, certificate: Certificate, session: Session, connection
) -> None:
    session.commit()
    numbers = []
    for code in ("onzin", make_code(), certificate.code):
        with counting(connection) as statements:
            visitor.get(f"/certificaat/{code}")
        numbers.append(len(statements))
    assert len(set(numbers)) == 1, "one takes no longer than another"


def test_who_guesses_is_stopped_and_who_checks_is_not(
    visitor: FlaskClient, certificate: Certificate, session: Session
) -> None:
    session.commit()
    most = int(GUESSES.split()[0])
    for _ in range(most + 5):
        assert visitor.get(f"/certificaat/{certificate.code}").status_code == 200
    for _ in range(most):
        assert visitor.get(f"/certificaat/{make_code()}").status_code == 404
    assert visitor.get(f"/certificaat/{make_code()}").status_code == 429
    assert visitor.get("/certificaat", query_string={"code": "onzin"}).status_code == 429


def test_withdrawn_initials_and_erased(
    visitor: FlaskClient, finish: Finish, certificate: Certificate, session: Session, now: datetime
) -> None:
    owner = finish.actor(finish.participant)
    choose_sharing(
        session, owner, certificate.id, shows_name=False, wants_badge=False, badge_account="", now=now
    )
    revoke_certificate(session, finish.actor(finish.organiser), certificate.id, WHY, now=now)
    session.commit()
    path = f"/certificaat/{certificate.code}"
    html = text_of(visitor, path)
    assert "geldt niet meer" in html
    assert "A. B." in html
    assert "Anna" not in html
    assert WHY not in html
    erase(session, finish.participant.user_id)
    session.commit()
    html = text_of(visitor, path)
    assert "Ooit afgegeven" in html
    for words in ("A. B.", "Peergang i-coaches", "40 uur", "17 november"):
        assert words not in html
