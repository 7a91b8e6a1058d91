"""The i-coach's road: from the mail with the invitation to a reflection that was handed in, losing no word on the way."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Error, Locator, Page, expect

from peergang.core.clock import local_date
from peergang.identity.actions.signing_in import revoke_sessions
from tests.browser.conftest import NewVisitor
from tests.browser.lab import wait_until
from tests.browser.people import WORDS, Team, invite_newcomer, make_team
from tests.browser.site import Site
from tests.browser.visitor import Visitor
from tests.factories.identity import PASSWORD

SAVED = re.compile("Bewaard om")


def editor(visitor: Visitor, team: Team) -> Page:
    visitor.go(f"/reflecties/opdracht/{team.activity_id}/schrijven")
    return visitor.page


def first_answer(page: Page) -> Locator:
    return page.locator("textarea").first


def saved(page: Page) -> None:
    expect(page.locator("[data-save-status]")).to_have_text(SAVED)


def test_an_invitation_leads_to_a_reflection(site: Site, visit: NewVisitor, width: int) -> None:
    team = make_team(site)
    user = invite_newcomer(site, team)
    site.run_workers()
    visitor = visit(width)
    page = visitor.page
    visitor.go(site.link_in_mail(user.email, "/uitnodiging/"))
    visitor.check("uitnodiging")
    page.get_by_label("Wachtwoord").fill("vijf rode paraplu's")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Femke")
    expect(page).to_have_url(re.compile("/deze-week$"))
    visitor.check()
    read_topics(visitor)
    log_conversation(visitor)
    write_and_submit(visitor)


def read_topics(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_role("navigation", name="Hoofdmenu").get_by_role("link", name="Modules").click()
    visitor.check()
    page.get_by_role("main").get_by_role("link", name="Leren en lesgeven met ict").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Leren en lesgeven met ict")
    visitor.check()
    page.locator("#onderwerpen").get_by_role("link").first.click()
    visitor.check()
    for left in range(4, -1, -1):
        page.get_by_role("button", name="Ik heb dit gelezen").click()
        if left:
            expect(page.get_by_text(f"Nog {left} onderwerp")).to_be_visible()
            page.locator("a[rel=next]").click()
    visitor.check("laatste-onderwerp")
    page.get_by_role("navigation", name="Kruimelpad").get_by_role("link", name="Module").last.click()
    expect(page.locator("#onderwerpen").get_by_text("Gelezen")).to_have_count(5)


def log_conversation(visitor: Visitor) -> None:
    page = visitor.page
    page.locator("#opdrachten a[href$='/gesprek']").first.click()
    visitor.check()
    expect(page.get_by_label("Wanneer was het gesprek?")).to_have_value(
        local_date(datetime.now(UTC)).isoformat()
    )
    page.get_by_role("radio").first.check()
    page.get_by_label("Wat spraken jullie af?").fill("Zij probeert volgende week één les, ik kijk mee.")
    page.get_by_role("button", name="Leg vast").click()
    expect(page.get_by_text("vastgelegd").first).to_be_visible()
    visitor.check("na-het-gesprek")


def write_and_submit(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_role("navigation", name="Hoofdmenu").get_by_role("link", name="Reflecties").click()
    visitor.check()
    page.locator("a[href*='/reflecties/opdracht/']").first.click()
    visitor.check("schrijven-leeg")
    page.get_by_label("Titel").fill("Welke vraag zat eronder?")
    for answer in page.locator("textarea").all():
        answer.fill(WORDS * 3)
    saved(page)
    page.get_by_role("button", name="Lever in").click()
    expect(page.get_by_role("alert")).to_be_focused()
    visitor.check("schrijven-fout")
    page.get_by_role("radio", name="peergroep").check()
    page.get_by_role("button", name="Lever in").click()
    expect(page.get_by_text("Versie 1 is ingeleverd.")).to_be_visible()
    visitor.check("ingeleverd")


def test_a_killed_tab_loses_no_word(site: Site, visit: NewVisitor, width: int) -> None:
    team = make_team(site)
    visitor = visit(width, team.author)
    page = editor(visitor, team)
    first_answer(page).press_sequentially("Wat de docent eerst zei.")
    saved(page)
    first_answer(page).press_sequentially(" En wat ze bedoelde.")
    kept_here(page, "bedoelde.")
    crash(visitor, page)
    visitor.watch(visitor.context.new_page())
    page = editor(visitor, team)
    expect(first_answer(page)).to_have_value("Wat de docent eerst zei. En wat ze bedoelde.")
    visitor.check("teruggezet")
    confirmed(page)
    other = visit(width, team.author)
    page = editor(other, team)
    expect(first_answer(page)).to_have_value("Wat de docent eerst zei. En wat ze bedoelde.")


def copies(page: Page) -> str:
    return str(page.evaluate("Object.values(localStorage)"))


def kept_here(page: Page, words: str) -> None:
    """Wait until the browser itself keeps the words. The policy forbids waiting inside the page."""
    wait_until(page, lambda: words in copies(page), "the browser keeps no copy")


def confirmed(page: Page) -> None:
    """Wait until the server has what the page shows: then the browser's own copy goes."""
    wait_until(page, lambda: copies(page) == "[]", "the server never confirmed")


