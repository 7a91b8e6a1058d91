"""An app with codes: set up, asked for at the next sign-in, and taken away after a proof."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import sqlalchemy as sa
from playwright.sync_api import expect

from peergang.core.sealing import Seal
from peergang.identity.models import SignInSession
from tests.browser.conftest import NewVisitor
from tests.browser.site import Site
from tests.browser.test_signing_in import sign_in
from tests.browser.visitor import Visitor
from tests.factories.factors import code_at, make_recovery_codes, make_totp
from tests.factories.identity import make_user_with_password


def set_up(visitor: Visitor) -> pyotp.TOTP:
    """From the button to the recovery codes; gives the app."""
    page = visitor.page
    visitor.check("app-eerst")
    page.get_by_role("button", name="Ik heb een app").click()
    key = page.get_by_label("Sleutel voor je app").input_value()
    expect(page.get_by_role("img", name="QR‑code")).to_be_visible()
    visitor.check("app-qr")
    app = pyotp.TOTP(key.replace(" ", ""))
    page.get_by_label("Code van zes cijfers").fill("000000")
    page.get_by_role("button", name="Zet de tweede stap aan").click()
    expect(page.get_by_role("alert")).to_be_focused()
    visitor.check("app-fout")
    page.get_by_label("Code van zes cijfers").fill(app.now())
    page.get_by_role("button", name="Zet de tweede stap aan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Je herstelcodes")
    visitor.check("herstelcodes")
    return app


def test_an_app_is_set_up_and_asked_for(site: Site, visit: NewVisitor, width: int) -> None:
    with site.work() as session:
        user = make_user_with_password(session, "Roos", "Uiterwaard")
    visitor = visit(width)
    page = visitor.page
    visitor.go("/inloggen")
    sign_in(visitor, user.email)
    visitor.go("/mijn-account")
    visitor.check()
    page.get_by_role("link", name="Naar inloggen en beveiliging").click()
    visitor.check("beveiliging-leeg")
    page.get_by_role("link", name="Koppel een app").click()
    app = set_up(visitor)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    code = re.findall(
        r"^[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}$", Path(download.value.path()).read_text(), re.MULTILINE
    )[0]
    page.get_by_role("link", name="Ik heb ze bewaard").click()
    visitor.check("beveiliging-vol")
    page.locator("details.pg-menu > summary").click()
    page.get_by_role("button", name="Uitloggen").click()
    sign_in(visitor, user.email)
    expect(page.get_by_role("heading", level=1)).to_have_text("Nog één stap")
    expect(page.get_by_label("Code van zes cijfers")).to_be_focused()
    visitor.check("code")
    page.get_by_label("Code van zes cijfers").fill("000000")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_be_focused()
    visitor.check("code-fout")
    page.get_by_label("Code van zes cijfers").fill(app.at(datetime.now(UTC) + timedelta(seconds=30)))
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("navigation", name="Hoofdmenu")).to_be_visible()
    other = visit(width)
    other.go("/inloggen")
    sign_in(other, user.email)
    other.page.get_by_role("link", name="Met een herstelcode").click()
    other.check("herstelcode")
    other.page.get_by_label("Herstelcode").fill(code.upper())
    other.page.get_by_role("button", name="Log in").click()
    expect(other.page.get_by_role("navigation", name="Hoofdmenu")).to_be_visible()
    other.go("/mijn-account/beveiliging")
    expect(other.page.get_by_text("nog 9 codes")).to_be_visible()
    other.page.get_by_role("button", name="Log uit op alle andere").click()
    expect(other.page.get_by_text("Op al je andere apparaten ben je uitgelogd.")).to_be_visible()
    page.reload()
    expect(page).to_have_title("Inloggen · Peergang")
    site.run_workers()
    subjects = [mail["Subject"] for mail in site.mails_to(user.email)]
    assert len(subjects) == 3
    assert {
        "Er is een app met codes aan je account gekoppeld",
        "Je bent uitgelogd op al je andere apparaten",
    } < {*subjects}


def test_a_proof_is_asked_after_a_while(site: Site, visit: NewVisitor, width: int) -> None:
    with site.work() as session:
        user = make_user_with_password(session, "Teun", "Berkelaar")
        seal = Seal(site.settings.secret_key)
        make_totp(session, user, seal, datetime.now(UTC))
        make_recovery_codes(session, user, seal, datetime.now(UTC), "abcd-efgh-jkmn")
    visitor = visit(width, user)
    page = visitor.page
    with site.work() as session:
        long_ago = datetime.now(UTC) - timedelta(hours=1)
        session.execute(
            sa.update(SignInSession).where(SignInSession.user_id == user.id).values(proved_at=long_ago)
        )
    visitor.go("/mijn-account/beveiliging")
    page.get_by_text("Ontkoppel de app").first.click()
    page.get_by_role("button", name="Ontkoppel de app").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bevestig dat jij het bent")
    visitor.check("bewijs")
    page.get_by_role("link", name="Liever met een code uit je app").click()
    visitor.check("bewijs-code")
    page.get_by_label("Code van zes cijfers").fill(code_at(datetime.now(UTC)))
    page.get_by_role("button", name="Ga verder").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Inloggen en beveiliging")
    page.get_by_text("Ontkoppel de app").first.click()
    page.get_by_role("button", name="Ontkoppel de app").click()
    expect(page.get_by_text("De app is ontkoppeld.")).to_be_visible()
