"""Whose mail comes back reads so on every page, and has it tried again; with and without scripts, light and dark."""

from datetime import UTC, datetime
from uuid import uuid4

from playwright.sync_api import expect

from peergang.identity.models import User
from peergang.notifications.actions.bounces import Bounce, record_bounce
from peergang.notifications.models import AddressSuspension
from peergang.notifications.rules.bounces import BounceKind, BounceSource
from tests.browser.conftest import NewVisitor
from tests.browser.people import make_team
from tests.browser.site import Site

RETRY = "Mijn adres klopt, probeer opnieuw"


def refuse(site: Site, user: User) -> None:
    with site.work() as session:
        bounce = Bounce(user.email, user.id, BounceKind.HARD, "5.1.1", BounceSource.SMTP, uuid4())
        record_bounce(session, bounce, now=datetime.now(UTC))


def test_it_is_said_on_the_page_and_lifted_there(site: Site, visit: NewVisitor, width: int) -> None:
    team = make_team(site)
    refuse(site, team.author)
    visitor = visit(width, team.author, dark=width < 800)
    page = visitor.page
    for path, name in (("/mijn-account", "account"), ("/bibliotheek", "bibliotheek")):
        visitor.go(path)
        expect(page.get_by_text(f"Mail naar {team.author.email} komt niet aan.")).to_be_visible()
        visitor.check(f"adres-weigert-{name}")
    with page.expect_navigation():
        page.get_by_role("button", name=RETRY).click()
    expect(page.get_by_text("We sturen je een proefmail")).to_be_visible()
    expect(page.get_by_role("button", name=RETRY)).to_have_count(0)
    assert "/bibliotheek" in page.url, "back where they were"
    visitor.check("adres-weer-goed")
    site.run_workers()
    subjects = [str(mail["Subject"]) for mail in site.mails_to(team.author.email)]
    assert subjects.count("Je e‑mailadres werkt") == 1
    with site.work() as session:
        assert session.get(AddressSuspension, team.author.email) is None


def test_without_scripts(site: Site, visit: NewVisitor) -> None:
    team = make_team(site)
    refuse(site, team.trainer)
    visitor = visit(390, team.trainer, scripts=False)
    visitor.go("/mijn-account")
    with visitor.page.expect_navigation():
        visitor.page.get_by_role("button", name=RETRY).click()
    expect(visitor.page.get_by_text("We sturen je een proefmail")).to_be_visible()
