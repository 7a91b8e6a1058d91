"""The words of a version with the comments at them, drawn in Python: a long one has hundreds of paragraphs."""

from typing import Any
from uuid import UUID

from flask import current_app
from markupsafe import Markup, escape

from peergang.core.i18n import gettext as _
from peergang.coursework.views import bp
from peergang.coursework.views.comment_box import comment_boxes
from peergang.coursework.views.reading import Paragraph, Reading

_QUESTION = '<h%d class="pg-question">%s. %s</h%d>'


@bp.app_template_global("answer_text")
def answer_text(
    text: Reading,
    me: UUID | None,
    level: int = 2,
    page_url: str = "",
    at: int = 0,
    slot: str = "",
    hide: UUID | None = None,
) -> Markup:
    """The questions as headings of `level`, with their answers. `page_url` is set where comments can be placed; `slot` is the
    form that stands under paragraph `at`, and `hide` the comment that is being changed in it.
    """
    boxes = comment_boxes(text.comments, me, page_url)
    hidden = {number for number, one in text.comments.items() if one.comment_id == hide} if hide else set()
    react = _react_button(page_url)
    drawn = [f'<div class="pg-read"{" data-comment-text" if page_url else ""}>']
    for section in text.sections:
        drawn.append(_QUESTION % (level, section.number, escape(section.question), level))
        for paragraph in section.paragraphs:
            drawn += _paragraph(paragraph, react)
            drawn += [boxes[number] for number in paragraph.comments if number not in hidden]
            if at and at == paragraph.number:
                drawn.append(escape(slot))
    drawn.append("</div>")
    return Markup("".join(drawn))  # noqa: S704 what people wrote was escaped where it was drawn


def _react_button(page_url: str) -> tuple[str, str, str]:
    """What stands around the two numbers in the button beside a paragraph; empty where nobody can comment."""
    if not page_url:
        return "", "", ""
    icon: Any = current_app.jinja_env.globals["quick_icon"]
    return (
        f'<a class="btn btn-plain btn-icon" href="{escape(page_url)}?alinea=',
        f' aria-label="{escape(_("Reageer op alinea"))} ',
        f'">{icon("chat-left-text")}</a></div>',
    )


def _paragraph(one: Paragraph, react: tuple[str, str, str]) -> tuple[str, ...]:
    """The pieces of a paragraph: to join them all at once is much cheaper than to fill them in one by one."""
    if not one.html:
        said: tuple[str, ...] = '<p class="pg-muted">', escape(_("(geen antwoord)")), "</p>"
    else:
        said = '<div class="pg-said text-break">', one.html, "</div>"
    before, between, after = react
    if not before or not one.number:
        return '<div class="pg-para pg-voice">', *said, "</div>"
    number = str(one.number)
    first = '#nieuw" data-keys-comment' if one.number == 1 else '#nieuw"'
    opening = '<div class="pg-para pg-voice" data-paragraph="', number, '">'
    return *opening, *said, before, number, first, between, number, after
