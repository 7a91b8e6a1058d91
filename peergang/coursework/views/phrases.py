"""Sentences of one's own: the page on which they are kept."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.core.errors import Invalid
from peergang.core.i18n import gettext as _
from peergang.core.permissions import require
from peergang.coursework.actions.phrases import (
    add_phrase,
    count_phrase_use,
    edit_phrase,
    move_phrase,
    remove_phrase,
    take_over_phrases,
)
from peergang.coursework.forms.desk import PhraseForm
from peergang.coursework.labels.desk import EXAMPLES, PHRASE_PROBLEMS
from peergang.coursework.policy import can_list_reviews
from peergang.coursework.queries.review_desk import list_phrases
from peergang.coursework.views import bp
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


@bp.route("/beoordelen/zinnen", methods=["GET", "POST"])
def review_phrases() -> ResponseReturnValue:
    """All of them, with a form for a new one; posting adds it, or with `intent=examples` the examples."""
    actor, form = current_actor(), PhraseForm()
    require(can_list_reviews(actor))
    if request.method == "GET":
        return _page(form)
    try:
        with transaction() as session:
            if request.form.get("intent") == "examples":
                take_over_phrases(session, actor, [(str(title), str(text)) for title, text in EXAMPLES])
            else:
                add_phrase(session, actor, form.title.data or "", form.text.data or "")
    except Invalid as error:
        form.take(error, PHRASE_PROBLEMS)
        return _page(form), 422
    flash(_("Bewaard. Bij het beoordelen staat je zin klaar onder ‘Mijn zinnen’."), "ok")
    return redirect(url_for("coursework.review_phrases"), code=303)


@bp.post("/beoordelen/zinnen/<uuid:phrase_id>")
def review_phrase_change(phrase_id: UUID) -> ResponseReturnValue:
    """Change, move or remove one: `intent` is save, up, down or remove; `used` counts that it was put into a text."""
    actor, form, intent = current_actor(), PhraseForm(), request.form.get("intent", "save")
    try:
        with transaction() as session:
            if intent == "remove":
                remove_phrase(session, actor, phrase_id)
            elif intent in {"up", "down"}:
                move_phrase(session, actor, phrase_id, up=intent == "up")
            elif intent == "used":
                count_phrase_use(session, actor, phrase_id)
            else:
                edit_phrase(session, actor, phrase_id, form.title.data or "", form.text.data or "")
    except Invalid as error:
        form.take(error, PHRASE_PROBLEMS)
        return _page(PhraseForm(formdata=None), phrase_id, form), 422
    if intent in {"save", "remove"}:
        flash(_("Weggegooid.") if intent == "remove" else _("Bewaard."), "ok")
    return redirect(url_for("coursework.review_phrases") + f"#z-{phrase_id}", code=303)


def _page(form: PhraseForm, editing: UUID | None = None, refused: PhraseForm | None = None) -> str:
    return render_template(
        "coursework/review_phrases.html",
        form=form,
        phrases=list_phrases(reading(), current_actor().user_id),
        examples=EXAMPLES,
        editing=str(editing or request.args.get("wijzig", "")),
        refused=refused,
    )
