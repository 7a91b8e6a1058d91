"""What asks attention, on the page: for whom, with which choices, and what one can do about it."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.identity.models import DataOpening, RoleGrant, User
from peergang.progress.models import CallNote, RiskSignal
from peergang.progress.queries.risks import list_risks
from peergang.progress.views import calls
from peergang.web.database import reading
from tests.factories.cohorts import make_cohort, make_trainer
from tests.factories.identity import make_user
from tests.factories.risks import evaluate_now
from tests.web.progress.conftest import Network
from tests.web.progress.test_participation import ClientAs

AIM = "/deelname/aandacht"


def words(text: str) -> str:
    main = text[text.index("<main") : text.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


@pytest.fixture
def organiser(network: Network, client_as: ClientAs) -> FlaskClient:
    """Bram did nothing but come to a meeting, and is quiet; nobody of Wilgenbos came to the latest meeting."""
    evaluate_now(network.session, network.now)
    return client_as(network.organiser)


def signal_of(network: Network, rule: str) -> RiskSignal:
    return network.session.scalars(select(RiskSignal).where(RiskSignal.rule == rule)).first()  # type: ignore[return-value]


def test_the_list_says_who_and_what_and_leaves_a_line(organiser: FlaskClient, network: Network) -> None:
    text = words(organiser.get(AIM).text)
    assert "Groenschool Wilgenbos" in text
    assert "Aanwezigheid daalde van 100 naar 0 procent" in text
    assert "Bram Zonneveld" in text
    seen = network.session.scalars(select(DataOpening.user_id).where(DataOpening.page == "risks"))
    assert network.people["Bram"].user_id in set(seen)


def test_it_is_chosen_in_the_address(organiser: FlaskClient, network: Network) -> None:
    fell = "Aanwezigheid daalde"
    assert fell in words(organiser.get(f"{AIM}?regel=attendance_fell").text)
    assert "Bram Zonneveld" not in words(organiser.get(f"{AIM}?regel=attendance_fell").text)
    assert fell not in words(organiser.get(f"{AIM}?regel=quiet").text)
    assert fell in words(organiser.get(f"{AIM}?instelling={network.meadow.id}").text)
    assert "Hier is niets te zien" in words(organiser.get(f"{AIM}?instelling={network.organiser.id}").text)
    assert fell in words(organiser.get(f"{AIM}?cohort={network.cohort.id}").text)
    assert "Nog niets" in words(organiser.get(f"{AIM}?stand=weggezet").text)
    # What no address of ours says is passed over.
    assert fell in words(organiser.get(f"{AIM}?stand=x&regel=y&cohort=z&pagina=-1").text)


def test_setting_aside_and_back(organiser: FlaskClient, network: Network) -> None:
    one = f"{AIM}/{signal_of(network, 'attendance_fell').id}"
    refused = organiser.post(f"{one}/wegzetten", data={"reason": " "})
    assert (refused.status_code, "Schrijf kort op waarom" in refused.text) == (422, True)
    assert re.search(r"<title>\s*Fout:", refused.text)
    answer = organiser.post(f"{one}/wegzetten", data={"reason": "Het was studiedag"})
    assert (answer.status_code, answer.location) == (303, one)
    text = words(organiser.get(one).text)
    assert "Het was studiedag" in text
    assert "Zet terug" in text
    assert "Aanwezigheid daalde" not in words(organiser.get(AIM).text)
    assert "Aanwezigheid daalde" in words(organiser.get(f"{AIM}?stand=weggezet").text)
    assert "Aanwezigheid daalde" not in words(organiser.get("/deelname").text)
    organiser.post(f"{one}/terugzetten")
    assert "Aanwezigheid daalde" in words(organiser.get("/deelname").text)
    # A second tab does no harm.
    assert organiser.post(f"{one}/terugzetten").status_code == 303
    assert "Dit telde al mee." in organiser.get(one).text


def test_a_call_is_noted_and_the_section_knows(organiser: FlaskClient, network: Network) -> None:
    assert "Bel of mail" in words(organiser.get("/deelname").text)
    page = f"/deelname/instelling/{network.meadow.id}/gesprekken"
    assert "pim" in organiser.get(page).text.casefold()
    wrong = organiser.post(page, data={"words": "", "spoke_with": "Pim", "next_on": "31-02-2027"})
    assert wrong.status_code == 422
    assert 'value="Pim"' in wrong.text
    assert "Vul een dag in" in wrong.text
    done = organiser.post(page, data={"words": "<b>Belt</b> terug", "spoke_with": "Pim", "next_on": ""})
    assert done.status_code == 303
    text = organiser.get(page).text
    assert "&lt;b&gt;Belt&lt;/b&gt; terug" in text
    note = network.session.scalars(select(CallNote)).one()
    # The clock of the page is that of today; the signal began before it.
    assert "Bekijk notitie" in words(organiser.get("/deelname").text)
    one = f"{AIM}/{signal_of(network, 'attendance_fell').id}"
    assert "terug" in words(organiser.get(one).text)
    gone = organiser.post(f"/deelname/notities/{note.id}/verwijderen")
    assert (gone.status_code, gone.location) == (303, page)
    assert "Er staat nog geen gesprek" in organiser.get(page).text


def test_the_page_after_a_refusal_reads_with_an_open_session(
    organiser: FlaskClient, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = []

    def watch(session: Session, **more: Any) -> Any:
        read.append(session is reading())
        return list_risks(session, **more)

    monkeypatch.setattr(calls, "list_risks", watch)
    page = f"/deelname/instelling/{network.meadow.id}/gesprekken"
    assert organiser.post(page, data={"words": "x", "next_on": "2001-02-03"}).status_code == 422
    assert read == [True]


@pytest.mark.parametrize("signal", ["abc", "", "1"])
def test_removing_a_note_survives_an_odd_address(
    organiser: FlaskClient, network: Network, signal: str
) -> None:
    page = f"/deelname/instelling/{network.meadow.id}/gesprekken"
    organiser.post(page, data={"words": "Belt terug"})
    note = network.session.scalars(select(CallNote)).one()
    gone = organiser.post(f"/deelname/notities/{note.id}/verwijderen", data={"signaal": signal})
    assert (gone.status_code, gone.location) == (303, page)
    assert network.session.scalars(select(CallNote)).all() == []


def test_an_institution_without_a_contact_is_asked_for_a_name(
    organiser: FlaskClient, network: Network
) -> None:
    network.session.query(RoleGrant).filter_by(institution_id=network.harbour.id).delete()
    evaluate_now(network.session, network.now, everything=False)
    text = words(organiser.get("/deelname").text)
    assert "Er is geen contactpersoon bekend" in text
    assert "Vraag een naam" in text


def test_trainers_see_and_settle_what_is_about_their_own_people(
    network: Network, organiser: FlaskClient, client_as: ClientAs
) -> None:
    person = network.session.scalars(
        select(RiskSignal).where(RiskSignal.enrolment_id == network.people["Bram"].id)
    ).first()
    assert person is not None
    one = f"{AIM}/{person.id}"
    trainer = client_as(network.trainer)
    assert trainer.get(AIM).status_code == 404
    assert trainer.get(f"{AIM}/{signal_of(network, 'attendance_fell').id}").status_code == 404
    assert trainer.post(f"{one}/notitie", data={"words": "Gesproken na de les"}).status_code == 303
    assert trainer.post(f"{one}/wegzetten", data={"reason": "Is met verlof"}).status_code == 303
    assert "Gesproken na de les" in trainer.get(one).text
    # Organisers read it as well; another trainer, a contact and the participant do not know that it is there.
    assert "Gesproken na de les" in organiser.get(one).text
    other = make_user(network.session)
    make_trainer(network.session, make_cohort(network.session, network.now), user=other)
    contact = network.session.query(RoleGrant).filter_by(institution_id=network.meadow.id).one()
    bram = network.session.get_one(User, network.people["Bram"].user_id)
    for user in (other, network.session.get_one(User, contact.user_id), bram):
        client = client_as(user)
        assert client.get(one).status_code == 404
        assert client.post(f"{one}/notitie", data={"words": "x"}).status_code == 404
        assert client.post(f"{one}/terugzetten").status_code == 404


def test_an_admin_reads_no_words(network: Network, organiser: FlaskClient, client_as: ClientAs) -> None:
    one = f"{AIM}/{signal_of(network, 'attendance_fell').id}"
    organiser.post(f"{one}/notitie", data={"words": "Vertrouwelijk"})
    admin = make_user(network.session)
    network.session.add(RoleGrant(user_id=admin.id, role="admin"))
    text = client_as(admin).get(one).text
    assert "Er was contact" in text
    assert "Vertrouwelijk" not in text


def test_no_page_asks_more_when_there_is_more(
    network: Network, organiser: FlaskClient, count_queries: object
) -> None:
    statements = count_queries()  # type: ignore[operator]
    organiser.get(AIM)
    statements.clear()
    organiser.get(AIM)
    before = len(statements)
    for rule in ("overdue", "missed_meetings", "never_started"):
        about = {"cohort_id": network.cohort.id, "enrolment_id": network.people["Cees"].id, "cause": ""}
        times = {"since": network.now.date(), "opened_at": network.now, "seen_at": network.now}
        network.session.add(RiskSignal(rule=rule, values={"number": 2}, **about, **times))
    network.session.commit()
    statements.clear()
    assert "Cees" in organiser.get(AIM).text
    assert len(statements) == before
