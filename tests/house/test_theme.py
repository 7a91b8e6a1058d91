"""The stylesheet keeps its promises: the system's dark theme equals the chosen one, and every colour has both."""

from __future__ import annotations

import re
from pathlib import Path

CSS = (Path(__file__).parents[2] / "peergang" / "static" / "theme.css").read_text(encoding="utf-8")


def declarations(selector: str) -> dict[str, str]:
    block = re.search(re.escape(selector) + r"\s*{(.*?)\n\s*}", CSS, re.DOTALL)
    assert block, selector
    found = re.findall(r"(--[\w-]+|color-scheme)\s*:\s*([^;]+);", block[1])
    return dict(found)


def test_the_system_theme_is_the_dark_theme() -> None:
    assert declarations('[data-bs-theme="auto"]') == declarations('[data-bs-theme="dark"]')


def test_every_colour_has_a_dark_one() -> None:
    light = declarations(':root, [data-bs-theme="light"]')
    assert light.keys() == declarations('[data-bs-theme="dark"]').keys()


def test_nothing_uses_a_name_that_is_not_there() -> None:
    defined = set(re.findall(r"(--pg-[\w-]+)\s*:", CSS))
    used = set(re.findall(r"var\((--pg-[\w-]+)\)", CSS))  # with a fallback a name may be missing
    assert used <= defined, used - defined


def test_bootstrap_comes_first_and_in_a_layer_of_its_own() -> None:
    code = re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL).strip()
    assert code.startswith("@layer bootstrap,")
    assert re.search(r'@import url\("[^"]+bootstrap\.min\.css"\) layer\(bootstrap\);', code)
