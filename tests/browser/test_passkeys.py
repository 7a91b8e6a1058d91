"""Passkeys with Chromium's own virtual authenticator: made, used, renamed and thrown away."""

from playwright.sync_api import CDPSession, Page, expect

from tests.browser.conftest import NewVisitor
from tests.browser.site import Site
from tests.factories.identity import make_user_with_password

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def plug_in(page: Page) -> tuple[CDPSession, str]:
    """Give this page's browser a device that says yes to everything."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    device = session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return session, str(device["authenticatorId"])


def be_ready(session: CDPSession, device: str, *, yes: bool) -> None:
    values = {"authenticatorId": device, "enabled": yes}
    session.send("WebAuthn.setAutomaticPresenceSimulation", values)


def test_a_passkey_from_making_to_throwing_away(site: Site, visit: NewVisitor, width: int) -> None:
    with site.work() as session:
        user = make_user_with_password(session, "Fenna", "Oeverbies")
    visitor = visit(width, user)
    page = visitor.page
    cdp, device = plug_in(page)
    visitor.go("/mijn-account/passkeys")
    visitor.check("leeg")
    page.get_by_label("Naam").fill("Mijn telefoon")
    page.get_by_role("button", name="Maak een passkey").click()
    expect(page.get_by_text("Je passkey is toegevoegd.")).to_be_visible()
    visitor.check("een")

    # With the device asleep the sign-in page may offer, but does not let anybody in by itself.
    be_ready(cdp, device, yes=False)
    page.context.clear_cookies()
    visitor.go("/inloggen?next=/bibliotheek/")
    visitor.check("inloggen")
    be_ready(cdp, device, yes=True)
    page.get_by_role("button", name="Log in met een passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bibliotheek")

    visitor.go("/mijn-account/passkeys")
    page.get_by_text("Andere naam of weghalen").click()
    page.get_by_label("Naam").first.fill("Oude telefoon")
    page.get_by_role("button", name="Bewaar de naam").click()
    expect(page.get_by_text("Oude telefoon", exact=True)).to_be_visible()
    page.get_by_text("Andere naam of weghalen").click()
    visitor.check("open")
    page.get_by_role("button", name="Haal deze passkey weg").click()
    expect(page.get_by_text("Je hebt er nog geen.")).to_be_visible()


def test_a_passkey_that_was_thrown_away_lets_nobody_in(site: Site, visit: NewVisitor) -> None:
    with site.work() as session:
        user = make_user_with_password(session, "Siem", "Lisdodde")
    visitor = visit(390, user)
    page = visitor.page
    cdp, device = plug_in(page)
    visitor.go("/mijn-account/passkeys")
    page.get_by_role("button", name="Maak een passkey").click()
    expect(page.get_by_text("Je passkey is toegevoegd.")).to_be_visible()
    page.get_by_text("Andere naam of weghalen").click()
    page.get_by_role("button", name="Haal deze passkey weg").click()
    expect(page.get_by_text("Je hebt er nog geen.")).to_be_visible()
    be_ready(cdp, device, yes=False)
    page.context.clear_cookies()
    visitor.go("/inloggen")
    be_ready(cdp, device, yes=True)
    page.get_by_role("button", name="Log in met een passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("Inloggen is niet gelukt")
    visitor.check("weg")


def test_without_scripts_the_button_is_not_there(site: Site, visit: NewVisitor) -> None:
    with site.work() as session:
        user = make_user_with_password(session, "Jet", "Rietzanger")
    visitor = visit(1280, user, scripts=False)
    visitor.go("/mijn-account/passkeys")
    expect(visitor.page.get_by_role("button", name="Maak een passkey")).to_have_count(0)
    expect(visitor.page.get_by_text("Hiervoor is JavaScript nodig")).to_be_visible()
