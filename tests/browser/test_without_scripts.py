"""The main road once more without JavaScript: every form has a button and every page answers."""

from playwright.sync_api import expect

from tests.browser.conftest import NewVisitor
from tests.browser.people import WORDS, make_team, submitted_reflection
from tests.browser.site import Site
from tests.browser.test_signing_in import sign_in


def test_an_author_writes_and_submits(site: Site, visit: NewVisitor) -> None:
    team = make_team(site)
    visitor = visit(390, scripts=False)
    page = visitor.page
    visitor.go("/deze-week")
    sign_in(visitor, team.author.email)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Amira")
    page.get_by_role("main").get_by_role("link", name="Lees de onderwerpen").click()
    page.locator("#onderwerpen").get_by_role("link").first.click()
    page.get_by_role("button", name="Ik heb dit gelezen").click()
    expect(page.get_by_text("Nog 4 onderwerpen te gaan.")).to_be_visible()
    visitor.go(f"/reflecties/opdracht/{team.activity_id}/schrijven")
    page.get_by_label("Titel").fill("Zonder scripts")
    for answer in page.locator("textarea").all():
        answer.fill(WORDS)
    page.get_by_role("button", name="Bewaar concept").first.click()
    expect(page.get_by_text("Je concept is bewaard.")).to_be_visible()
    expect(page.locator("textarea").first).to_have_value(WORDS)
    page.get_by_role("radio", name="peergroep").check()
    page.get_by_role("button", name="Lever in").click()
    expect(page.get_by_text("Versie 1 is ingeleverd.")).to_be_visible()
    page.locator("details.pg-menu > summary").click()
    page.get_by_text("Donker", exact=True).click()
    page.get_by_role("button", name="Bewaar weergave").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_nothing_counts_words_that_cannot_count_along(site: Site, visit: NewVisitor) -> None:
    """A count that stays as it was while one writes is wrong; with scripts it goes along."""
    team = make_team(site)
    for scripts in (False, True):
        visitor = visit(1280, team.author, scripts=scripts)
        visitor.go(f"/reflecties/opdracht/{team.activity_id}/schrijven")
        count = visitor.page.locator("[data-many]").first
        expect(count).to_have_text("0 woorden" if scripts else "")
        visitor.page.locator("textarea").first.fill("Drie hele woorden")
        expect(count).to_have_text("3 woorden" if scripts else "")


def test_a_peer_and_a_trainer_react(site: Site, visit: NewVisitor) -> None:
    team = make_team(site)
    title = "Zonder scripts gelezen"
    submitted_reflection(site, team, title)
    peer = visit(1280, team.peer, scripts=False)
    peer.go("/feedback")
    peer.page.get_by_role("link", name=title).click()
    for answer in peer.page.locator("textarea[name^='answer-']").all():
        answer.fill("Helder, en ik wil weten hoe het afliep.")
    peer.page.get_by_role("button", name="Verstuur naar Amira").click()
    expect(peer.page.get_by_text("Je feedback is verstuurd naar Amira.")).to_be_visible()
    trainer = visit(1280, team.trainer, scripts=False)
    page = trainer.page
    trainer.go("/beoordelen")
    page.get_by_role("link", name="Reageer op alinea 2").click()
    page.get_by_label("Opmerking bij alinea 2").fill("Mooi gezien.")
    page.get_by_role("button", name="Plaats opmerking").click()
    expect(page.get_by_text("Mooi gezien.")).to_be_visible()
    page.get_by_role("radio", name="Afgerond").check()
    page.get_by_role("button", name="Verstuur naar Amira").click()
    expect(page.get_by_text("De rij is leeg")).to_be_visible()


def test_the_library_filters_with_a_button(site: Site, visit: NewVisitor) -> None:
    team = make_team(site)
    visitor = visit(390, team.peer, scripts=False)
    page = visitor.page
    visitor.go("/bibliotheek/")
    page.get_by_label("2b Ondersteunen en delen").check()
    page.get_by_role("button", name="Toon resultaten").click()
    expect(page.get_by_label("2b Ondersteunen en delen")).to_be_checked()
    expect(page.get_by_role("list", name="Gekozen filters")).to_be_visible()
