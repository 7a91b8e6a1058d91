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
_SAID = '<div class="pg-said text-break">%s</div>'
_REACT = '<a class="btn btn-plain btn-icon" href="%s?alinea=%d#nieuw"%s aria-label="%s %d">%s</a>'


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
            drawn.append(_paragraph(paragraph, react))
            drawn += [boxes[number] for number in paragraph.comments if number not in hidden]
            if at and at == paragraph.number:
                drawn.append(escape(slot))
    drawn.append("</div>")
    return Markup("\n".join(drawn))  # noqa: S704 what people wrote was escaped where it was drawn


def _react_button(page_url: str) -> tuple[str, ...]:
    """What all buttons beside a paragraph have in common; empty where nobody can comment."""
    if not page_url:
        return ()
    icon: Any = current_app.jinja_env.globals["quick_icon"]
    return escape(page_url), escape(_("Reageer op alinea")), icon("chat-left-text")


def _paragraph(one: Paragraph, react: tuple[str, ...]) -> str:
    said = _SAID % one.html if one.html else f'<p class="pg-muted">{escape(_("(geen antwoord)"))}</p>'
    if not react or not one.number:
        return f'<div class="pg-para pg-voice">{said}</div>'
    url, words, icon = react
    first = " data-keys-comment" if one.number == 1 else ""
    button = _REACT % (url, one.number, first, words, one.number, icon)
    return f'<div class="pg-para pg-voice" data-paragraph="{one.number}">{said}{button}</div>'
