"""On an installation that wants it, an organiser chooses a second factor before anything else."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from peergang.core.embedded import Server
from peergang.identity.models import RoleGrant
from tests.browser.conftest import NewVisitor
from tests.browser.site import Site, open_site
from tests.browser.test_second_factor import set_up
from tests.browser.test_signing_in import sign_in
from tests.factories.identity import make_user_with_password


@pytest.fixture(scope="module")
def site(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site as production is."""
    folder = tmp_path_factory.mktemp("strict")
    with open_site(postgres, folder, name="strict", more={"PEERGANG_SECOND_FACTOR": "required"}) as site:
        yield site


def test_an_organiser_is_led_to_the_choice(site: Site, visit: NewVisitor, width: int) -> None:
    with site.work() as session:
        user = make_user_with_password(session, "Lotte", "Vlierstruik")
        session.add(RoleGrant(user_id=user.id, role="organiser"))
    visitor = visit(width)
    page = visitor.page
    visitor.go("/inloggen?next=/instellingen")
    sign_in(visitor, user.email)
    expect(page.get_by_role("heading", level=1)).to_have_text("Nog één stap voor je veiligheid")
    visitor.check("keuze")
    # Wherever one goes, one comes back here; but the language and the way out work.
    visitor.go("/bibliotheek/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nog één stap voor je veiligheid")
    page.locator("details.pg-menu > summary").click()
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator("details.pg-menu > summary").click()
    page.get_by_role("button", name="Nederlands").click()
    page.get_by_role("link", name="Koppel een app").click()
    set_up(visitor)
    page.get_by_role("link", name="Ik heb ze bewaard").click()
    visitor.go("/instellingen")
    expect(page.get_by_role("heading", level=1)).to_have_text("Instellingen")
    visitor.go("/mijn-account/beveiliging")
    expect(page.get_by_text("Voeg dan eerst een passkey toe.")).to_be_visible()
    visitor.check("laatste-factor")


def test_a_participant_is_not_asked(site: Site, visit: NewVisitor) -> None:
    with site.work() as session:
        user = make_user_with_password(session)
    visitor = visit(1280)
    visitor.go("/inloggen")
    sign_in(visitor, user.email)
    expect(visitor.page.get_by_role("navigation", name="Hoofdmenu")).to_be_visible()
