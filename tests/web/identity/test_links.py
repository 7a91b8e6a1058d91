"""Pages behind links by mail: friendly when they work, friendlier when they do not."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import perf_counter

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peergang.identity.models import SingleUseToken, User
from peergang.identity.rules import TokenPurpose
from peergang.web import throttle
from tests.factories.cohorts import make_cohort, make_participant
from tests.factories.identity import make_token, make_user, make_user_with_password

pytestmark = pytest.mark.database

RESET, INVITATION = TokenPurpose.PASSWORD_RESET, TokenPurpose.INVITATION
NEW = "vier blauwe bruggen"
PAGES = {RESET: "/wachtwoord-opnieuw/", INVITATION: "/uitnodiging/"}


def link(session: Session, user: User, purpose: TokenPurpose, *, ago: timedelta = timedelta()) -> str:
    make_token(session, user, purpose, datetime.now(UTC) - ago, secret="geheim")
    session.commit()
    return f"{PAGES[purpose]}geheim"


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/mijn-account").status_code == 200


def test_the_answer_takes_as_long_for_known_and_unknown(client: FlaskClient, session: Session) -> None:
    """Eight milliseconds more told who has an account."""
    user = make_user_with_password(session)
    session.commit()
    client.get("/wachtwoord-vergeten")
    for email in (user.email, "niemand@school.example"):
        began = perf_counter()
        assert client.post("/wachtwoord-vergeten", data={"email": email}).status_code == 303
        assert perf_counter() - began >= throttle.EVEN


def test_the_answer_is_the_same_for_known_and_unknown(client: FlaskClient, session: Session) -> None:
    user = make_user_with_password(session)
    session.commit()
    answers = [
        client.post("/wachtwoord-vergeten", data={"email": email})
        for email in (user.email, "nooit@school.example")
    ]
    known, unknown = ((answer.status_code, answer.location, answer.text) for answer in answers)
    assert known == unknown
    assert "twee uur" in client.get(answers[0].location).text
    assert session.scalar(select(func.count()).select_from(SingleUseToken)) == 1


def test_an_address_that_cannot_be_one_is_pointed_out(client: FlaskClient) -> None:
    answer = client.post("/wachtwoord-vergeten", data={"email": "amira@school"})
    assert answer.status_code == 422
    assert "zoals naam@school.nl" in answer.text
    assert 'value="amira@school"' in answer.text


def test_asking_over_and_over_is_stopped(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "EVEN", 0)
    statuses = [client.post("/wachtwoord-vergeten", data={"email": "a@b.nl"}).status_code for _ in range(11)]
    assert statuses == [303] * 10 + [429]
    others = [
        client.post("/wachtwoord-vergeten", data={"email": f"a{n}@b.nl"}).status_code for n in range(40)
    ]
    assert set(others) == {303}, "a whole school shares one address"


def test_a_new_password_signs_in(client: FlaskClient, session: Session) -> None:
    url = link(session, make_user_with_password(session), RESET)
    page = client.get(url)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert client.post(url, data={"password": NEW}).location == "/"
    assert is_signed_in(client)
    assert client.get(url).status_code == 410


def test_looking_at_a_link_uses_nothing(client: FlaskClient, session: Session) -> None:
    url = link(session, make_user(session), INVITATION)
    for _ in range(3):
        assert client.get(url).status_code == 200
    assert client.head(url).status_code == 200
    assert client.post(url, data={"password": NEW}).status_code == 303


def test_an_invitation_greets_by_name(client: FlaskClient, session: Session) -> None:
    user = make_user(session, "Amira", "Veldhaver", email="amira@school.example")
    url = link(session, user, INVITATION)
    page = client.get(url).text
    assert "Welkom, Amira" in page
    assert "amira@school.example" in page
    answer = client.post(url, data={"password": NEW})
    assert (answer.status_code, answer.location) == (303, "/")
    assert is_signed_in(client)


@pytest.mark.parametrize("purpose", [RESET, INVITATION])
def test_a_link_speaks_the_language_of_its_mail(
    client: FlaskClient, session: Session, purpose: TokenPurpose
) -> None:
    """Many a browser in a school says English; the mail that brought them here and the pages after it are in Dutch."""
    browser = {"Accept-Language": "en-GB,en"}
    url = link(session, make_user(session, email="amira@school.example"), purpose)
    assert '<html lang="nl"' in client.get(url, headers=browser).text
    answer = client.post(url, data={"password": NEW}, headers=browser, follow_redirects=True)
    assert '<html lang="nl"' in answer.text
    assert ("Welkom! Je account" if purpose == INVITATION else "Je nieuwe wachtwoord") in answer.text


def test_the_language_chosen_on_an_invitation_goes_along(client: FlaskClient, session: Session) -> None:
    user = make_user(session)
    url = link(session, user, INVITATION)
    client.post("/taal", data={"language": "en", "next": url})
    assert '<html lang="en"' in client.get(url).text
    answer = client.post(url, data={"password": NEW}, follow_redirects=True)
    session.refresh(user)
    assert user.locale == "en"
    assert "Welcome! Your account is ready." in answer.text
    assert '<html lang="en"' in answer.text


def test_accepting_makes_the_place_in_the_cohort_active(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    enrolment = make_participant(session, make_cohort(session, now), user=make_user(session), state="invited")
    user = session.get_one(User, enrolment.user_id)
    client.post(link(session, user, INVITATION), data={"password": NEW})
    session.refresh(enrolment)
    assert enrolment.state == "active"


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "Kies een wachtwoord."),
        ("kort", "minstens 10 tekens"),
        ("Welkom2026", "te makkelijk te raden"),
        ("amira@school.example", "iets anders dan je e‑mailadres"),
        ("x1" * 101, "ten hoogste 200 tekens"),
    ],
)
@pytest.mark.parametrize("purpose", [RESET, INVITATION])
def test_a_password_that_will_not_do_is_explained(
    client: FlaskClient, session: Session, purpose: TokenPurpose, password: str, words: str
) -> None:
    url = link(session, make_user(session, email="amira@school.example"), purpose)
    answer = client.post(url, data={"password": password})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'href="#password"' in answer.text
    assert client.post(url, data={"password": NEW}).status_code == 303


def test_who_has_an_account_just_says_yes(
    client: FlaskClient, client_as: Callable[[User], FlaskClient], session: Session
) -> None:
    user = make_user_with_password(session)
    url = link(session, user, INVITATION)
    page = client.get(url).text
    assert 'name="password"' not in page
    assert client.post(url, data={"password": NEW}).location == "/inloggen"
    assert not is_signed_in(client)
    make_token(session, user, INVITATION, datetime.now(UTC), secret="nog een")
    session.commit()
    assert client_as(user).post("/uitnodiging/nog een").location == "/"


@pytest.mark.parametrize(("purpose", "ago"), [(RESET, timedelta(hours=3)), (INVITATION, timedelta(days=31))])
def test_a_link_that_expired_shows_the_way_to_a_new_one(
    client: FlaskClient, session: Session, purpose: TokenPurpose, ago: timedelta
) -> None:
    url = link(session, make_user(session), purpose, ago=ago)
    for answer in (client.get(url), client.post(url, data={"password": NEW})):
        assert answer.status_code == 410
        assert 'href="/wachtwoord-vergeten"' in answer.text
    assert not is_signed_in(client)


@pytest.mark.parametrize("purpose", [RESET, INVITATION])
def test_a_secret_of_nothing_but_nul_is_no_address(client: FlaskClient, purpose: TokenPurpose) -> None:
    assert client.get(PAGES[purpose] + "%00").status_code == 404


@pytest.mark.parametrize("secret", ["x", "%F0%9F%92%A9", "a" * 5000, "..%5C", "' OR 1=1"])
@pytest.mark.parametrize("purpose", [RESET, INVITATION])
def test_nonsense_is_answered_kindly(client: FlaskClient, purpose: TokenPurpose, secret: str) -> None:
    assert client.get(PAGES[purpose] + secret).status_code == 410
    assert client.post(PAGES[purpose] + secret, data={"password": NEW}).status_code == 410


def test_a_token_never_reaches_the_log(
    client: FlaskClient, session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    client.get(link(session, make_user(session), RESET))
    written = capsys.readouterr()
    assert "identity.reset_password" in written.out
    assert "geheim" not in written.out + written.err
