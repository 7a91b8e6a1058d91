"""Files over HTTP: what is refused in words, what is handed out and how, and who meets a 404."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peergang.core import clock
from peergang.core.storage import Files
from peergang.coursework.actions import attachments as acting
from peergang.coursework.actions.submission import change_audience, withdraw_reflection
from peergang.coursework.models import Attachment, Reflection
from peergang.coursework.rules.files.kinds import MAX_SIZE
from peergang.coursework.views import attachments as views
from peergang.identity.models import RoleGrant, User
from tests.factories.coursework import Class, actor_of, find_activity, make_class, make_reflection, submit
from tests.factories.files import attach, files_folder, make_office, make_pdf, make_photo
from tests.factories.identity import make_organiser, make_user

Browser = Callable[[User], FlaskClient]
JSON = {"Accept": "application/json"}


@pytest.fixture
def now(now: datetime, monkeypatch: pytest.MonkeyPatch) -> datetime:
    monkeypatch.setattr(clock, "now", lambda: now)
    return now


@pytest.fixture
def room(session: Session, now: datetime) -> Class:
    return make_class(session, now)


def user(session: Session, enrolment: object) -> User:
    return session.get_one(User, enrolment.user_id)  # type: ignore[attr-defined]


def send(client: FlaskClient, url: str, content: bytes, name: str = "bord.jpg", **more: object):
    # Put together here: the test client leaves the temporary file of a large body open.
    head = (
        f'--pg\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: x/y\r\n\r\n'
    )
    body = head.encode() + content + b"\r\n--pg--\r\n"
    return client.post(url, data=body, content_type="multipart/form-data; boundary=pg", **more)


def stored() -> set[str]:
    return {one.key for one in Files(files_folder()).walk()}


def test_without_javascript_a_file_is_added_shown_removed_and_put_back(session, room, client_as, now) -> None:
    activity = find_activity(session, room.cohort)
    client = client_as(user(session, room.author))
    editor = f"/reflecties/opdracht/{activity.id}/schrijven"
    page = client.get(editor).text
    assert "Er staat nog niets bij." in page
    assert "Staan er herkenbare studenten op?" in page
    url = re.search(r'id="attachments-form"[^>]*action="([^"]+)"', page, re.DOTALL).group(1)
    answer = send(client, url.replace("&amp;", "&"), make_photo(), "Bord <b>.jpg")
    assert answer.status_code == 303
    assert answer.location.endswith("#bijlagen")
    page = client.get(answer.location).text
    assert "is toegevoegd" in page
    assert "Bord -b.jpg" in page
    made = session.query(Attachment).one()
    assert f"/bijlagen/{made.id}/voorbeeld" in page
    words = {f"description-{made.id}": "Een bord met drie vragen", "csrf_token": "x"}
    assert client.post(f"/reflecties/{made.reflection_id}/bijlagen", data=words).status_code == 303
    assert 'alt="Een bord met drie vragen"' in client.get(editor).text
    assert client.post(f"/bijlagen/{made.id}/weghalen").status_code == 303
    page = client.get(editor).text
    assert "Zet terug" in page
    assert f"/bijlagen/{made.id}/voorbeeld" not in page
    assert client.post(f"/bijlagen/{made.id}/terugzetten").status_code == 303
    assert f"/bijlagen/{made.id}/voorbeeld" in client.get(editor).text


def test_what_is_refused_is_said_at_the_field_once(session, room, client_as) -> None:
    activity = find_activity(session, room.cohort)
    client = client_as(user(session, room.author))
    before = stored()
    answer = send(client, f"/reflecties/opdracht/{activity.id}/bijlagen", b"<html>", "foto.jpg")
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "Dit soort bestand kan niet mee." in page
    assert re.search(r'<input[^>]*type="file"[^>]*aria-invalid="true"', page, re.DOTALL)
    assert "attachment-file-error" in page
    assert "Dit soort bestand" not in client.get(answer.location).text
    assert (
        "Kies eerst een bestand."
        in client.get(client.post(f"/reflecties/opdracht/{activity.id}/bijlagen").location).text
    )
    assert session.query(Reflection).count() == 0
    assert stored() == before


def test_the_script_gets_the_list_or_the_words(session, room, client_as) -> None:
    url = f"/reflecties/opdracht/{find_activity(session, room.cohort).id}/bijlagen"
    client = client_as(user(session, room.author))
    done = send(client, url, make_pdf(), "kijkvraag.pdf", headers=JSON)
    assert done.status_code == 200
    assert "kijkvraag.pdf" in done.json["html"]
    assert "<html" not in done.json["html"]
    assert done.json["said"] == "‘kijkvraag.pdf’ is toegevoegd."
    refused = send(client, url, make_pdf(), "nog eens.pdf", headers=JSON)
    assert (refused.status_code, refused.json) == (422, {"message": "Dit bestand staat er al bij."})
    assert client.post(f"/bijlagen/{session.query(Attachment).one().id}/weghalen", headers=JSON).json["said"]


def test_a_body_that_is_too_large_is_not_read(session, room, client_as, monkeypatch) -> None:
    url = f"/reflecties/opdracht/{find_activity(session, room.cohort).id}/bijlagen"
    client = client_as(user(session, room.author))
    monkeypatch.setattr(views, "check_file", lambda _: pytest.fail("it was read"))
    large = bytes(MAX_SIZE + 100_000)
    refused = send(client, url, large, headers=JSON)
    assert refused.status_code == 413
    assert "groter dan 10 MB" in refused.json["message"]
    plain = send(client, url, large)
    assert plain.status_code == 303
    assert "groter dan 10 MB" in client.get(plain.location).text


def test_other_posts_keep_their_own_limit(session, room, client_as) -> None:
    reflection = make_reflection(session, room.author, clock.now())
    client = client_as(user(session, room.author))
    url = f"/reflecties/opdracht/{reflection.activity_id}/schrijven"
    assert client.post(url, data={"answer-gezien": "x" * 7_000_000}).status_code == 422, "said at the field"


def test_a_download_can_run_nowhere(session, room, client_as, now) -> None:
    reflection = make_reflection(session, room.author, now)
    made = attach(session, room.author, reflection.activity_id, now, make_office(), "Zoë’s plan; 2.docx")
    photo = attach(session, room.author, reflection.activity_id, now)
    client = client_as(user(session, room.author))
    answer = client.get(f"/bijlagen/{made.id}")
    assert answer.status_code == 200
    head = answer.headers
    assert head["Content-Type"] == made.media_type
    assert head["Content-Disposition"].startswith("attachment; filename=")
    assert "filename*=UTF-8''Zo%C3%AB%E2%80%99s%20plan-%202.docx" in head["Content-Disposition"]
    assert head["X-Content-Type-Options"] == "nosniff"
    assert head["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert head["Cache-Control"] == "private, no-store"
    assert head["Cross-Origin-Resource-Policy"] == "same-origin"
    assert head["X-Frame-Options"] == "DENY"
    assert int(head["Content-Length"]) == made.size == len(answer.data)
    small = client.get(f"/bijlagen/{photo.id}/voorbeeld")
    assert small.headers["Content-Type"] == "image/jpeg"
    assert small.headers["Content-Disposition"].startswith("inline")
    assert small.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert client.get(f"/bijlagen/{made.id}/voorbeeld").status_code == 404
    page = client.get(f"/reflecties/opdracht/{reflection.activity_id}/schrijven")
    assert "sandbox" not in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("audience", "readers"),
    [
        ("trainer", {"author", "trainer", "colleague"}),
        ("peer_group", {"author", "trainer", "colleague", "peer"}),
        ("cohort", {"author", "trainer", "colleague", "peer", "outside"}),
    ],
)
def test_who_reads_the_text_opens_its_files_and_nobody_else(
    session, room, client_as, now, audience, readers
) -> None:
    reflection = make_reflection(session, room.author, now, audience=audience)
    made = attach(session, room.author, reflection.activity_id, now)
    submit(session, reflection, now)
    draft = attach(session, room.author, reflection.activity_id, now, make_photo("PNG"), "later.png")
    elsewhere = make_class(session, now)
    people = {
        name: user(session, getattr(room, name))
        for name in ("author", "peer", "outside", "trainer", "colleague")
    }
    people |= {"stranger": user(session, elsewhere.author), "other trainer": user(session, elsewhere.trainer)}
    people |= {
        "organiser": make_organiser(session),
        "admin": make_user(session),
        "contact": make_user(session),
    }
    session.add(RoleGrant(user_id=people["admin"].id, role="admin"))
    for name, person in people.items():
        client = client_as(person)
        for tail in ("", "/voorbeeld"):
            expected = 200 if name in readers else 404
            assert client.get(f"/bijlagen/{made.id}{tail}").status_code == expected, (name, tail)
            expected = 200 if name == "author" else 404
            assert client.get(f"/bijlagen/{draft.id}{tail}").status_code == expected, (
                f"{name}: a draft is its author's"
            )


def test_taking_back_and_going_private_close_the_files_too(session, room, client_as, now) -> None:
    reflection = make_reflection(session, room.author, now)
    made = attach(session, room.author, reflection.activity_id, now)
    submit(session, reflection, now)
    peer, actor = client_as(user(session, room.peer)), actor_of(session, room.author)
    assert peer.get(f"/bijlagen/{made.id}").status_code == 200
    change_audience(session, actor, reflection.id, "trainer", now=now)
    session.commit()
    assert peer.get(f"/bijlagen/{made.id}").status_code == 404
    withdraw_reflection(session, actor, reflection.id, now=now)
    session.commit()
    trainer = client_as(user(session, room.trainer))
    assert trainer.get(f"/bijlagen/{made.id}").status_code == 404
    assert client_as(user(session, room.author)).get(f"/bijlagen/{made.id}").status_code == 200


def test_readers_see_the_files_of_the_version_they_read(session, room, client_as, now) -> None:
    reflection = make_reflection(session, room.author, now)
    made = attach(session, room.author, reflection.activity_id, now)
    acting.describe_attachments(
        session, actor_of(session, room.author), reflection.id, {made.id: "Drie <vragen>"}, now=now
    )
    submit(session, reflection, now)
    acting.remove_attachment(session, actor_of(session, room.author), made.id, now=now)
    second = submit(session, reflection, now)
    peer, trainer = client_as(user(session, room.peer)), client_as(user(session, room.trainer))
    first_page = peer.get(f"/reflecties/{reflection.id}/versies/1").text
    assert 'alt="Drie &lt;vragen&gt;"' in first_page
    assert f"/bijlagen/{made.id}" in first_page
    assert f"/bijlagen/{made.id}" not in peer.get(f"/reflecties/{reflection.id}").text
    attach(session, room.author, reflection.activity_id, now, make_pdf(), "kijkvraag.pdf")
    third = submit(session, reflection, now)
    session.commit()
    assert "kijkvraag.pdf" in peer.get(f"/feedback/{third.id}").text
    assert "kijkvraag.pdf" in trainer.get(f"/beoordelen/{reflection.id}").text
    assert second.number == 2


def test_a_lost_file_shows_a_kind_page(session, room, client_as, now, app: Flask) -> None:
    reflection = make_reflection(session, room.author, now)
    made = attach(session, room.author, reflection.activity_id, now)
    Files(files_folder()).delete([made.storage_key, made.preview_key])
    client = client_as(user(session, room.author))
    answer = client.get(f"/bijlagen/{made.id}")
    assert answer.status_code == 404
    assert "Dit bestand is er niet meer" in answer.text
    assert client.get(f"/bijlagen/{made.id}/voorbeeld").status_code == 404


def test_a_row_that_is_refused_leaves_no_file(session, room, client_as, monkeypatch) -> None:
    from peergang.core.errors import Conflict

    def moved_on(*_args: object, **_more: object) -> None:
        raise Conflict("reflection_state")

    monkeypatch.setattr(views, "add_attachment", moved_on)
    before = stored()
    client = client_as(user(session, room.author))
    url = f"/reflecties/opdracht/{find_activity(session, room.cohort).id}/bijlagen"
    assert send(client, url, make_photo(), headers=JSON).status_code == 409
    assert stored() == before


def test_a_list_of_ten_asks_as_much_as_one_of_one(session, room, client_as, now, count_queries) -> None:
    reflection = make_reflection(session, room.author, now)
    attach(session, room.author, reflection.activity_id, now)
    submit(session, reflection, now)
    client = client_as(user(session, room.peer))

    def asked() -> int:
        statements = count_queries()
        statements.clear()
        assert client.get(f"/reflecties/{reflection.id}").status_code == 200
        return len(statements)

    asked()
    one = asked()
    for number in range(9):
        attach(
            session, room.author, reflection.activity_id, now, make_pdf(words=b"%% %d\n" % number), "a.pdf"
        )
    submit(session, reflection, now)
    session.commit()
    assert asked() == one
