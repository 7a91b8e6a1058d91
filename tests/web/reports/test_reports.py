"""Asking, watching, fetching and throwing away; who may, at that moment; and what stays in the log of it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.core import clock
from peergang.core.config import Settings
from peergang.core.signing import sign_id
from peergang.core.storage import Files
from peergang.identity.models import AuditEvent, DataOpening, RoleGrant, User
from peergang.reports.actions.subscribing import subscribe
from peergang.reports.models import Report, Subscription
from peergang.reports.queries.askers import find_asker
from peergang.reports.rules.states import Format
from tests.factories.identity import make_organiser, make_user
from tests.web.reports.conftest import ClientAs, Network, Work

pytestmark = pytest.mark.database


@pytest.fixture(autouse=True)
def _at(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)


def ask(client: FlaskClient, kind: str = "participation", query: str = "", form: str = "csv") -> str:
    answer = client.post("/rapporten", data={"soort": kind, "vraag": query, "vorm": form})
    assert answer.status_code == 303, answer.status_code
    return str(answer.headers["Location"])


def one_line(text: str) -> str:
    """Whatever lines a template is written in."""
    return " ".join(text.split())


def the_report(session: Session) -> Report:
    session.expire_all()
    return session.scalars(select(Report)).one()


def test_ask_watch_download(network: Network, client_as: ClientAs, work: Work, session: Session) -> None:
    client = client_as(network.organiser)
    assert "Nog geen bestanden" in client.get("/rapporten").text
    assert 'name="vorm" value="xlsx"' in one_line(client.get("/deelname?maat=voortgang").text)
    page = ask(client, query="maat=voortgang")
    waiting = client.get(page).text
    assert "Wacht op zijn beurt" in waiting
    assert "Kijk of het klaar is" in waiting
    assert "data-making" in waiting
    assert client.get(f"{page}/bestand").status_code == 404
    work()
    ready = client.get(page).text
    assert "Je bestand is klaar" in ready
    assert "data-making" not in ready
    answer = client.get(f"{page}/bestand")
    assert answer.headers["Content-Disposition"] == "attachment; filename=deelname-voortgang-2026-11-17.csv"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "ROC Zilverkade" in answer.text
    verbs = session.scalars(select(AuditEvent.verb).where(AuditEvent.actor_id == network.organiser.id))
    assert "report_fetched" in verbs.all()
    assert the_report(session).fetched_at is not None


def test_the_progress_is_a_bar_with_words(
    network: Network, client_as: ClientAs, session: Session, now: datetime
) -> None:
    client = client_as(network.organiser)
    page = ask(client)
    report = the_report(session)
    report.state, report.lease_token, report.lease_until = "running", network.cohort.id, now
    report.done, report.total = 30, 120
    session.commit()
    text = one_line(client.get(page).text)
    assert '<progress value="25" max="100"' in text
    assert "30 van de 120 regels" in text


def test_a_file_with_names_leaves_a_line_for_each_of_them(
    network: Network, client_as: ClientAs, work: Work, session: Session
) -> None:
    client = client_as(network.organiser)
    page = ask(client, "people", f"cohort={network.cohort.id}&instelling={network.meadow.id}")
    work()
    assert session.scalars(select(DataOpening)).all() == []
    assert client.get(f"{page}/bestand").status_code == 200
    rows = session.scalars(select(DataOpening)).all()
    assert {row.user_id for row in rows} == {network.people[name].user_id for name in ("Anna", "Bram")}
    assert {(row.page, row.exported, row.viewer_id) for row in rows} == {
        ("report_file", True, network.organiser.id)
    }


def test_an_admin_says_why_before_names_leave(
    network: Network, client_as: ClientAs, work: Work, session: Session
) -> None:
    admin = make_user(session)
    session.add(RoleGrant(user_id=admin.id, role="admin"))
    session.flush()
    client = client_as(admin)
    wish = {"soort": "people", "vraag": f"cohort={network.cohort.id}", "vorm": "csv"}
    assert "/reden" in client.post("/rapporten", data=wish).headers["Location"]
    assert session.scalars(select(Report)).all() == []
    client.post("/reden", data={"reason": "een vraag van een instelling"})
    page = client.post("/rapporten", data=wish).headers["Location"]
    work()
    assert client.get(f"{page}/bestand").status_code == 200
    assert {row.reason for row in session.scalars(select(DataOpening))} == {"een vraag van een instelling"}


def test_who_lost_the_role_gets_the_file_no_more(
    network: Network, client_as: ClientAs, work: Work, session: Session
) -> None:
    client = client_as(network.organiser)
    page = ask(client)
    work()
    assert client.get(f"{page}/bestand").status_code == 200
    session.query(RoleGrant).filter_by(user_id=network.organiser.id).delete()
    session.commit()
    assert client.get(f"{page}/bestand").status_code == 404


def test_nobody_sees_that_of_another(
    network: Network, client_as: ClientAs, work: Work, session: Session
) -> None:
    page = ask(client_as(network.organiser))
    work()
    other = client_as(make_organiser(session, "Ander"))
    assert "Deelname per instelling" not in other.get("/rapporten").text
    for path in (page, f"{page}/bestand"):
        assert other.get(path).status_code == 404
    for path in (f"{page}/weg", f"{page}/opnieuw"):
        assert other.post(path).status_code == 404
    assert the_report(session).state == "ready"


@pytest.mark.parametrize(
    "data",
    [
        {"soort": "onzin", "vorm": "csv"},
        {"soort": "participation", "vorm": "exe"},
        {"soort": "grid", "vraag": "cohort=x", "vorm": "csv"},
        {"soort": "grid", "vorm": "csv"},
        {"soort": "participation", "vraag": "naam=%00", "vorm": "csv"},
        {},
    ],
)
def test_odd_wishes_do_not_exist(network: Network, client_as: ClientAs, data: dict[str, Any]) -> None:
    assert client_as(network.organiser).post("/rapporten", data=data).status_code == 404


def test_thrown_away_it_is_out_of_sight_at_once(
    network: Network, client_as: ClientAs, work: Work, session: Session
) -> None:
    client = client_as(network.organiser)
    page = ask(client)
    work()
    assert client.post(f"{page}/weg").status_code == 303
    assert client.get(page).status_code == client.get(f"{page}/bestand").status_code == 404
    assert "Nog geen bestanden" in client.get("/rapporten").text


def test_after_a_week_it_can_be_made_again(
    network: Network,
    client_as: ClientAs,
    work: Work,
    session: Session,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = client_as(network.organiser)
    page = ask(client)
    work()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=7))
    # Also before the cleaning came by.
    assert client.get(f"{page}/bestand").status_code == 404
    report = the_report(session)
    report.state, report.storage_key = "expired", None
    session.commit()
    assert "Verlopen" in client.get(page).text
    assert "Maak opnieuw" in client.get(page).text
    client.post(f"{page}/opnieuw")
    work()
    assert client.get(f"{page}/bestand").status_code == 200


def test_a_pdf_of_too_much_is_refused_with_words(
    network: Network, client_as: ClientAs, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("peergang.reports.rules.pdf_file.MOST_ROWS", 1)
    client = client_as(network.organiser)
    page = ask(client, form="pdf")
    work()
    text = client.get(page).text
    assert "De tabel is te groot voor een pdf. Kies Excel of csv, of maak de keuze kleiner." in text
    assert "Maak opnieuw" in text


def test_a_file_that_is_lost_does_not_exist(
    network: Network, client_as: ClientAs, work: Work, session: Session, whole_app: Flask
) -> None:
    client = client_as(network.organiser)
    page = ask(client)
    work()
    files: Files = whole_app.extensions["peergang_files"]
    files.delete([the_report(session).storage_key or ""])
    assert client.get(f"{page}/bestand").status_code == 404


def test_subscribe_change_pause_and_stop(network: Network, client_as: ClientAs, session: Session) -> None:
    client = client_as(network.organiser)
    address = "/rapporten/abonnement?soort=participation&vraag=maat%3Dvoortgang"
    assert "Voortgang" in client.get(address).text
    wish = {"soort": "participation", "vraag": "maat=voortgang", "rhythm": "week", "weekday": "3"}
    wrong = client.post("/rapporten/abonnement", data=wish | {"format": "csv", "weekday": "9"})
    assert wrong.status_code == 422
    assert "Kies een dag van de week." in wrong.text
    assert "Fout:" in wrong.text
    assert client.post("/rapporten/abonnement", data=wish | {"format": "csv"}).status_code == 303
    page = client.get("/rapporten").text
    assert "Elke woensdag" in page
    assert "De volgende komt op 18 november 2026" in page
    assert "Je krijgt dit al: Elke woensdag." in client.get(address).text
    client.post("/rapporten/abonnement", data=wish | {"rhythm": "maand", "format": "pdf"})
    assert "Elke eerste dag van de maand" in client.get("/rapporten").text
    own = session.scalars(select(Subscription.id)).one()
    client.post(f"/rapporten/abonnement/{own}/pauze")
    assert "Gepauzeerd" in client.get("/rapporten").text
    client.post(f"/rapporten/abonnement/{own}/verder")
    assert "Gepauzeerd" not in client.get("/rapporten").text
    client.post(f"/rapporten/abonnement/{own}/stop")
    assert "Er komt nog niets vanzelf" in client.get("/rapporten").text
    assert client.post(f"/rapporten/abonnement/{own}/stop").status_code == 404


def test_one_click_from_the_mail_and_a_look_ends_nothing(
    network: Network, client: FlaskClient, settings: Settings, session: Session, now: datetime
) -> None:
    actor = find_asker(session, network.organiser.id)
    assert actor
    own = subscribe(
        session, actor, "participation", "", Format.CSV, 1, locale="nl", role="organiser", now=now
    )
    session.commit()
    row = session.get_one(Subscription, own)
    path = f"/rapporten/stoppen/{sign_id(settings.secret_key, 'end_report', own)}"
    assert "Wil je dit rapport niet meer krijgen?" in client.get(path).text
    session.refresh(row)
    assert row.ended_at is None
    assert "Dit rapport komt niet meer" in client.post(path).text
    session.refresh(row)
    assert row.ended_at == now
    assert client.post(path).status_code == 200
    for guessed in (
        "geraden",
        sign_id("y" * 40, "end_report", own),
        sign_id(settings.secret_key, "seen", own),
    ):
        for ask in (client.get, client.post):
            assert ask(f"/rapporten/stoppen/{guessed}").status_code == 404


def test_the_list_takes_as_many_statements_for_many_as_for_few(
    network: Network, client_as: ClientAs, work: Work, session: Session, counted: Any
) -> None:
    client = client_as(network.organiser)
    ask(client)
    work()
    client.get("/rapporten")
    with counted() as few:
        client.get("/rapporten")
    for number in range(12):
        ask(client, query=f"naam={number}")
        work()
    with counted() as many:
        client.get("/rapporten")
    assert many.number == few.number


def test_people_without_such_a_table_have_an_empty_page(
    network: Network, client_as: ClientAs, session: Session
) -> None:
    anna = session.get_one(User, network.people["Anna"].user_id)
    assert "Nog geen bestanden" in client_as(anna).get("/rapporten").text


def test_a_file_that_names_somebody_who_was_erased_is_given_to_nobody(
    network: Network, client_as: ClientAs, work: Work, session: Session, now: datetime
) -> None:
    client = client_as(network.organiser)
    page = ask(client, "people", f"cohort={network.cohort.id}")
    work()
    victim = session.get_one(User, network.people["Anna"].user_id)
    victim.deactivated_at = victim.erased_at = now
    session.commit()
    assert client.get(f"{page}/bestand").status_code == 404
    assert session.scalars(select(DataOpening)).all() == []


def test_looking_whether_a_file_is_there_is_not_fetching_it(
    network: Network, client_as: ClientAs, work: Work, session: Session
) -> None:
    client = client_as(network.organiser)
    page = ask(client)
    work()
    client.head(f"{page}/bestand")
    assert the_report(session).fetched_at is None
    client.get(f"{page}/bestand")
    assert the_report(session).fetched_at is not None
