"""On a shared computer: a browser that keeps pages in memory, as browsers do, shows none of them after signing out."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import ARGUMENTS, find_chromium
from tests.browser.site import Site
from tests.browser.visitor import PATIENCE
from tests.factories.identity import make_user_with_password

KEEPS_NO_PAGES = "--disable-back-forward-cache"
"""With which Playwright starts browsers, because its own idea of going back does not know such pages."""


@pytest.fixture
def page(chromium: Browser, site: Site) -> Iterator[Page]:
    browser = chromium.browser_type.launch(
        executable_path=find_chromium(), args=list(ARGUMENTS), ignore_default_args=[KEEPS_NO_PAGES]
    )
    with site.work() as session:
        user = make_user_with_password(session)
    context = browser.new_context(locale="nl-NL")
    context.set_default_timeout(PATIENCE)
    context.add_cookies([site.cookie_of(user)])  # type: ignore[list-item]
    yield context.new_page()
    browser.close()


def test_the_button_back_leads_to_signing_in(page: Page, site: Site) -> None:
    for path in ("/mijn-account", "/mijn-gegevens"):
        page.goto(site.address + path)
        page.wait_for_load_state("networkidle")  # What listens to signing out is read last.
    page.locator("details.pg-menu > summary").click()
    page.get_by_role("button", name="Uitloggen").click()
    expect(page).to_have_title("Inloggen · Peergang")
    for _ in range(2):
        page.go_back(wait_until="commit")
        expect(page).to_have_title("Inloggen · Peergang")
