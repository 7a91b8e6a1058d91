"""One comment as it stands under its words, drawn in Python: a page may hold hundreds of them."""

from typing import Any
from uuid import UUID

from flask import g
from markupsafe import Markup, escape

from peergang.core.dates import day_month
from peergang.core.i18n import gettext as _
from peergang.coursework.queries.comments import ShownComment
from peergang.coursework.views import bp

_BOX = (
    '<section class="pg-comment" id="c{number}" aria-label="{label}">'
    '<span class="pg-ref" aria-hidden="true">{number}</span>'
    '<p class="pg-small"><b>{name}</b> · {day}{edit}</p>'
    '<p class="text-break">{body}</p></section>'
)
_EDIT = ' · <a href="{url}?wijzig={id}#nieuw">{change}<span class="visually-hidden"> {what}</span></a>'


@bp.app_template_global("comment_box")
def comment_box(number: int | str, one: ShownComment, me: UUID | None, edit_url: str = "") -> Markup:
    """The comment with its number. `edit_url` is the page on which its author may still change it, when there is one."""
    words = _words()
    mine = one.author_id == me
    what = words["comment"].replace("\x00", str(number))
    edit = ""
    if edit_url and mine and not one.sent:
        edit = _EDIT.format(
            url=escape(edit_url), id=one.comment_id, change=words["change"], what=what[:1].lower() + what[1:]
        )
    return Markup(  # noqa: S704 what people wrote is escaped here, the rest is ours
        _BOX.format(
            number=number,
            label=what,
            name=words["you"] if mine else escape(one.name),
            day=escape(day_month(one.created_at)),
            edit=edit,
            body=escape(one.body),
        )
    )


def _words() -> dict[str, Any]:
    """The words of a box in the reader's language, looked up once a request."""
    found: dict[str, Any] | None = g.get("comment_words")
    if found is None:
        found = g.comment_words = {
            "comment": str(escape(_("Opmerking %(number)s", number="\x00"))),
            "you": escape(_("Jij")),
            "change": escape(_("wijzig")),
        }
    return found
