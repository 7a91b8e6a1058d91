"""Roles, the log, reasons, the contact's start and profiles on a screen, a phone and in the dark."""

from datetime import UTC, datetime

import pytest

from peergang.cohorts.models import Cohort
from peergang.core.permissions import Actor
from peergang.identity.actions.audit import record_audit
from peergang.identity.actions.openings import record_opening
from peergang.identity.models import RoleGrant, User
from tests.browser.conftest import NewVisitor
from tests.browser.people import Team, make_team
from tests.browser.site import Site
from tests.factories.cohorts import make_participant
from tests.factories.identity import make_affiliation, make_institution, make_user
from tests.factories.profiles import make_profile


@pytest.fixture
def team(site: Site) -> Team:
    return make_team(site)


def make_admin(site: Site, team: Team) -> tuple[User, User]:
    """An admin and a contact, in a network in which something happened."""
    now = datetime.now(UTC)
    with site.work() as session:
        admin = make_user(session, "Wouter", "Zandvoort", particle="van")
        contact = make_user(session, "Johanna", "Bloemendaal-Overweegh", particle="van der")
        school = make_institution(session, "Regionaal Opleidingencentrum Zevenbruggen")
        session.add(RoleGrant(user_id=admin.id, role="admin"))
        session.add(
            RoleGrant(user_id=contact.id, role="contact", institution_id=school.id, granted_by_id=admin.id)
        )
        for number in range(6):
            user = make_user(session, "Anna", "Berg", particle="van den")
            make_affiliation(session, user, school)
            make_profile(
                session, user, now, expertise=["1.4", "2.1", "2.2", "f3"], interest=[f"4.{1 + number % 3}"]
            )
        cohort = session.get_one(Cohort, team.cohort_id)
        for _ in range(6):
            make_participant(session, cohort, institution=school)
        record_audit(
            session,
            Actor(admin.id),
            "role_granted",
            "user",
            contact.id,
            {"role": "contact", "institution_id": str(school.id)},
            now=now,
        )
        record_audit(session, None, "sign_in_failed", "user", contact.id, now=now)
        record_opening(session, Actor(team.trainer.id), [team.author.id], "cohort_progress", now=now)
        record_opening(
            session, Actor(admin.id), [team.author.id], "on_behalf", now=now, reason="Amira vroeg om inzage."
        )
    return admin, contact


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_an_admin_gives_a_role_and_reads_the_log(
    site: Site, visit: NewVisitor, width: int, team: Team, dark: bool
) -> None:
    admin, contact = make_admin(site, team)
    visitor = visit(width, admin, dark=dark)
    page = visitor.page
    visitor.go("/")
    visitor.check("rollen")
    page.get_by_role("searchbox").fill("veldhaver")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    visitor.check("gevonden")
    page.get_by_role("link", name="Bekijk rollen").first.click()
    visitor.check("rollen-van")
    page.get_by_role("radio", name="Contactpersoon").check()
    page.get_by_role("button", name="Verder").click()
    visitor.check("rollen-fout")
    page.get_by_label("Instelling", exact=True).select_option(index=1)
    page.get_by_role("button", name="Verder").click()
    visitor.check("rol-geven")
    page.get_by_role("button", name="Ja, geef deze rol").click()
    visitor.check("rol-gegeven")
    page.get_by_role("link", name="Neem terug").first.click()
    visitor.check("rol-nemen")
    visitor.go("/beheer/logboek")
    visitor.check("logboek")
    visitor.go(f"/beheer/personen/{contact.id}/inzien")
    visitor.check("inzien")
    page.get_by_label("Waarom is dit nodig?").fill("Johanna vroeg om inzage.")
    page.get_by_role("button", name="Toon het").click()
    visitor.check("ingezien")
    visitor.go(f"/cohorten/{team.cohort_id}/voortgang")
    visitor.check("reden")
    page.get_by_label("Waarom is dit nodig?").fill("De instelling vroeg naar een telling.")
    page.get_by_role("button", name="Ga verder").click()
    visitor.check("met-reden")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_contact_and_a_participant(
    site: Site, visit: NewVisitor, width: int, team: Team, dark: bool
) -> None:
    _admin, contact = make_admin(site, team)
    visitor = visit(width, contact, dark=dark)
    visitor.go("/")
    visitor.check("onze-deelname")
    author = visit(width, team.author, dark=dark)
    page = author.page
    author.go("/mijn-gegevens")
    author.check("mijn-gegevens")
    author.go("/mijn-profiel")
    page.get_by_role("radio", name="Het hele netwerk").check()
    page.get_by_label("Over mij").fill("Ik help zorgteams met toetsen op afstand.")
    page.get_by_role("checkbox", name="Weet ervan: 1.4").check()
    page.get_by_role("checkbox", name="Wil er meer van weten: Succesfactor 3").check()
    author.check("mijn-profiel")
    page.get_by_role("button", name="Bewaar", exact=True).click()
    author.check("voorbeeld-van-mij")
    author.go("/wie-weet-wat?onderwerp=1.4&zoek=amira")
    author.check("wie-weet-wat")
    page.get_by_role("link", name="Amira Veldhaver").first.click()
    author.check("profiel")
    author.go("/wie-weet-wat?zoek=bestaatniet")
    author.check("niemand")
    author.go("/mijn-profiel/voorbeeld")
    page.get_by_role("button", name="Verberg mijn profiel").click()
    author.go("/mijn-profiel/voorbeeld")
    author.check("verborgen")
