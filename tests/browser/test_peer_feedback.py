"""Feedback between two people: given, changed, read, fixed; then whether it helped, thanks, and looking back."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import NewVisitor
from tests.browser.people import make_team, submitted_reflection
from tests.browser.site import Site
from tests.browser.visitor import Visitor

TITLE = "Een les die anders liep"


def give(visitor: Visitor) -> None:
    page = visitor.page
    visitor.go("/feedback")
    visitor.check("feedback-lijst")
    page.get_by_role("main").get_by_role("link", name=TITLE).click()
    expect(page.get_by_text("Je naam staat erbij.")).to_be_visible()
    for answer in page.locator("textarea[name^=answer-]").all():
        answer.fill("Je schrijft precies op wat de docent zei.")
    page.locator("label", has_text="Zie ik duidelijk").first.click()
    page.locator("label", has_text="Nog niet gevonden").last.click()
    page.locator("textarea[name^=where-]").first.fill("In je tweede alinea.")
    expect(page.locator("[data-save-status]")).to_contain_text("Bewaard om")
    visitor.check("feedback-formulier")
    page.get_by_role("button", name="Verstuur naar Amira").click()
    expect(page.get_by_text("Je feedback is verstuurd naar Amira.")).to_be_visible()


def change(visitor: Visitor) -> None:
    page = visitor.page
    visitor.go("/feedback/gegeven")
    expect(page.get_by_text("Nog niet gelezen")).to_be_visible()
    visitor.check("gegeven")
    page.get_by_role("main").get_by_role("link", name=re.compile("Amira")).click()
    page.get_by_role("link", name="Pas aan").click()
    expect(page.get_by_text("Je kunt dit nog aanpassen tot Amira het leest.")).to_be_visible()
    with page.expect_response(re.compile("/concept$")):
        page.locator("textarea[name^=answer-]").first.fill("Je schrijft heel precies op wat de docent zei.")
    page.reload()
    expect(page.get_by_text("Je wijziging is bewaard, maar nog niet verstuurd.")).to_be_visible()
    visitor.check("wijziging")
    page.get_by_role("button", name="Verstuur de wijziging").click()
    expect(page.get_by_text("Aangepast. Amira leest wat er nu staat.")).to_be_visible()


def read_and_answer(visitor: Visitor, reflection: object) -> None:
    page = visitor.page
    visitor.go(f"/reflecties/{reflection}")
    expect(page.get_by_text("tot dan kan Bilal nog iets aanpassen")).to_be_visible()
    expect(page.get_by_text("heel precies")).to_have_count(0)
    visitor.check("nog-dicht")
    page.get_by_role("button", name="Lees de feedback").click()
    expect(page.get_by_text("Je schrijft heel precies op wat de docent zei.")).to_be_visible()
    expect(page.get_by_text("In je tweede alinea.")).to_be_visible()
    page.get_by_role("button", name="Stuur het naar Bilal").click()
    expect(page.get_by_text("Kies wat je aan deze feedback had.")).to_be_visible()
    visitor.check("oordeel-fout")
    page.locator("label", has_text="Hielp me verder").click()
    page.get_by_label("Wil je zeggen waarom?").fill("Die tweede alinea wist ik niet.")
    page.get_by_label("Een bedankje voor Bilal").fill("Dank je wel, hier kan ik mee verder.")
    page.get_by_role("button", name="Stuur het naar Bilal").click()
    expect(page.get_by_text("Bewaard. Alleen jullie tweeën zien dit.")).to_be_visible()
    visitor.check("bedankt")


def test_give_change_read_rate_thank_and_look_back(site: Site, visit: NewVisitor, width: int) -> None:
    team = make_team(site)
    reflection = submitted_reflection(site, team, TITLE)
    peer, author = visit(width, team.peer), visit(width, team.author)
    give(peer)
    change(peer)
    read_and_answer(author, reflection)
    page = peer.page
    page.reload()
    expect(page.get_by_text("Amira las je feedback. Die ligt nu vast.")).to_be_visible()
    expect(page.locator("textarea")).to_have_count(0)
    peer.check("vast")
    peer.go("/feedback/gegeven")
    expect(page.get_by_text("Hielp me verder")).to_be_visible()
    expect(page.get_by_text("Er is een bedankje voor je")).to_be_visible()
    peer.check("gegeven-gelezen")
    page.get_by_role("main").get_by_role("link", name=re.compile("Amira")).click()
    expect(page.get_by_text("hier kan ik mee verder")).to_have_count(0)
    page.get_by_role("button", name="Lees het bedankje").click()
    expect(page.get_by_text("Dank je wel, hier kan ik mee verder.")).to_be_visible()
    expect(page.get_by_text("Die tweede alinea wist ik niet.")).to_be_visible()
    peer.check("bedankje")
    author.page.reload()
    expect(author.page.get_by_text("Je bedankje, gelezen op")).to_be_visible()


def test_what_is_written_while_the_other_reads_is_kept_and_said(site: Site, visit: NewVisitor) -> None:
    team = make_team(site)
    reflection = submitted_reflection(site, team, TITLE)
    peer, author = visit(1280, team.peer), visit(1280, team.author)
    give(peer)
    peer.go("/feedback/gegeven")
    page = peer.page
    page.get_by_role("main").get_by_role("link", name=re.compile("Amira")).click()
    page.get_by_role("link", name="Pas aan").click()
    author.go(f"/reflecties/{reflection}")
    author.page.get_by_role("button", name="Lees de feedback").click()
    expect(author.page.get_by_text("Gelezen op")).to_be_visible()
    peer.expected |= {409, 422}
    page.locator("textarea[name^=answer-]").first.fill("Dit kwam te laat.")
    page.get_by_role("button", name="Verstuur de wijziging").click()
    expect(page.get_by_role("heading", name="Deze wijziging kwam niet meer mee")).to_be_visible()
    expect(page.get_by_text("Dit kwam te laat.")).to_be_visible()
    peer.check("te-laat")


def test_two_peers_side_by_side_without_scripts(site: Site, visit: NewVisitor, width: int) -> None:
    team = make_team(site)
    reflection = submitted_reflection(site, team, TITLE)
    for who in (team.peer, team.other):
        give(visit(width, who))
    author = visit(width, team.author, scripts=False)
    author.go(f"/reflecties/{reflection}")
    page = author.page
    page.get_by_role("button", name="Lees alle 2 nieuwe").click()
    page.get_by_role("link", name="Per vraag").click()
    expect(page.get_by_role("link", name="Per vraag")).to_have_attribute("aria-current", "true")
    expect(page.get_by_role("heading", level=4, name="Yara Kornuit").first).to_be_visible()
    expect(page.get_by_role("heading", level=4, name="Bilal Zandstra").first).to_be_visible()
    looking = visit(width, team.author)
    looking.go(f"/reflecties/{reflection}?per=vraag")
    looking.check("per-vraag")
    looking.page.get_by_role("link", name="Per persoon").click()
    looking.check("per-persoon")
