"""A reflection's life with others: peers give feedback, the trainer works the queue by keyboard, the author revises."""

from playwright.sync_api import Page, expect

from peergang.cohorts.models import Cohort
from peergang.identity.models import User
from tests.browser.conftest import NewVisitor
from tests.browser.people import Team, make_team, submitted_reflection
from tests.browser.site import Site
from tests.browser.visitor import Visitor
from tests.factories.cohorts import make_trainer

TITLE = "Welke vraag zat eronder?"


def test_peers_then_the_trainer_then_a_better_version(site: Site, visit: NewVisitor, width: int) -> None:
    team = make_team(site)
    reflection = submitted_reflection(site, team, TITLE)
    give_feedback(visit(width, team.peer))
    trainer = visit(width, team.trainer)
    return_with_a_comment(trainer)
    site.run_workers_until_mail(team.author.email)
    mail = site.mails_to(team.author.email)[-1].as_string()
    assert "Sterk begin" not in mail, "a mail says that there is a reaction, never what it says"
    revise(visit(width, team.author), team)
    approve(trainer)
    site.run_workers()
    author = visit(width, team.author)
    author.go(f"/reflecties/{reflection}")
    expect(author.page.get_by_text("Mooi hoe je de vraag terugbracht.")).to_be_visible()
    author.check("goedgekeurd")
    author.go(f"/reflecties/{reflection}/vergelijk")
    author.check()


def give_feedback(visitor: Visitor) -> None:
    page = visitor.page
    visitor.go("/feedback")
    visitor.check()
    page.get_by_role("main").get_by_role("link", name=TITLE).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Amira")
    visitor.check("feedback-geven")
    for answer in page.locator("textarea[name^='answer-']").all():
        answer.fill("Je schrijft precies op wat de docent zei; noem ook wat je zelf dacht.")
    expect(page.locator("[data-save-status]")).to_contain_text("Bewaard om")
    page.get_by_role("button", name="Verstuur naar Amira").click()
    expect(page.get_by_text("Je feedback is verstuurd naar Amira.")).to_be_visible()
    visitor.check("feedback-verstuurd")


def select_words(page: Page, words: str) -> None:
    """Select words in the first paragraph as a mouse does."""
    page.evaluate(
        """(words) => {
          const node = [...document.querySelectorAll('.pg-para p')][0].firstChild;
          const at = node.textContent.indexOf(words);
          getSelection().setBaseAndExtent(node, at, node, at + words.length);
        }""",
        words,
    )


def return_with_a_comment(visitor: Visitor) -> None:
    page, keys = visitor.page, visitor.page.keyboard
    visitor.go("/beoordelen")
    visitor.check("rij")
    expect(page.get_by_role("article").get_by_role("heading", level=2)).to_have_text(TITLE)
    select_words(page, "quiz")
    keys.press("o")
    field = page.get_by_label("Opmerking bij alinea 1")
    expect(field).to_be_focused()
    expect(page.locator("[data-comment-quote]").locator("visible=true")).to_have_text("quiz")
    keys.type("Waar kwam dat idee vandaan?")
    visitor.check("opmerking-open")
    keys.press("Control+Enter")
    expect(page.locator("mark")).to_have_text("quiz")
    expect(page.get_by_text("Waar kwam dat idee vandaan?")).to_be_visible()
    visitor.settle()
    keys.press("b")
    expect(page.get_by_role("radio", name="Afgerond")).to_be_focused()
    page.get_by_role("radio", name="Graag aanvullen").press("Space")
    keys.press("Control+Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    visitor.check("besluit-fout")
    page.get_by_label("Wat geef je Amira mee?").press_sequentially("Sterk begin. Vertel ook hoe het afliep.")
    keys.press("Control+Enter")
    expect(page.get_by_text("Verstuurd naar Amira.")).to_be_visible()
    visitor.check("teruggestuurd")


def revise(visitor: Visitor, team: Team) -> None:
    page = visitor.page
    visitor.go("/deze-week")
    expect(page.get_by_role("main").get_by_text("Marijke Roerdomp").first).to_be_visible()
    visitor.check("reacties")
    page.get_by_role("navigation", name="Hoofdmenu").get_by_role("link", name="Reflecties").click()
    page.get_by_role("main").get_by_role("link", name=TITLE).first.click()
    expect(page.get_by_text("Sterk begin.").first).to_be_visible()
    visitor.check("teruggekregen")
    visitor.go(f"/reflecties/opdracht/{team.activity_id}/schrijven")
    visitor.check("verbeteren")
    page.locator("textarea").last.fill("Over twee weken kijk ik weer mee en vraag ik wat er veranderde.")
    page.get_by_role("button", name="Lever in").click()
    expect(page.get_by_text("Versie 2 is ingeleverd.")).to_be_visible()


def approve(visitor: Visitor) -> None:
    page, keys = visitor.page, visitor.page.keyboard
    visitor.go("/beoordelen")
    keys.press("b")
    keys.press("Space")
    page.get_by_label("Wat geef je Amira mee?").press_sequentially("Mooi hoe je de vraag terugbracht.")
    keys.press("Control+Enter")
    expect(page.get_by_text("De rij is leeg")).to_be_visible()
    visitor.check("rij-leeg")


def test_the_queue_is_walked_with_letters(site: Site, visit: NewVisitor) -> None:
    team = make_team(site)
    second = make_team(site)
    for one in (team, second):
        submitted_reflection(site, one, f"Reflectie van {one.author.email}")
    with site.work() as session:
        trainer = session.get_one(User, team.trainer.id)
        make_trainer(session, session.get_one(Cohort, second.cohort_id), user=trainer)
    visitor = visit(1280, team.trainer)
    page, keys = visitor.page, visitor.page.keyboard
    visitor.go("/beoordelen")
    title = page.get_by_role("article").get_by_role("heading", level=2)
    expect(title).to_contain_text(team.author.email)
    keys.press("j")
    expect(title).to_contain_text(second.author.email)
    visitor.settle()
    keys.press("k")
    expect(title).to_contain_text(team.author.email)
    # Letters are letters again while somebody types, and when they are switched off.
    page.get_by_label("Wat geef je Amira mee?").press_sequentially("jbok")
    expect(title).to_contain_text(team.author.email)
    page.get_by_role("button", name="Zet sneltoetsen uit").click()
    page.wait_for_load_state()
    keys.press("j")
    expect(title).to_contain_text(team.author.email)
