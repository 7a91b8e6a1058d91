"""The icon and the status mark of layout/marks.html in Python. Pages hold hundreds, and a macro takes ten times as long.

The markup is the macro's; tests/unit/web/test_marks.py holds them beside each other.
"""

from functools import lru_cache
from typing import Any

from flask import Flask
from markupsafe import Markup, escape

ICON = '<svg class="pg-icon{cls}" aria-hidden="true">\n    <use href="{url}#{name}" />\n  </svg>'
STATUS_ICONS = {
    "ok": "check-circle-fill",
    "now": "arrow-right-circle-fill",
    "risk": "exclamation-triangle-fill",
    "later": "circle",
    "wait": "hourglass-split",
    "lock": "lock",
}
COLOURED = frozenset(("ok", "now", "risk", "later"))


def init_marks(app: Flask, icons_url: str) -> None:
    """Offer `quick_icon` and `quick_status` to the templates; `icons_url` is the address of the sprite."""

    @lru_cache(maxsize=1024)
    def icon(name: str, cls: str = "") -> Markup:
        classes = f" {escape(cls)}" if cls else ""
        return Markup(ICON.format(cls=classes, url=escape(icons_url), name=escape(name)))  # noqa: S704

    def status(kind: str, text: Any, icon_name: str = "") -> Markup:
        colour = f" is-{kind}" if kind in COLOURED else ""
        drawn = icon(icon_name or STATUS_ICONS.get(kind, "info-circle"))
        return Markup(f'<span class="pg-status{colour}">{drawn} {escape(text)}</span>')  # noqa: S704

    app.jinja_env.globals |= {"quick_icon": icon, "quick_status": status}
