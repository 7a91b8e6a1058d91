"""The private log of conversations."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from peergang.conversations.actions import (
    ConversationNotes,
    change_conversation,
    log_conversation,
    remove_conversation,
)
from peergang.conversations.forms import TEXTS, ConversationForm
from peergang.conversations.queries import get_conversation, list_conversations, list_follow_ups
from peergang.conversations.rules import code_of, topic_key
from peergang.conversations.views import bp
from peergang.core import clock
from peergang.core.errors import Invalid
from peergang.core.i18n import gettext as _, pick
from peergang.curriculum.labels import FIGURE_HINTS, FIGURES, TALKING_WITH
from peergang.curriculum.queries import list_current_topics
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


@bp.get("/gesprekken")
def overview() -> ResponseReturnValue:
    """One's own log, with what was agreed to come back to."""
    session, actor = reading(), current_actor()
    rows = list_conversations(session, actor)
    return render_template(
        "conversations/overview.html",
        conversations=rows,
        follow_ups=list_follow_ups(session, actor, _today()) if rows else [],
        topics=_topic_titles(session) if rows else {},
        code_of=code_of,
        figures=FIGURES,
        talking_with=TALKING_WITH,
    )


def _today() -> date:
    return clock.local_date(clock.now())


def _topic_titles(session: Session) -> dict[str, str]:
    return {
        topic_key(row.programme_slug, row.code): pick(row.title, row.title_en)
        for row in list_current_topics(session)
    }


@bp.route("/gesprekken/nieuw", methods=["GET", "POST"])
def log() -> ResponseReturnValue:
    """Write down a conversation that stands by itself."""
    form = ConversationForm(data={"held_on": _today()})
    form.offer(list_current_topics(reading()))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                log_conversation(session, current_actor(), as_notes(form), now=clock.now())
        except Invalid as error:
            form.take(error, TEXTS)
        else:
            flash(_("Je gesprek is vastgelegd. Alleen jij ziet het."), "ok")
            return redirect(url_for("conversations.overview"), code=303)
    return _show("conversations/log.html", form)


def as_notes(form: ConversationForm) -> ConversationNotes:
    """What was filled in, as the use cases take it."""
    assert form.held_on.data is not None  # a form without a day does not come this far
    return ConversationNotes(
        held_on=form.held_on.data,
        figure=form.figure.data,
        topic_code=form.topic_code.data or "",
        notes=form.notes.data or "",
        agreements=form.agreements.data or "",
        follow_up_on=form.follow_up_on.data,
    )


def _show(template: str, form: ConversationForm, **values: Any) -> ResponseReturnValue:
    page = render_template(template, form=form, figure_hints=FIGURE_HINTS, today=_today(), **values)
    return page, 422 if form.errors else 200


@bp.route("/gesprekken/<uuid:conversation_id>", methods=["GET", "POST"])
def change(conversation_id: UUID) -> ResponseReturnValue:
    """Read back and correct a conversation."""
    conversation = get_conversation(reading(), current_actor(), conversation_id)
    form = ConversationForm(obj=conversation)
    form.offer(list_current_topics(reading()), kept=conversation.topic_code)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                change_conversation(
                    session, current_actor(), conversation_id, as_notes(form), now=clock.now()
                )
        except Invalid as error:
            form.take(error, TEXTS)
        else:
            flash(_("Bewaard."), "ok")
            return redirect(url_for("conversations.overview"), code=303)
    return _show("conversations/change.html", form, conversation_id=conversation_id)


@bp.get("/gesprekken/<uuid:conversation_id>/verwijderen")
def confirm_removal(conversation_id: UUID) -> ResponseReturnValue:
    """Ask once before a conversation is removed."""
    conversation = get_conversation(reading(), current_actor(), conversation_id)
    return render_template("conversations/remove.html", conversation=conversation, talking_with=TALKING_WITH)


@bp.post("/gesprekken/<uuid:conversation_id>/verwijderen")
def remove(conversation_id: UUID) -> ResponseReturnValue:
    """Remove a conversation with its notes."""
    with transaction() as session:
        remove_conversation(session, current_actor(), conversation_id)
    flash(_("Je gesprek is verwijderd."), "ok")
    return redirect(url_for("conversations.overview"), code=303)
