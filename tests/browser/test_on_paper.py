"""What comes out of the printer: names in one piece, nothing to press, and white paper for who reads in the dark."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewVisitor
from tests.browser.people import make_team, submitted_reflection
from tests.browser.site import Site

A4 = {"width": 680, "height": 960}
"""What is left of the paper between its margins, in pixels of a style sheet."""

BROKEN = """() => [...document.querySelectorAll('main th')].flatMap(cell => {
    const found = [], walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        for (const word of node.data.matchAll(/[\\p{L}\\d]+/gu)) {
            const range = document.createRange();
            range.setStart(node, word.index);
            range.setEnd(node, word.index + word[0].length);
            if (new Set([...range.getClientRects()].map(one => Math.round(one.top))).size > 1) found.push(word[0]);
        }
    }
    return found;
})"""
"""The words in headings of tables that stand on more than one line."""


def print_view(page: Page) -> None:
    page.set_viewport_size(A4)  # type: ignore[arg-type]
    page.emulate_media(media="print")


@pytest.mark.parametrize("dark", [False, True])
def test_the_progress_of_a_cohort_on_paper(site: Site, visit: NewVisitor, dark: bool) -> None:
    team = make_team(site)
    submitted_reflection(site, team)
    visitor = visit(1280, team.trainer, dark=dark)
    page = visitor.page
    visitor.go(f"/cohorten/{team.cohort_id}/voortgang")
    tick = page.locator("main table .pg-tick").first
    expect(tick).to_be_visible()
    print_view(page)
    expect(tick).to_be_hidden()
    assert page.evaluate(BROKEN) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= A4["width"], "nothing falls off the paper"
    colours = page.evaluate(
        "['--pg-surface', '--pg-ok-soft', '--pg-heat-1', '--pg-risk']"
        ".map(name => getComputedStyle(document.body).getPropertyValue(name).trim())"
    )
    assert colours == ["#fff", "#e0efe3", "#f1f5f3", "#9c2f1b"]