def crash(visitor: Visitor, page: Page) -> None:
    """End the process of a tab as the system does when memory runs out: no script gets a last word."""
    with pytest.raises(Error, match="crash"):
        page.goto("chrome://crash")


def test_a_dropped_network_loses_no_word(site: Site, visit: NewVisitor) -> None:
    team = make_team(site)
    visitor = visit(390, team.author)
    page = editor(visitor, team)
    visitor.offline = True
    visitor.context.set_offline(True)
    first_answer(page).press_sequentially("In de trein geschreven.")
    expect(page.locator("[data-save-status]")).to_contain_text("Geen verbinding")
    visitor.check("geen-verbinding")
    visitor.context.set_offline(False)
    saved(page)
    visitor.offline = False
    page.reload()
    expect(first_answer(page)).to_have_value("In de trein geschreven.")


def test_a_script_that_did_not_arrive_comes_with_the_connection(site: Site, visit: NewVisitor) -> None:
    team = make_team(site)
    visitor = visit(390, team.author)
    visitor.offline = True
    visitor.page.route("**/prose-tools.js", lambda route: route.abort("internetdisconnected"))
    page = editor(visitor, team)
    expect(page.get_by_role("toolbar")).to_have_count(0)
    page.unroute("**/prose-tools.js")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_role("toolbar").first).to_be_visible()


def test_a_session_that_ended_loses_no_word(site: Site, visit: NewVisitor, width: int) -> None:
    team = make_team(site)
    visitor = visit(width, team.author)
    visitor.expected = {400, 401}
    page = editor(visitor, team)
    first_answer(page).press_sequentially("Voor de pauze.")
    saved(page)
    with site.work() as session:
        revoke_sessions(session, team.author.id, now=datetime.now(UTC))
    first_answer(page).press_sequentially(" Na de pauze.")
    link = page.get_by_role("link", name="Log opnieuw in")
    expect(link).to_be_visible()
    visitor.check("uitgelogd")
    link.click()
    page.get_by_label("E‑mailadres").fill(team.author.email)
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(first_answer(page)).to_have_value("Voor de pauze. Na de pauze.")
    confirmed(page)
    visitor.check("weer-ingelogd")


def test_two_tabs_both_keep_their_words(site: Site, visit: NewVisitor, width: int) -> None:
    team = make_team(site)
    visitor = visit(width, team.author)
    visitor.expected = {409}
    page = editor(visitor, team)
    second = visitor.context.new_page()
    visitor.watch(second)
    second.goto(page.url)
    first_answer(page).fill("Uit het eerste tabblad.")
    saved(page)
    first_answer(second).fill("Uit het tweede tabblad.")
    expect(second.locator("#autosave-conflict-panel")).to_be_visible()
    expect(second.locator("#autosave-conflict-panel")).to_contain_text("Uit het eerste tabblad.")
    visitor.check("twee-versies")
    second.get_by_role("button", name="Houd wat hier staat").click()
    confirmed(second)
    page.reload()
    expect(first_answer(page)).to_have_value("Uit het tweede tabblad.")


def local_copies(page: Page) -> list[str]:
    return page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('peergang:draft:'))")


def press_sign_out(page: Page) -> None:
    page.locator("details.pg-menu > summary").click()
    page.get_by_role("button", name="Uitloggen").click()


def test_a_shared_computer_keeps_nothing_after_signing_out(site: Site, visit: NewVisitor, width: int) -> None:
    team = make_team(site)
    visitor = visit(width, team.author)
    page = editor(visitor, team)
    visitor.offline = True
    url = page.locator("form[data-autosave]").get_attribute("data-autosave")
    page.route(lambda asked: url.split("?")[0] in asked, lambda route: route.abort())
    page.evaluate(
        "localStorage.setItem('peergang:draft:reflection-1-somebody-else:x', JSON.stringify({at: Date.now()}))"
    )
    first_answer(page).fill("Dit staat alleen nog hier.")
    expect(page.locator("[data-save-status]")).to_contain_text("Je tekst staat nog op dit apparaat")
    assert len(local_copies(page)) == 2
    press_sign_out(page)
    dialog = page.get_by_role("dialog", name="Niet alles is bewaard")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Blijf hier").click()
    expect(first_answer(page)).to_have_value("Dit staat alleen nog hier.")
    page.locator("details.pg-menu").evaluate("menu => { menu.open = false }")
    press_sign_out(page)
    page.get_by_role("dialog").get_by_role("button", name="Log uit en gooi weg").click()
    expect(page).to_have_url(re.compile("/inloggen"))
    assert local_copies(page) == ["peergang:draft:reflection-1-somebody-else:x"]


def test_what_is_saved_needs_no_question_at_signing_out(site: Site, visit: NewVisitor) -> None:
    team = make_team(site)
    visitor = visit(1280, team.author)
    page = editor(visitor, team)
    first_answer(page).fill("Dit is bewaard.")
    saved(page)
    press_sign_out(page)
    expect(page).to_have_url(re.compile("/inloggen"))
    assert local_copies(page) == []
