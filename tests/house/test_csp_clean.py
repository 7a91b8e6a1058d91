"""The content security policy allows no inline code: no template may hold any, or the browser silently drops it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "peergang"
PAGES = [path for path in sorted((ROOT / "templates").rglob("*.html")) if "email" not in path.parts]
MODULES = sorted((ROOT / "static").rglob("*.js"))

JINJA = re.compile(r"{#.*?#}|{{.*?}}|{%.*?%}", re.DOTALL)  # `onderwerp=` is an argument, no event
FORBIDDEN = {
    "style attribute": re.compile(r"<[a-z][^<>]*\sstyle\s*=", re.IGNORECASE),
    "style element": re.compile(r"<style\b", re.IGNORECASE),
    "inline script": re.compile(r"<script\b(?![^>]*\ssrc\s*=)[^>]*>", re.IGNORECASE),
    "event attribute": re.compile(r"<[a-z][^<>]*\son[a-z]+\s*=", re.IGNORECASE),
    "javascript address": re.compile(r"""(?:href|action|src)\s*=\s*["']?\s*javascript:""", re.IGNORECASE),
    "foreign address": re.compile(
        r"""<(?:script|link|img|iframe)\b[^>]*(?:src|href)\s*=\s*["'](?:https?:)?//"""
    ),
}
FORBIDDEN_IN_MODULES = re.compile(
    r"""setAttribute\(\s*['"]style|\.innerHTML|\.outerHTML|insertAdjacentHTML|\beval\("""
)


def test_no_page_holds_inline_code() -> None:
    wrong = []
    for path in PAGES:
        source = JINJA.sub("", path.read_text(encoding="utf-8"))
        wrong += [
            f"{path.relative_to(ROOT)}: {name}"
            for name, pattern in FORBIDDEN.items()
            if pattern.search(source)
        ]
    assert not wrong, f"use a class, or a module in static/js: {wrong}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_a_module_writes_text_and_no_markup(path: Path) -> None:
    found = FORBIDDEN_IN_MODULES.search(path.read_text(encoding="utf-8"))
    assert found is None, f"{path.name}: {found and found[0]}"


def test_the_pattern_finds_what_it_should() -> None:
    assert FORBIDDEN["inline script"].search("<script>1</script>")
    assert FORBIDDEN["inline script"].search('<script type="application/json">{}</script>')
    assert not FORBIDDEN["inline script"].search('<script type="module" src="x.js"></script>')
    assert FORBIDDEN["event attribute"].search('<a onclick="x()">')
    assert FORBIDDEN["style attribute"].search('<p class="a" style="color:red">')
