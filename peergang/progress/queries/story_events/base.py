"""The shape in which every table tells what happened, so that one statement asks all of them."""

from typing import Any

from sqlalchemy import DateTime, Integer, Select, String, cast, func, literal, null, select

from peergang.curriculum.models import Activity
from peergang.identity.models import User
from peergang.progress.rules.story import Happened

Part = Select[*tuple[Any, ...]]
"""One kind of event, from one table."""

_EMPTY = literal("", String)
_NONE = cast(null(), DateTime(timezone=True))
_ZERO = literal(0, Integer)

BY = func.coalesce(
    func.concat_ws(" ", User.given_name, func.nullif(User.name_particle, ""), User.family_name), ""
)
"""The name of the `User` of the surrounding select; empty when there is none."""


def event(
    kind: Happened,
    at: Any,
    *,
    title: Any = _EMPTY,
    title_en: Any = None,
    slug: Any = _EMPTY,
    detail: Any = _EMPTY,
    number: Any = _ZERO,
    until: Any = _NONE,
    by: Any = _EMPTY,
) -> Part:
    """A select of events of `kind`, with the columns that they all have."""
    return select(
        literal(str(kind), String).label("kind"),
        at.label("at"),
        title.label("title"),
        (title if title_en is None else title_en).label("title_en"),
        slug.label("slug"),
        detail.label("detail"),
        number.label("number"),
        until.label("until"),
        by.label("by"),
    )


def of_activity(kind: Happened, at: Any, **more: Any) -> Part:
    """The same about the `Activity` of the select."""
    return event(kind, at, title=Activity.title, title_en=Activity.title_en, slug=Activity.slug, **more)
