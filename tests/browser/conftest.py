"""One Chromium and one site per process; every test gets visitors with an empty browser of their own."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from peergang.core.embedded import Server
from peergang.identity.models import User
from tests.browser.lab import lab, team, whole_lab, writer  # noqa: F401 fixtures of every module here
from tests.browser.site import Site, open_site
from tests.browser.visitor import PATIENCE, Visitor

HEIGHTS = {390: 844, 1280: 900}
ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"),
)
NewVisitor = Callable[..., Visitor]


def find_chromium() -> str:
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next((found for name in names if (found := shutil.which(name))), None)
    assert path, "install Chromium (on Debian: apt-get install chromium), or run `make browser`"
    return path


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(postgres: Server) -> Iterator[Site]:
    folder = Path(tempfile.mkdtemp(prefix="peergang-site-"))
    with open_site(postgres, folder, name="browser") as site:
        yield site
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=[1280, 390], ids=["desktop", "phone"])
def width(request: pytest.FixtureRequest) -> int:
    """The widths at which the main journeys are made."""
    return int(request.param)


@pytest.fixture
def visit(chromium: Browser, site: Site) -> Iterator[NewVisitor]:
    """Make visitors: `visit(width, user)` is signed in, `visit(width)` is not. Ends with nothing having gone wrong."""
    made: list[Visitor] = []

    def make(
        width: int = 1280, user: User | None = None, *, scripts: bool = True, dark: bool = False
    ) -> Visitor:
        context = chromium.new_context(
            viewport={"width": width, "height": HEIGHTS[width]},
            locale="nl-NL",
            timezone_id="Europe/Amsterdam",
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            java_script_enabled=scripts,
            is_mobile=width < 800,
            has_touch=width < 800,
        )
        context.set_default_timeout(PATIENCE)
        if user is not None:
            context.add_cookies([site.cookie_of(user)])  # type: ignore[list-item]
        visitor = Visitor(site, context, context.new_page(), width, scripts)
        made.append(visitor)
        return visitor

    yield make
    for visitor in made:
        visitor.context.close()
    problems = [problem for visitor in made for problem in visitor.problems]
    assert not problems, "\n".join(problems)
