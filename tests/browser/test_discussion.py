"""A conversation under a module: a first question, a name, a copy of what was not sent, new posts, and silence."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewVisitor
from tests.browser.lab import wait_until
from tests.browser.people import make_team
from tests.browser.site import Site
from tests.factories.coursework import find_activity

COPIES = "Object.entries(localStorage).filter(([name]) => name.includes('discussion')).map(one => one[1])"


def module_of(site: Site, cohort_id: object) -> tuple[str, str]:
    from peergang.cohorts.models import Cohort

    with site.work() as session:
        module_id = find_activity(session, session.get_one(Cohort, cohort_id)).module_id
    return f"/modules/{module_id}", f"/cohorten/{cohort_id}/modules/{module_id}/gesprek"


def test_from_the_first_question_to_silence(site: Site, visit: NewVisitor, width: int) -> None:
    team = make_team(site)
    module, _talk = module_of(site, team.cohort_id)
    author = visit(width, team.author)
    page = author.page
    author.go(module)
    page.locator("#gesprek").get_by_text("Nog geen gesprek. Stel de eerste vraag.").wait_for()
    page.locator("#gesprek").get_by_role("link", name="Naar het gesprek").click()
    author.check("gesprek-leeg")
    page.get_by_role("link", name="Begin een gesprek").click()
    page.get_by_role("button", name="Plaats").click()
    expect(page).to_have_title("Fout: Begin een gesprek · Peergang")
    author.check("gesprek-fout")
    page.get_by_label("Waar gaat het over?").fill("Hoe begin je een gesprek met een docent?")
    field = page.get_by_label("Je vraag of verhaal")
    field.fill("Ik zocht een **begin**. Hoe deed jij dat, @bil")
    field.press("End")
    field.press_sequentially("a")
    option = page.get_by_role("option", name="Bilal Zandstra")
    expect(option).to_have_attribute("aria-selected", "true")
    box = option.bounding_box()
    assert box
    assert box["height"] >= 44
    author.check("gesprek-noemen")
    field.press("Enter")
    expect(field).to_have_value("Ik zocht een **begin**. Hoe deed jij dat, @Bilal Zandstra ")
    expect(page.locator("input[name=mentions]:checked")).to_have_count(1)
    # The tab dies before it was placed; the words are there again, with the way back.
    wait_until(page, lambda: "@Bilal Zandstra " in str(page.evaluate(COPIES)), "the browser keeps no copy")
    address = page.url
    author.go("/deze-week")
    author.go(address)
    page.get_by_text("We hebben je tekst teruggezet").wait_for()
    expect(page.get_by_label("Waar gaat het over?")).to_have_value("Hoe begin je een gesprek met een docent?")
    expect(page.locator("input[name=mentions]:checked")).to_have_count(1)
    author.check("gesprek-teruggezet")
    page.get_by_role("button", name="Plaats").click()
    page.get_by_text("Je gesprek staat er.").wait_for()
    expect(page.get_by_text("Noemt: Bilal Zandstra.")).to_be_visible()
    wait_until(page, lambda: page.evaluate(COPIES) == [], "a copy stayed")
    author.check("gesprek")
    thread = page.url

    peer = visit(width, team.peer)
    peer.go(module)
    expect(peer.page.locator("#gesprek")).to_contain_text("1 nieuw bericht")
    peer.check("module-met-gesprek")
    peer.go(thread)
    expect(peer.page.locator(".pg-post.is-new")).to_have_count(1)
    peer.check("gesprek-nieuw")
    # In sight for a moment is read.
    peer.page.evaluate("document.querySelector('form[data-read-up-to]').scrollIntoView()")
    expect(peer.page.locator("form[data-read-up-to]")).to_be_hidden()
    peer.page.get_by_label("Je bericht").fill("Met een vraag over haar les.")
    peer.page.get_by_role("button", name="Plaats je reactie").click()
    expect(peer.page.locator("#bericht-2")).to_contain_text("Met een vraag over haar les.")
    expect(peer.page.get_by_label("Je bericht")).to_have_value("")
    peer.page.locator("#bericht-2").get_by_role("link", name="Wijzig").click()
    peer.check("gesprek-wijzigen")
    peer.page.get_by_label("Je bericht").fill("Met een *kleine* vraag.")
    peer.page.get_by_role("button", name="Bewaar").click()
    expect(peer.page.locator("#bericht-2")).to_contain_text("Aangepast op")
    peer.page.get_by_role("radio", name="Stil").check(force=True)
    peer.page.get_by_role("button", name="Bewaar", exact=True).click()
    peer.page.get_by_text("Het is stil. Alleen wie jou noemt").wait_for()
    peer.check("gesprek-stil")

    trainer = visit(width, team.trainer)
    trainer.go(thread)
    trainer.page.locator("#bericht-2").get_by_role("link", name="Verberg").click()
    trainer.page.get_by_label("Waarom verberg je dit bericht?").fill("Er stond een naam in.")
    trainer.check("gesprek-verbergen")
    trainer.page.get_by_role("button", name="Verberg").click()
    expect(trainer.page.locator("#bericht-2")).to_contain_text("Er stond een naam in.")
    trainer.check("gesprek-verborgen")
    author.go(thread)
    expect(page.locator("#bericht-2")).to_contain_text("Verborgen door een trainer.")
    expect(page.locator("#bericht-2")).not_to_contain_text("kleine")
    page.locator("#bericht-1").get_by_role("link", name="Verwijder").click()
    author.check("gesprek-verwijderen")
    page.get_by_role("button", name="Ja, verwijder").click()
    expect(page.locator("#bericht-1")).to_contain_text("Dit bericht is verwijderd.")
    author.check("gesprek-verwijderd")


@pytest.mark.parametrize("scripts", [False])
def test_without_scripts_a_name_is_typed_or_ticked(
    site: Site, visit: NewVisitor, width: int, scripts: bool
) -> None:
    team = make_team(site)
    _, talk = module_of(site, team.cohort_id)
    visitor = visit(width, team.author, scripts=scripts)
    page = visitor.page
    visitor.go(f"{talk}/nieuw")
    page.get_by_label("Waar gaat het over?").fill("Zonder scripts")
    page.get_by_label("Je vraag of verhaal").fill("Weet jij het, @yara?")
    page.locator("details.pg-more summary").click()
    page.get_by_role("checkbox", name="Marijke Roerdomp").check(force=True)
    page.get_by_role("button", name="Plaats").click()
    expect(page.get_by_text("Noemt: Yara Kornuit, Marijke Roerdomp.")).to_be_visible()
    visitor.check("gesprek-zonder-scripts")
