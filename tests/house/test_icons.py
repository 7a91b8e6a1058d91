"""Every icon a template asks for is in the sprite; run as a script, this file writes the sprite."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "peergang" / "templates"
SPRITE = ROOT / "peergang" / "static" / "icons.svg"
LIST = ROOT / "docs" / "icons.md"

IN_TEMPLATE = re.compile(
    r"""\bicon\(\s*['"]([a-z0-9-]+)['"]"""  # {{ icon('send') }}
    r"""|\bicon_name\s*=\s*['"]([a-z0-9-]+)['"]"""  # {{ button(…, icon_name='send') }}
    r"""|icons_url\s*}}\#([a-z0-9-]+)"""  # the sprite's address by hand
    r"""|\b(?:link_|post_)?button\((?:[^()]|\([^()]*\))*?,\s*['"](?:primary|quiet|plain)['"],\s*['"]([a-z0-9-]+)['"]"""
)


def listed() -> list[str]:
    block = re.search(r"```icons\n(.*?)```", LIST.read_text(encoding="utf-8"), re.DOTALL)
    assert block, "docs/icons.md lost its list of icons"
    return block[1].split()


def build(names: list[str]) -> str:
    """Cut the named symbols out of the sprite that Bootstrap-Flask brings along."""
    import flask_bootstrap

    wheel = Path(flask_bootstrap.__file__).parent / "static/bootstrap5/icons/bootstrap-icons.svg"
    found = re.findall(
        r'<symbol [^>]*viewBox="([^"]+)" id="([^"]+)">(.*?)</symbol>', wheel.read_text("utf-8"), re.DOTALL
    )
    symbols = {name: f'<symbol id="{name}" viewBox="{box}">{body}</symbol>' for box, name, body in found}
    lines = [symbols[name] for name in sorted(names)]
    head = '<svg xmlns="http://www.w3.org/2000/svg"><!-- Bootstrap Icons, MIT; see docs/icons.md -->'
    return "\n".join([head, *lines, "</svg>"]) + "\n"


def test_every_icon_in_a_template_is_in_the_sprite() -> None:
    have = set(re.findall(r'<symbol id="([^"]+)"', SPRITE.read_text(encoding="utf-8")))
    missing = []
    for path in sorted(TEMPLATES.rglob("*.html")):
        for match in IN_TEMPLATE.finditer(path.read_text(encoding="utf-8")):
            name = next(group for group in match.groups() if group)
            if name not in have:
                missing.append(f"{path.relative_to(ROOT)}: {name}")
    assert not missing, "add these to docs/icons.md and rebuild the sprite: " + ", ".join(missing)


def test_the_sprite_holds_what_the_list_says() -> None:
    assert SPRITE.read_text(encoding="utf-8") == build(listed())


if __name__ == "__main__":
    SPRITE.write_text(build(listed()), encoding="utf-8")
