"""The organiser sees what asks attention, notes a call and sets a false alarm aside; so does the trainer of a participant."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect
from sqlalchemy import select

from peergang.cohorts.models import Cohort, Enrolment
from peergang.identity.models import User
from peergang.progress.models import RiskSignal
from tests.browser.conftest import NewVisitor
from tests.browser.people import Team, make_team
from tests.browser.site import Site
from tests.factories.cohorts import make_meeting
from tests.factories.identity import make_organiser
from tests.factories.progress import attend
from tests.factories.risks import evaluate_now


def populate(site: Site, team: Team) -> tuple[User, dict[str, str]]:
    """Somebody missed two meetings, and nobody of the school can be called; the organiser, and a signal of each kind."""
    now = datetime.now(UTC)
    with site.work() as session:
        cohort = session.get_one(Cohort, team.cohort_id)
        person = session.get_one(Enrolment, team.enrolments["author"].id)
        for number in (8, 9):
            meeting = make_meeting(session, cohort, now - timedelta(days=70 - 7 * number), number=number)
            attend(session, meeting, person, "absent")
        evaluate_now(session, now)
        organiser = make_organiser(session, "Lotte", "Vlierstruik")
    with site.work() as session:
        rows = session.execute(
            select(RiskSignal.rule, RiskSignal.id).where(RiskSignal.cohort_id == team.cohort_id)
        )
        return organiser, {rule: str(signal_id) for rule, signal_id in rows}


def test_calling_noting_and_setting_aside(site: Site, visit: NewVisitor, width: int) -> None:
    team = make_team(site)
    organiser, signals = populate(site, team)
    visitor = visit(width, organiser)
    page = visitor.page
    visitor.go("/deelname")
    visitor.check("aandacht-deelname")
    visitor.go(f"/deelname/aandacht?cohort={team.cohort_id}")
    visitor.check("aandacht-lijst")
    with page.expect_navigation():
        page.get_by_role("link", name="Was niet bij de laatste 2 bijeenkomsten").first.click()
    visitor.check("aandacht-signaal")
    page.get_by_label("Met wie").fill("Joris")
    page.get_by_label("Wat is afgesproken").fill("Komt donderdag weer.\nBelt als het niet lukt.")
    with page.expect_navigation():
        page.get_by_role("button", name="Bewaar de notitie").click()
    expect(page.get_by_text("Komt donderdag weer.")).to_be_visible()
    with page.expect_navigation():
        page.get_by_role("button", name="Zet weg").click()
    visitor.check("aandacht-fout")
    page.get_by_label("Reden").fill("Het rooster klopte niet")
    with page.expect_navigation():
        page.get_by_role("button", name="Zet weg").click()
    visitor.check("aandacht-weggezet")
    with page.expect_navigation():
        page.get_by_role("button", name="Zet terug").click()
    expect(page.get_by_role("button", name="Zet weg")).to_be_visible()
    visitor.go(f"/deelname/aandacht/{signals['no_contact']}")
    visitor.check("aandacht-instelling")
    with page.expect_navigation():
        page.get_by_role("link", name="De instelling").click()
    visitor.go(f"{page.url.removeprefix(site.address)}/gesprekken")
    visitor.check("aandacht-gesprekken")


def test_the_trainer_does_so_for_a_participant(site: Site, visit: NewVisitor, width: int) -> None:
    team = make_team(site)
    _organiser, signals = populate(site, team)
    visitor = visit(width, team.trainer, dark=True)
    visitor.go(f"/deelname/aandacht/{signals['missed_meetings']}")
    visitor.check("aandacht-trainer")
    visitor.page.get_by_label("Wat is afgesproken").fill("Gesproken")
    with visitor.page.expect_navigation():
        visitor.page.get_by_role("button", name="Bewaar de notitie").click()
    expect(visitor.page.get_by_text("De notitie staat bij dit signaal.")).to_be_visible()
