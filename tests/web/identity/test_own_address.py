"""The pages on which somebody changes their own address."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peergang.identity.actions.links import issue_token_secret
from peergang.identity.actions.signing_in import open_session
from peergang.identity.models import EmailChange, SingleUseToken, User
from peergang.notifications.models import AddressSuspension
from tests.factories.identity import PASSWORD, make_user, make_user_with_password

pytestmark = pytest.mark.database

MOMENT = datetime(2026, 11, 17, 9, 0, 5, tzinfo=UTC)
PAGE = "/mijn-account/e-mailadres"
ACCOUNT = "/mijn-account#address"
NEW = "noor@nieuw.example"


@pytest.fixture(autouse=True)
def still() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MOMENT, tick=False) as clock:
        yield clock


@pytest.fixture
def noor(session: Session) -> User:
    user = make_user_with_password(session, "Noor", email="noor@oud.example")
    session.commit()
    return user


@pytest.fixture
def come_in(app: Flask, session: Session) -> Callable[[User], FlaskClient]:
    """A browser that signed in at MOMENT."""

    def make(user: User) -> FlaskClient:
        token = open_session(session, user.id, now=MOMENT)
        session.commit()
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
        return client

    return make


ComeIn = Callable[[User], FlaskClient]


def mailed(session: Session, user: User) -> str:
    """The path in the mail that a worker would send now."""
    session.expire_all()
    wish = session.scalars(
        sa.select(SingleUseToken).where(SingleUseToken.user_id == user.id, SingleUseToken.used_at.is_(None))
    ).one()
    secret = issue_token_secret(session, wish.id, now=MOMENT)
    session.commit()
    return f"{PAGE}/bevestig/{secret}"


def email(session: Session, user: User) -> str:
    session.expire_all()
    return session.get_one(User, user.id).email


def test_from_my_account_to_another_address(session: Session, noor: User, come_in: ComeIn) -> None:
    here = come_in(noor)
    assert f'href="{PAGE}"' in here.get("/mijn-account").text
    assert 'autocomplete="email"' in here.get(PAGE).text
    answer = here.post(PAGE, data={"email": f" {NEW.upper()} "})
    assert (answer.status_code, answer.location) == (303, ACCOUNT)
    page = here.get("/mijn-account").text
    assert NEW in page
    assert "Nog even bevestigen" in page
    assert f'action="{PAGE}/terug"' in page
    path = mailed(session, noor)
    elsewhere = come_in(noor)
    shown = elsewhere.get(path)
    assert shown.headers["Cache-Control"] == "no-store"
    assert NEW in shown.text
    assert email(session, noor) == "noor@oud.example", "opening a link changes nothing"
    done = elsewhere.post(path)
    assert (done.status_code, done.location) == (303, ACCOUNT)
    assert email(session, noor) == NEW
    assert NEW in here.get("/mijn-account").text, "the other browser stays signed in"
    assert "Nog even bevestigen" not in here.get("/mijn-account").text
    for method in ("GET", "POST"):
        gone = here.open(path, method=method)
        assert gone.status_code == 410
        assert "24 uur en één keer" in gone.text
    came_in = here.application.test_client().post("/inloggen", data={"email": NEW, "password": PASSWORD})
    assert came_in.status_code == 302 or came_in.status_code == 303


@pytest.mark.parametrize(
    ("typed", "told"),
    [("", "Vul een e‑mailadres in"), ("noor", "Vul een e‑mailadres in"), ("Noor@oud.example", "al hebt")],
)
def test_what_cannot_be_is_told_at_the_field(
    session: Session, noor: User, come_in: ComeIn, typed: str, told: str
) -> None:
    answer = come_in(noor).post(PAGE, data={"email": typed})
    assert answer.status_code == 422
    assert told in answer.text
    assert "Fout:" in answer.text
    assert f'value="{typed}"' in answer.text or not typed
    assert session.query(SingleUseToken).count() == 0


def test_a_taken_address_answers_as_a_free_one(session: Session, come_in: ComeIn) -> None:
    make_user(session, email="bezet@b.example")
    seen = []
    for address in ("bezet@b.example", "vrij00@b.example"):
        here = come_in(make_user_with_password(session, "Noor", email=f"van.{address}"))
        answer = here.post(PAGE, data={"email": address})
        seen.append((answer.status_code, answer.location, here.get(PAGE).text.count(address)))
    assert seen[0] == seen[1]


def test_it_asks_who_you_are_first(
    session: Session, noor: User, come_in: ComeIn, still: time_machine.Traveller
) -> None:
    here = come_in(noor)
    still.shift(15 * 60)
    for method in ("GET", "POST"):
        answer = here.open(PAGE, method=method, data={"email": NEW} if method == "POST" else None)
        assert answer.status_code == 303
        assert answer.location.startswith("/mijn-account/bewijs?next=")
    assert session.query(SingleUseToken).count() == 0


def test_the_link_alone_is_not_enough(session: Session, noor: User, come_in: ComeIn, app: Flask) -> None:
    """A typing error gives a stranger this mail; they must not get the account with it."""
    come_in(noor).post(PAGE, data={"email": NEW})
    path = mailed(session, noor)
    nobody = app.test_client()
    asked = nobody.get(path)
    assert asked.status_code == 302
    assert "/inloggen?next=" in asked.location
    assert nobody.post(path).status_code in (302, 303)
    stranger = come_in(make_user(session))
    for method in ("GET", "POST"):
        answer = stranger.open(path, method=method)
        assert answer.status_code == 410
        assert "hoort bij een ander account" in answer.text
        assert "noor@" not in answer.text
    assert email(session, noor) == "noor@oud.example"


def test_taken_meanwhile_is_told_to_who_holds_the_mailbox(
    session: Session, noor: User, come_in: ComeIn
) -> None:
    here = come_in(noor)
    here.post(PAGE, data={"email": NEW})
    path = mailed(session, noor)
    make_user(session, email=NEW)
    session.commit()
    answer = here.post(path)
    assert answer.status_code == 409
    assert "intussen een ander account" in answer.text
    assert email(session, noor) == "noor@oud.example"
    assert session.query(EmailChange).count() == 0


def test_again_and_back(session: Session, noor: User, come_in: ComeIn, still: time_machine.Traveller) -> None:
    here = come_in(noor)
    here.post(PAGE, data={"email": NEW})
    first = mailed(session, noor)
    still.shift(61)
    assert here.post(f"{PAGE}/opnieuw", follow_redirects=True).text.count(NEW) >= 2
    assert here.get(first).status_code == 410
    second = mailed(session, noor)
    back = here.post(f"{PAGE}/terug", follow_redirects=True).text
    assert "Je houdt het adres dat je had" in back
    assert "Nog even bevestigen" not in back
    assert here.post(second).status_code == 410
    assert "wacht geen adres meer" in here.post(f"{PAGE}/opnieuw", follow_redirects=True).text


def test_a_few_mails_an_hour(
    session: Session, noor: User, come_in: ComeIn, still: time_machine.Traveller
) -> None:
    here, other = come_in(noor), come_in(make_user_with_password(session))
    for number in range(4):
        assert here.post(PAGE, data={"email": f"n{number}@nieuw.example"}).status_code == 303
        assert here.post(PAGE, data={"email": "mis"}).status_code == 422, "a typing error costs nothing"
    still.shift(61)
    assert here.post(f"{PAGE}/opnieuw").status_code == 303
    assert here.post(PAGE, data={"email": NEW}).status_code == 429
    assert here.post(f"{PAGE}/opnieuw").status_code == 429
    assert here.get(PAGE).status_code == 200
    assert here.post(f"{PAGE}/terug").status_code == 303, "taking back is always possible"
    assert other.post(PAGE, data={"email": NEW}).status_code == 303


def test_a_wish_that_is_over_is_not_shown(
    session: Session, noor: User, come_in: ComeIn, still: time_machine.Traveller
) -> None:
    here = come_in(noor)
    here.post(PAGE, data={"email": NEW})
    still.shift(timedelta(hours=11))
    assert NEW in here.get("/mijn-account").text
    session.execute(sa.update(SingleUseToken).values(expires_at=MOMENT))
    session.commit()
    assert NEW not in here.get("/mijn-account").text


def test_the_note_about_a_dead_address_leads_here(session: Session, noor: User, come_in: ComeIn) -> None:
    session.add(AddressSuspension(address=noor.email, user_id=noor.id, since=MOMENT, reason="unknown"))
    here = come_in(noor)
    page = here.get("/hulp").text
    assert "komt niet aan" in page
    assert f'href="{PAGE}"' in page
    assert "Wijzig mijn adres" not in here.get(PAGE).text, "no link to where they are"
    here.post(PAGE, data={"email": NEW})
    here.post(mailed(session, noor))
    assert "komt niet aan" not in here.get("/hulp").text
    assert session.query(AddressSuspension).count() == 0
