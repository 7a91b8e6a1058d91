"""Signing in through an institution, with the login page of a real provider in between; the policy for forms stays strict."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from peergang.core.embedded import Server
from tests.browser.conftest import NewVisitor
from tests.browser.site import Site, open_site
from tests.browser.visitor import Visitor
from tests.factories.identity import PASSWORD, make_institution, make_organiser, make_user_with_password
from tests.factories.provider import SURFCONEXT, Provider, run_provider


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with run_provider() as running:
        yield running


@pytest.fixture(scope="module")
def site(postgres: Server, provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that knows the provider."""
    folder: Path = tmp_path_factory.mktemp("federated")
    with open_site(postgres, folder, name="federated", more=provider.settings()) as site:
        with site.work() as session:
            make_institution(session, "ROC Waterkant").sso_domains = ["waterkant.example"]
            make_organiser(session)
        yield site


def pass_provider(visitor: Visitor, provider: Provider, subject: str) -> None:
    """Press the button, sign in at the provider's own page, and come back."""
    page = visitor.page
    page.get_by_role("button", name="Log in via je instelling").click()
    page.wait_for_url(f"{provider.issuer}/**")
    page.locator("input[name=sub]").fill(subject)
    page.get_by_role("button", name="Authorize").click()
    page.wait_for_url(f"{visitor.site.address}/**")
    # Its page asks for looks elsewhere and has no icon; that is no concern of ours.
    visitor.problems[:] = [
        one for one in visitor.problems if visitor.site.address in one or "http" not in one
    ]


def test_somebody_joins_the_account_of_their_institution_and_parts_it_again(
    site: Site, provider: Provider, visit: NewVisitor, width: int
) -> None:
    email = f"femke{width}@waterkant.example"
    with site.work() as session:
        make_user_with_password(session, "Femke", "Zeggelaar", email=email)
    provider.know(f"femke{width}", SURFCONEXT | {"email": email})
    visitor = visit(width)
    page = visitor.page

    visitor.go("/inloggen?next=/bibliotheek/")
    visitor.check()
    pass_provider(visitor, provider, f"femke{width}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ben jij dit?")
    visitor.check()
    page.get_by_role("link", name="Log in zoals je gewend bent").click()
    page.get_by_label("E‑mailadres").fill(email)
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in met wachtwoord").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Koppel je account van je instelling")
    visitor.check()
    page.get_by_role("button", name="Koppel", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bibliotheek")
    page.locator("details.pg-menu > summary").click()
    page.get_by_role("button", name="Uitloggen").click()
    pass_provider(visitor, provider, f"femke{width}")
    expect(page.get_by_role("navigation", name="Hoofdmenu")).to_be_visible()
    visitor.go("/mijn-account/beveiliging")
    visitor.check()
    page.get_by_role("link", name="Naar je accounts van instellingen").click()
    expect(page.locator("main strong")).to_have_text("Waterkant.example")
    visitor.check()
    page.get_by_role("button", name="Ontkoppel").click()
    expect(page.get_by_text("Ontkoppeld.")).to_be_visible()
    visitor.check("ontkoppeld")


def test_somebody_proves_it_by_mail_and_a_stranger_reads_whom_to_ask(
    site: Site, provider: Provider, visit: NewVisitor, width: int
) -> None:
    email = f"sjoerd{width}@waterkant.example"
    with site.work() as session:
        make_user_with_password(session, "Sjoerd", "Waterlander", email=email)
    visitor = visit(width)
    page = visitor.page

    def arrive(subject: str, **more: object) -> None:
        provider.know(subject, SURFCONEXT | more)
        visitor.go("/inloggen")
        pass_provider(visitor, provider, subject)

    arrive(f"onbekend{width}", email="niemand@waterkant.example")
    expect(page.get_by_role("heading", level=1)).to_have_text("We kennen je nog niet")
    visitor.check("onbekend")
    arrive(f"student{width}", eduperson_affiliation=["student"])
    expect(page.get_by_role("heading", level=1)).to_have_text("De Peergang is voor medewerkers")
    visitor.check("student")
    arrive(f"elders{width}", email="x@elders.example", schac_home_organization="elders.example")
    expect(page.get_by_role("heading", level=1)).to_have_text("We kennen je instelling nog niet")
    visitor.check("vreemd")
    arrive(f"sjoerd{width}", email="")
    expect(page.get_by_role("heading", level=1)).to_have_text("Met welk adres kennen we je?")
    visitor.check("adres")
    page.get_by_label("E‑mailadres").fill("geen adres")
    page.get_by_role("button", name="Stuur me een link").click()
    visitor.check("adres-fout")
    page.get_by_label("E‑mailadres").fill(email)
    page.get_by_role("button", name="Stuur me een link").click()
    page.wait_for_url("**/onderweg")
    visitor.check()
    site.run_workers()
    address = site.link_in_mail(email, "/inloggen/instelling/bevestig/")
    elsewhere = visit(width)
    elsewhere.page.goto(address)
    expect(elsewhere.page.get_by_role("heading", level=1)).to_have_text("Deze link werkt hier niet")
    elsewhere.check("andere-browser")
    visitor.go(address)
    visitor.check("bevestig")
    page.get_by_role("button", name="Koppel en log in").click()
    expect(page.get_by_role("navigation", name="Hoofdmenu")).to_be_visible()
