"""A place to break things in: the site over a cable that can be pulled out, with a server that may be killed."""

import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select

from peergang.coursework.models import Reflection
from peergang.identity.actions.signing_in import revoke_sessions
from peergang.identity.models import User
from tests.browser.people import Team, make_team
from tests.browser.site import Site, start_server
from tests.browser.visitor import PATIENCE, Visitor
from tests.browser.wire import Wire
from tests.factories.identity import PASSWORD
from tests.ports import free_port

HEIGHTS = {390: 844, 1280: 900}
SAVED = re.compile("Bewaard om")
NewWriter = Callable[..., "Writer"]


@dataclass
class Lab:
    """The site once more, over a cable and with a server that may be killed."""

    site: Site
    wire: Wire
    log: Path
    server: "subprocess.Popen[bytes]"

    def kill(self) -> None:
        """Without a last word, as a machine that loses its power."""
        os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait()
        self.wire.drop()

    def start(self) -> None:
        if self.server.poll() is not None:
            self.server = start_server(self.site.settings, self.wire.to_port, self.log)
        self.wire.mend()


@pytest.fixture(scope="session")
def whole_lab(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    wire = Wire(free_port())
    settings = replace(site.settings, public_url=f"http://localhost:{wire.port}")
    log = tmp_path_factory.mktemp("lab") / "web.log"
    found = Lab(replace(site, settings=settings), wire, log, start_server(settings, wire.to_port, log))
    yield found
    if found.server.poll() is None:
        found.kill()
    wire.close()


@pytest.fixture
def lab(whole_lab: Lab) -> Iterator[Lab]:
    whole_lab.start()
    yield whole_lab
    whole_lab.wire.mend()


@pytest.fixture
def team(site: Site) -> Team:
    return make_team(site)


@dataclass
class Writer:
    """Somebody who writes the first reflection in a browser of their own."""

    visitor: Visitor
    path: str
    field: str = "textarea"

    @property
    def page(self) -> Page:
        return self.visitor.page

    @property
    def line(self) -> Locator:
        return self.page.locator("[data-save-status]")

    def answer(self, number: int = 0) -> Locator:
        return self.page.locator(self.field).nth(number)

    def open(self) -> None:
        """With all its scripts: a tunnel that begins while a page still comes is another matter."""
        self.visitor.go(self.path)

    def another_tab(self) -> "Writer":
        visitor = Visitor(
            self.visitor.site, self.visitor.context, self.visitor.context.new_page(), self.visitor.width
        )
        visitor.expected, visitor.offline = self.visitor.expected, self.visitor.offline
        other = Writer(visitor, self.path, self.field)
        other.open()
        return other

    def type(self, text: str, number: int = 0) -> None:
        self.answer(number).focus()
        self.page.keyboard.press("Control+End")
        self.page.keyboard.type(text)
        # By the page's own clock: it keeps what was typed after a fifth of a second, on a slow machine as well.
        self.page.evaluate("new Promise(done => setTimeout(done, 300))")

    def saved(self) -> None:
        # A page that failed a few times waits longer before it tries again.
        expect(self.line).to_have_text(SAVED, timeout=2 * PATIENCE)
        wait_until(self.page, lambda: copies(self.page) == [], "a copy stayed in the browser")

    def says(self, words: str) -> None:
        expect(self.line).to_contain_text(words)
        assert self.line.get_attribute("role") == "status"

    def cut_off(self, wire: Wire) -> None:
        """What is on its way breaks, as often as the browser itself tries once more."""

        def broken() -> bool:
            wire.drop()
            return self.line.get_attribute("data-state") == "offline"

        wait_until(self.page, broken, "the page never noticed")
        self.says("Geen verbinding")

    def sign_in(self, user: User) -> None:
        page = self.page
        page.get_by_label("E‑mailadres").fill(user.email)
        page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Log in", exact=True).click()


@pytest.fixture
def writer(lab: Lab, team: Team, chromium: Browser, request: pytest.FixtureRequest) -> Iterator[NewWriter]:
    """On a phone, unless the test is made at both widths or says otherwise."""
    made: list[Visitor] = []
    usual = request.getfixturevalue("width") if "width" in request.fixturenames else 390

    def make(user: User | None = None, path: str = "", *, width: int = usual, scripts: bool = True) -> Writer:
        context = chromium.new_context(
            viewport={"width": width, "height": HEIGHTS[width]},
            locale="nl-NL",
            timezone_id="Europe/Amsterdam",
            reduced_motion="reduce",
            java_script_enabled=scripts,
            is_mobile=width < 800,
            has_touch=width < 800,
        )
        context.set_default_timeout(PATIENCE)
        context.add_cookies([lab.site.cookie_of(user or team.author)])  # type: ignore[list-item]
        visitor = Visitor(lab.site, context, context.new_page(), width, scripts)
        made.append(visitor)
        found = Writer(visitor, path or f"/reflecties/opdracht/{team.activity_id}/schrijven")
        found.open()
        return found

    yield make
    for visitor in made:
        visitor.context.close()
    problems = [problem for visitor in made for problem in visitor.problems]
    assert not problems, "\n".join(problems)


def wait_until(page: Page, happened: Callable[[], bool], otherwise: str, seconds: float = 60) -> None:
    patience = monotonic() + seconds
    while monotonic() < patience:
        if happened():
            return
        page.wait_for_timeout(50)
    pytest.fail(otherwise)


def copies(page: Page) -> list[dict[str, Any]]:
    """What this browser itself keeps of texts."""
    return list(
        page.evaluate(
            "Object.keys(localStorage).filter(one => one.startsWith('peergang:draft:'))"
            ".map(one => JSON.parse(localStorage[one]))"
        )
    )


def kept_here(page: Page, words: str) -> None:
    wait_until(page, lambda: words in str(copies(page)), "the browser keeps no copy")


def stored(site: Site, team: Team, who: str = "author") -> dict[str, str]:
    """The answers as the database has them."""
    with site.work() as session:
        enrolment = team.enrolments[who].id
        found = session.scalar(select(Reflection.draft).where(Reflection.enrolment_id == enrolment))
        return dict(found or {})


def stored_text(site: Site, team: Team, who: str = "author") -> str:
    return "|".join(sorted(text for text in stored(site, team, who).values() if text))


def end_session(site: Site, user: User) -> None:
    with site.work() as session:
        revoke_sessions(session, user.id, now=datetime.now(UTC))
