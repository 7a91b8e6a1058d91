"""Every page that a role can reach by links, and every page of the route map that the expectations know an address for."""

import re
from collections import deque
from datetime import UTC, datetime
from urllib.parse import urldefrag, urlsplit

import pytest
from playwright.sync_api import expect

from peergang.identity.models import User
from tests.browser.conftest import NewVisitor
from tests.browser.people import answered_reflection, make_team, submitted_reflection
from tests.browser.site import Site
from tests.browser.visitor import Visitor
from tests.factories.identity import make_organiser
from tests.factories.practice import make_adoption, make_example

PUBLIC = ("/inloggen", "/hulp", "/privacy", "/toegankelijkheid", "/wachtwoord-vergeten", "/uitgaande-mail")
FILES = re.compile(r"\.(csv|ics|xlsx|txt)$|/html$|^/bootstrap|^/static|^/healthz|^/metrics|^/readyz")
SHARED = ("/bibliotheek", "/gesprekken", "/mijn-", "/herinneringen", *PUBLIC)
"""The same for everybody, so checked once: as the participant sees them."""
LEAST = {
    "participant": {
        *(
            "/deze-week",
            "/modules",
            "/modules/x",
            "/onderwerpen/x",
            "/opdrachten/x/gesprek",
            "/gesprekken/kaart",
        ),
        *("/reflecties", "/reflecties/x", "/reflecties/x/vergelijk", "/reflecties/opdracht/x/schrijven"),
        *(
            "/feedback",
            "/feedback/x",
            "/feedback/x?alinea",
            "/bibliotheek/",
            "/bibliotheek/x",
            "/bibliotheek/nieuw",
        ),
        *("/mijn-account", "/mijn-gegevens", "/herinneringen"),
    },
    "trainer": {
        "/beoordelen",
        "/beoordelen/x",
        "/beoordelen/x?alinea",
        "/cohorten/x",
        "/cohorten/x/voortgang",
    },
    "organiser": {
        *("/deelname", "/deelname/x/x", "/deelname/instelling/x", "/instellingen", "/instellingen/x"),
        *("/deelname/jaarcijfers", "/deelname/vergelijk", "/deelname/x/x/voortgang"),
        *("/cohorten", "/cohorten/nieuw", "/cohorten/x", "/cohorten/x/deelnemers", "/cohorten/x/controleren"),
    },
}
"""What the links must lead to at least: a page nobody can find is a mistake too."""
MAIN = {
    "participant": (
        "/deze-week",
        "/modules",
        "/reflecties",
        "/feedback",
        "/bibliotheek/",
        "/gesprekken/kaart",
    ),
    "trainer": ("/beoordelen", "/cohorten/mijn"),
    "organiser": ("/deelname", "/cohorten", "/instellingen"),
}
DUTCH = (
    "Deze week",
    "Bibliotheek",
    "Reflecties",
    "Gesprekken",
    "Beoordelen",
    "Deelname",
    "Cohorten",
    "Toegankelijkheid",
)
ENOUGH = 100
"""Pages a role; when a crawl finds more shapes than this, the shapes have grown and this may."""


def shape(address: str) -> str:
    """What two addresses of the same page about different things have in common."""
    parts = urlsplit(address)
    form = "?alinea" if "alinea=" in parts.query else ""
    return re.sub(r"/[0-9a-f-]{36}|/\d+|/[0-9a-f]{32}[^/]*", "/x", parts.path) + form


def crawl(visitor: Visitor, skip: tuple[str, ...]) -> list[str]:
    """Walk from page to page, once for each shape of address, and check each. Gives the shapes."""
    seen: set[str] = set()
    queue = deque(["/"])
    while queue and len(seen) < ENOUGH:
        path = queue.popleft()
        if shape(path) in seen or path.startswith(skip):
            continue
        seen.add(shape(path))
        visitor.go(path)
        visitor.check()
        hrefs = visitor.page.eval_on_selector_all("a[href]", "(all) => all.map((one) => one.href)")
        for href in hrefs:
            address = urldefrag(href).url
            if not address.startswith(visitor.site.address):
                continue
            path = address.removeprefix(visitor.site.address)
            if shape(path) not in seen and not FILES.search(urlsplit(path).path):
                queue.append(path)
    return sorted(seen)


@pytest.fixture(scope="module")
def cast(site: Site) -> dict[str, User]:
    """A team whose work is in every state, and an organiser."""
    team = make_team(site)
    with site.work() as session:
        now = datetime.now(UTC)
        organiser = make_organiser(session)
        example = make_example(
            session, team.other, now, title="Tien minuten meekijken", main_question="1", topic_code="1.4"
        )
        make_adoption(session, example, team.author, now)
        make_example(session, team.author, now, title="Nog een concept", state="draft")
    answered_reflection(site, team)
    submitted_reflection(site, team, "Een reflectie om op te reageren", "peer")
    site.run_workers()
    return {"participant": team.author, "trainer": team.trainer, "organiser": organiser}


@pytest.mark.parametrize("role", ["participant", "trainer", "organiser"])
def test_every_page_a_role_can_reach(role: str, cast: dict[str, User], visit: NewVisitor, width: int) -> None:
    visitor = visit(width, cast[role])
    seen = crawl(visitor, () if role == "participant" else SHARED)
    assert LEAST[role] <= set(seen)


def test_every_page_without_signing_in(site: Site, visit: NewVisitor, width: int) -> None:
    visitor = visit(width)
    for path in PUBLIC:
        visitor.go(path)
        visitor.check()


@pytest.mark.parametrize("role", ["participant", "trainer", "organiser"])
def test_the_main_pages_in_the_dark(role: str, cast: dict[str, User], visit: NewVisitor, width: int) -> None:
    visitor = visit(width, cast[role], dark=True)
    for path in MAIN[role]:
        visitor.go(path)
        ground = visitor.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert max(int(part) for part in re.findall(r"\d+", ground)[:3]) < 80, ground
        visitor.check("donker" + path.replace("/", "-"))


@pytest.mark.parametrize("role", ["participant", "trainer", "organiser"])
def test_the_main_pages_in_english(role: str, cast: dict[str, User], visit: NewVisitor) -> None:
    visitor = visit(1280, cast[role])
    visitor.go("/mijn-account")
    visitor.page.locator("details.pg-menu > summary").click()
    visitor.page.get_by_role("button", name="English").click()
    expect(visitor.page.locator("html")).to_have_attribute("lang", "en")
    visitor.locale = "en"
    for path in MAIN[role]:
        visitor.go(path)
        text = visitor.page.locator("body").inner_text()
        assert not [word for word in DUTCH if word in text], text
        visitor.check("english" + path.replace("/", "-"))
    visitor.page.locator("details.pg-menu > summary").click()
    visitor.page.get_by_role("button", name="Nederlands").click()
    expect(visitor.page.locator("html")).to_have_attribute("lang", "nl")
