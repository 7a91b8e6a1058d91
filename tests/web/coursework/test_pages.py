"""Every page of reflecting, feeding back and reviewing, in the order in which a cohort meets them."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peergang.core import clock
from peergang.coursework.actions.holding import send_held_reviews
from peergang.coursework.models import Comment, PeerFeedback, Reflection, Review
from peergang.identity.models import User
from tests.factories.coursework import (
    Class,
    find_activity,
    give_feedback,
    make_class,
    make_reflection,
    make_submitted,
    review,
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


def revision_in(html: str) -> str:
    found = re.search(r'name="revision"[^>]*value="(\d+)"', html)
    assert found, "the page holds no revision"
    return found.group(1)


def test_writing_saving_and_submitting_without_javascript(
    session: Session, room: Class, client_as: Browser, now: datetime
) -> None:
    activity = find_activity(session, room.cohort)
    client = client_as(user(session, room.author))
    way_in = client.get(f"/reflecties/opdracht/{activity.id}")
    url = way_in.location
    assert url.endswith("/schrijven")
    assert session.query(Reflection).count() == 0
    page = client.get(url)
    assert page.status_code == 200
    html = page.get_data(as_text=True)
    assert session.query(Reflection).count() == 0, "a GET never writes"
    assert html.index("Wie mag dit lezen?") < html.index("Wat wilde je bereiken?"), "the audience comes first"
    assert revision_in(html) == "0"

    answers = {"answer-bereiken": "Ik wilde iets.", "answer-gezien": ""}
    saved = client.post(url, data={"revision": "0", "title": "Mijn titel", "intent": "save"} | answers)
    assert (saved.status_code, saved.location) == (303, url)
    html = client.get(url).get_data(as_text=True)
    assert "Ik wilde iets." in html
    assert "data-draft-done" in html
    assert "data-draft-done" not in client.get(url).get_data(as_text=True)

    refused = client.post(url, data={"revision": "1", "title": "", "intent": "submit"} | answers)
    html = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert re.search(r"<title>\s*Fout:", html)
    assert "Kies wie je reflectie mag lezen." in html
    assert "Schrijf hier minstens één zin." in html
    assert "Je tekst is wel bewaard." in html
    assert "Ik wilde iets." in html

    private = client.post(
        url,
        data={"revision": revision_in(html), "title": "T", "audience": "private", "intent": "submit"}
        | answers,
    )
    assert "Je koos ‘Alleen ik’" in private.get_data(as_text=True)

    done = client.post(
        url,
        data={
            "revision": revision_in(private.get_data(as_text=True)),
            "title": "Mijn titel",
            "audience": "peer_group",
            "intent": "submit",
            "answer-bereiken": "Ik wilde iets.",
            "answer-gezien": "Ik zag het.",
        },
    )
    assert done.status_code == 303
    html = client.get(done.location).get_data(as_text=True)
    assert "Versie 1 is ingeleverd" in html
    assert "Ik zag het." in html
    listed = client.get("/reflecties").get_data(as_text=True)
    assert "Mijn titel" in listed
    assert "Je groep leest" in listed


def test_the_second_of_two_tabs_keeps_its_words(
    session: Session, room: Class, client_as: Browser, now: datetime
) -> None:
    reflection = make_reflection(session, room.author, now)
    client = client_as(user(session, room.author))
    url = f"/reflecties/opdracht/{reflection.activity_id}/schrijven"
    form = {
        "revision": "1",
        "title": "T",
        "audience": "trainer",
        "intent": "submit",
        "answer-bereiken": "Een.",
        "answer-gezien": "Twee.",
    }
    assert client.post(url, data=form).status_code == 303
    again = client.post(url, data=form)
    assert again.status_code == 303, "the same words twice is a button pressed twice"
    second = client.post(url, data=form | {"answer-gezien": "Iets heel anders"})
    html = second.get_data(as_text=True)
    assert second.status_code == 409
    assert "Iets heel anders" in html
    assert "Nog niet bewaard" in html
    assert 'data-revision="1"' in html, "autosave must meet the conflict too"
    assert revision_in(html) == "3"
    kept = client.post(
        url, data=form | {"answer-gezien": "Iets heel anders", "intent": "save", "revision": "3"}
    )
    assert kept.status_code == 303
    session.expire_all()
    assert session.get_one(Reflection, reflection.id).draft["gezien"] == "Iets heel anders"


def test_a_paste_of_two_megabytes_gets_a_message_and_stays(
    session: Session, room: Class, client_as: Browser, now: datetime
) -> None:
    activity = find_activity(session, room.cohort)
    paste = "woord " * 350_000
    response = client_as(user(session, room.author)).post(
        f"/reflecties/opdracht/{activity.id}/schrijven",
        data={"revision": "0", "title": "T", "answer-bereiken": paste, "intent": "save"},
    )
    html = response.get_data(as_text=True)
    assert response.status_code == 422
    assert "te lang om te bewaren" in html
    assert paste in html
    assert session.query(Reflection).count() == 0


def test_autosave_keeps_its_contract(
    session: Session, room: Class, client_as: Browser, now: datetime
) -> None:
    activity = find_activity(session, room.cohort)
    client = client_as(user(session, room.author))
    url = f"/reflecties/opdracht/{activity.id}/concept"
    first = client.post(url, json={"revision": 0, "title": "T", "answers": {"bereiken": "Een"}})
    assert (first.status_code, first.json) == (200, {"revision": 1, "saved_at_text": "Bewaard om 10.00 uur"})
    partly = client.post(url, json={"revision": 1, "answers": {"gezien": "Twee"}})
    assert partly.json["revision"] == 2
    stale = client.post(
        url, json={"revision": 1, "title": "Ander", "audience": "", "answers": {"bereiken": "Drie"}}
    )
    assert stale.status_code == 409
    assert stale.json == {
        "revision": 2,
        "title": "T",
        "audience": "",
        "answers": {"bereiken": "Een", "gezien": "Twee"},
    }
    for bad in (
        [],
        {},
        {"revision": "1"},
        {"revision": -1},
        {"revision": 2, "answers": {"bereiken": 3}},
        {"revision": True},
    ):
        assert client.post(url, json=bad).status_code == 422
    assert client.post(url, data="{", content_type="application/json").status_code == 422
    long = client.post(url, json={"revision": 2, "answers": {"bereiken": "x" * 2_000_000}})
    assert long.status_code == 422
    assert "te lang" in long.json["message"]
    odd = client.post(url, json={"revision": 2, "answers": {"bereiken": "\ud800\x00é"}})
    assert odd.status_code == 200


def test_autosave_of_somebody_signed_out_says_so(client: FlaskClient, session: Session, room: Class) -> None:
    activity = find_activity(session, room.cohort)
    assert client.post(f"/reflecties/opdracht/{activity.id}/concept", json={"revision": 0}).status_code == 401


def test_peer_gives_feedback_and_the_author_reads_it(
    session: Session, room: Class, client_as: Browser, now: datetime
) -> None:
    version = make_submitted(session, room.author, now, title="Meekijklessen")
    peer = client_as(user(session, room.peer))
    listed = peer.get("/feedback").get_data(as_text=True)
    assert "Meekijklessen" in listed
    url = f"/feedback/{version.id}"
    assert "Ik wilde dat twee collega" in peer.get(url).get_data(as_text=True)
    comment = peer.post(f"{url}/opmerkingen", data={"paragraph": "1", "body": "Mooi begin"})
    assert comment.status_code == 303
    assert (
        peer.post(f"{url}/concept", json={"revision": 0, "answers": {"top": "Sterk"}}).json["revision"] == 1
    )
    refused = peer.post(
        url, data={"revision": "1", "answer-top": "Sterk", "answer-tip": "", "intent": "send"}
    )
    assert refused.status_code == 422
    assert "Je tekst is wel bewaard" in refused.get_data(as_text=True)
    author = client_as(user(session, room.author))
    read = f"/reflecties/{version.reflection_id}"
    assert "Mooi begin" not in author.get(read).get_data(as_text=True), "nothing shows before it is sent"
    sent = peer.post(
        url, data={"revision": "2", "answer-top": "Sterk", "answer-tip": "Kleiner", "intent": "send"}
    )
    assert (sent.status_code, sent.location) == (303, "/feedback")
    assert "Meekijklessen" not in peer.get("/feedback").get_data(as_text=True)
    html = author.get(read).get_data(as_text=True)
    assert "Mooi begin" not in html, "until it is opened it may change"
    assert "Kleiner" not in html
    assert "Lees de feedback" in html
    assert "1 nieuwe reactie" in author.get("/reflecties").get_data(as_text=True)
    feedback = session.query(PeerFeedback).one()
    author.post(f"{read}/gelezen", data={"reaction": str(feedback.id)})
    html = author.get(read).get_data(as_text=True)
    assert "Mooi begin" in html
    assert "Kleiner" in html
    assert "nieuwe reactie" not in author.get("/reflecties").get_data(as_text=True)
    late = peer.post(f"{url}/opmerkingen/{session.query(Comment).one().id}", data={"body": "anders"})
    assert late.status_code == 409


def test_trainer_works_the_queue(session: Session, room: Class, client_as: Browser, now: datetime) -> None:
    version = make_submitted(session, room.author, now, title="Een inloopuur")
    make_submitted(session, room.peer, now, title="De tweede")
    trainer = client_as(user(session, room.trainer))
    html = trainer.get("/beoordelen").get_data(as_text=True)
    assert "In de rij" in html
    assert "De tweede" in html
    url = f"/beoordelen/{version.reflection_id}"
    session.expire_all()
    assert session.get_one(Reflection, version.reflection_id).state == "submitted", "a GET never writes"
    opened = trainer.get(f"{url}?alinea=1").get_data(as_text=True)
    assert "Opmerking bij alinea 1" in opened
    trainer.post(
        f"{url}/opmerkingen", data={"paragraph": "1", "body": "Welk doel?", "quote": "twee collega's"}
    )
    html = trainer.get(url).get_data(as_text=True)
    assert '<mark class="pg-mark">twee collega\'s</mark>' in html
    fields = {"criterion-situatie": "yes", "decision": "", "message": "Nog even"}
    auto = trainer.post(f"{url}/concept?versie={version.id}", json={"revision": 0, "fields": fields})
    assert auto.json["revision"] == 1
    session.expire_all()
    assert session.get_one(Reflection, version.reflection_id).state == "in_review"

    colleague = client_as(user(session, room.colleague))
    page = colleague.get(url).get_data(as_text=True)
    name = user(session, room.trainer).given_name
    assert f"Bij {name}" in page
    assert f"Neem over van {name}" in page
    form = {
        "version": str(version.id),
        "revision": "0",
        "decision": "approve",
        "message": "ook ik",
        "intent": "send",
    }
    collision = colleague.post(url, data=form)
    assert collision.status_code == 409
    assert "Een collega heeft deze reflectie opgepakt." in collision.get_data(as_text=True)
    assert "ook ik" in collision.get_data(as_text=True)

    refused = trainer.post(url, data=form | {"revision": "1", "decision": "return", "message": ""})
    assert refused.status_code == 422
    assert "Begin met wat sterk is" in refused.get_data(as_text=True)
    sent = trainer.post(url, data=form | {"revision": "2", "decision": "return", "message": "Vul aan"})
    assert sent.status_code == 303
    assert sent.location != url, "on to the next in the queue"
    assert "Ongedaan maken" in trainer.get(sent.location).get_data(as_text=True)
    author = client_as(user(session, room.author))
    assert "Vul aan" not in author.get(f"/reflecties/{version.reflection_id}").get_data(as_text=True)
    send_held_reviews(session, datetime.now(UTC) + timedelta(seconds=11))
    session.commit()
    author = client_as(user(session, room.author))
    html = author.get(f"/reflecties/{version.reflection_id}").get_data(as_text=True)
    assert "Welk doel?" in html
    assert "Vul aan" in html
    editor = author.get(
        f"/reflecties/opdracht/{session.get_one(Reflection, version.reflection_id).activity_id}/schrijven"
    )
    assert "Vul aan" in editor.get_data(as_text=True)


def test_the_queue_is_empty(session: Session, room: Class, client_as: Browser, now: datetime) -> None:
    assert "De rij is leeg" in client_as(user(session, room.trainer)).get("/beoordelen").get_data(
        as_text=True
    )
    assert client_as(user(session, room.author)).get("/beoordelen").status_code == 404


def test_taking_over_and_giving_back(
    session: Session, room: Class, client_as: Browser, now: datetime
) -> None:
    version = make_submitted(session, room.author, now)
    first, second = client_as(user(session, room.trainer)), client_as(user(session, room.colleague))
    url = f"/beoordelen/{version.reflection_id}"
    first.post(f"{url}/oppakken")
    second.post(f"{url}/oppakken")
    session.expire_all()
    assert session.get_one(Reflection, version.reflection_id).reviewer_id == room.trainer.user_id
    second.post(f"{url}/oppakken", data={"take_over": "1"})
    session.expire_all()
    assert session.get_one(Reflection, version.reflection_id).reviewer_id == room.colleague.user_id
    assert first.post(f"{url}/teruggeven").status_code == 409
    assert second.post(f"{url}/teruggeven").status_code == 303


def test_two_versions_are_compared_word_by_word(
    session: Session, room: Class, client_as: Browser, now: datetime
) -> None:
    reflection = make_reflection(
        session, room.author, now, answers={"bereiken": "Een oud doel.", "gezien": "Gelijk."}
    )
    submit(session, reflection, now)
    submit(session, reflection, now, bereiken="Een nieuw doel.")
    html = (
        client_as(user(session, room.peer))
        .get(f"/reflecties/{reflection.id}/vergelijk")
        .get_data(as_text=True)
    )
    assert re.search(r"<del>.*oud.*</del>", html)
    assert re.search(r"<ins>.*nieuw.*</ins>", html)
    assert "1 woord toegevoegd, 1 woord weggehaald." in html
    peer = client_as(user(session, room.peer))
    assert peer.get(f"/reflecties/{reflection.id}/vergelijk?van=1&naar=concept").status_code == 404
    assert peer.get(f"/reflecties/{reflection.id}/vergelijk?van=1&naar=9").status_code == 404
    author = client_as(user(session, room.author))
    assert author.get(f"/reflecties/{reflection.id}/vergelijk?van=1&naar=concept").status_code == 200


def test_withdrawing_reopening_and_readers(
    session: Session, room: Class, client_as: Browser, now: datetime
) -> None:
    version = make_submitted(session, room.author, now)
    author, peer = client_as(user(session, room.author)), client_as(user(session, room.peer))
    url = f"/reflecties/{version.reflection_id}"
    assert peer.get(url).status_code == 200
    author.post(f"{url}/lezers", data={"audience": "trainer"})
    assert peer.get(url).status_code == 404
    author.post(f"{url}/lezers", data={"audience": "private"})
    assert "moet je reflectie kunnen lezen" in author.get(url).get_data(as_text=True)
    author.post(f"{url}/intrekken")
    assert client_as(user(session, room.trainer)).get(url).status_code == 404
    assert "weer een concept" in author.get(author.post(f"{url}/heropenen").location).get_data(as_text=True)


def test_shortcuts_can_be_switched_off(
    session: Session, room: Class, client_as: Browser, now: datetime
) -> None:
    version = make_submitted(session, room.author, now)
    trainer = client_as(user(session, room.trainer))
    assert 'data-keys="off"' not in trainer.get("/beoordelen").get_data(as_text=True)
    back = trainer.post(
        "/beoordelen/sneltoetsen", data={"keys": "off", "reflection": str(version.reflection_id)}
    )
    assert 'data-keys="off"' in trainer.get(back.location).get_data(as_text=True)


def test_after_approval_everything_stays_readable(
    session: Session, room: Class, client_as: Browser, now: datetime
) -> None:
    version = make_submitted(session, room.author, now)
    give_feedback(session, room.peer, version, now)
    review(session, room.trainer, version, now)
    session.commit()
    author = client_as(user(session, room.author))
    assert "Afgerond" in author.get(f"/reflecties/{version.reflection_id}").get_data(as_text=True)
    activity = session.get_one(Reflection, version.reflection_id).activity_id
    assert author.get(f"/reflecties/opdracht/{activity}/schrijven").status_code == 302
    trainer = client_as(user(session, room.trainer)).get(f"/beoordelen/{version.reflection_id}")
    assert "wacht nu niet op een trainer" in trainer.get_data(as_text=True)
    assert session.query(Review).one().sent_at == now
