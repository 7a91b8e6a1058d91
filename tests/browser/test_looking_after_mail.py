"""Admins look after the mail, and somebody sees what comes: on a screen and on a phone."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from peergang.cohorts.models import Cohort
from peergang.identity.models import RoleGrant, User
from tests.browser.conftest import NewVisitor
from tests.browser.people import Team, make_team
from tests.browser.site import Site
from tests.factories.cohorts import make_meeting
from tests.factories.identity import make_user
from tests.factories.notifications import make_notice


@pytest.fixture
def team(site: Site) -> Team:
    return make_team(site)


def make_admin(site: Site) -> User:
    """An admin who is an organiser too, and mail of which some failed."""
    now = datetime.now(UTC)
    with site.work() as session:
        admin = make_user(session, "Wouter", "Zandvoort", particle="van")
        session.add_all([RoleGrant(user_id=admin.id, role=role) for role in ("admin", "organiser")])
        failed = {"state": "failed", "reason": "552 5.2.2 Mailbox full", "finished_at": now, "attempts": 6}
        for number in range(4):
            make_notice(session, make_user(session), now, **failed)
            ended = {"state": "sent", "finished_at": now - timedelta(hours=3 * number)}
            make_notice(session, make_user(session), now, **ended)
        make_notice(session, make_user(session), now - timedelta(hours=1), rule="meeting_tomorrow")
    return admin


def test_an_admin_holds_back_and_sends_again(site: Site, visit: NewVisitor, width: int, team: Team) -> None:
    visitor = visit(width, make_admin(site))
    page = visitor.page
    visitor.go("/beheer/berichten")
    expect(page.get_by_role("heading", name="De rij", exact=True)).to_be_visible()
    visitor.check("beheer-berichten")
    page.get_by_role("link", name="Opnieuw versturen").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("4 berichten opnieuw versturen?")
    visitor.check("beheer-opnieuw")
    page.get_by_role("button", name="Verstuur opnieuw").click()
    expect(page.get_by_role("status").first).to_contain_text("4 berichten gaan opnieuw uit.")
    page.get_by_role("button", name="Houd tegen").click()
    expect(page.get_by_text("Schrijf in een paar woorden waarom.").first).to_be_visible()
    visitor.check("beheer-fout")
    page.get_by_label("Alle berichten").check()
    page.get_by_label("Waarom?").fill("De link in de mail klopt niet.")
    page.get_by_role("button", name="Houd tegen").click()
    expect(page.get_by_role("heading", name="Nu tegengehouden: Alle berichten")).to_be_visible()
    visitor.check("beheer-tegengehouden")
    page.get_by_role("button", name="Hervat").click()
    expect(page.get_by_text("De berichten gaan weer uit").first).to_be_visible()
    page.get_by_role("link", name="Alle regels").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Regels voor berichten")
    visitor.check("regels")
    page.get_by_role("link", name="Waarom krijgt iemand niets?").click()
    page.get_by_role("searchbox").fill("veldhaver")
    page.get_by_role("button", name="Zoek").click()
    page.get_by_role("link", name="Bekijk berichten").first.click()
    expect(page.get_by_role("heading", name="Wat nu niet komt, en waarom")).to_be_visible()
    visitor.check("waarom-niet")


def test_somebody_sees_what_comes(site: Site, visit: NewVisitor, width: int, team: Team) -> None:
    with site.work() as session:
        cohort = session.get_one(Cohort, team.cohort_id)
        make_meeting(session, cohort, datetime.now(UTC) + timedelta(days=6), title="Samen kijken", number=77)
    visitor = visit(width, team.author)
    visitor.go("/berichten/komende-weken")
    heading = visitor.page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Wat krijg ik de komende twee weken?")
    expect(visitor.page.get_by_text("Samen kijken").first).to_be_visible()
    visitor.check("komende-weken")
