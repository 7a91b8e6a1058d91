"""Choosing about messages: on a phone, by keyboard, without scripts; and stopping from a mail without signing in."""

import re

import pytest
from playwright.sync_api import expect

from peergang.notifications.actions.opt_out import EVERYTHING, make_token
from peergang.notifications.models import NoticeHabits
from peergang.notifications.queries import find_chosen
from tests.browser.conftest import NewVisitor
from tests.browser.people import make_team
from tests.browser.site import Site

URL = "/herinneringen"


def test_choices_about_messages(site: Site, visit: NewVisitor, width: int) -> None:
    team = make_team(site)
    visitor = visit(width, team.trainer)
    page = visitor.page
    visitor.go(URL)
    visitor.check("herinneringen")
    page.get_by_label("Eén e‑mail per week").check()
    page.get_by_role("heading", name="Schrijven en feedback").click()
    page.get_by_label("Je hebt feedback gekregen").select_option(label="Alleen op de site")
    page.get_by_label("Van", exact=True).fill("2099-02-01")
    page.get_by_label("Tot en met").fill("2099-01-15")
    page.get_by_role("button", name="Bewaar mijn keuzes").click()
    expect(page).to_have_title(re.compile("^Fout:"))
    visitor.check("herinneringen-fout")
    page.get_by_role("link", name=re.compile("Bedoel je 15-2-2099")).click()
    expect(page.get_by_label("Tot en met")).to_be_focused()
    page.get_by_label("Tot en met").fill("2099-02-15")
    page.get_by_role("button", name="Bewaar mijn keuzes").click()
    expect(page.get_by_text("Je keuzes zijn bewaard")).to_be_visible()
    visitor.check("herinneringen-bewaard")
    expect(page.get_by_label("Eén e‑mail per week")).to_be_checked()
    with site.work() as session:
        found = find_chosen(session, team.trainer.id)
        habits = session.get_one(NoticeHabits, team.trainer.id)
        assert (found.rhythm, dict(found.deliveries)) == ("weekly", {"feedback_received": "in_app"})
        assert habits.away_until is not None


def test_choices_by_keyboard_in_the_dark(site: Site, visit: NewVisitor) -> None:
    team = make_team(site)
    visitor = visit(1280, team.author, dark=True)
    page = visitor.page
    visitor.go(URL)
    page.get_by_label("Zoals wij het voorstellen").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Eén e‑mail per week")).to_be_checked()
    for key in ("Tab", "Enter", "Tab", "End"):
        page.keyboard.press(key)
    with page.expect_navigation():
        page.get_by_role("button", name="Stuur me een proefmail").press("Enter")
    expect(page.get_by_text(f"Je proefmail is onderweg naar {team.author.email}")).to_be_visible()
    visitor.check("herinneringen-donker")
    with site.work() as session:
        found = find_chosen(session, team.author.id)
        assert found.rhythm == "weekly"
        assert set(found.deliveries.values()) == {"off"}, "the last choice of the first kind"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "without"])
@pytest.mark.parametrize("rule", ["feedback_received", EVERYTHING], ids=["one", "all"])
def test_stopping_from_a_mail(site: Site, visit: NewVisitor, rule: str, scripts: bool) -> None:
    team = make_team(site)
    visitor = visit(390, scripts=scripts)
    page = visitor.page
    visitor.go(f"/afmelden/{make_token(site.settings.secret_key, team.author.id, rule)}")
    visitor.check("afmelden")
    page.get_by_role("button", name=re.compile("^Stop met")).click()
    expect(page.get_by_role("heading", name="Je bent afgemeld")).to_be_visible()
    visitor.check("afgemeld")
    page.get_by_role("button", name="Eén keer per week").click()
    expect(page.get_by_role("heading", name="Je keuze is bewaard")).to_be_visible()
    visitor.check("afmelden-liever")
    page.get_by_role("button", name="Zet het terug zoals het was").click()
    expect(page.get_by_role("status")).to_contain_text("weer")
    visitor.check("afmelden-terug")
    with site.work() as session:
        found = find_chosen(session, team.author.id)
        assert (found.rhythm, dict(found.deliveries)) == (None, {})
