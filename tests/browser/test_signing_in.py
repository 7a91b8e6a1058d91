"""Signing in and out, links by mail, language and theme: the doors of the site."""

from playwright.sync_api import expect

from tests.browser.conftest import NewVisitor
from tests.browser.site import Site
from tests.browser.visitor import Visitor
from tests.factories.identity import PASSWORD, make_user_with_password


def sign_in(visitor: Visitor, email: str, password: str = PASSWORD) -> None:
    page = visitor.page
    page.get_by_label("E‑mailadres").fill(email)
    page.get_by_label("Wachtwoord", exact=True).fill(password)
    page.get_by_role("button", name="Log in", exact=True).click()


def test_a_wrong_password_is_told_kindly_and_the_right_one_opens(
    site: Site, visit: NewVisitor, width: int
) -> None:
    with site.work() as session:
        user = make_user_with_password(session, "Anouk", "Zeggelaar")
    visitor = visit(width)
    visitor.go("/bibliotheek/")
    visitor.check()
    sign_in(visitor, user.email, "niet dit wachtwoord")
    expect(visitor.page.get_by_role("alert")).to_be_focused()
    expect(visitor.page.get_by_label("E‑mailadres")).to_have_value(user.email)
    visitor.check("fout")
    sign_in(visitor, user.email)
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Bibliotheek")
    visitor.check()


def test_a_forgotten_password_is_renewed_by_mail(site: Site, visit: NewVisitor, width: int) -> None:
    with site.work() as session:
        user = make_user_with_password(session, "Sjoerd", "Waterlander")
    elsewhere = visit(width, user)
    elsewhere.go("/mijn-account")
    visitor = visit(width)
    page = visitor.page
    visitor.go("/inloggen")
    page.get_by_role("link", name="Wachtwoord vergeten?").click()
    visitor.check()
    page.get_by_label("E‑mailadres").fill(user.email)
    page.get_by_role("main").get_by_role("button").click()
    page.wait_for_url("**/onderweg")
    visitor.check()
    site.run_workers()
    link = site.link_in_mail(user.email, "/wachtwoord-opnieuw/")
    visitor.go(link)
    visitor.check()
    page.get_by_role("textbox", name="wachtwoord").fill("kort")
    page.get_by_role("main").get_by_role("button").last.click()
    expect(page.get_by_role("alert")).to_be_focused()
    visitor.check("te-kort")
    page.get_by_role("textbox", name="wachtwoord").fill("vier gele tulpenbollen")
    page.get_by_role("main").get_by_role("button").last.click()
    expect(page.get_by_text("Je nieuwe wachtwoord is bewaard.")).to_be_visible()
    visitor.check()
    elsewhere.page.reload()
    expect(elsewhere.page).to_have_title("Inloggen · Peergang")
    # The link opens one door once.
    other = visit(width)
    other.page.goto(link)
    expect(other.page.get_by_role("heading", level=1)).to_be_visible()
    other.check("link-op")
    sign_in_again = visit(width)
    sign_in_again.go("/inloggen")
    sign_in(sign_in_again, user.email, "vier gele tulpenbollen")
    expect(sign_in_again.page.get_by_role("navigation", name="Hoofdmenu")).to_be_visible()


def test_signing_out_everywhere_closes_every_browser(site: Site, visit: NewVisitor) -> None:
    with site.work() as session:
        user = make_user_with_password(session)
    here, there = visit(1280, user), visit(390, user)
    there.go("/mijn-account")
    here.go("/mijn-account/beveiliging")
    here.check()
    here.page.get_by_role("button", name="overal").click()
    expect(here.page.get_by_text("op al je apparaten uitgelogd")).to_be_visible()
    there.page.reload()
    expect(there.page).to_have_title("Inloggen · Peergang")
    here.page.go_back()
    here.page.reload()
    expect(here.page).to_have_title("Inloggen · Peergang")


def test_the_menu_changes_language_theme_and_signs_out(site: Site, visit: NewVisitor, width: int) -> None:
    with site.work() as session:
        user = make_user_with_password(session, "Henrike", "Oosterling")
    visitor = visit(width, user)
    page = visitor.page
    visitor.go("/bibliotheek/")
    menu = page.locator("details.pg-menu > summary")
    menu.click()
    visitor.check("menu")
    page.get_by_text("Donker", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    visitor.check("donker")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    menu.click()
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    visitor.locale = "en"
    visitor.check("english")
    menu.click()
    page.keyboard.press("Escape")
    expect(page.locator("details.pg-menu")).not_to_have_attribute("open", "")
    menu.click()
    page.get_by_role("button", name="Nederlands").click()
    menu.click()
    page.get_by_role("button", name="Uitloggen").click()
    expect(page.get_by_text("Je bent uitgelogd.")).to_be_visible()


def test_what_is_typed_can_be_shown(visit: NewVisitor, width: int) -> None:
    visitor = visit(width)
    page = visitor.page
    visitor.go("/inloggen")
    field, button = page.locator("#password"), page.get_by_role("button", name="Toon wachtwoord")
    field.fill("vier gele tulpenbollen")
    button.click()
    expect(field).to_have_attribute("type", "text")
    expect(button).to_have_attribute("aria-pressed", "true")
    visitor.check("te-zien")
    button.click()
    expect(field).to_have_attribute("type", "password")
