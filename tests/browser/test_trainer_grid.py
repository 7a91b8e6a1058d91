"""The trainer's grid: walking by keyboard, doing one thing for several people, and the story of one of them."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from peergang.cohorts.models import Cohort, CohortActivity, Extension
from peergang.curriculum.models import Activity, Module
from peergang.reminders.models import Nudge
from tests.browser.conftest import NewVisitor
from tests.browser.people import Team, make_team, submitted_reflection
from tests.browser.site import Site
from tests.factories.coursework import find_activity
from tests.factories.progress import complete


def in_focus(page: Page) -> str:
    """The words of the cell that has the focus."""
    return str(page.evaluate("document.activeElement.innerText.replace(/\\s+/g, ' ').trim()"))


def live(site: Site, team: Team) -> str:
    """Something done, something handed in, something late. Gives the code of the first module."""
    submitted_reflection(site, team)
    with site.work() as session:
        now = datetime.now(UTC)
        first = session.get_one(Activity, team.activity_id)
        read = session.query(Activity).filter_by(module_id=first.module_id, kind="read").first()
        assert read is not None
        complete(session, team.enrolments["peer"], read, at=now - timedelta(days=2))
        session.query(CohortActivity).filter_by(cohort_id=team.cohort_id, activity_id=read.id).update(
            {"due_at": now - timedelta(days=1)}
        )
        return str(session.get_one(Module, first.module_id).code)


def test_the_grid_by_keyboard(site: Site, visit: NewVisitor, width: int) -> None:
    team = make_team(site)
    code = live(site, team)
    visitor = visit(width, team.trainer)
    page, keys = visitor.page, visitor.page.keyboard
    visitor.go(f"/cohorten/{team.cohort_id}/voortgang")
    visitor.check("rooster-modules")
    with page.expect_navigation():
        page.get_by_role("navigation", name="Modules").get_by_role(
            "link", name=re.compile(f"{code}$")
        ).click()
    visitor.check("rooster-opdrachten")
    grid = page.get_by_role("grid")
    expect(grid).to_be_visible()
    grid.locator('[tabindex="0"]').first.focus()
    keys.press("Control+Home")
    keys.press("Control+End")
    last = in_focus(page)
    keys.press("ArrowRight")
    keys.press("ArrowDown")
    assert in_focus(page) == last, "the corner is the end"
    keys.press("Home")
    name = in_focus(page)
    expect(grid.locator("tbody tr").last.get_by_role("rowheader")).to_be_focused()
    keys.press(" ")
    expect(page.get_by_text("Gekozen: 1")).to_be_visible()
    expect(grid.locator("tbody tr").last).to_have_attribute("aria-selected", "true")
    assert grid.locator('[tabindex="0"]').count() == 1, "one stop for Tab"
    keys.press("ArrowUp")
    assert in_focus(page) != name
    keys.press("Control+a")
    expect(page.get_by_text("Gekozen: 3")).to_be_visible()
    visitor.check("rooster-gekozen")
    keys.press("ArrowRight")
    with page.expect_navigation():
        keys.press("Enter")
    expect(page).to_have_url(re.compile(r"/deelnemers/[0-9a-f-]+#activiteit-"))
    visitor.check("verhaal-uit-rooster")


def test_reminding_and_more_time_for_several(site: Site, visit: NewVisitor, width: int) -> None:
    team = make_team(site)
    code = live(site, team)
    visitor = visit(width, team.trainer)
    page = visitor.page
    visitor.go(f"/cohorten/{team.cohort_id}/voortgang?module={code}")
    for name in ("Amira Veldhaver", "Bilal Zandstra", "Yara Kornuit"):
        page.get_by_label(f"Kies {name}").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Herinner").click()
    with site.work() as session:
        read = (
            session.query(Activity)
            .filter_by(module_id=session.get_one(Activity, team.activity_id).module_id, kind="read")
            .first()
        )
        assert read is not None
        wanted = f"activity:{read.id}"
    page.get_by_label("Opdracht").select_option(wanted)
    with page.expect_navigation():
        page.get_by_role("button", name="Bekijk voor wie").click()
    expect(page.get_by_text("is al gedaan")).to_be_visible()
    visitor.check("herinneren-voor-wie")
    with page.expect_navigation():
        page.get_by_role("button", name="Herinneren", exact=True).click()
    expect(page.get_by_role("heading", name="Overgeslagen")).to_be_visible()
    visitor.check("herinnerd")
    with site.work() as session:
        ids = [team.enrolments[name].id for name in ("author", "other")]
        assert session.query(Nudge).filter(Nudge.enrolment_id.in_(ids)).count() == 2
    with page.expect_navigation():
        page.get_by_role("button", name="Neem de herinneringen terug").click()
    expect(page.get_by_text("2 keer teruggenomen.")).to_be_visible()
    page.get_by_label("Kies Yara Kornuit").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Geef uitstel").click()
    page.get_by_label("Opdracht").select_option(wanted)
    with page.expect_navigation():
        page.get_by_role("button", name="Uitstel geven").click()
    expect(page.get_by_text("Schrijf kort op waarom.").first).to_be_visible()
    visitor.check("uitstel-zonder-reden")
    page.get_by_label("Nieuwe datum").fill((datetime.now(UTC) + timedelta(days=90)).date().isoformat())
    page.get_by_label("Reden").fill("Verhuizing van de school")
    with page.expect_navigation():
        page.get_by_role("button", name="Uitstel geven").click()
    visitor.check("uitgesteld")
    with site.work() as session:
        assert session.query(Extension).filter_by(enrolment_id=team.enrolments["other"].id).count() == 1
    with page.expect_navigation():
        page.get_by_role("link", name="Naar de deelnemer").click()
    expect(page.get_by_text("omdat: ‘Verhuizing van de school’")).to_be_visible()
    visitor.check("verhaal")
    with page.expect_navigation():
        page.get_by_role("link", name=re.compile(r"\(vorige\)|\(volgende\)")).first.click()
    visitor.check("verhaal-van-een-ander")


@pytest.mark.parametrize("scripts", [True, False], ids=["english", "without"])
def test_in_english_and_without_scripts(site: Site, visit: NewVisitor, scripts: bool) -> None:
    team = make_team(site)
    code = live(site, team)
    with site.work() as session:
        session.merge(team.trainer).locale = "en" if scripts else "nl"
        done = find_activity(session, session.get_one(Cohort, team.cohort_id), "conversation")
    visitor = visit(1280, team.trainer, scripts=scripts)
    visitor.locale = "en" if scripts else "nl"
    page = visitor.page
    visitor.go(f"/cohorten/{team.cohort_id}/voortgang?module={code}")
    visitor.check("grid")
    page.locator("input[name=wie]").first.check()
    with page.expect_navigation():
        page.locator("button[formaction$=afronden]").click()
    page.locator("select[name=subject]").select_option(f"activity:{done.id}")
    page.locator("textarea[name=reason]").fill("In het gesprek gehoord")
    visitor.check("complete")
    with page.expect_navigation():
        page.locator("button[name=zeker]").click()
    visitor.check("completed")
    with page.expect_navigation():
        page.locator("main a.btn-primary").click()
    expect(page.get_by_text("In het gesprek gehoord")).to_be_visible()
    visitor.check("story")
