"""The pages on which admins look after the mail."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peergang.identity.models import AuditEvent, RoleGrant, User
from peergang.notifications.models import AddressSuspension, Notice, SendingPause
from tests.factories.cohorts import make_cohort
from tests.factories.identity import make_user
from tests.factories.notifications import make_notice

pytestmark = pytest.mark.database

ClientAs = Callable[[User], FlaskClient]


@pytest.fixture
def admin(session: Session) -> User:
    user = make_user(session, "Wouter", "Zandvoort", particle="van")
    session.add(RoleGrant(user_id=user.id, role="admin"))
    return user


def fail(session: Session, moment: datetime, number: int = 1, **more: object) -> list[Notice]:
    values = {"state": "failed", "reason": "552 vol", "attempts": 6, "finished_at": moment} | more
    return [make_notice(session, make_user(session), moment, **values) for _ in range(number)]


def test_an_admin_sees_how_the_mail_goes(session: Session, client_as: ClientAs, admin: User) -> None:
    moment = datetime.now(UTC)
    fail(session, moment, 3)
    fail(session, moment, state="suppressed", reason="handed_in")
    make_notice(session, make_user(session), moment - timedelta(minutes=40))
    sent = make_user(session)
    make_notice(session, sent, moment, state="sent", finished_at=moment)
    session.add(AddressSuspension(address=sent.email, user_id=sent.id, since=moment, reason="550 onbekend"))
    page = client_as(admin).get("/beheer/berichten")
    assert page.status_code == 200
    for words in (
        "552 vol",
        "is al ingeleverd",
        "40 minuten",
        "De rij loopt achter",
        "550 onbekend",
        sent.email,
    ):
        assert words in page.text, words
    assert "1 bericht in 24 uur" in page.text
    assert "Er wachten reflecties op jou als trainer" in page.text, "the rule by its title"


def test_an_empty_ledger_is_a_page_too(client_as: ClientAs, admin: User) -> None:
    page = client_as(admin).get("/beheer/berichten")
    assert page.status_code == 200
    assert "Er is niets mislukt" in page.text
    assert "De rij loopt achter" not in page.text


def test_something_is_held_back_and_goes_again(
    session: Session, client_as: ClientAs, admin: User, now: datetime
) -> None:
    cohort = make_cohort(session, now)
    make_notice(session, make_user(session), datetime.now(UTC), cohort_id=cohort.id)
    client = client_as(admin)
    values = {"scope": "cohort", "cohort": str(cohort.id), "why": "De data kloppen niet."}
    assert client.post("/beheer/berichten/tegenhouden", data=values).status_code == 303
    again = client.post("/beheer/berichten/tegenhouden", data=values, follow_redirects=True)
    assert "Dit werd al tegengehouden" in again.text
    for words in (f"Nu tegengehouden: {cohort.name}", "De data kloppen niet.", "Wouter van Zandvoort"):
        assert words in again.text
    assert "1 bericht had nu mogen gaan." in again.text
    pause = session.scalars(sa.select(SendingPause)).one()
    gone = client.post(f"/beheer/berichten/hervatten/{pause.id}", follow_redirects=True)
    assert "De berichten gaan weer uit" in gone.text
    assert "Nu tegengehouden" not in gone.text
    late = client.post(f"/beheer/berichten/hervatten/{pause.id}", follow_redirects=True)
    assert "Dit was al hervat." in late.text
    verbs = set(session.scalars(sa.select(AuditEvent.verb)))
    assert {"cohort_paused", "cohort_resumed"} <= verbs


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"scope": "all", "why": " "}, "Schrijf in een paar woorden waarom."),
        ({"scope": "rule", "rule": "nergens", "why": "x"}, "Kies wat je wilt tegenhouden."),
        ({"scope": "cohort", "cohort": "4f8f3fd2-0b70-4bb0-a3a2-4c9d65ee5b40", "why": "x"}, "Kies wat"),
        ({"scope": "zomaar", "why": "x"}, "Kies wat je wilt tegenhouden."),
        ({"scope": "all", "why": "x" * 301}, "Dat is te lang."),
    ],
)
def test_what_cannot_be_held_back_is_said_at_the_field(
    session: Session, client_as: ClientAs, admin: User, values: dict[str, str], words: str
) -> None:
    page = client_as(admin).post("/beheer/berichten/tegenhouden", data=values)
    assert page.status_code == 422
    assert words in page.text
    assert "Fout:" in page.text
    assert session.scalar(sa.select(sa.func.count()).select_from(SendingPause)) == 0


def test_many_go_again_after_a_question(session: Session, client_as: ClientAs, admin: User) -> None:
    moment = datetime.now(UTC)
    wanted = fail(session, moment - timedelta(hours=1), 3)
    other = fail(session, moment, reason="anders")[0]
    over = fail(session, moment - timedelta(hours=1), expires_at=moment)[0]
    client = client_as(admin)
    asked = {"staat": "failed", "reden": "552 vol", "sinds": (moment - timedelta(days=1)).isoformat()}
    page = client.get("/beheer/berichten/opnieuw", query_string=asked)
    assert "3 berichten opnieuw versturen?" in page.text
    later = fail(session, datetime.now(UTC) + timedelta(minutes=5))[0]
    answer = client.post(
        "/beheer/berichten/opnieuw", data=asked | {"tot": moment.isoformat()}, follow_redirects=True
    )
    assert "3 berichten gaan opnieuw uit." in answer.text
    session.expire_all()
    assert {(one.state, one.attempts, one.reason, one.finished_at) for one in wanted} == {
        ("queued", 0, "", None)
    }
    assert [one.state for one in (other, over, later)] == ["failed"] * 3
    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.verb == "notices_replayed")).one()
    assert event.details["number"] == 3
    twice = client.post(
        "/beheer/berichten/opnieuw", data=asked | {"tot": moment.isoformat()}, follow_redirects=True
    )
    assert "Er was niets meer om opnieuw te versturen." in twice.text


@pytest.mark.parametrize("state", ["sent", "queued", "suppressed", "", "onzin"])
def test_only_what_failed_or_is_in_doubt_goes_again(client_as: ClientAs, admin: User, state: str) -> None:
    asked = {"staat": state, "reden": "", "sinds": datetime.now(UTC).isoformat()}
    assert client_as(admin).get("/beheer/berichten/opnieuw", query_string=asked).status_code == 404
    assert client_as(admin).post("/beheer/berichten/opnieuw", data=asked).status_code == 404


def test_one_by_one(session: Session, client_as: ClientAs, admin: User) -> None:
    moment = datetime.now(UTC)
    one, two, three = fail(session, moment, 3, state="uncertain", reason="silent")
    over = fail(session, moment, expires_at=moment - timedelta(hours=1))[0]
    client = client_as(admin)
    page = client.get("/beheer/berichten/twijfel")
    assert page.text.count('value="again"') == 3, "what is over cannot go again"
    assert "De worker viel stil" in page.text
    assert client.get("/beheer/berichten/twijfel?staat=failed").text.count('value="drop"') == 1
    for notice, decision, state in (
        (one, "sent", "sent"),
        (two, "again", "queued"),
        (three, "drop", "suppressed"),
    ):
        done = client.post(f"/beheer/berichten/twijfel/{notice.id}", data={"besluit": decision})
        assert done.status_code == 303
        session.expire_all()
        assert notice.state == state
    late = client.post(
        f"/beheer/berichten/twijfel/{over.id}", data={"besluit": "again"}, follow_redirects=True
    )
    assert "Te laat" in late.text
    twice = client.post(
        f"/beheer/berichten/twijfel/{one.id}", data={"besluit": "drop"}, follow_redirects=True
    )
    assert "al beslist" in twice.text
    assert client.post(f"/beheer/berichten/twijfel/{over.id}", data={"besluit": "weg"}).status_code == 404


def test_the_page_asks_as_much_for_many_as_for_few(
    session: Session, client_as: ClientAs, admin: User, counted: Callable[..., object]
) -> None:
    client = client_as(admin)
    numbers = []
    for more in (1, 12):
        fail(session, datetime.now(UTC), more)
        session.add(SendingPause(scope="rule", key=f"r{more}", since=datetime.now(UTC), why="x"))
        with counted() as found:  # type: ignore[attr-defined]
            assert client.get("/beheer/berichten").status_code == 200
        numbers.append(found.number)
    assert numbers[0] == numbers[1]
