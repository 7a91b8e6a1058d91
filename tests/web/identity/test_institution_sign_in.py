"""There and back to a provider: who comes in, and every answer that is refused. The provider is a real server on loopback."""

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peergang.identity.models import (
    AuditEvent,
    InstitutionAccount,
    InstitutionArrival,
    InstitutionTrip,
    SignInSession,
    User,
)
from tests.factories.identity import make_institution, make_user
from tests.factories.provider import SURFCONEXT, Provider, state_of
from tests.moment import NOW
from tests.web.identity.federation import Journey, path_of


def link(session: Session, user: User, provider: Provider, subject: str = "femke") -> InstitutionAccount:
    account = InstitutionAccount(
        user_id=user.id,
        provider="surfconext",
        issuer=provider.issuer,
        subject=subject,
        organisation="waterkant.example",
        created_at=NOW,
    )
    session.add(account)
    session.commit()
    return account


@pytest.mark.parametrize("slim", [True, False], ids=["claims in userinfo", "claims in both"])
def test_a_linked_account_comes_in_and_goes_on_where_it_wanted(
    session: Session, journey: Journey, slim: bool
) -> None:
    journey.provider.slim = slim
    user = make_user(session, "Femke")
    link(session, user, journey.provider)
    answer = journey.sign_in(next="/bibliotheek/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/bibliotheek/")
    assert journey.client.get("/bibliotheek/").status_code == 200
    assert session.scalars(sa.select(SignInSession.method)).one() == "institution"
    assert session.scalars(sa.select(InstitutionAccount.last_used_at)).one() is not None
    assert session.scalars(sa.select(InstitutionTrip)).all() == []


def test_without_a_provider_there_is_no_button(client: FlaskClient) -> None:
    assert "via je instelling" not in client.get("/inloggen").text
    assert client.post("/inloggen/instelling/surfconext").status_code == 404


def test_the_button_says_where_it_leads_and_remembers_the_way(journey: Journey) -> None:
    page = journey.client.get("/inloggen?next=/bibliotheek/").text
    assert "Log in via je instelling" in page
    assert "SURFconext" in page
    assert '<input type="hidden" name="next" value="/bibliotheek/" />' in page


def test_a_foreign_way_on_is_forgotten(session: Session, journey: Journey) -> None:
    link(session, make_user(session), journey.provider)
    assert journey.sign_in(next="https://elders.example/").headers["Location"] == "/"


@pytest.mark.parametrize(
    ("lie", "reason"),
    [
        ({"iss": "https://elders.example"}, "issuer"),
        ({"aud": "somebody-else"}, "audience"),
        ({"aud": ["peergang", "somebody-else"]}, "audience"),
        ({"azp": "somebody-else"}, "audience"),
        ({"nonce": "of another time"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"exp": 1_000_000}, "expired"),
        ({"sub": "somebody-else"}, "subject"),
        ({"at_hash": "b2Yu"}, "token"),
    ],
)
def test_a_token_with_anything_wrong_lets_nobody_in(
    session: Session, journey: Journey, lie: dict[str, object], reason: str
) -> None:
    link(session, make_user(session), journey.provider)
    journey.provider.lies = lie
    refused(session, journey, reason)


def refused(session: Session, journey: Journey, reason: str) -> None:
    answer = journey.sign_in()
    assert answer.status_code == 400
    assert "klopt niet" in answer.text
    assert session.scalars(sa.select(SignInSession)).all() == []
    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.verb == "institution_refused")).one()
    assert event.details == {"provider": "surfconext", "reason": reason}


def test_a_token_signed_by_somebody_else_lets_nobody_in(session: Session, journey: Journey) -> None:
    link(session, make_user(session), journey.provider)
    journey.provider.foreign_key = True
    refused(session, journey, "signature")


def test_userinfo_of_somebody_else_lets_nobody_in(session: Session, journey: Journey) -> None:
    link(session, make_user(session), journey.provider)
    journey.provider.userinfo_lies = {"sub": "somebody-else"}
    refused(session, journey, "subject")


def test_an_answer_from_another_issuer_is_not_taken_to_this_one(session: Session, journey: Journey) -> None:
    link(session, make_user(session), journey.provider)
    answer = journey.client.get(journey.back(journey.leave()) + "&iss=https://elders.example")
    assert answer.status_code == 400
    assert "/oauth2/token" not in journey.provider.asked


def test_an_unknown_state_is_told_kindly_and_asks_nobody(journey: Journey) -> None:
    for path in ("?code=x&state=y", "?code=x", "", "?error=access_denied", "?state=%00"):
        answer = journey.client.get("/inloggen/instelling/terug" + path)
        assert answer.status_code == 400
        assert "Deze inlogpoging is voorbij" in answer.text
    assert journey.provider.asked == ["/users/femke"]


def test_saying_no_at_the_provider_is_no_error(session: Session, journey: Journey) -> None:
    address = journey.leave()
    back = path_of(journey.provider.answer(address, "", action="deny"))
    if "state=" not in back:
        back += f"&state={state_of(address)}"  # The mock forgets it.
    answer = journey.client.get(back)
    assert answer.status_code == 200
    assert "afgebroken" in answer.text
    assert "Fout:" not in answer.text


def test_a_state_works_once_and_too_late_not_at_all(
    session: Session, connection: sa.Connection, journey: Journey
) -> None:
    link(session, make_user(session), journey.provider)
    back = journey.back(journey.leave())
    assert journey.client.get(back).status_code == 303
    again = journey.client.get(back)
    assert again.status_code == 400
    assert "voorbij" in again.text
    late = journey.back(journey.leave())
    connection.execute(sa.update(InstitutionTrip).values(expires_at=NOW))
    assert journey.client.get(late).status_code == 400


