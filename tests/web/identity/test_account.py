"""One's own account, and the small choices of the shell."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peergang.identity.models import User
from tests.factories.identity import PASSWORD, make_organiser, make_user, make_user_with_password

pytestmark = pytest.mark.database

ClientAs = Callable[[User], FlaskClient]
FORM = {
    "given_name": "Geert",
    "name_particle": "'t",
    "family_name": "Hart",
    "language": "en",
    "theme": "dark",
}


def test_only_who_has_tables_is_led_to_their_files(client_as: ClientAs, session: Session) -> None:
    assert "Mijn rapporten" in client_as(make_organiser(session)).get("/mijn-account").text
    assert "Mijn rapporten" not in client_as(make_user(session)).get("/mijn-account").text


def test_everything_is_saved_at_once(client_as: ClientAs, session: Session) -> None:
    user = make_user(session)
    answer = client_as(user).post("/mijn-account", data=FORM)
    assert answer.status_code == 303
    session.refresh(user)
    assert (user.full_name, user.locale, user.theme) == ("Geert 't Hart", "en", "dark")


def test_saving_answers_in_the_language_that_was_chosen(client_as: ClientAs, session: Session) -> None:
    client = client_as(make_user(session))
    assert "Saved." in client.post("/mijn-account", data=FORM, follow_redirects=True).text
    answer = client.post("/mijn-account", data=FORM | {"language": "nl"}, follow_redirects=True)
    assert "Bewaard." in answer.text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"given_name": "  "}, "Vul je voornaam in"),
        ({"family_name": "H" * 101}, "korter dan 100 tekens"),
        ({"language": "fr"}, "Dit kan niet"),
        ({"theme": ""}, "Dit kan niet"),
    ],
)
def test_a_mistake_saves_nothing(
    client_as: ClientAs, session: Session, change: dict[str, str], words: str
) -> None:
    user = make_user(session, "Anna", "Berg")
    answer = client_as(user).post("/mijn-account", data=FORM | change)
    assert answer.status_code == 422
    assert words in answer.text
    assert "Fout:" in answer.text
    session.refresh(user)
    assert (user.full_name, user.locale, user.theme) == ("Anna Berg", "nl", "auto")


def test_a_name_is_shown_as_text(client_as: ClientAs, session: Session) -> None:
    user = make_user(session, "<script>alert(1)</script>", 'O\'Neill & "zn"')
    page = client_as(user).get("/mijn-account").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_changing_a_password_ends_the_other_browsers(client_as: ClientAs, session: Session) -> None:
    user = make_user_with_password(session)
    here, there = client_as(user), client_as(user)
    wrong = here.post("/mijn-account/wachtwoord", data={"current": "mis", "password": "vier blauwe bruggen"})
    assert wrong.status_code == 422
    assert "niet je huidige wachtwoord" in wrong.text
    change = {"current": PASSWORD, "password": "vier blauwe bruggen"}
    assert here.post("/mijn-account/wachtwoord", data=change).status_code == 303
    assert here.get("/mijn-account").status_code == 200
    assert there.get("/mijn-account").status_code == 302


def test_guessing_the_present_password_is_stopped(client_as: ClientAs, session: Session) -> None:
    client = client_as(make_user_with_password(session))
    tries = [
        client.post(
            "/mijn-account/wachtwoord", data={"current": "mis", "password": "vier blauwe bruggen"}
        ).status_code
        for _ in range(11)
    ]
    assert tries == [422] * 10 + [429]


def test_a_language_is_remembered_with_and_without_an_account(
    client: FlaskClient, client_as: ClientAs, session: Session
) -> None:
    user = make_user(session)
    client_as(user).post("/taal", data={"language": "en"})
    session.refresh(user)
    assert user.locale == "en"
    assert client.post("/taal", data={"language": "en", "next": "/inloggen"}).location == "/inloggen"
    assert '<html lang="en"' in client.get("/inloggen").text
    assert client.post("/taal", data={"language": "fr"}).status_code == 404


def test_a_theme_is_kept(client_as: ClientAs, session: Session) -> None:
    user = make_user(session)
    client = client_as(user)
    client.post("/weergave", data={"theme": "dark"})
    session.refresh(user)
    assert user.theme == "dark"
    assert 'data-bs-theme="dark"' in client.get("/mijn-account").text
    assert client.post("/weergave", data={"theme": "roze"}).status_code == 422


def test_a_role_is_a_view_and_gives_no_right(client_as: ClientAs, session: Session) -> None:
    user, organiser = make_user(session), make_organiser(session)
    assert client_as(user).post("/rol", data={"role": "organiser"}).status_code == 404
    client = client_as(user)
    with client.session_transaction() as cookie:
        cookie["role"] = "organiser"
    assert client.get("/instellingen").status_code == 404
    assert client_as(organiser).post("/rol", data={"role": "organiser"}).status_code == 303


def test_the_account_page_takes_few_statements(
    client_as: ClientAs, session: Session, statements_of: Callable[[], list[str]]
) -> None:
    client = client_as(make_organiser(session))
    counted = statements_of()
    assert client.get("/mijn-account").status_code == 200
    # One for session and person, two for roles, then the page's own two.
    assert len(counted) <= 5


def test_files_are_served_without_asking_who_is_there(
    client_as: ClientAs, session: Session, statements_of: Callable[[], list[str]]
) -> None:
    client = client_as(make_user(session))
    counted = statements_of()
    answer = client.get("/static/theme.css")
    assert answer.status_code == 200
    assert counted == []
    answer.close()
