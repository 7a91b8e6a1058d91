"""Pieces of pages that never change, rendered once in this process.

`fragment` is only for what an edition holds: it never changes (domain invariant), so what was rendered for the id of one of
its parts and a language stays right for as long as the process lives. Nothing about a person may go into a fragment.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any
from uuid import UUID

from flask import Flask, current_app
from markupsafe import Markup

from peergang.core.i18n import current_locale

MOST = 500
MOST_DRAWINGS = 100
_kept: dict[tuple[str, UUID, str], Markup] = {}


def fragment(template: str, part_id: UUID, values: Callable[[], dict[str, Any]]) -> Markup:
    """`template` for the part `part_id` of an edition; `values` is called the first time only, and reads the database."""
    key = (template, part_id, current_locale())
    found = _kept.get(key)
    if found is None:
        if len(_kept) >= MOST:
            # A network has tens of modules; whatever made hundreds, memory stays bounded.
            _kept.clear()
        # Without the context processors of a page: they say who is looking.
        text = current_app.jinja_env.get_template(template).render(values())
        found = Markup(text.strip())  # noqa: S704 the template escaped what it was given
        _kept[key] = found
    return found


def init_fragments(app: Flask) -> None:
    """Offer `drawing` to the templates."""
    app.jinja_env.globals["drawing"] = drawing


def drawing(template: str, macro: str, *values: Any) -> Markup:
    """What `macro` of `template` draws of `values`, kept per language. For what looks the same to everybody: panels without
    a value, or a chart of sums; `values` hold nothing about a person, and lists come as tuples.
    """
    return _draw(template, macro, values, current_locale())


@lru_cache(maxsize=MOST_DRAWINGS)
def _draw(template: str, macro: str, values: tuple[Any, ...], _: str) -> Markup:
    drawn: Markup = getattr(current_app.jinja_env.get_template(template).module, macro)(*values)
    return drawn