def test_another_browser_cannot_finish_the_journey(session: Session, app: Flask, journey: Journey) -> None:
    link(session, make_user(session), journey.provider)
    back = journey.back(journey.leave())
    other = app.test_client()
    Journey(other, journey.provider).leave()
    assert other.get(back).status_code == 400
    # The browser that began still can: a stranger with the address did not spoil it.
    assert journey.client.get(back).status_code == 303


def test_an_answer_to_a_script_that_comes_late_does_not_spoil_the_journey(
    session: Session, journey: Journey
) -> None:
    """The sign-in page asks a question for passkeys; its answer may put the session's cookie back as it was."""
    link(session, make_user(session), journey.provider)
    journey.client.get("/inloggen")
    before = journey.client.get_cookie("peergang")
    back = journey.back(journey.leave())
    if before is None:
        journey.client.delete_cookie("peergang")
    else:
        journey.client.set_cookie("peergang", before.value)
    assert journey.client.get(back).status_code == 303


def test_a_code_that_was_used_is_refused_by_the_provider(session: Session, journey: Journey) -> None:
    link(session, make_user(session), journey.provider)
    first = journey.back(journey.leave())
    assert journey.client.get(first).status_code == 303
    code = first.split("code=")[1].split("&")[0]
    replay = f"/inloggen/instelling/terug?code={code}&state={state_of(journey.leave())}"
    answer = journey.client.get(replay)
    assert answer.status_code == 400
    assert len(session.scalars(sa.select(SignInSession)).all()) == 1


def test_a_provider_that_is_away_gets_a_friendly_page(journey: Journey) -> None:
    address = journey.leave()
    back = journey.back(address)
    journey.provider.away = True
    answer = journey.client.get(back)
    assert answer.status_code == 503
    assert "even niet bereiken" in answer.text
    assert answer.text.count("Terug naar inloggen") == 1


def test_a_provider_that_was_never_there_stops_at_the_button(
    client: FlaskClient, provider: Provider, use: Callable[..., None]
) -> None:
    use(provider.provider(ISSUER="http://localhost:9"))
    answer = client.post("/inloggen/instelling/surfconext")
    assert answer.status_code == 503
    assert "Refresh" not in answer.headers


def test_discovery_that_names_another_issuer_is_refused(
    client: FlaskClient, provider: Provider, use: Callable[..., None]
) -> None:
    use(provider.provider(ISSUER=f"http://127.0.0.1:{provider.port}/"))
    assert client.post("/inloggen/instelling/surfconext").status_code in (400, 503)


def test_what_the_provider_publishes_is_read_once(session: Session, journey: Journey) -> None:
    link(session, make_user(session), journey.provider)
    for _ in range(3):
        journey.sign_in()
        journey.client.post("/uitloggen")
    assert journey.provider.asked.count("/.well-known/openid-configuration") == 1
    assert journey.provider.asked.count("/jwks") == 1


def test_a_closed_account_stays_closed(session: Session, journey: Journey) -> None:
    user = make_user(session, deactivated_at=NOW)
    link(session, user, journey.provider)
    answer = journey.sign_in()
    assert answer.status_code == 400
    assert "gesloten" in answer.text
    assert session.scalars(sa.select(SignInSession)).all() == []


@pytest.mark.parametrize(
    ("affiliation", "stays_out"),
    [
        (["student"], True),
        ("student", True),
        (["Student@waterkant.example", "member"], True),
        (["student", "employee"], False),
        (["faculty"], False),
        ("staff", False),
        ([], False),
        (None, False),
        ({"odd": 1}, False),
        ([None, 3, ["x"]], False),
    ],
)
def test_students_are_told_that_this_is_for_staff(
    session: Session, journey: Journey, affiliation: object, stays_out: bool
) -> None:
    make_institution(session).sso_domains = ["waterkant.example"]
    session.commit()
    journey.provider.know("femke", SURFCONEXT | {"eduperson_affiliation": affiliation})
    answer = journey.sign_in()
    if stays_out:
        assert answer.status_code == 400
        assert "voor medewerkers" in answer.text
    else:
        assert answer.headers["Location"] == "/inloggen/instelling/verder"
    assert len(session.scalars(sa.select(InstitutionArrival)).all()) == (not stays_out)


@pytest.mark.committed
def test_of_two_answers_with_one_state_one_comes_in(
    committed: sa.Engine, whole_app: Flask, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    settings = replace(whole_app.extensions["peergang_settings"], oidc_providers=(provider.provider(),))
    monkeypatch.setitem(whole_app.extensions, "peergang_settings", settings)
    monkeypatch.setitem(whole_app.extensions, "peergang_bind", committed)
    monkeypatch.setitem(whole_app.config, "WTF_CSRF_ENABLED", False)
    with Session(committed, expire_on_commit=False) as session:
        link(session, make_user(session), provider)
    first = whole_app.test_client()
    journey = Journey(first, provider)
    back = journey.back(journey.leave())
    cookie = first.get_cookie("peergang_trip")
    assert cookie is not None
    statuses: list[int] = []

    def come_back() -> None:
        twin = whole_app.test_client()
        twin.set_cookie("peergang_trip", cookie.value)
        statuses.append(twin.get(back).status_code)

    threads = [threading.Thread(target=come_back) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [303, 400, 400, 400]
