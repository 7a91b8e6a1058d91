"""The icon and the status mark of layout/marks.html in Python. Pages hold hundreds, and a macro takes ten times as long.

The markup is the macro's; tests/unit/web/test_marks.py holds them beside each other.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from flask import Flask
from markupsafe import Markup, escape

ICON = '<svg class="pg-icon{cls}" aria-hidden="true">\n    <use href="{url}#{name}" />\n  </svg>'
SEGMENT = (
    '<input class="visually-hidden" type="radio" name="%s" value="%s" id="%s-%s"%s %s="" />'
    '<label for="%s-%s">%s</label>'
)
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

    app.jinja_env.globals |= {"quick_icon": icon, "quick_status": status, "quick_segments": segments}


def segments(field: Any, mark: str) -> Markup:
    """The choices of a radio field, as the macro `segment` draws them one by one; `mark` is an attribute for scripts."""
    name, one_id = escape(field.name), escape(field.id)
    drawn = [
        SEGMENT
        % (
            name,
            escape(value),
            one_id,
            number,
            " checked" if checked else "",
            mark,
            one_id,
            number,
            escape(label),
        )
        for number, (value, label, checked, *_) in enumerate(field.iter_choices())
    ]
    return Markup("".join(drawn))  # noqa: S704 everything from outside is escaped above


def escape_all(texts: Sequence[str]) -> list[str]:
    """Every text escaped, in one go: the call itself takes longer than the work. No text in the database holds NUL."""
    return str(escape("\0".join(texts))).split("\0") if texts else []
