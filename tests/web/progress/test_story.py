"""The story of one participant: who may see it, what it tells and what it keeps to itself."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peergang.cohorts.actions.extensions import extend_activity
from peergang.cohorts.actions.overriding import override_completion, take_back_override
from peergang.cohorts.models import Enrolment, SignOff
from peergang.core import clock
from peergang.coursework.models import Reflection
from peergang.identity.models import Affiliation, DataOpening, RoleGrant, User
from peergang.progress.models import CallNote, RiskDismissal, RiskSignal
from tests.counting import counting
from tests.factories.certificates import make_certificate, make_finish
from tests.factories.coursework import actor_of
from tests.factories.identity import make_organiser, make_user
from tests.web.progress.conftest import MARKER, Network

pytestmark = pytest.mark.database

ClientAs = Callable[[User], FlaskClient]


@pytest.fixture(autouse=True)
def _at(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)


def path(network: Network, name: str) -> str:
    enrolment = network.people[name]
    return f"/cohorten/{enrolment.cohort_id}/deelnemers/{enrolment.id}"


def text_of(client: FlaskClient, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return " ".join(response.text.split())


def test_the_page_of_the_cohort_leads_there(network: Network, client_as: ClientAs) -> None:
    for person in (network.trainer, network.organiser):
        page = client_as(person).get(f"/cohorten/{network.cohort.id}").text
        assert f'href="{path(network, "Anna")}"' in page


def test_trainers_see_those_of_their_own_cohort_alone(network: Network, client_as: ClientAs) -> None:
    trainer = client_as(network.trainer)
    assert trainer.get(path(network, "Anna")).status_code == 200
    assert trainer.get(path(network, "Dirk")).status_code == 404
    # Somebody of another cohort under the address of one's own is nobody.
    crossed = f"/cohorten/{network.cohort.id}/deelnemers/{network.people['Dirk'].id}"
    assert trainer.get(crossed).status_code == 404
    assert client_as(network.organiser).get(path(network, "Dirk")).status_code == 200
    contact = (
        network.session.query(RoleGrant).filter_by(role="contact", institution_id=network.meadow.id).one()
    )
    for user_id in (contact.user_id, network.people["Anna"].user_id, network.people["Bram"].user_id):
        client = client_as(network.session.get_one(User, user_id))
        assert client.get(path(network, "Anna")).status_code == 404


def test_an_admin_says_why_and_every_opening_leaves_a_line(network: Network, client_as: ClientAs) -> None:
    admin = make_user(network.session)
    network.session.add(RoleGrant(user_id=admin.id, role="admin"))
    network.session.flush()
    client = client_as(admin)
    assert client.get(path(network, "Anna")).status_code == 303
    client.post("/reden", data={"reason": "een vraag van een deelnemer"})
    assert client.get(path(network, "Anna")).status_code == 200
    lines = network.session.query(DataOpening).filter_by(user_id=network.people["Anna"].user_id).all()
    assert [one.page for one in lines] == ["participant_story"]


def test_it_tells_what_happened_and_never_what_was_written(network: Network, client_as: ClientAs) -> None:
    text = text_of(client_as(network.organiser), path(network, "Anna"))
    assert "Anna rondde <b>3 van" in text
    assert "Aanwezig bij <b>1 van 2</b> bijeenkomsten." in text
    assert f'd-print-block">{network.cohort.name} · Stand van ' in text, (
        "paper says of which cohort, and of when"
    )
    assert "Er wacht 1 reflectie op een trainer." in text
    for told in ("Doet mee", "Aanwezig bij Bijeenkomst 1", "Niet bij Bijeenkomst 2", "Reflectie ingeleverd"):
        assert told in text
    assert "versie 1" not in text, "the first version of a rule goes without saying"
    assert MARKER not in text
    assert "Lees de reflectie" not in text, "an organiser never"
    for activity in network.activities:
        assert f'id="activiteit-{activity.slug}"' in text


def test_a_trainer_gets_links_to_what_the_author_shared(network: Network, client_as: ClientAs) -> None:
    client = client_as(network.trainer)
    reflection = network.session.query(Reflection).filter_by(enrolment_id=network.people["Anna"].id).one()
    text = text_of(client, path(network, "Anna"))
    assert f'href="/beoordelen/{reflection.id}"' in text
    assert MARKER not in text
    reflection.state, reflection.audience = "draft", "private"
    network.session.flush()
    text = text_of(client, path(network, "Anna"))
    assert str(reflection.id) not in text


def test_judgment_more_time_and_reasons(
    network: Network, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, now = network.session, network.now
    anna, trainer = network.people["Anna"], actor_of(network.session, network.trainer)
    todo = [one for one in network.activities[3:] if one.kind != "meeting"]
    first, second = todo[0], todo[1]
    extend_activity(
        session,
        trainer,
        anna.id,
        first.id,
        due_on=(now + timedelta(days=200)).date(),
        reason="Een operatie",
        now=now,
    )
    given = override_completion(session, trainer, anna.id, second.id, "Deed het hardop", now=now)
    session.flush()
    text = text_of(client_as(network.trainer), path(network, "Anna"))
    assert "omdat: ‘Een operatie’" in text
    assert "Door Tess Trainer: ‘Deed het hardop’" in text
    take_back_override(session, trainer, given, now=now + timedelta(minutes=1))
    later = now + timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    text = text_of(client_as(network.trainer), path(network, "Anna"))
    assert "Dit is later teruggenomen." in text
    assert "Markering teruggenomen" in text


def test_another_school_and_a_sign_off(network: Network, client_as: ClientAs) -> None:
    session, now = network.session, network.now
    cees = network.people["Cees"]
    old = session.get_one(Affiliation, cees.affiliation_id)
    day = (now - timedelta(days=3)).date()
    old.valid_until = day
    session.flush()
    session.add(Affiliation(user_id=cees.user_id, institution_id=network.meadow.id, valid_from=day))
    session.add(
        SignOff(
            meeting_id=network.meetings[0].id,
            enrolment_id=cees.id,
            reason=MARKER,
            signed_off_at=now - timedelta(days=20),
            starts_at=network.meetings[0].starts_at,
        )
    )
    session.flush()
    text = text_of(client_as(network.trainer), path(network, "Cees"))
    assert "Werkt bij Groenschool Wilgenbos" in text
    assert "Meldde zich af voor Bijeenkomst 1" in text
    assert MARKER not in text


def test_what_a_rule_saw_and_what_was_done_about_it(network: Network, client_as: ClientAs) -> None:
    session, now, bram = network.session, network.now, network.people["Bram"]
    about = {"rule": "quiet", "cohort_id": network.cohort.id, "enrolment_id": bram.id, "cause": "x"}
    session.add(
        RiskSignal(
            **about,
            since=now.date(),
            values={},
            opened_at=now - timedelta(days=5),
            seen_at=now,
            ended_at=now - timedelta(days=1),
        )
    )
    session.add(RiskDismissal(**about, reason=MARKER, dismissed_at=now - timedelta(days=2)))
    session.add(
        CallNote(
            enrolment_id=bram.id,
            cohort_id=network.cohort.id,
            written_by_id=network.trainer.id,
            words="Belt morgen terug",
            called_at=now - timedelta(days=3),
        )
    )
    session.flush()
    text = text_of(client_as(network.trainer), path(network, "Bram"))
    for told in (
        "Vraagt aandacht: Drie weken stil",
        "Vraagt geen aandacht meer: Drie weken stil",
        "Weggezet: Drie weken stil",
        "Er is gebeld",
        "Door Tess Trainer.",
        "Belt morgen terug",
    ):
        assert told in text
    assert MARKER not in text
    signal = session.query(RiskSignal).filter_by(enrolment_id=bram.id, cause="x").one()
    assert f'href="/deelname/aandacht/{signal.id}"' in text, "where it is noted what was said"


def test_a_certificate_is_part_of_it(session: Session, now: datetime, client_as: ClientAs) -> None:
    finish = make_finish(session, now)
    made = make_certificate(finish)
    enrolment = session.get_one(Enrolment, made.enrolment_id)
    text = text_of(
        client_as(make_organiser(session)), f"/cohorten/{enrolment.cohort_id}/deelnemers/{enrolment.id}"
    )
    assert "Certificaat afgegeven: " in text


def test_it_takes_as_many_statements_for_one_as_for_another(
    network: Network, client_as: ClientAs, connection: sa.Connection
) -> None:
    client, counts = client_as(network.trainer), []
    for name in ("Bram", "Anna", "Cees"):
        client.get(path(network, name))
        with counting(connection) as statements:
            client.get(path(network, name))
        counts.append(len(statements))
    assert len(set(counts)) == 1
    assert counts[0] <= 10, counts


def test_one_walks_from_one_to_the_next(network: Network, client_as: ClientAs) -> None:
    text = text_of(client_as(network.trainer), path(network, "Bram"))
    assert f'href="{path(network, "Anna")}" rel="prev"' in text
    assert f'href="{path(network, "Cees")}" rel="next"' in text
    assert "2 van 3 deelnemers" in text
