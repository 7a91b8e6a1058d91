"""The people for whom it is all set up: from the first page to signing off, the calendar, a talk, and stopping."""

import re

from playwright.sync_api import expect

from peergang.cohorts.models import Enrolment
from tests.browser.conftest import NewVisitor
from tests.browser.hand import Pointer
from tests.browser.people import make_team
from tests.browser.site import Site
from tests.browser.visitor import Visitor
from tests.factories.identity import make_organiser


def open_account(visitor: Visitor, name: str) -> None:
    visitor.page.locator("details.pg-menu > summary").first.click()
    visitor.page.locator("details.pg-menu").first.get_by_role("link", name=name).click()
    visitor.page.wait_for_load_state()


def test_a_participant_finds_everything_from_the_first_page(
    site: Site, visit: NewVisitor, width: int
) -> None:
    visitor = visit(width, make_team(site).author)
    page, hand = visitor.page, Pointer(visitor.page)
    visitor.go("/")
    hand.use(page.get_by_role("link", name="Vragen achter vragen"))
    page.get_by_role("region", name="Kun je niet?").get_by_role("textbox").fill("Oudergesprekken die middag.")
    hand.use(page.get_by_role("button", name="Meld je af"))
    visitor.check("afgemeld")
    visitor.go("/")
    hand.use(page.get_by_role("link", name="Alle bijeenkomsten"))
    expect(page.get_by_text("Afgemeld")).to_be_visible()
    visitor.check("bijeenkomsten")
    hand.use(page.get_by_role("link", name="In je eigen agenda"))
    visitor.check("agenda-adres")
    visitor.go("/")
    hand.use(page.get_by_role("link", name="Intervisie met je groep"))
    visitor.check("intervisie")
    open_account(visitor, "Mijn profiel")
    visitor.check("profiel")
    open_account(visitor, "Wie weet wat?")
    visitor.check("wie-weet-wat")


def test_stopping_and_coming_back(site: Site, visit: NewVisitor, width: int) -> None:
    team = make_team(site)
    with site.work() as session:
        organiser = make_organiser(session)
    visitor, office = visit(width, team.other), visit(1280, organiser)
    page = visitor.page
    visitor.go("/")
    open_account(visitor, "Mijn cohorten")
    visitor.check("mijn-cohorten")
    page.get_by_role("link", name="Stoppen met dit cohort").click()
    visitor.check("stoppen")
    page.get_by_role("button", name="Stop met dit cohort").click()
    expect(page.get_by_text("Je bent gestopt met dit cohort.")).to_be_visible()
    visitor.check("gestopt")
    office.go(f"/cohorten/{team.cohort_id}")
    row = office.page.get_by_role("row", name=re.compile("Yara"))
    row.locator("summary").click()
    office.check("cohort-met-wie-stopte")
    row.get_by_role("button", name="Nodig opnieuw uit").click()
    expect(office.page.get_by_text("De uitnodiging gaat opnieuw de deur uit.")).to_be_visible()
    visitor.go("/")
    page.get_by_role("button", name=re.compile("Doe mee|Ik doe mee|Accepteer|Ja")).first.click()
    page.wait_for_load_state()
    visitor.check("terug")
    with site.work() as session:
        assert session.get_one(Enrolment, team.enrolments["other"].id).state == "active"
