"""Pages of a conversation: as many statements for three posts as for three hundred, page by page, and what each reader sees."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from peergang.discussion.actions.following import mark_read
from peergang.discussion.actions.removing import hide_post
from peergang.discussion.models import Post, Reader, Thread
from peergang.identity.models import User
from tests.counting import counting
from tests.factories.cohorts import make_meeting
from tests.factories.coursework import Class, actor_of, make_class
from tests.factories.discussion import fill_thread, first_post, make_thread, reply
from tests.factories.identity import make_organiser

pytestmark = pytest.mark.database
ClientAs = Callable[[User], FlaskClient]
NOW = datetime.now(UTC)


@pytest.fixture
def room(session: Session) -> Class:
    return make_class(session, NOW - timedelta(hours=1))


def user(session: Session, who: object) -> User:
    return session.get_one(User, who.user_id)  # type: ignore[attr-defined]


def ask(client: FlaskClient, connection: Connection, url: str) -> int:
    assert client.get(url).status_code == 200
    with counting(connection) as statements:
        assert client.get(url).status_code == 200
    return len(statements)


def test_as_many_statements_for_three_posts_as_for_three_hundred(
    session: Session, room: Class, connection: Connection, client_as: ClientAs
) -> None:
    meeting = make_meeting(session, room.cohort, NOW)
    thread = make_thread(session, room.author, NOW, mentions=[room.peer.user_id])
    make_thread(session, room.author, NOW, meeting_id=meeting.id)
    place = f"/cohorten/{thread.cohort_id}/modules/{thread.module_id}/gesprek"
    pages = [
        f"/gesprek/{thread.id}",
        place,
        f"{place}/nieuw",
        f"/modules/{thread.module_id}",
        f"/bijeenkomsten/{meeting.id}",
        f"/bijeenkomsten/{meeting.id}/gesprek",
    ]
    found = []
    for number in (2, 297):
        fill_thread(session, thread, room.peer, number, NOW)
        for _ in range(number // 4):
            make_thread(session, room.peer, NOW)
            make_thread(session, room.peer, NOW, meeting_id=meeting.id)
        client = client_as(user(session, room.author))
        found.append({url: ask(client, connection, url) for url in pages})
    few, many = found
    assert few == many
    assert max(many.values()) <= 10, many


def test_a_long_conversation_is_read_page_by_page(session: Session, room: Class, client_as: ClientAs) -> None:
    thread = make_thread(session, room.author, NOW)
    fill_thread(session, thread, room.peer, 119, NOW)
    client = client_as(user(session, room.author))
    url, seen = f"/gesprek/{thread.id}", []
    while url:
        page = client.get(url).get_data(as_text=True)
        seen.append([number for number in range(1, 121) if f'id="bericht-{number}"' in page])
        marks = [line for line in page.split("<a ") if 'rel="next"' in line.split(">")[0]]
        url = marks[0].split('href="')[1].split('"')[0] if marks else ""
    assert [len(one) for one in seen] == [50, 50, 20]
    assert sorted(number for one in seen for number in one) == list(range(1, 121))
    back = client.get(f"/gesprek/{thread.id}?voor=101").get_data(as_text=True)
    assert 'id="bericht-51"' in back
    assert 'id="bericht-100"' in back
    assert 'id="bericht-101"' not in back
    post = session.query(Post).filter_by(thread_id=thread.id, number=77).one()
    answer = client.get(f"/gesprek/reacties/{post.id}")
    assert answer.location.endswith(f"/gesprek/{thread.id}?na=50#bericht-77")
    for odd in ("?na=-5", "?na=999999999999", "?voor=0", "?voor=x", "?na=9&voor=3"):
        assert client.get(f"/gesprek/{thread.id}{odd}").status_code == 200


def test_many_conversations_are_listed_page_by_page(
    session: Session, room: Class, client_as: ClientAs
) -> None:
    titles = set()
    for number in range(65):
        thread = make_thread(
            session, room.author, NOW + timedelta(seconds=number // 2), title=f"Nummer {number}."
        )
        titles.add(thread.title)
    client = client_as(user(session, room.peer))
    url, seen = f"/cohorten/{thread.cohort_id}/modules/{thread.module_id}/gesprek", []
    while url:
        page = client.get(url).get_data(as_text=True)
        seen += [title for title in titles if title in page]
        marks = [line for line in page.split("<a ") if 'rel="next"' in line.split(">")[0]]
        url = marks[0].split('href="')[1].split('"')[0] if marks else ""
    assert sorted(seen) == sorted(titles), "each once"
    assert (
        client.get(
            f"/cohorten/{thread.cohort_id}/modules/{thread.module_id}/gesprek?na={thread.cohort_id}"
        ).status_code
        == 200
    )


def test_reading_writes_nothing_and_the_beacon_does(
    session: Session, room: Class, client_as: ClientAs
) -> None:
    thread = make_thread(session, room.author, NOW)
    client = client_as(user(session, room.peer))
    assert "Nieuw" in client.get(f"/gesprek/{thread.id}").get_data(as_text=True)
    assert session.query(Reader).filter_by(user_id=room.peer.user_id).count() == 0
    url = f"/gesprek/{thread.id}/gelezen"
    assert client.post(url, data={"number": "1"}, headers={"X-Beacon": "1"}).status_code == 204
    assert "is-new" not in client.get(f"/gesprek/{thread.id}").get_data(as_text=True)
    for odd in ({}, {"number": "x"}, {"number": "-4"}, {"number": "99999999999999999999"}):
        assert client.post(url, data=odd).status_code == 303
    assert client.post(f"/gesprek/{thread.id}/volgen", data={"level": "hard"}).status_code == 422


def test_hidden_words_are_for_the_author_and_the_trainers(
    session: Session, room: Class, client_as: ClientAs
) -> None:
    thread = make_thread(session, room.author, NOW, "GEHEIM")
    hide_post(session, actor_of(session, room.trainer), first_post(session, thread).id, "REDEN", now=NOW)
    for who, reads in ((room.author, True), (room.colleague, True), (room.peer, False)):
        page = client_as(user(session, who)).get(f"/gesprek/{thread.id}").get_data(as_text=True)
        assert ("GEHEIM" in page, "REDEN" in page) == (reads, reads)
    organiser = client_as(make_organiser(session))
    place = f"/cohorten/{thread.cohort_id}/modules/{thread.module_id}"
    for url in (f"/gesprek/{thread.id}", f"{place}/gesprek", f"{place}/gesprek/nieuw"):
        assert organiser.get(url).status_code == 404


def test_a_hidden_post_is_removed_by_a_trainer_and_not_by_its_author(
    session: Session, room: Class, client_as: ClientAs
) -> None:
    thread = make_thread(session, room.author, NOW, "GEHEIM")
    key = first_post(session, thread).id
    url = f"/gesprek/reacties/{key}/verwijderen"
    author, trainer = client_as(user(session, room.author)), client_as(user(session, room.trainer))
    assert trainer.get(url).status_code == 404, "it is not hidden"
    hide_post(session, actor_of(session, room.trainer), key, "REDEN", now=NOW)
    for ask in (author.get, author.post):
        answer = ask(url)
        assert answer.status_code == 303
        assert "Vraag het je trainer" in author.get(answer.location).get_data(as_text=True)
    assert url not in author.get(f"/gesprek/{thread.id}").get_data(as_text=True)
    assert url in trainer.get(f"/gesprek/{thread.id}").get_data(as_text=True)
    assert "Verwijder dit bericht" in trainer.get(url).get_data(as_text=True)
    assert trainer.post(url).status_code == 303
    assert author.get(f"/gesprek/{thread.id}").status_code == 404, "nothing was left of it"


def test_an_organiser_sees_no_titles_on_the_pages_around(
    session: Session, room: Class, client_as: ClientAs
) -> None:
    meeting = make_meeting(session, room.cohort, NOW)
    make_thread(session, room.author, NOW, title="GEHEIM", meeting_id=meeting.id)
    thread = make_thread(session, room.author, NOW, title="GEHEIM")
    urls = (f"/bijeenkomsten/{meeting.id}", f"/modules/{thread.module_id}?cohort={thread.cohort_id}")
    for person, sees in ((user(session, room.peer), True), (make_organiser(session), False)):
        for url in urls:
            answer = client_as(person).get(url)
            assert answer.status_code == 200
            assert ("GEHEIM" in answer.get_data(as_text=True)) is sees, url


def test_what_is_refused_stays_in_the_field(session: Session, room: Class, client_as: ClientAs) -> None:
    thread = make_thread(session, room.author, NOW)
    client = client_as(user(session, room.peer))
    url = f"/gesprek/{thread.id}/reacties"
    for body, words in (("x" * 5001, "te lang"), ("", "minstens één zin")):
        answer = client.post(url, data={"body": body})
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert "Fout:" in page
        assert words in page
        assert body in page
    room.cohort.state = "closed"
    session.commit()
    answer = client.post(url, data={"body": "Nog één ding"})
    assert answer.status_code == 409
    assert "Nog één ding" in answer.get_data(as_text=True)
    assert "afgesloten" in answer.get_data(as_text=True)
    assert client.get(f"/gesprek/{thread.id}").status_code == 200


def test_an_edit_on_top_of_another_window_shows_both(
    session: Session, room: Class, client_as: ClientAs
) -> None:
    thread = make_thread(session, room.author, NOW, "Eerst")
    post = first_post(session, thread)
    client = client_as(user(session, room.author))
    url = f"/gesprek/reacties/{post.id}/wijzigen"
    assert client.post(url, data={"body": "Venster één", "read": "Eerst"}).status_code == 303
    answer = client.post(url, data={"body": "Venster twee", "read": "Eerst"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Venster één" in page
    assert "Venster twee" in page
    assert client.post(url, data={"body": "Venster twee", "read": "Venster één"}).status_code == 303
    session.expire_all()
    assert session.get_one(Post, post.id).body == "Venster twee"


def test_a_script_cannot_flood_a_conversation(session: Session, room: Class, client_as: ClientAs) -> None:
    thread = make_thread(session, room.author, NOW)
    client = client_as(user(session, room.peer))
    answers = [
        client.post(f"/gesprek/{thread.id}/reacties", data={"body": "x"}).status_code for _ in range(61)
    ]
    assert answers == [303] * 60 + [429]
    other = client_as(user(session, room.author))
    assert other.post(f"/gesprek/{thread.id}/reacties", data={"body": "x"}).status_code == 303


def test_removing_the_only_post_leads_back_to_the_list(
    session: Session, room: Class, client_as: ClientAs
) -> None:
    thread = make_thread(session, room.author, NOW)
    thread_id, module_id = thread.id, thread.module_id
    client = client_as(user(session, room.author))
    answer = client.post(f"/gesprek/reacties/{first_post(session, thread).id}/verwijderen")
    assert answer.location.endswith(f"/modules/{module_id}/gesprek")
    session.expire_all()
    assert session.get(Thread, thread_id) is None
    assert client.get(f"/gesprek/{thread_id}").status_code == 404


def test_the_way_to_what_is_new(session: Session, room: Class, client_as: ClientAs) -> None:
    thread = make_thread(session, room.author, NOW)
    fill_thread(session, thread, room.author, 70, NOW)
    mark_read(session, actor_of(session, room.peer), thread.id, 60)
    reply(session, room.author, thread, NOW)
    page = client_as(user(session, room.peer)).get(f"/gesprek/{thread.id}").get_data(as_text=True)
    assert "?na=50#bericht-61" in page
