"""The pages around the queue: the overview, handing over, being away, the next one, and the promise on the author's page."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peergang.core.clock import local_date
from peergang.coursework.actions.claiming import claim_review
from peergang.coursework.actions.handing_over import hand_over_review
from peergang.coursework.models import HandOver, Reflection, TrainerAbsence
from peergang.coursework.queries.review_overview import list_absences
from peergang.coursework.rules.waiting import LEASE
from peergang.coursework.views import absences
from peergang.identity.models import User
from peergang.web.database import reading
from tests.counting import counting
from tests.factories.coursework import Class, actor_of, make_class, make_submitted
from tests.factories.queue import fill_queue

Browser = Callable[[User], FlaskClient]


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def room(session: Session, now: datetime) -> Class:
    return make_class(session, now)


def user(session: Session, enrolment: object) -> User:
    return session.get_one(User, enrolment.user_id)  # type: ignore[attr-defined]


def test_the_overview_says_whose_turn_it_is_until_when_and_who_has_what(
    session: Session, client_as: Browser, room: Class, now: datetime
) -> None:
    late = make_submitted(session, room.author, now - timedelta(days=13), audience="trainer", title="Te laat")
    make_submitted(session, room.peer, now - timedelta(minutes=1), audience="trainer", title="Pas binnen")
    make_submitted(
        session, room.other_peer, now, audience="peer_group", title="Bij de groep", peers_first=True
    )
    taken = make_submitted(session, room.outside, now, audience="trainer", title="Bij de collega")
    claim_review(session, actor_of(session, room.colleague), taken.reflection_id, now=now)
    client = client_as(user(session, room.trainer))
    html = client.get("/beoordelen/rij").get_data(as_text=True)
    assert html.index("Te laat") < html.index("Pas binnen") < html.index("Bij de collega")
    assert "werkdagen te laat" in html
    assert "Beloofd: uiterlijk" in html
    assert "Wie heeft wat" in html
    assert "Bij een collega" in html
    assert f"/beoordelen/{late.reflection_id}/overdragen" in html
    assert f"/beoordelen/{taken.reflection_id}/overdragen" not in html
    assert "Nog bij de groep" in html
    assert "Bij de groep</a>" not in html, "what peers come first with is only counted"
    mine = client.get("/beoordelen/rij?van=mij").get_data(as_text=True)
    assert "Te laat</a>" not in mine, "free for all is not mine yet"
    assert client.get(f"/beoordelen/rij?cohort={room.cohort.id}&module=zz&na=abc").status_code == 200
    assert client.get("/beoordelen/rij?cohort=onzin&na=-5&van=").status_code == 200


def test_what_lapsed_is_shown_as_free(
    session: Session, client_as: Browser, room: Class, now: datetime
) -> None:
    version = make_submitted(session, room.author, now - timedelta(days=1), audience="trainer")
    claim_review(
        session,
        actor_of(session, room.colleague),
        version.reflection_id,
        now=now - LEASE - timedelta(minutes=5),
    )
    client = client_as(user(session, room.trainer))
    name = user(session, room.colleague).given_name
    for url in ("/beoordelen/rij", "/beoordelen"):
        html = client.get(url).get_data(as_text=True)
        assert f"Was bij {name} tot" in html
        assert "Vrij voor iedereen" in html
    desk = client.get(f"/beoordelen/{version.reflection_id}").get_data(as_text=True)
    assert "Neem over van" not in desk
    answer = client.post(f"/beoordelen/{version.reflection_id}/oppakken")
    assert answer.status_code == 303
    session.expire_all()
    assert session.get_one(Reflection, version.reflection_id).reviewer_id == room.trainer.user_id


def test_next_opens_what_waits_longest_and_says_when_nothing_does(
    session: Session, client_as: Browser, room: Class, now: datetime
) -> None:
    version = make_submitted(session, room.author, now, audience="trainer")
    client = client_as(user(session, room.trainer))
    answer = client.post("/beoordelen/volgende")
    assert answer.location.endswith(f"/beoordelen/{version.reflection_id}")
    html = client.get(answer.location).get_data(as_text=True)
    assert f'data-lease="/beoordelen/{version.reflection_id}/bezig"' in html
    assert client.post(f"/beoordelen/{version.reflection_id}/bezig").json == {"mine": True}
    colleague = client_as(user(session, room.colleague))
    assert colleague.post(f"/beoordelen/{version.reflection_id}/bezig").json == {"mine": False}
    again = colleague.post("/beoordelen/volgende", data={"besides": "onzin"}, follow_redirects=True)
    assert "niemand wacht op je" in again.get_data(as_text=True)


def test_handing_over(session: Session, client_as: Browser, room: Class, now: datetime) -> None:
    version = make_submitted(session, room.author, now, audience="trainer")
    client, url = client_as(user(session, room.trainer)), f"/beoordelen/{version.reflection_id}/overdragen"
    page = client.get(url).get_data(as_text=True)
    assert user(session, room.colleague).given_name in page
    assert str(room.author.user_id) not in page, "nobody is asked about their own work"
    wrong = client.post(url, data={"colleague": "", "note": "Blijft staan"})
    assert wrong.status_code == 422
    assert "Blijft staan" in wrong.get_data(as_text=True)
    assert "Fout:" in wrong.get_data(as_text=True)
    assert client.post(url, data={"colleague": str(room.author.user_id)}).status_code == 422
    done = client.post(url, data={"colleague": str(room.colleague.user_id), "note": "Jij <b>kent</b> hem"})
    assert done.status_code == 303
    assert session.scalar(sa.select(HandOver.note)) == "Jij <b>kent</b> hem"
    seen = client_as(user(session, room.colleague)).get("/beoordelen/rij").get_data(as_text=True)
    assert "Overgedragen door" in seen
    assert "Jij &lt;b&gt;kent&lt;/b&gt; hem" in seen
    assert "kent" not in client.get("/beoordelen/rij").get_data(as_text=True), "the note is for one person"


def test_what_a_colleague_has_cannot_be_handed_over(
    session: Session, client_as: Browser, room: Class, now: datetime
) -> None:
    version = make_submitted(session, room.author, now, audience="trainer")
    claim_review(session, actor_of(session, room.colleague), version.reflection_id, now=now)
    client = client_as(user(session, room.trainer))
    answer = client.post(
        f"/beoordelen/{version.reflection_id}/overdragen",
        data={"colleague": str(room.colleague.user_id), "note": "Een <lange> gedachte"},
    )
    assert answer.status_code == 409
    assert "Een collega heeft deze reflectie opgepakt." in answer.get_data(as_text=True)
    assert "Een &lt;lange&gt; gedachte" in answer.get_data(as_text=True), "what was typed stays"


def test_being_away(session: Session, client_as: Browser, room: Class, now: datetime) -> None:
    client, today = client_as(user(session, room.trainer)), local_date(now)
    for data in (
        {"starts_on": "", "ends_on": ""},
        {"starts_on": "morgen", "ends_on": "later"},
        {"starts_on": today.isoformat(), "ends_on": (today - timedelta(days=3)).isoformat()},
        {"starts_on": today.isoformat(), "ends_on": today.isoformat(), "cover": str(room.author.user_id)},
    ):
        answer = client.post("/beoordelen/afwezig", data={"cover": "", **data})
        assert answer.status_code == 422, data
    days = {"starts_on": today.isoformat(), "ends_on": (today + timedelta(days=3)).isoformat()}
    answer = client.post("/beoordelen/afwezig", data={**days, "cover": str(room.colleague.user_id)})
    assert answer.status_code == 303
    absence = session.scalars(sa.select(TrainerAbsence)).one()
    html = client.get("/beoordelen/rij").get_data(as_text=True)
    assert "Ik ben er weer" in html
    seen = client_as(user(session, room.colleague)).get("/beoordelen/rij").get_data(as_text=True)
    assert "Weg tot en met" in seen
    assert (
        client_as(user(session, room.colleague)).post(f"/beoordelen/afwezig/{absence.id}/terug").status_code
        == 404
    )
    assert client.post(f"/beoordelen/afwezig/{absence.id}/terug").status_code == 303
    assert session.scalars(sa.select(TrainerAbsence)).all() == []


def test_what_was_planned_is_read_anew_after_a_refusal(
    session: Session, client_as: Browser, room: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = []

    def watch(given: Session, *more: Any) -> Any:
        read.append(given is reading())
        return list_absences(given, *more)

    monkeypatch.setattr(absences, "list_absences", watch)
    days = {"starts_on": "2001-02-03", "ends_on": "2001-02-02", "cover": ""}
    client = client_as(user(session, room.trainer))
    assert client.post("/beoordelen/afwezig", data=days).status_code == 422
    assert read == [True]


def test_an_author_reads_the_same_promise(
    session: Session, client_as: Browser, room: Class, now: datetime
) -> None:
    version = make_submitted(session, room.author, now, audience="trainer")
    url = f"/reflecties/{version.reflection_id}"
    assert "Je trainer antwoordt uiterlijk" in client_as(user(session, room.author)).get(url).get_data(
        as_text=True
    )
    assert "Je trainer antwoordt" not in client_as(user(session, room.trainer)).get(url).get_data(
        as_text=True
    )


def test_the_pages_ask_as_few_questions_of_five_hundred_as_of_three(
    session: Session, connection: sa.Connection, client_as: Browser, room: Class, now: datetime
) -> None:
    client = client_as(user(session, room.trainer))

    def ask(method: str, url: str) -> int:
        with counting(connection) as statements:
            assert getattr(client, method)(url).status_code in {200, 303}
        return len(statements)

    numbers = []
    for size in (3, 297):
        fill_queue(session, room, now, size)
        for one in session.scalars(sa.select(Reflection).limit(2)):
            if one.state == "submitted":
                hand_over_review(
                    session, actor_of(session, room.colleague), one.id, room.trainer.user_id, "Hoi", now=now
                )
        session.commit()
        numbers.append([ask("get", "/beoordelen/rij"), ask("post", "/beoordelen/volgende")])
    assert numbers[0] == numbers[1]
    assert numbers[0][0] <= 14, numbers
    assert numbers[0][1] <= 12, numbers
