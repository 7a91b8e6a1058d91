"""A session that ends, another person in the same browser, a second tab and a second device: every word is found again."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.lab import (
    Lab,
    NewWriter,
    Writer,
    copies,
    end_session,
    kept_here,
    stored,
    stored_text,
    wait_until,
)
from tests.browser.people import Team
from tests.browser.visitor import Visitor


def test_a_button_without_a_network_stays_on_the_page(lab: Lab, team: Team, writer: NewWriter) -> None:
    amira = writer()
    page = amira.page
    amira.visitor.offline = True
    amira.type("In de lift. ")
    page.context.set_offline(True)
    page.get_by_role("button", name="Bewaar concept").last.click()
    amira.says("Geen verbinding")
    page.context.set_offline(False)
    amira.saved()
    # The browser does not know, and shows its own page: the text is there on the way back.
    amira.type("En op de trap. ")
    kept_here(page, "trap")
    lab.kill()
    page.get_by_role("button", name="Bewaar concept").last.click()
    page.wait_for_url("chrome-error://**")
    lab.start()
    page.goto(lab.site.address + amira.path)
    expect(amira.answer()).to_have_value("In de lift. En op de trap. ")
    amira.saved()
    assert stored_text(lab.site, team) == "In de lift. En op de trap. "


def test_signing_in_elsewhere_wakes_the_page(lab: Lab, team: Team, writer: NewWriter) -> None:
    amira = writer()
    amira.visitor.expected = {400, 401}
    amira.type("Voor de pauze. ")
    amira.saved()
    end_session(lab.site, team.author)
    amira.type("Na de pauze. ")
    amira.says("Je bent niet meer ingelogd")
    link = amira.line.get_by_role("link", name="Log opnieuw in")
    link.focus()
    expect(link).to_be_focused()
    amira.visitor.check("uitgelogd")
    context = amira.page.context
    tab = Writer(Visitor(lab.site, context, context.new_page(), amira.visitor.width), amira.path)
    tab.page.goto(f"{lab.site.address}/inloggen")
    tab.sign_in(team.author)
    tab.page.wait_for_url(re.compile("/deze-week"))
    amira.page.bring_to_front()
    amira.page.evaluate("dispatchEvent(new Event('focus'))")
    amira.saved()
    assert stored_text(lab.site, team) == "Voor de pauze. Na de pauze. "


def test_another_person_in_the_same_browser_gets_nothing(lab: Lab, team: Team, writer: NewWriter) -> None:
    amira = writer()
    amira.visitor.expected = {400, 401}
    tab = amira.another_tab()
    tab.page.context.clear_cookies()
    tab.page.goto(f"{lab.site.address}/inloggen")
    tab.sign_in(team.peer)
    tab.page.wait_for_url(re.compile("/deze-week"))
    amira.type("Dit is van Amira. ")
    amira.says("iemand anders ingelogd")
    amira.visitor.check("iemand-anders")
    tab.open()
    expect(tab.answer()).to_have_value("")
    assert stored_text(lab.site, team, "peer") == ""
    kept_here(amira.page, "Dit is van Amira.")


@pytest.mark.parametrize(
    ("scripts", "width"), [(True, 1280), (False, 390)], ids=["scripts-desktop", "no-scripts-phone"]
)
def test_what_is_sent_after_the_session_ended_comes_back(
    lab: Lab, team: Team, writer: NewWriter, scripts: bool, width: int
) -> None:
    amira = writer(scripts=scripts, width=width)
    amira.visitor.expected = {400, 401}
    page = amira.page
    end_session(lab.site, team.author)
    page.get_by_label("Titel").fill("Welke vraag?")
    for number in range(page.locator("textarea").count()):
        amira.answer(number).fill(f"Antwoord {number}.\nMet een tweede regel.")
    page.get_by_role("radio", name="peergroep").check()
    page.get_by_role("button", name="Lever in").click()
    amira.sign_in(team.author)
    expect(page.get_by_role("heading", level=1)).to_have_text("Je tekst is er nog")
    expect(page.get_by_text("Met een tweede regel.").first).to_be_visible()
    amira.visitor.check("verstuur-alsnog")
    page.get_by_role("button", name="Verstuur alsnog").click()
    expect(page.get_by_text("Versie 1 is ingeleverd.")).to_be_visible()
    texts = stored(lab.site, team)
    assert sorted(text.replace("\r\n", "\n") for text in texts.values() if text) == [
        f"Antwoord {number}.\nMet een tweede regel." for number in range(len(texts))
    ]
    if scripts:
        wait_until(page, lambda: copies(page) == [], "a copy stayed")


def test_two_places_at_once(lab: Lab, team: Team, writer: NewWriter) -> None:
    here, there = writer(), writer(width=1280)
    here.visitor.expected = there.visitor.expected = {409}
    # Different answers go together.
    here.type("Op de laptop. ")
    here.saved()
    there.type("Op de telefoon. ", 1)
    there.saved()
    expect(there.page.get_by_text("Wat je elders schreef, staat er nu bij")).to_be_visible()
    expect(there.answer()).to_have_value("Op de laptop. ")
    there.visitor.check("samengevoegd")
    assert stored_text(lab.site, team) == "Op de laptop. |Op de telefoon. "
    # The same answer: both are shown, and put under each other.
    here.type("Versie A.")
    panel = here.page.locator("#autosave-conflict-panel")
    here.saved()
    there.type("Versie B.")
    panel = there.page.locator("#autosave-conflict-panel")
    expect(panel).to_contain_text("Versie A.")
    expect(panel).to_contain_text("Versie B.")
    there.says("Elders gewijzigd")
    there.visitor.check("twee-versies")
    assert "Versie B." in str(copies(there.page))
    there.page.get_by_role("link", name="Vergelijk beide versies").press("Enter")
    expect(panel).to_be_focused()
    panel.get_by_role("button", name="Zet ze onder elkaar").press("Enter")
    there.saved()
    whole = "Op de laptop. Versie B.\n\nOp de laptop. Versie A."
    expect(there.answer()).to_have_value(whole)
    there.page.get_by_role("button", name="Zet mijn tekst terug").click()
    wait_until(there.page, lambda: "Versie A" not in stored_text(lab.site, team), "undo was not saved")


def test_a_copy_of_before_goes_together_with_what_another_device_wrote(
    lab: Lab, team: Team, writer: NewWriter
) -> None:
    here, there = writer(), writer(width=1280)
    here.visitor.offline = True
    here.type("Begin. ")
    here.saved()
    lab.wire.silent = True
    here.type("In de trein. ")
    kept_here(here.page, "trein")
    here.page.close()
    lab.wire.mend()
    there.visitor.expected = {409}
    there.open()
    there.type("Thuis. ", 1)
    there.saved()
    again = here.another_tab()
    expect(again.answer()).to_have_value("Begin. In de trein. ")
    expect(again.answer(1)).to_have_value("Thuis. ")
    again.saved()
    assert stored_text(lab.site, team) == "Begin. In de trein. |Thuis. "
