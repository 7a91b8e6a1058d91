"""Comments as they stand under their words, drawn in Python and all at once: a page may hold hundreds of them."""

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from flask import g
from markupsafe import Markup, escape

from peergang.core.dates import day_month
from peergang.core.i18n import gettext as _
from peergang.coursework.queries.comments import ShownComment
from peergang.coursework.views import bp
from peergang.web.marks import escape_all

N = TypeVar("N", int, int | str)


@bp.app_template_global("comment_box")
def comment_box(number: int | str, one: ShownComment, me: UUID | None, edit_url: str = "") -> Markup:
    """The comment with its number. `edit_url` is the page on which its author may still change it, when there is one."""
    return Markup(comment_boxes({number: one}, me, edit_url)[number])  # noqa: S704 see there


def comment_boxes(numbered: Mapping[N, ShownComment], me: UUID | None, edit_url: str = "") -> dict[N, str]:
    """The HTML of every comment by its number: what people wrote is escaped here, the rest is ours."""
    words = _words()
    (before, after), url = words["comment"], str(escape(edit_url))
    bodies = escape_all([one.body for one in numbered.values()])
    mine = me.int if me else None
    # By number: comparing two UUIDs takes longer than everything else about a comment.
    authors = {one.author_id.int: one for one in numbered.values()}
    called = {who: words["you"] if who == mine else str(escape(one.name)) for who, one in authors.items()}
    days: dict[int, str] = {}
    drawn = {}
    for (number, one), body in zip(numbered.items(), bodies, strict=True):
        who, what, edit = one.author_id.int, f"{before}{number}{after}", ""
        if url and not one.sent and who == mine:
            edit = (
                f' · <a href="{url}?wijzig={one.comment_id}#nieuw">{words["change"]}'
                f'<span class="visually-hidden"> {what[:1].lower()}{what[1:]}</span></a>'
            )
        # Within an hour it is one day, also in Amsterdam.
        hour = one.created_at.toordinal() * 24 + one.created_at.hour
        day = days.get(hour) or days.setdefault(hour, day_month(one.created_at))
        drawn[number] = (
            f'<section class="pg-comment" id="c{number}" aria-label="{what}">'
            f'<span class="pg-ref" aria-hidden="true">{number}</span>'
            f'<p class="pg-small"><b>{called[who]}</b> · {day}{edit}</p>'
            f'<p class="text-break">{body}</p></section>'
        )
    return drawn


def _words() -> dict[str, Any]:
    """The words of a box in the reader's language, looked up once a request."""
    found: dict[str, Any] | None = g.get("comment_words")
    if found is None:
        found = g.comment_words = {
            "comment": str(escape(_("Opmerking %(number)s", number="\x00"))).split("\x00"),
            "you": str(escape(_("Jij"))),
            "change": str(escape(_("wijzig"))),
        }
    return found
