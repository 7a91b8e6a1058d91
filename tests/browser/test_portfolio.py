"""The portfolio over the years, its file, and a reflection that becomes a practice example with the consent of who is in it."""

from datetime import UTC, datetime
from uuid import UUID

from playwright.sync_api import expect
from pypdf import PdfReader

from peergang.cohorts.models import Cohort
from peergang.coursework.actions.reviewing import ReviewText, save_review, send_review
from peergang.coursework.queries.promotion import list_asked
from tests.browser.conftest import NewVisitor
from tests.browser.people import Team, make_team
from tests.browser.site import Site
from tests.browser.visitor import Visitor
from tests.factories.coursework import actor_of, find_activity, make_reflection, submit
from tests.factories.versions import list_versions_and_draft

SAID = "Vertel de volgende keer ook hoe de studenten daarop reageerden."
TITLE = "Welke vraag zat eronder?"


def approved(site: Site, team: Team) -> UUID:
    """A reflection that was sent back once and approved the second time."""
    with site.work() as session:
        now = datetime.now(UTC)
        activity = find_activity(session, session.get_one(Cohort, team.cohort_id))
        answers = {
            one["slug"]: "Ik keek mee bij **Logistiek**.\n\n- eerst tien minuten\n- daarna napraten"
            for one in activity.settings["prompts"]
        }
        reflection = make_reflection(
            session, team.enrolments["author"], now, activity=activity, title=TITLE, answers=answers
        )
        for decision, judgement, more in (("return", "not_yet", "Meer."), ("approve", "yes", "Nog meer.")):
            last = activity.settings["prompts"][-1]["slug"]
            version = submit(session, reflection, now, **{last: f"Het liep goed af. {more}"})
            trainer = actor_of(session, team.enrolments["trainer"])
            criteria = {one["slug"]: judgement for one in activity.settings["criteria"]}
            stored = list_versions_and_draft(session, reflection.id, team.trainer.id)[1]
            revision = save_review(
                session,
                trainer,
                reflection.id,
                version.id,
                ReviewText(decision, criteria, SAID),
                expected_revision=stored.revision,
                now=now,
            )
            send_review(session, trainer, reflection.id, expected_revision=revision, now=now)
        return reflection.id


def test_everything_of_mine_stands_together_and_goes_along_as_a_file(
    site: Site, visit: NewVisitor, width: int
) -> None:
    team = make_team(site)
    empty = visit(width, team.peer)
    empty.go("/portfolio")
    empty.check("portfolio-leeg")
    approved(site, team)
    visitor = visit(width, team.author)
    page = visitor.page
    visitor.go("/reflecties")
    page.get_by_role("link", name="Mijn portfolio").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mijn portfolio")
    expect(page.get_by_role("main")).to_contain_text("Nog niet")
    visitor.check("portfolio")
    page.get_by_role("link", name="Neem mee als bestand").click()
    visitor.check("portfolio-bestand")
    page.get_by_label("Ook wat anderen teruggaven").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename.endswith(".pdf")
    text = " ".join(one.extract_text() for one in PdfReader(download.value.path()).pages)
    assert TITLE in text
    assert "Marijke Roerdomp" in text


def test_a_reflection_becomes_an_example_that_everybody_in_it_agreed_to(
    site: Site, visit: NewVisitor, width: int
) -> None:
    team = make_team(site)
    reflection = approved(site, team)
    author = visit(width, team.author)
    take_over(author, reflection)
    ask(author)
    with site.work() as session:
        [asked] = list_asked(session, actor_of(session, team.trainer))
    answer(visit(width, team.trainer), asked.consent_id)
    page = author.page
    page.reload()
    expect(page.get_by_text("Alles is rond")).to_be_visible()
    author.check("toestemming-rond")
    page.get_by_role("link", name="Naar je voorbeeld").click()
    for label in ("In één of twee zinnen", "Zo pak je het aan", "Wat het opleverde, en wat niet"):
        page.get_by_label(label).fill("Kijk tien minuten mee.")
    page.get_by_label("Niemand is herkenbaar").check()
    page.get_by_role("button", name="Deel met het netwerk").click()
    expect(page.get_by_text("Gedeeld. Iedereen in het netwerk")).to_be_visible()


def take_over(visitor: Visitor, reflection: UUID) -> None:
    page = visitor.page
    visitor.go(f"/reflecties/{reflection}")
    page.get_by_role("link", name="Maak er een praktijkvoorbeeld van").click()
    visitor.check("voorbeeld-maken")
    page.get_by_label("Zet over naar").first.select_option("context")
    page.get_by_role("button", name="Zet de gekozen tekst over").click()
    expect(page.get_by_label("Waarom jullie het deden")).to_have_value(
        "Ik keek mee bij Logistiek.\n\neerst tien minuten\ndaarna napraten"
    )
    page.get_by_label("Wat je ervan leerde").fill(f"Student Fatima deed mee. Mijn trainer schreef: {SAID}")
    page.get_by_role("button", name="Kijk opnieuw").click()
    expect(page.locator("#kijk")).to_contain_text("Fatima")
    expect(page.locator("#wie")).to_contain_text("Marijke Roerdomp")
    visitor.check("voorbeeld-gekeken")
    page.get_by_role("button", name="Maak het concept").click()
    expect(page.get_by_role("alert")).to_be_focused()
    visitor.check("voorbeeld-fout")
    page.get_by_label("Wat je ervan leerde").fill(f"Mijn trainer schreef: {SAID}")
    page.get_by_label("Ik heb gekeken").check()
    page.get_by_role("button", name="Maak het concept").click()


def ask(visitor: Visitor) -> None:
    page = visitor.page
    expect(page.get_by_role("heading", level=1)).to_have_text("Wie staat er in je voorbeeld?")
    visitor.check("toestemming")
    page.get_by_role("button", name="Vraag het").click()
    expect(page.get_by_text("Gevraagd. Je ziet hier het antwoord.")).to_be_visible()


def answer(visitor: Visitor, consent_id: UUID) -> None:
    page = visitor.page
    visitor.go(f"/toestemming/{consent_id}")
    expect(page.get_by_role("main")).to_contain_text(SAID)
    visitor.check("toestemming-vraag")
    page.get_by_label("Ja, dat mag zo").check()
    page.get_by_role("button", name="Geef je antwoord").click()
    expect(page.get_by_text("Je zei: ja, dat mag.")).to_be_visible()
