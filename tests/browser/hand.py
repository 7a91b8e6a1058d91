"""The hand of somebody in front of a screen: it counts what it does, and knows how long a person takes for that."""

from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from playwright.sync_api import Locator, Page

POINT, PRESS, THINK, KEY, TAB, MOVE_HAND = 1.1, 0.2, 1.35, 0.28, 0.2, 0.4
"""Seconds of an ordinary person (Card, Moran and Newell's keystroke-level model): pointing at something, pressing,
deciding, one key of a text, the same key once more, and the hand that goes from mouse to keyboard or back."""
PICK_FILE = 8.0
"""Finding a file in the window of the operating system, which no test sees."""


@dataclass
class Hand:
    """What was done, and how long a person would have needed for it; `waited` is what the platform took."""

    page: Page
    clicks: int = 0
    keys: int = 0
    fields: int = 0
    letters: int = 0
    seconds: float = 0
    started: float = field(default_factory=monotonic)

    @property
    def actions(self) -> int:
        """Everything the hand did: clicks, keys that move or press, and fields."""
        return self.clicks + self.keys + self.fields

    def told(self, name: str) -> str:
        """The sums, for the person who reads the test's output."""
        return (
            f"{name}: {self.clicks} clicks, {self.keys} keys to move and press, {self.fields} fields"
            f" with {self.letters} letters, {self.seconds:.0f} s for a person,"
            f" of the machine {monotonic() - self.started:.0f} s with all checks"
        )

    def use(self, target: Locator) -> None:
        """Follow a link or press a button, to the page that comes."""
        raise NotImplementedError

    def write(self, target: Locator, text: str) -> None:
        """Fill a field, over what stands there."""
        raise NotImplementedError

    def choose(self, target: Locator, label: str) -> None:
        """Choose from a list."""
        raise NotImplementedError

    def pick(self, target: Locator, path: Path) -> None:
        """Choose a file."""
        raise NotImplementedError

    def _wrote(self, text: str) -> None:
        self.fields += 1
        self.letters += len(text)
        self.seconds += THINK + len(text) * KEY


class Pointer(Hand):
    """With a mouse, or with a finger on a phone."""

    def use(self, target: Locator) -> None:
        with self.page.expect_navigation(wait_until="load"):
            self._press(target)

    def write(self, target: Locator, text: str) -> None:
        self._press(target)
        target.fill(text)
        self.seconds += 2 * MOVE_HAND
        self._wrote(text)

    def choose(self, target: Locator, label: str) -> None:
        # The list itself is drawn by the operating system: one press opens it, one chooses.
        target.select_option(label=label)
        self.clicks += 2
        self.seconds += 2 * (THINK + POINT + PRESS)

    def pick(self, target: Locator, path: Path) -> None:
        with self.page.expect_file_chooser() as chooser:
            self._press(target)
        chooser.value.set_files(path)
        self.fields += 1
        self.seconds += PICK_FILE

    def _press(self, target: Locator) -> None:
        if self.page.viewport_size and self.page.viewport_size["width"] < 800:
            target.tap()
        else:
            target.click()
        self.clicks += 1
        self.seconds += THINK + POINT + PRESS


class Keys(Hand):
    """With a keyboard only: Tab and Shift+Tab, Enter, Space and arrows."""

    MOST_TABS = 60
    """Nobody goes on longer than this to reach one thing."""

    def use(self, target: Locator) -> None:
        self._reach(target)
        with self.page.expect_navigation(wait_until="load"):
            self._key("Enter")

    def write(self, target: Locator, text: str) -> None:
        self._reach(target)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)
        self._wrote(text)

    def choose(self, target: Locator, label: str) -> None:
        self._reach(target)
        # Typing the first letters chooses, as in every list of a browser.
        self.page.keyboard.type(label)
        self._wrote(label)
        chosen = target.evaluate("one => one.selectedOptions[0].text.trim()")
        assert chosen == label, chosen

    def pick(self, target: Locator, path: Path) -> None:
        self._reach(target)
        with self.page.expect_file_chooser() as chooser:
            self._key("Space")
        chooser.value.set_files(path)
        self.fields += 1
        self.seconds += PICK_FILE

    def _reach(self, target: Locator) -> None:
        """Tab until the target has focus; past the menu by the link that skips it, backwards when it is behind us."""
        self.seconds += THINK
        for _ in range(self.MOST_TABS):
            where = target.evaluate(
                """one => {
                    const at = document.activeElement
                    if (one === at) return 'here'
                    if (at.getAttribute('href') === '#inhoud') return one.closest('main') ? 'skip' : 'later'
                    const before = at !== document.body
                        && at.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_PRECEDING
                    return before ? 'earlier' : 'later'
                }"""
            )
            if where == "here":
                return
            self._key({"skip": "Enter", "earlier": "Shift+Tab", "later": "Tab"}[where])
        seen = self.page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        raise AssertionError(f"{self.MOST_TABS} keys did not reach {target}; the focus is on {seen}")

    def _key(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.keys += 1
        self.seconds += KEY if key in ("Enter", "Space") else TAB
