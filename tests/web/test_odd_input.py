"""Input that nobody types and robots send: NUL, half characters, numbers without end. It costs nobody a 500."""

import io
import json
from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask, jsonify, request
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.conversations.models import Conversation
from peergang.identity.models import User
from peergang.practice.models import PracticeExample
from peergang.web.cleaning import MOST_FIELDS, CleanRequest, page_number
from tests.factories.cohorts import make_cohort
from tests.factories.identity import make_institution, make_organiser, make_user

pytestmark = pytest.mark.database

ClientAs = Callable[[User], FlaskClient]
HUGE = "9" * 20
WORDS = (
    "q",
    "thema",
    "zoek",
    "naam",
    "maat",
    "cohort",
    "onderwerp",
    "eigen",
    "aan",
    "van",
    "naar",
    "begin",
    "wie",
)
QUERIES = (
    "&".join(f"{word}=%00" for word in WORDS),
    "&".join(f"{word}=a%00b" for word in WORDS),
    "&".join(f"{word}=%ED%A0%80" for word in WORDS),
    f"pagina={HUGE}&alinea={HUGE}&van={HUGE}&naar={HUGE}",
    f"pagina=-{HUGE}&alinea=-{HUGE}&van=-1&naar=-1",
    "pagina=%00&alinea=%D9%A3",
)


@pytest.mark.parametrize("query", QUERIES, ids=("nul", "nul within", "surrogate", "huge", "negative", "odd"))
def test_no_list_breaks_on_odd_questions(
    app: Flask, client_as: ClientAs, session: Session, query: str
) -> None:
    client = client_as(make_organiser(session))
    broken = []
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.arguments and not rule.endpoint.endswith("static"):
            status = client.get(f"{rule.rule}?{query}").status_code
            if status >= 500:
                broken.append((rule.rule, status))
    assert broken == []


def test_the_named_ones(client_as: ClientAs, session: Session) -> None:
    client = client_as(make_user(session))
    assert client.get("/bibliotheek/?thema=%00").status_code == 200
    assert client.get(f"/bibliotheek/?pagina={HUGE}").status_code == 200
    assert client.get(f"/uitgaande-mail?pagina={HUGE}").status_code == 200


@pytest.mark.parametrize("path", ["/uitnodiging/%00", "/bibliotheek/%00", "/uitgaande-mail/%00", "/%00"])
def test_a_path_with_nul_leads_nowhere(client_as: ClientAs, session: Session, path: str) -> None:
    assert client_as(make_user(session)).get(path).status_code == 404


def test_an_example_with_nul_is_kept_without_it(client_as: ClientAs, session: Session) -> None:
    client = client_as(make_user(session))
    answer = client.post(
        "/bibliotheek/nieuw", data={"title": "Turf\0lijst", "summary": "\0", "actie": "bewaren"}
    )
    assert answer.status_code in (200, 303, 422)
    titles = session.scalars(select(PracticeExample.title)).all()
    assert titles in ([], ["Turflijst"])


def test_a_conversation_with_nul_is_kept_without_it(
    client_as: ClientAs, session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("peergang.core.clock.now", lambda: now)
    form = {"held_on": "2026-11-16", "figure": "teacher", "topic_code": "\0", "notes": "We\0 praatten\0"}
    client = client_as(make_user(session))
    answer = client.post("/gesprekken/nieuw", data=form)
    assert answer.status_code in (303, 422)
    assert session.scalars(select(Conversation.notes)).all() in ([], ["We praatten"])


def test_a_cohort_with_nul(client_as: ClientAs, session: Session, now: datetime) -> None:
    school, cohort = make_institution(session, "ROC Zilverkade"), make_cohort(session, now, state="planned")
    client = client_as(make_organiser(session))
    url = f"/cohorten/{cohort.id}/deelnemers"
    form = {"name": "Noor\0 van Dijk", "email": "noor@b.example", "institution": str(school.id)}
    assert client.post(url, data=form).status_code == 303
    assert "Noor van Dijk" in client.get(url).text
    roster = b"Voornaam;Achternaam;E-mail;Instelling\nA\0da;Lov\0e;ada@b.example;ROC Zilver\0kade\n"
    sent = client.post(f"{url}/bestand", data={"file": (io.BytesIO(roster), "lijst.csv")})
    assert sent.status_code < 500
    assert client.get(f"{url}?toon=alles&pagina={HUGE}").status_code == 200
    assert client.post(f"/cohorten/{cohort.id}/groepen", data={"size": HUGE}).status_code < 500


def test_json_is_cleaned_wherever_a_text_stands() -> None:
    app = Flask("odd")
    app.request_class = CleanRequest
    app.add_url_rule("/", view_func=lambda: jsonify(request.get_json(silent=True)), methods=["POST"])
    sent = json.dumps({"a\0": ["b\0", {"c": "\ud800d"}], "n": 7, "none": None})
    got = app.test_client().post("/", data=sent, content_type="application/json").json
    assert got == {"a": ["b", {"c": "?d"}], "n": 7, "none": None}
    assert app.test_client().post("/", data="{", content_type="application/json").json is None


@pytest.mark.parametrize("sent", ["[" * 100_000, '{"a":' * 900 + "1" + "}" * 900])
def test_json_without_end_is_no_json(sent: str) -> None:
    app = Flask("odd")
    app.request_class = CleanRequest
    app.add_url_rule("/", view_func=lambda: jsonify(request.get_json(silent=True)), methods=["POST"])
    app.add_url_rule("/loud", "loud", view_func=lambda: jsonify(request.get_json()), methods=["POST"])
    assert app.test_client().post("/", data=sent, content_type="application/json").json is None
    assert app.test_client().post("/loud", data=sent, content_type="application/json").status_code == 400


def test_a_form_with_fields_without_end_is_not_taken_apart(client: FlaskClient) -> None:
    """Two million of them took half a gigabyte, before anybody had signed in."""
    form = "application/x-www-form-urlencoded"
    assert client.post("/inloggen", data="a=&" * (MOST_FIELDS + 1), content_type=form).status_code == 413
    many = "email=nobody%40school.example&password=mis&" + "a=&" * 50_000
    assert client.post("/inloggen", data=many, content_type=form).status_code == 422


def test_the_number_of_a_page_is_sane() -> None:
    app = Flask("odd")
    for given, number in ((HUGE, 10_000), ("-4", 1), ("x", 1), ("", 1), ("3", 3), ("9" * 5000, 1)):
        with app.test_request_context(f"/?pagina={given}"):
            assert page_number(request.args) == number
