"""Roles, the log, reasons and traces, as people meet them in the browser."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from peergang.core.permissions import Actor
from peergang.identity.actions.audit import record_audit
from peergang.identity.actions.openings import record_opening
from peergang.identity.models import AuditEvent, DataOpening, RoleGrant, User
from tests.counting import counting
from tests.factories.cohorts import make_cohort, make_participant, make_trainer
from tests.factories.identity import make_affiliation, make_institution, make_organiser, make_user
from tests.factories.profiles import make_profile

pytestmark = pytest.mark.database

ClientAs = Callable[[User], FlaskClient]


@pytest.fixture
def admin(session: Session) -> User:
    user = make_user(session, "Ada", "Beheer")
    session.add(RoleGrant(user_id=user.id, role="admin"))
    session.flush()
    return user


def test_finding_giving_and_taking(session: Session, admin: User, client_as: ClientAs) -> None:
    user, school = (
        make_user(session, "Anna", "Berg", particle="van den"),
        make_institution(session, "ROC Zuid"),
    )
    client = client_as(admin)
    assert "Anna van den Berg" in client.get("/beheer/rollen?zoek=berg").text
    address = f"/beheer/rollen/{user.id}/geven"
    missing = client.get(f"{address}?rol=contact")
    assert missing.status_code == 422
    assert "Kies van welke instelling" in missing.text
    asked = client.get(f"{address}?rol=contact&instelling={school.id}").text
    assert "Wordt Anna van den Berg contactpersoon van ROC Zuid?" in asked
    assert not session.scalars(select(RoleGrant.id).where(RoleGrant.user_id == user.id)).all()
    for words in ("heeft nu de rol contactpersoon", "had deze rol al"):
        done = client.post(
            address, data={"rol": "contact", "instelling": str(school.id)}, follow_redirects=True
        )
        assert words in done.text
    grant = session.scalars(select(RoleGrant).where(RoleGrant.user_id == user.id)).one()
    assert grant.granted_by_id == admin.id
    taken = client.post(f"/beheer/rollen/nemen/{grant.id}", follow_redirects=True)
    assert "heeft de rol contactpersoon niet meer" in taken.text
    assert client.get(f"/beheer/rollen/nemen/{grant.id}").status_code == 404


def test_nobody_takes_their_own_admin_role(session: Session, admin: User, client_as: ClientAs) -> None:
    own = session.scalars(select(RoleGrant.id).where(RoleGrant.user_id == admin.id)).one()
    client = client_as(admin)
    assert client.get(f"/beheer/rollen/nemen/{own}").status_code == 404
    assert client.post(f"/beheer/rollen/nemen/{own}").status_code == 404


def test_a_contact_starts_at_their_own_institution_without_a_name(
    session: Session, client_as: ClientAs
) -> None:
    school, other = make_institution(session, "ROC Zuid"), make_institution(session, "ROC Noord")
    contact = make_user(session)
    session.add(RoleGrant(user_id=contact.id, role="contact", institution_id=school.id))
    cohort = make_cohort(session, datetime.now(UTC))
    named = make_user(session, "Anna", "Berg")
    make_participant(session, cohort, user=named, institution=school)
    client = client_as(contact)
    page = client.get("/", follow_redirects=True)
    assert page.request.path == "/onze-deelname"
    assert "ROC Zuid" in page.text
    assert "minder dan 5" in page.text
    assert "Berg" not in page.text
    for wrong in (other.id, "iets"):
        assert client.get(f"/onze-deelname?instelling={wrong}").status_code == 404
    assert client.get("/deelname").status_code == 404


def test_somebody_with_all_roles_switches_and_lands_on_the_home_of_each(
    session: Session, admin: User, client_as: ClientAs
) -> None:
    school, now = make_institution(session), datetime.now(UTC)
    session.add(RoleGrant(user_id=admin.id, role="organiser"))
    session.add(RoleGrant(user_id=admin.id, role="contact", institution_id=school.id))
    make_participant(session, make_cohort(session, now), user=admin, institution=school)
    make_trainer(session, make_cohort(session, now), user=admin)
    client = client_as(admin)
    homes = {
        "admin": "/beheer/rollen",
        "contact": "/onze-deelname",
        "trainer": "/beoordelen",
        "participant": "/deze-week",
        "organiser": "/deelname",
    }
    for role, home in homes.items():
        assert client.post("/rol", data={"role": role}).headers["Location"] == home
        assert client.get("/").headers["Location"] == home


def test_an_admin_says_why_before_names_are_shown_and_the_person_reads_it(
    session: Session, admin: User, client_as: ClientAs
) -> None:
    school, cohort = make_institution(session), make_cohort(session, datetime.now(UTC))
    person = make_user(session, "Anna", "Berg")
    make_participant(session, cohort, user=person, institution=school)
    client, address = client_as(admin), f"/deelname/{school.id}/{cohort.id}"
    asked = client.get(address)
    assert asked.status_code == 303
    assert asked.headers["Location"].startswith("/reden?next=")
    assert not session.scalars(select(DataOpening.id)).all()
    form = client.get(asked.headers["Location"])
    assert f'value="{address}"' in form.text
    assert client.post("/reden", data={"reason": "kort", "next": address}).status_code == 422
    reason = "De instelling vroeg naar een telling."
    answer = client.post("/reden", data={"reason": reason, "next": "https://elders.example/"})
    assert answer.headers["Location"] == "/"
    assert client.post("/reden", data={"reason": reason, "next": address}).headers["Location"] == address
    assert "Anna Berg" in client.get(address).text
    own = client_as(person).get("/mijn-gegevens").text
    assert "Ada Beheer" in own
    assert reason in own


def test_an_admin_says_why_before_seeing_where_somebody_works(
    session: Session, admin: User, client_as: ClientAs
) -> None:
    person = make_user(session)
    make_affiliation(session, person, make_institution(session))
    client, address = client_as(admin), f"/mensen/{person.id}"
    assert client.get(address).headers["Location"].startswith("/reden?next=")
    assert not session.scalars(select(DataOpening.id)).all()
    client.post("/reden", data={"reason": "een vraag over een aanstelling", "next": address})
    assert client.get(address).status_code == 200
    opened = session.scalars(select(DataOpening)).one()
    assert (opened.user_id, opened.page) == (person.id, "person")
    assert opened.reason == "een vraag over een aanstelling"


def test_an_organiser_leaves_a_trace_and_a_refused_page_leaves_none(
    session: Session, client_as: ClientAs
) -> None:
    school, cohort = make_institution(session), make_cohort(session, datetime.now(UTC))
    person, organiser = make_user(session), make_organiser(session)
    trainer = make_user(session, "Marijke", "Roer")
    make_participant(session, cohort, user=person, institution=school)
    make_trainer(session, cohort, user=trainer)
    address = f"/deelname/{school.id}/{cohort.id}"
    assert client_as(person).get(address).status_code == 404
    assert not session.scalars(select(DataOpening.id)).all()
    client = client_as(organiser)
    for _ in range(3):
        assert client.get(address).status_code == 200
    assert client_as(trainer).get(f"/cohorten/{cohort.id}/voortgang").status_code == 200
    rows = session.execute(select(DataOpening.viewer_id, DataOpening.page)).all()
    assert {tuple(row) for row in rows} == {
        (organiser.id, "participation_cell"),
        (trainer.id, "cohort_progress"),
    }
    own = client_as(person).get("/mijn-gegevens").text
    assert "Als organisator van het netwerk." in own
    assert "Als trainer van je cohort." in own


def test_the_log_is_filtered_in_the_address_and_taken_along(
    session: Session, admin: User, client_as: ClientAs
) -> None:
    user, now = make_user(session, "Anna", "Berg"), datetime.now(UTC)
    record_audit(session, Actor(admin.id), "role_granted", "user", user.id, {"role": "organiser"}, now=now)
    record_audit(session, None, "cohort_started", "cohort", None, now=now)
    client = client_as(admin)
    assert "Ada Beheer gaf Anna Berg de rol organisator." in client.get("/beheer/logboek").text
    filtered = client.get("/beheer/logboek?wie=anna&wat=role_granted").text
    assert "gaf Anna Berg" in filtered
    assert "begon." not in filtered.split("<table")[1]
    assert "Geen regels" in client.get("/beheer/logboek?wie=bestaatniet").text
    wrong = client.get("/beheer/logboek?van=ooit&onder=zomaar_iets")
    assert wrong.status_code == 200
    assert "Vul een dag in" in wrong.text
    file = client.post("/beheer/logboek.csv", data={"wat": "role_granted"})
    assert "gaf Anna Berg" in file.text
    assert "cohort_started" not in file.text
    assert "audit_exported" in session.scalars(select(AuditEvent.verb)).all()


def test_the_pages_take_as_many_statements_for_many_as_for_few(
    session: Session, admin: User, client_as: ClientAs, connection: Connection
) -> None:
    now = datetime.now(UTC)
    school, cohort = make_institution(session), make_cohort(session, now, capacity=400)
    pages = (
        "/beheer/rollen",
        "/beheer/rollen?zoek=persoon",
        "/beheer/logboek",
        "/mijn-gegevens",
        "/wie-weet-wat",
        f"/cohorten/{cohort.id}/voortgang",
    )
    session.add(RoleGrant(user_id=admin.id, role="organiser"))
    counts: list[list[int]] = []
    for people in (2, 30):
        for _ in range(people):
            user = make_user(session)
            make_affiliation(session, user, school)
            make_profile(session, user, now, expertise=["1.4", "2.1"], interest=["f3"])
            session.add(
                RoleGrant(user_id=user.id, role="contact", institution_id=school.id, granted_by_id=admin.id)
            )
            record_audit(
                session, Actor(user.id), "role_granted", "user", admin.id, {"role": "admin"}, now=now
            )
            record_opening(session, Actor(user.id), [admin.id], "person", now=now)
            make_participant(session, cohort, institution=school)
        session.flush()
        client = client_as(admin)
        counts.append([])
        for page in pages:
            assert client.get(page).status_code == 200
            with counting(connection) as statements:
                client.get(page)
            counts[-1].append(len(statements))
    few, many = counts
    assert few == many
    assert max(many) <= 10


def test_a_reason_ends_after_an_hour(session: Session, admin: User, client_as: ClientAs) -> None:
    import time_machine

    school, cohort = make_institution(session), make_cohort(session, datetime.now(UTC))
    client, address = client_as(admin), f"/deelname/{school.id}/{cohort.id}"
    client.post("/reden", data={"reason": "een goede reden", "next": address})
    assert client.get(address).status_code == 200
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=61), tick=True):
        assert client.get(address).status_code == 303
