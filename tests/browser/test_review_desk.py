"""The desk in a browser: taking back what was sent, phrases, keys, the version before, calibration, on both widths."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from peergang.cohorts.models import Cohort
from peergang.coursework.actions.holding import send_held_reviews
from peergang.coursework.models import Reflection, ReflectionVersion, Review
from tests.browser.conftest import NewVisitor
from tests.browser.people import Team, make_team
from tests.browser.site import Site
from tests.factories.cohorts import make_trainer
from tests.factories.coursework import find_activity, make_reflection, review, submit
from tests.factories.identity import make_user_with_password

FIRST, SECOND = "Welke vraag zat eronder?", "Tien minuten uitleg"
PHONE = 390


@pytest.fixture
def team(site: Site) -> Team:
    return make_team(site)


def hand_in(site: Site, team: Team, who: str, title: str) -> UUID:
    """A reflection for the trainer alone, so that nobody else comes first."""
    with site.work() as session:
        author = team.enrolments[who]
        activity = find_activity(session, session.get_one(Cohort, team.cohort_id))
        slugs = [one["slug"] for one in activity.settings["prompts"]]
        answers = {slug: f"Dit is wat ik zag bij {slug}, en wat ik daarna deed." for slug in slugs}
        made = make_reflection(
            session,
            author,
            datetime.now(UTC),
            activity=activity,
            audience="trainer",
            title=title,
            answers=answers,
        )
        submit(session, made, datetime.now(UTC))
        return made.id


def hold_longer(site: Site, reflection_id: UUID) -> None:
    """Ten seconds are short for a machine that has to look at the page from all sides meanwhile."""
    of_reflection = select(ReflectionVersion.id).where(ReflectionVersion.reflection_id == reflection_id)
    with site.work() as session:
        session.execute(
            update(Review)
            .where(Review.version_id.in_(of_reflection))
            .values(held_until=datetime.now(UTC) + timedelta(minutes=5))
        )


def title_of(page: Page, title: str) -> None:
    expect(page.get_by_role("article").first.get_by_role("heading", level=2)).to_have_text(title)


def test_what_was_sent_can_be_taken_back(site: Site, visit: NewVisitor, team: Team, width: int) -> None:
    first, second = hand_in(site, team, "author", FIRST), hand_in(site, team, "peer", SECOND)
    visitor = visit(width, team.trainer)
    page = visitor.page
    visitor.go(f"/beoordelen/{first}")
    page.get_by_text("Afgerond", exact=True).locator("visible=true").first.click()
    page.get_by_label("Wat geef je Amira mee?").fill("Mooi dat je bleef vragen.")
    page.get_by_role("button", name="Verstuur naar Amira").click()
    title_of(page, SECOND)
    expect(page.get_by_role("region", name="Net verstuurd")).to_be_visible()
    hold_longer(site, first)
    page.reload()
    bar = page.get_by_role("region", name="Net verstuurd")
    expect(bar).to_contain_text("Verstuurd naar Amira.")
    visitor.check("verstuurd")
    left = int(bar.locator("[data-held-left]").inner_text())
    expect(bar.locator("[data-held-left]")).not_to_have_text(str(left))
    bar.get_by_role("button", name="Wacht een minuut").click()
    expect(bar.locator("[data-held-left]")).to_have_text(re.compile("^(60|[1-5][0-9])$"))
    if width == PHONE:
        bar.get_by_role("button", name="Ongedaan maken").click()
    else:
        page.get_by_role("heading", level=1).click()
        page.keyboard.press("z")
    title_of(page, FIRST)
    expect(page.get_by_text("Alles staat er nog zoals het was.")).to_be_visible()
    expect(page.get_by_label("Wat geef je Amira mee?")).to_have_value("Mooi dat je bleef vragen.")
    expect(page.get_by_role("radio", name="Afgerond")).to_be_checked()
    visitor.check("teruggenomen")
    page.get_by_role("button", name="Verstuur naar Amira").click()
    title_of(page, SECOND)
    bar.get_by_role("button", name="Wacht een minuut").click()
    expect(bar.locator("[data-held-left]")).to_have_text(re.compile("^(60|[1-5][0-9])$"))
    with site.work() as session:
        send_held_reviews(session, now=datetime.now(UTC) + timedelta(minutes=6))
    bar.get_by_role("button", name="Ongedaan maken").click()
    expect(page.get_by_text("Ongedaan maken kon niet meer")).to_be_visible()
    visitor.check("te-laat")
    assert second


def test_without_scripts_it_can_be_taken_back_too(site: Site, visit: NewVisitor, team: Team) -> None:
    first = hand_in(site, team, "author", FIRST)
    visitor = visit(PHONE, team.trainer, scripts=False)
    page = visitor.page
    visitor.go(f"/beoordelen/{first}")
    page.get_by_role("link", name="Besluit").click()
    assert page.url.endswith("#decide")
    page.get_by_role("radio", name="Afgerond").check()
    page.get_by_role("button", name="Verstuur naar Amira").click()
    expect(page.get_by_text("Verstuurd naar Amira.")).to_be_visible()
    hold_longer(site, first)
    page.get_by_role("button", name="Ongedaan maken").click()
    title_of(page, FIRST)


def test_keys_do_everything_and_nothing_while_typing(site: Site, visit: NewVisitor, team: Team) -> None:
    first = hand_in(site, team, "author", FIRST)
    visitor = visit(1280, team.trainer)
    page, keys = visitor.page, visitor.page.keyboard
    visitor.go("/beoordelen/zinnen")
    visitor.check("zinnen-leeg")
    page.get_by_role("button", name="Neem deze drie over").click()
    expect(page.get_by_text("0 keer gebruikt").first).to_be_visible()
    visitor.check("zinnen")
    visitor.go(f"/beoordelen/{first}")
    keys.press("?")
    expect(page.get_by_role("list", name="Alle sneltoetsen")).to_be_visible()
    visitor.check("toetsen")
    keys.press("Enter")
    keys.press("i")
    expect(page.get_by_role("button", name="Zet terug in de rij")).to_be_visible()
    visitor.settle()
    one = page.locator("fieldset.pg-crit").first
    for label in ("Nog niet", "Deels", "Ja"):
        keys.press("1")
        expect(one.get_by_role("radio", name=label)).to_be_checked()
    keys.press("g")
    expect(page.get_by_role("radio", name="Graag aanvullen")).to_be_checked()
    keys.press("m")
    message = page.get_by_label("Wat geef je Amira mee?")
    expect(message).to_be_focused()
    keys.type("zeg 1 age? ")
    expect(message).to_have_value("zeg 1 age? ")
    expect(page.get_by_role("radio", name="Graag aanvullen")).to_be_checked()
    page.get_by_role("radio", name="Graag aanvullen").focus()
    keys.press("p")
    expect(page.locator(".pg-phrase").first).to_be_focused()
    visitor.check("zinnen-open")
    keys.press("Enter")
    expect(message).to_have_value(
        "zeg 1 age? Je beschrijft precies wat er gebeurde; daardoor kan ik met je meekijken."
    )
    keys.press("Control+Enter")
    expect(page.get_by_text("Verstuurd naar Amira.")).to_be_visible()
    with site.work() as session:
        held = session.scalars(
            select(Review)
            .join(ReflectionVersion, ReflectionVersion.id == Review.version_id)
            .where(ReflectionVersion.reflection_id == first)
        ).one()
        assert held.held_until is not None
        assert held.sent_at is None


def test_the_version_before_beside_this_one(site: Site, visit: NewVisitor, team: Team, width: int) -> None:
    first = hand_in(site, team, "author", FIRST)
    with site.work() as session:
        reflection = session.get_one(Reflection, first)
        version = session.scalars(
            select(ReflectionVersion).where(ReflectionVersion.reflection_id == first)
        ).one()
        review(
            session,
            team.enrolments["trainer"],
            version,
            datetime.now(UTC),
            "return",
            "Vertel hoe het afliep.",
        )
        slug = next(iter(reflection.draft))
        submit(session, reflection, datetime.now(UTC), **{slug: "Dit is wat ik nu anders zag."})
    visitor = visit(width, team.trainer)
    page = visitor.page
    visitor.go(f"/beoordelen/{first}")
    visitor.check("tweede-versie")
    page.get_by_role("link", name="Naast versie 1").click()
    expect(page.get_by_text("Vertel hoe het afliep.")).to_be_visible()
    boxes = [
        box
        for name in ("Versie 1, van", "Versie 2, nu")
        if (box := page.get_by_role("heading", name=name).bounding_box())
    ]
    assert len(boxes) == 2
    if width == PHONE:
        assert boxes[0]["y"] < boxes[1]["y"]
    else:
        assert boxes[0]["x"] < boxes[1]["x"]
        assert abs(boxes[0]["y"] - boxes[1]["y"]) < 5
    visitor.check("naast-elkaar")


def test_the_decision_is_one_thumb_away(site: Site, visit: NewVisitor, team: Team) -> None:
    first = hand_in(site, team, "author", FIRST)
    visitor = visit(PHONE, team.trainer)
    page = visitor.page
    visitor.go(f"/beoordelen/{first}")
    bar = page.get_by_role("navigation", name="Op deze pagina")
    box = bar.bounding_box()
    assert box is not None
    assert box["y"] > 844 / 2, "in the lower half, where the thumb is"
    bar.get_by_role("link", name="Besluit").click()
    expect(page.get_by_role("heading", name="Waar let je op?")).to_be_in_viewport()
    bar.get_by_role("link", name="Tekst").click()
    expect(page.get_by_role("article").get_by_role("heading", level=2)).to_be_in_viewport()
    bar.get_by_role("link", name="Rij").click()
    expect(page.get_by_role("navigation", name="In de rij")).to_be_in_viewport()
    visitor.check("duim")


def test_two_trainers_compare(site: Site, visit: NewVisitor, team: Team, width: int) -> None:
    first = hand_in(site, team, "author", FIRST)
    with site.work() as session:
        other = make_user_with_password(session, "Lotte", "Vlierstruik")
        make_trainer(session, session.get_one(Cohort, team.cohort_id), user=other)
    trainer, colleague = visit(width, team.trainer), visit(width, other)
    page = trainer.page
    trainer.go(f"/beoordelen/{first}")
    page.get_by_role("link", name="Vraag een collega mee te kijken").click()
    trainer.check("ijken-vragen")
    page.get_by_role("button", name="Vraag mee te kijken").click()
    trainer.check("ijken-oordeel")
    judge(page, "Ja", "Afgerond")
    trainer.check("ijken-wacht")
    colleague.go("/beoordelen/ijken")
    colleague.check("ijken-lijst")
    colleague.page.get_by_role("link", name=FIRST).click()
    expect(colleague.page.get_by_text("1 collega gaf al een oordeel")).to_be_visible()
    judge(colleague.page, "Nog niet", "Afgerond")
    expect(colleague.page.get_by_text("Hier verschillen jullie sterk").first).to_be_visible()
    colleague.check("ijken-verschil")


def judge(page: Page, first: str, decision: str) -> None:
    page.locator("fieldset.pg-crit").first.get_by_text(first, exact=True).click()
    page.get_by_role("radio", name=decision).check()
    page.get_by_role("button", name="Verstuur naar je collega’s").click()
    expect(page.get_by_text("Alleen je collega’s zien het.")).to_be_visible()


def test_the_desk_in_the_dark(site: Site, visit: NewVisitor, team: Team, width: int) -> None:
    first = hand_in(site, team, "author", FIRST)
    hand_in(site, team, "peer", SECOND)
    visitor = visit(width, team.trainer, dark=True)
    visitor.go(f"/beoordelen/{first}")
    visitor.page.get_by_role("radio", name="Afgerond").check(force=True)
    visitor.page.get_by_role("button", name="Verstuur naar Amira").click()
    expect(visitor.page.get_by_text("Verstuurd naar Amira.")).to_be_visible()
    visitor.check("donker")
