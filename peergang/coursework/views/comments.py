"""Placing, changing and removing comments, from the review page and from the feedback page alike."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, g, request

from peergang.core import clock
from peergang.core.errors import Conflict, Invalid, NotFound
from peergang.coursework.actions.comments import add_comment, edit_comment, remove_comment
from peergang.coursework.forms.review import CommentForm
from peergang.coursework.labels import CONFLICTS, PROBLEMS
from peergang.coursework.queries.comments import ShownComment
from peergang.coursework.queries.reflections import ReflectionHead, Version
from peergang.coursework.rules.anchors import Quote, locate_paragraph
from peergang.coursework.views.reading import Reading
from peergang.web.database import transaction
from peergang.web.viewer import current_actor

NO_QUOTE = Quote()


@dataclass(frozen=True, slots=True)
class OpenForm:
    """The comment form that is open on the page: under which paragraph, with which words in it."""

    paragraph: int = 0
    number: int = 0
    body: str = ""
    error: str = ""
    quote: Quote = NO_QUOTE
    editing: UUID | None = None


def open_form(text: Reading, form: CommentForm | None = None) -> OpenForm:
    """The form that the address asks for (?alinea= or ?wijzig=), or the one that was refused just now."""
    if form is not None:
        number = form.paragraph.data or 0
        error = str(form.body.errors[0]) if form.body.errors else ""
        return OpenForm(number, len(text.comments) + 1, form.body.data or "", error, form.selected())
    editing = request.args.get("wijzig", type=UUID)
    if editing is not None:
        return _edit_form(text, editing)
    number = request.args.get("alinea", 0, type=int)
    return OpenForm(number, len(text.comments) + 1) if number in text.numbers() else OpenForm()


def _edit_form(text: Reading, comment_id: UUID) -> OpenForm:
    for section in text.sections:
        for paragraph in section.paragraphs:
            for number in paragraph.comments:
                one = text.comments[number]
                if one.comment_id == comment_id and _is_own_unsent(one):
                    return OpenForm(
                        paragraph.number,
                        number,
                        one.body,
                        quote=Quote(one.quote, one.prefix, one.suffix),
                        editing=comment_id,
                    )
    return OpenForm()


def _is_own_unsent(one: ShownComment) -> bool:
    return one.author_id == current_actor().user_id and not one.sent


def place_comment(head: ReflectionHead, version: Version, form: CommentForm) -> bool:
    """Carry out what the comment form asks; whether it could. Else the form says why not.

    Raises:
        NotFound: when the paragraph does not exist.
    """
    answers = [(prompt["slug"], version.answers.get(prompt["slug"], "")) for prompt in version.asked(head)]
    place = locate_paragraph(answers, form.paragraph.data or 0)
    if place is None:
        raise NotFound
    slug, whole = place
    quote = form.selected() if form.quote.data else whole
    try:
        with transaction() as session:
            add_comment(
                session,
                current_actor(),
                version.version_id,
                slug,
                quote,
                form.body.data or "",
                now=clock.now(),
            )
    except Invalid as error:
        form.take(error, PROBLEMS)
        return False
    except Conflict as error:
        return _refused(error, form)
    return True


def refused_status() -> int:
    """The status of the page on which a comment was not placed: 409 when it came too late, else 422."""
    return 409 if "refused_words" in g else 422


def _refused(error: Conflict, form: CommentForm) -> bool:
    """There may be no form on the page any more, so the reason and what was typed stand above it."""
    flash(str(CONFLICTS[error.reason]), "risk")
    g.refused_words = form.body.data or ""
    return False


def change_comment(comment_id: UUID, form: CommentForm) -> bool:
    """Keep the new words of a comment, or remove it with `intent=remove`; whether it could."""
    actor: Any = current_actor()
    try:
        with transaction() as session:
            if request.form.get("intent") == "remove":
                remove_comment(session, actor, comment_id)
            else:
                edit_comment(session, actor, comment_id, form.body.data or "")
    except Invalid as error:
        form.take(error, PROBLEMS)
        return False
    except Conflict as error:
        return _refused(error, form)
    return True
