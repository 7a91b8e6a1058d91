"""Somebody in front of a screen: a page that is watched for errors, and held against what every page must be."""

import os
import re
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Error as PlaywrightError,
    Page,
    Request,
    Response,
    expect,
)

from tests.browser.site import Site

SHOTS = os.environ.get("PEERGANG_SHOTS", "")
"""A folder for a picture of every page that was checked; empty means none."""
_numbers = count(1)

# 44 px is ours; axe asks for 24 and has that rule switched off until asked.
# Without preload, because axe would put the stylesheets into <style>, which our policy refuses and the console tells.
AXE = "axe.run({resultTypes: ['violations'], preload: false, rules: {'target-size': {enabled: true}}})"

PATIENCE = 30_000
"""Milliseconds for anything that is waited for. Long, because it costs nothing where all is well, and a machine on which
two browsers share a busy core is no mistake of ours."""
expect.set_options(timeout=PATIENCE)

FETCHING = 'html:has(script[src*="js/peergang"]):not([data-scripts])'
"""A page of ours whose scripts are still on their way: a hand is quicker than a slow machine, so it waits for them."""

FACTS = Path(__file__).with_name("facts.js").read_text()


@dataclass
class Visitor:
    """One tab. `problems` collects what the browser complained about; `check` fails on it."""

    site: Site
    context: BrowserContext
    page: Page
    width: int
    scripts: bool = True
    locale: str = "nl"
    expected: set[int] = field(default_factory=set)
    """Answers to background requests that this journey brings about on purpose, such as 401."""
    offline: bool = False
    problems: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.watch(self.page)

    def watch(self, page: Page) -> None:
        """Listen to a tab and make it the one in front."""
        self.page = page
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        page.on("response", self._answered)
        page.on("requestfailed", self._failed)
        if self.scripts:
            # Looked at before every click, every field that is filled and every expectation.
            page.add_locator_handler(page.locator(FETCHING), lambda _: None)

    def go(self, path: str) -> None:
        """Open a page of the site."""
        address = path if path.startswith("http") else self.site.address + path
        answer = self.page.goto(address)
        assert answer is not None
        assert answer.status < 400, f"{path}: {answer.status}"
        self.settle()

    def settle(self) -> None:
        """Wait for the page that is on its way and for its scripts, also when a script or a key comes next."""
        expect(self.page.locator("html")).to_be_attached()
        self.page.wait_for_load_state()

    def check(self, name: str = "") -> None:
        """Hold this page against what every page must be: no errors, nothing for axe, fits, reachable, named."""
        self.settle()
        path = re.sub(r"^https?://[^/]+", "", self.page.url)
        self._keep_picture(name or re.sub(r"[0-9a-f-]{36}", "x", path).strip("/").replace("/", "_")[:60])
        try:
            wrong = [*self.problems, *self._facts(), *self._axe()]
        except PlaywrightError as error:
            if "context was destroyed" not in error.message:
                raise
            # A form was sent, and its answer came only now: it is this page that has to be judged.
            self.check(name)
            return
        assert not wrong, f"{path} at {self.width} px:\n" + "\n".join(wrong)
        self.seen.add(path)

    def _keep_picture(self, name: str) -> None:
        if not SHOTS:
            return
        self.page.screenshot(path=f"{SHOTS}/{next(_numbers):03}-{name}-{self.width}.png", full_page=True)

    def _facts(self) -> list[str]:
        if not self.scripts:
            return []
        return list(self.page.evaluate(f"({FACTS})({{width: {self.width}, lang: '{self.locale}'}})"))

    def _axe(self) -> list[str]:
        if not self.scripts:
            return []
        self.page.evaluate(AXE_SCRIPT)
        found = self._violations()
        if any("obscured" in node["failureSummary"] for one in found for node in one["nodes"]):
            # The bar at the bottom of a phone covers something wherever one has scrolled to. What it covers at the end of the
            # page, it covers for good.
            self.page.evaluate("scrollTo({top: document.documentElement.scrollHeight, behavior: 'instant'})")
            found = self._violations()
        return [
            f"axe {one['id']}: {one['help']}: {node['html'][:200]} {node['failureSummary'][:300]}"
            for one in found
            for node in one["nodes"][:3]
        ]

    def _violations(self) -> list[dict[str, Any]]:
        return list(self.page.evaluate(f"{AXE}.then(found => found.violations)"))

    def _heard(self, message: ConsoleMessage) -> None:
        # What failed to load is told by _answered and _failed, which know whether that was meant.
        # Taking a picture sets styles of its own, which the policy refuses.
        told = message.text.startswith("Failed to load resource") or (
            SHOTS and "inline style" in message.text
        )
        if message.type == "error" and not told:
            self.problems.append(f"console: {message.text}")

    def _answered(self, response: Response) -> None:
        is_page = response.request.is_navigation_request()
        if response.status >= 500 or (
            response.status >= 400 and not is_page and response.status not in self.expected
        ):
            self.problems.append(f"{response.status} {response.request.method} {response.url}")

    def _failed(self, request: Request) -> None:
        reason = request.failure or ""
        if reason == "csp" and not self.scripts:
            return  # A browser without scripts says so when a page offers it one early.
        if not self.offline and "ERR_ABORTED" not in reason:
            self.problems.append(f"{reason} {request.method} {request.url}")
