"""The editor's page without scripts: readers first, sets of questions, a preview; and what Markdown looks like to readers."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peergang.core import clock
from peergang.coursework.models import Reflection
from peergang.identity.models import User
from tests.factories.coursework import (
    ANSWERS,
    Class,
    find_activity,
    give_feedback,
    make_class,
    make_reflection,
    make_submitted,
    submit,
)

Browser = Callable[[User], FlaskClient]


@pytest.fixture
def now(now: datetime, monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The pages live at the moment of the tests."""
    monkeypatch.setattr(clock, "now", lambda: now)
    return now


@pytest.fixture
def room(session: Session, now: datetime) -> Class:
    return make_class(session, now)


def user(session: Session, enrolment: object) -> User:
    return session.get_one(User, enrolment.user_id)  # type: ignore[attr-defined]


def text(client: FlaskClient, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def form(revision: int, **more: str) -> dict[str, str]:
    answers = {f"answer-{slug}": words for slug, words in ANSWERS.items()}
    return {"revision": str(revision), "title": "T", "audience": "trainer", "prompt_set": ""} | answers | more


def test_who_reads_comes_first_and_is_said_in_words(
    session: Session, room: Class, client_as: Browser
) -> None:
    activity = find_activity(session, room.cohort)
    client = client_as(user(session, room.author))
    url = f"/reflecties/opdracht/{activity.id}/schrijven"
    html = text(client, url)
    assert 'class="pg-first"' in html
    assert "Past bij deze opdracht" in html
    assert "3 andere deelnemers en de trainers" in html
    assert html.index("pg-first") < html.index('name="title"')
    assert "checked" not in html[html.index("pg-first") : html.index('name="title"')], (
        "nothing is chosen for you"
    )
    client.post(url, data=form(0, intent="save"))
    html = text(client, url)
    assert 'class="pg-first"' not in html
    assert "Past bij deze opdracht" not in html


def test_what_another_choice_of_readers_means(
    session: Session, room: Class, client_as: Browser, now: datetime
) -> None:
    version = make_submitted(session, room.author, now, audience="cohort")
    give_feedback(session, room.peer, version, now)
    client = client_as(user(session, room.author))
    editor = f"/reflecties/opdracht/{find_activity(session, room.cohort).id}/schrijven"
    for url in (f"/reflecties/{version.reflection_id}", editor):
        html = text(client, url)
        assert "Zo is het nu." in html
        assert (
            "Je cohort en je groep lezen je tekst dan niet meer. De feedback die je kreeg, blijft bij jou"
            in html
        )
        assert "Alleen je groep en de trainers lezen je tekst dan nog" in html


def test_another_set_of_questions_and_back(session: Session, room: Class, client_as: Browser) -> None:
    activity = find_activity(session, room.cohort)
    client = client_as(user(session, room.author))
    url = f"/reflecties/opdracht/{activity.id}/schrijven"
    changed = client.post(url, data=form(0, questions="starr"))
    assert (changed.status_code, changed.location) == (303, f"{url}#vragen")
    html = text(client, url)
    assert "Situatie: wat was er aan de hand?" in html
    assert "Wat wilde je bereiken?" not in html
    assert "Je eerdere antwoorden bewaren we" in html
    assert 'name="prompt_set" type="hidden" value="starr"' in html
    starr = {
        f"answer-starr-{one}": f"Mijn {one}"
        for one in ("situatie", "taak", "actie", "resultaat", "reflectie")
    }
    fields = {"revision": "1", "title": "T", "audience": "trainer", "prompt_set": "starr"} | starr
    client.post(url, data=fields | {"questions": "opdracht"})
    html = text(client, url)
    assert "Ik wilde dat twee collega" in html
    assert "Mijn situatie" not in html
    client.post(url, data={"revision": "2", "title": "T", "audience": "trainer", "questions": "starr"})
    html = text(client, url)
    assert "Mijn situatie" in html
    done = client.post(url, data=fields | {"revision": "3", "intent": "submit"})
    assert done.status_code == 303
    html = text(client, done.location)
    assert "Resultaat: wat gebeurde er daarna?" in html
    assert "Mijn resultaat" in html
    assert "Ik wilde dat twee" not in html
    copy = text(client, "/portfolio/download?vorm=md")
    assert "Resultaat: wat gebeurde er daarna?" in copy
    assert "Mijn resultaat" in copy


def test_handing_in_the_same_words_once_more_leads_to_where_they_are(
    session: Session, room: Class, client_as: Browser, now: datetime
) -> None:
    version = make_submitted(session, room.author, now)
    reflection = session.get_one(Reflection, version.reflection_id)
    client = client_as(user(session, room.author))
    same = {f"answer-{slug}": words for slug, words in version.answers.items()}
    answer = client.post(
        f"/reflecties/opdracht/{reflection.activity_id}/schrijven",
        data={
            "revision": str(reflection.draft_revision),
            "title": version.title,
            "audience": reflection.audience,
            "intent": "submit",
            **same,
        },
    )
    assert (answer.status_code, answer.location) == (303, f"/reflecties/{reflection.id}")
    html = text(client, answer.location)
    assert "Er is niets aan veranderd." in html
    assert "Versie 2" not in html


def test_choosing_a_set_before_writing_asks_nothing(
    session: Session, room: Class, client_as: Browser
) -> None:
    activity = find_activity(session, room.cohort)
    client = client_as(user(session, room.author))
    url = f"/reflecties/opdracht/{activity.id}/schrijven"
    assert client.post(url, data={"revision": "0", "questions": "alact"}).status_code == 303
    html = text(client, url)
    assert "Essentie formuleren" in html
    assert "Je eerdere antwoorden" not in html
    assert 'class="pg-first"' in html, "who reads is still to be chosen"
    assert client.post(url, data={"revision": "1", "questions": "nergens"}).status_code == 422


def test_a_tab_with_another_set_keeps_its_words(
    session: Session, room: Class, client_as: Browser, now: datetime
) -> None:
    reflection = make_reflection(session, room.author, now)
    client = client_as(user(session, room.author))
    url = f"/reflecties/opdracht/{reflection.activity_id}/schrijven"
    client.post(url, data=form(1, questions="starr"))
    old = client.post(url, data=form(1, intent="save") | {"answer-gezien": "Oud tabblad."})
    html = old.get_data(as_text=True)
    assert old.status_code == 409
    assert "Oud tabblad." in html
    assert (
        client.post(url, data=form(2, intent="save") | {"answer-gezien": "Oud tabblad."}).status_code == 303
    )
    session.expire_all()
    stored = session.get_one(Reflection, reflection.id)
    assert (stored.prompt_set, stored.draft["gezien"]) == ("", "Oud tabblad.")
    url = url.replace("schrijven", "concept")
    auto = client.post(url, json={"revision": 3, "answers": {"starr-taak": "Nog een oud tabblad."}})
    assert auto.status_code == 200
    session.expire_all()
    assert session.get_one(Reflection, reflection.id).draft["starr-taak"] == "Nog een oud tabblad."


def test_the_questions_speak_english_too(session: Session, room: Class, client_as: Browser) -> None:
    activity = find_activity(session, room.cohort)
    client = client_as(user(session, room.author))
    url = f"/reflecties/opdracht/{activity.id}/schrijven"
    client.post(url, data={"revision": "0", "questions": "starr"})
    author = user(session, room.author)
    author.locale = "en"
    session.flush()
    assert "Situation: what was going on?" in text(client, url)


def test_a_preview_shows_it_and_stores_nothing(session: Session, room: Class, client_as: Browser) -> None:
    activity = find_activity(session, room.cohort)
    client = client_as(user(session, room.author))
    url = f"/reflecties/opdracht/{activity.id}/voorbeeld"
    answer = client.post(url, data=form(0) | {"answer-gezien": "**Vet** <script>x</script>\n\n- een"})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 200
    shown = html[html.index('id="voorbeeld"') : html.index("data-autosave")]
    assert "<strong>Vet</strong> &lt;script&gt;" in shown
    assert "<li>een</li>" in shown
    assert "**Vet** &lt;script&gt;" in html[html.index("data-autosave") :], (
        "what was typed is still there to go on"
    )
    assert 'data-revision="0"' in html
    assert session.query(Reflection).count() == 0
    assert client.get(url).status_code == 405


@pytest.mark.parametrize("reader", ["peer", "trainer", "author"])
def test_everybody_reads_what_was_marked_up(
    session: Session, room: Class, client_as: Browser, now: datetime, reader: str
) -> None:
    words = "Eén\ntwee **vet**\n\n1. punt\n\n> gezegd\n\n[hier](https://voorbeeld.nl) [niet](javascript:alert(1)) <b>x</b>"
    version = make_submitted(session, room.author, now, answers=ANSWERS | {"gezien": words})
    client = client_as(user(session, getattr(room, reader)))
    path = {"peer": f"/feedback/{version.id}", "trainer": f"/beoordelen/{version.reflection_id}"}
    html = text(client, path.get(reader, f"/reflecties/{version.reflection_id}"))
    for piece in (
        "Eén<br>\ntwee <strong>vet</strong>",
        "<li>punt</li>",
        "<blockquote>\n<p>gezegd</p>\n</blockquote>",
        '<a href="https://voorbeeld.nl" data-host="voorbeeld.nl" rel="noopener noreferrer nofollow">hier</a>',
        "[niet](javascript:alert(1)) &lt;b&gt;x&lt;/b&gt;",
    ):
        assert piece in html
    assert 'href="javascript' not in html


def test_versions_are_compared_as_they_are_read(
    session: Session, room: Class, client_as: Browser, now: datetime
) -> None:
    first = make_submitted(
        session, room.author, now, answers=ANSWERS | {"gezien": "Ik zag **twee** docenten."}
    )
    reflection = session.get_one(Reflection, first.reflection_id)
    submit(session, reflection, now, gezien="Ik zag **drie** docenten.\n\n- en meer")
    client = client_as(user(session, room.author))
    url = f"/reflecties/{reflection.id}/vergelijk"
    html = re.sub(r'<span class="visually-hidden">[^<]*</span>', "", text(client, url))
    assert re.search(r"<del>twee</del>\s*<strong><ins>drie</ins></strong> docenten", html)
    assert "<li><ins>en meer</ins></li>" in html
    assert "3 woorden toegevoegd, 1 woord weggehaald." in html
    back = re.sub(r'<span class="visually-hidden">[^<]*</span>', "", text(client, f"{url}?van=2&naar=1"))
    assert "1 woord toegevoegd, 3 woorden weggehaald." in back


def test_versions_with_other_questions_are_compared_without_noise(
    session: Session, room: Class, client_as: Browser, now: datetime
) -> None:
    version = make_submitted(session, room.author, now)
    client = client_as(user(session, room.author))
    url = f"/reflecties/opdracht/{find_activity(session, room.cohort).id}/schrijven"
    revision = session.get_one(Reflection, version.reflection_id).draft_revision
    client.post(url, data=form(revision, questions="starr"))
    html = text(client, f"/reflecties/{version.reflection_id}/vergelijk?van=1&naar=concept")
    assert html.count("Deze vraag staat alleen in je concept.") == 5
    assert html.count("Deze vraag staat alleen in versie 1.") == 2
    assert "0 woorden toegevoegd, 0 woorden weggehaald." in html
    assert "Ik wilde dat twee collega" in html
