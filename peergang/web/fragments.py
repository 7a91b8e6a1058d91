"""Pieces of pages that never change, rendered once in this process.

Only for what an edition holds: it never changes (domain invariant), so what was rendered for the id of one of its parts and
a language stays right for as long as the process lives. Nothing about a person may go into a fragment.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import current_app
from markupsafe import Markup

from peergang.core.i18n import current_locale

MOST = 500
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
