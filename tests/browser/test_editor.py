"""Writing with marks: buttons and keys, lists that go on, another set of questions, a preview, and comments at marked words."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewVisitor
from tests.browser.people import WORDS, Team, make_team
from tests.browser.site import Site
from tests.browser.visitor import Visitor
from tests.factories.coursework import make_reflection, submit

SAVED = re.compile("Bewaard om")


def editor(visitor: Visitor, team: Team) -> Page:
    visitor.go(f"/reflecties/opdracht/{team.activity_id}/schrijven")
    return visitor.page


def tool(page: Page, name: str) -> Locator:
    return page.get_by_role("toolbar").first.get_by_role("button", name=re.compile(f"^{name}"))


def select(field: Locator, words: str) -> None:
    field.evaluate(
        "(field, words) => { const at = field.value.indexOf(words); field.focus(); "
        "field.setSelectionRange(at, at + words.length); }",
        words,
    )


def test_marks_by_button_and_key(site: Site, visit: NewVisitor, width: int) -> None:
    team = make_team(site)
    visitor = visit(width, team.author)
    page = editor(visitor, team)
    visitor.check("lezers-eerst")
    field, keys = page.locator("textarea").first, page.keyboard
    field.press_sequentially("Dat was goed")
    select(field, "goed")
    tool(page, "Vet").click()
    expect(field).to_have_value("Dat was **goed**")
    expect(field).to_be_focused()
    keys.press("Control+b")
    expect(field).to_have_value("Dat was goed")
    keys.press("Control+i")
    expect(field).to_have_value("Dat was *goed*")
    keys.press("Control+z")
    expect(field).to_have_value("Dat was goed")
    select(field, "goed")
    keys.press("Control+k")
    keys.type("https://voorbeeld.nl")
    expect(field).to_have_value("Dat was [goed](https://voorbeeld.nl)")
    expect(page.locator("[data-save-status]")).to_have_text(SAVED)
    keys.press("End")
    keys.press("Enter")
    keys.press("Enter")
    tool(page, "Lijst").click()
    keys.type("een")
    keys.press("Enter")
    keys.type("twee")
    expect(field).to_have_value("Dat was [goed](https://voorbeeld.nl)\n\n- een\n- twee")
    keys.press("Enter")
    keys.press("Enter")
    keys.type("Klaar.")
    expect(field).to_have_value("Dat was [goed](https://voorbeeld.nl)\n\n- een\n- twee\nKlaar.")
    select(field, "- een\n- twee")
    tool(page, "Genummerde").click()
    expect(field).to_have_value(re.compile("1. een\n2. twee\nKlaar"))
    select(field, "Klaar")
    tool(page, "Citaat").click()
    expect(field).to_have_value(re.compile("\n> Klaar.$"))
    visitor.check("met-opmaak")


def test_one_stop_for_tab_and_arrows_within(site: Site, visit: NewVisitor) -> None:
    team = make_team(site)
    page = editor(visit(1280, team.author), team)
    tool(page, "Vet").focus()
    page.keyboard.press("ArrowRight")
    expect(tool(page, "Cursief")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(tool(page, "Link")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("textarea").first).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(tool(page, "Link")).to_be_focused()


def test_a_preview_over_the_page(site: Site, visit: NewVisitor, width: int) -> None:
    team = make_team(site)
    visitor = visit(width, team.author)
    page = editor(visitor, team)
    page.get_by_label("Titel").fill("Mijn titel")
    page.locator("textarea").first.fill("Dit is **belangrijk**.\n\n- een\n- twee")
    page.get_by_role("button", name="Voorbeeld").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Mijn titel")).to_be_visible()
    expect(dialog.locator("strong")).to_have_text("belangrijk")
    expect(dialog.get_by_role("listitem")).to_have_count(2)
    visitor.check("voorbeeld")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("button", name="Voorbeeld")).to_be_focused()


def test_without_scripts_there_is_a_hint_and_a_preview(site: Site, visit: NewVisitor) -> None:
    team = make_team(site)
    visitor = visit(1280, team.author, scripts=False)
    visitor.go(f"/reflecties/opdracht/{team.activity_id}/schrijven")
    page = visitor.page
    expect(page.get_by_role("toolbar")).to_have_count(0)
    page.get_by_text("Zo maak je je tekst op").click()
    expect(page.get_by_text("**vet**")).to_be_visible()
    page.locator("textarea").first.fill("Dit is **belangrijk**.")
    page.get_by_role("button", name="Voorbeeld").click()
    expect(page.locator("#voorbeeld strong")).to_have_text("belangrijk")
    expect(page.locator("textarea").first).to_have_value("Dit is **belangrijk**.")
    page.get_by_role("button", name="STARR").click()
    expect(page.get_by_text("Situatie: wat was er aan de hand?")).to_be_visible()


def test_another_set_and_back_keeps_every_word(site: Site, visit: NewVisitor, width: int) -> None:
    team = make_team(site)
    visitor = visit(width, team.author)
    page = editor(visitor, team)
    page.get_by_role("radio", name="peergroep").check()
    page.locator("textarea").first.fill("Mijn eerste antwoord.")
    page.get_by_role("button", name="STARR").click()
    expect(page.get_by_role("button", name="STARR")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text("Je eerdere antwoorden bewaren we.")).to_be_visible()
    page.get_by_role("textbox", name=re.compile("Situatie")).fill("Een les over breuken.")
    expect(page.locator("[data-save-status]")).to_have_text(SAVED)
    visitor.check("starr")
    page.get_by_role("button", name="Vragen van deze opdracht").click()
    expect(page.locator("textarea").first).to_have_value("Mijn eerste antwoord.")
    page.get_by_role("button", name="STARR").click()
    expect(page.get_by_role("textbox", name=re.compile("Situatie"))).to_have_value("Een les over breuken.")


MARKED = "Eerst **drie vragen** gesteld, toen stil.\n\n- de docent dacht na\n- *toen* kwam het\n\n> Ik wist het niet."


def test_comments_stay_at_marked_words(site: Site, visit: NewVisitor, width: int) -> None:
    team = make_team(site)
    with site.work() as session:
        from datetime import UTC, datetime

        from peergang.curriculum.models import Activity

        now = datetime.now(UTC)
        activity = session.get_one(Activity, team.activity_id)
        answers = {one["slug"]: WORDS * 3 for one in activity.settings["prompts"]}
        answers[next(iter(answers))] = MARKED
        reflection = make_reflection(
            session, team.enrolments["author"], now, activity=activity, title="Stil", answers=answers
        )
        submit(session, reflection, now)
        reflection_id = reflection.id
    visitor = visit(width, team.trainer)
    page = visitor.page
    visitor.go(f"/beoordelen/{reflection_id}")
    comment_at(page, 1, "vragen gesteld", "Welke vragen?")
    expect(page.locator("mark")).to_have_text(["vragen", " gesteld"])
    visitor.settle()
    comment_at(page, 2, "na toen kwam", "Hoe lang duurde dat?")
    expect(page.locator(".pg-para").nth(1).locator("mark")).to_have_text(["na", "toen", " kwam"])
    visitor.check("opmerkingen-in-opmaak")
    page.get_by_role("link", name="Opmerking 1").first.click()
    expect(page).to_have_url(re.compile("#c1$"))


def comment_at(page: Page, number: int, words: str, remark: str) -> None:
    """Select words as a mouse does, over whatever tags they have, and write a remark at them."""
    page.evaluate(
        """([number, words]) => {
          const said = document.querySelectorAll('.pg-para')[number - 1].querySelector('.pg-said');
          const nodes = [], walk = document.createTreeWalker(said, NodeFilter.SHOW_TEXT);
          let text = '';
          while (walk.nextNode()) { nodes.push([walk.currentNode, text.length]); text += walk.currentNode.data; }
          const found = new RegExp(words.replaceAll(' ', '\\\\s+')).exec(text);
          const spot = (at) => { const [node, start] = nodes.findLast(([, start]) => start <= at); return [node, at - start]; };
          const [a, b] = spot(found.index), [c, d] = spot(found.index + found[0].length - 1);
          getSelection().setBaseAndExtent(a, b, c, d + 1);
        }""",
        [number, words],
    )
    page.locator(".pg-para > a.btn").nth(number - 1).click()
    expect(page.locator("main [data-comment-quote] q")).to_have_text(re.compile(words.replace(" ", r"\s+")))
    page.get_by_label(f"Opmerking bij alinea {number}").fill(remark)
    page.get_by_role("button", name="Plaats opmerking").click()
    expect(page.get_by_text(remark)).to_be_visible()
