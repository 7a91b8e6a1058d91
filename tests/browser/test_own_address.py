"""Whose mail comes back chooses another address, takes a typing error back, and proves the right one."""

import re

import pytest
from playwright.sync_api import expect

from peergang.identity.models import User
from tests.browser.conftest import NewVisitor
from tests.browser.people import make_team
from tests.browser.site import Site
from tests.browser.test_refused_mail import refuse

LINK = re.compile(r"/mijn-account/e-mailadres/bevestig/[\w-]+")


def link_to(site: Site, address: str) -> str:
    site.run_workers()
    (mail,) = site.mails_to(address)
    found = LINK.search(str(mail.get_body(("plain",)).get_content()))
    assert found is not None
    return found[0]


@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_note_to_another_address(site: Site, visit: NewVisitor, width: int, scripts: bool) -> None:
    team = make_team(site)
    refuse(site, team.author)
    visitor = visit(width, team.author, dark=width < 800, scripts=scripts)
    page = visitor.page
    new = f"nieuw{width}{scripts}.{team.author.email}".lower()
    visitor.go("/bibliotheek")
    with page.expect_navigation():
        page.get_by_role("link", name="Wijzig mijn adres").click()
    page.get_by_label("Nieuw e‑mailadres").fill("noor@")
    with page.expect_navigation():
        page.get_by_role("button", name="Stuur me de link").click()
    if scripts:
        visitor.check("eigen-adres-fout")
    for typed in (f"x{new}", new):
        page.get_by_label("Nieuw e‑mailadres").fill(typed)
        with page.expect_navigation():
            page.get_by_role("button", name="Stuur me de link").click()
        expect(page.get_by_text(f"We stuurden een link naar {typed}.")).to_be_visible()
        if typed != new:
            with page.expect_navigation():
                page.get_by_role("button", name="Neem terug").click()
            expect(page.get_by_text("Je houdt het adres dat je had.")).to_be_visible()
            visitor.go("/mijn-account/e-mailadres")
    if scripts:
        visitor.check("eigen-adres-wacht")
    visitor.go(link_to(site, new))
    if scripts:
        visitor.check("eigen-adres-bevestig")
    with page.expect_navigation():
        page.get_by_role("button", name="Bevestig dit adres").click()
    expect(page.get_by_text(f"Gelukt. Je mail gaat voortaan naar {new}")).to_be_visible()
    expect(page.get_by_text("komt niet aan")).to_have_count(0)
    if scripts:
        visitor.check("eigen-adres-klaar")
    assert site.mails_to(f"x{new}") == [], "what was taken back is not mailed"
    with site.work() as session:
        assert session.get_one(User, team.author.id).email == new
    site.run_workers()
    assert "Je e‑mailadres is veranderd" in [
        str(mail["Subject"]) for mail in site.mails_to(team.author.email)
    ]
