"""The trainer's work: the queue, and the decision about one reflection."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.errors import Conflict, Invalid, NotFound
from peergang.core.i18n import gettext as _
from peergang.core.permissions import require
from peergang.coursework.actions.holding import hold_review
from peergang.coursework.actions.reviewing import ReviewText, save_review
from peergang.coursework.forms.review import ReviewForm
from peergang.coursework.labels import CONFLICTS, PROBLEMS
from peergang.coursework.policy import can_list_reviews
from peergang.coursework.queries.review_queue import list_review_queue
from peergang.coursework.views import autosave, bp
from peergang.coursework.views.gaps import gap_parts
from peergang.coursework.views.held import held_bars, remember_held
from peergang.coursework.views.queue_lines import TAKEN
from peergang.coursework.views.review_desk import (
    Desk,
    desk_form,
    draft_key,
    fields_of,
    open_desk,
    show_desk,
    text_of,
)
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


@bp.get("/beoordelen")
def review_queue() -> ResponseReturnValue:
    """The queue with its first reflection desk; a kind word when nothing waits."""
    actor = current_actor()
    require(can_list_reviews(actor))
    queue = list_review_queue(reading(), actor, now=clock.now())
    if not queue:
        return render_template(
            "coursework/review_queue.html",
            draft_done=autosave.take_done(),
            held=held_bars(),
            **gap_parts(reading(), actor, clock.now()),
        )
    desk = open_desk(UUID(queue[0].reflection_id))
    return show_desk(desk, desk_form(desk), queue=queue)


@bp.route("/beoordelen/<uuid:reflection_id>", methods=["GET", "POST"])
def review(reflection_id: UUID) -> ResponseReturnValue:
    """One reflection with its comments and the decision; posting saves, and with `intent=send` sends."""
    desk = open_desk(reflection_id)
    form = desk_form(desk)
    if request.method == "POST":
        return _save(desk, form)
    return show_desk(desk, form)


@bp.post("/beoordelen/<uuid:reflection_id>/concept")
def review_autosave(reflection_id: UUID) -> ResponseReturnValue:
    """Save without leaving the page. The first save picks the reflection up."""
    now, actor = clock.now(), current_actor()
    desk = open_desk(reflection_id)
    try:
        sent = autosave.read_payload()
        text = text_of(sent.fields)
        version_id = request.args.get("versie", desk.version.version_id, type=UUID)
        with transaction() as session:
            revision = save_review(
                session, actor, reflection_id, version_id, text, expected_revision=sent.revision, now=now
            )
    except Invalid as error:
        return autosave.refused(error)
    except Conflict as error:
        if error.reason != "draft_moved_on":
            return autosave.refused(error)
        stored = open_desk(reflection_id).draft
        return autosave.moved_on(stored.revision, fields=fields_of(stored))
    return autosave.saved(revision, now)


def _save(desk: Desk, form: ReviewForm) -> ResponseReturnValue:
    now, actor, reflection_id = clock.now(), current_actor(), desk.head.reflection_id
    # The keyboard shortcut sends the form without pressing a button: it means what the page says, send.
    wants_send, revision = request.form.get("intent") != "save", form.started_from
    text = ReviewText(form.decision.data or "", form.criteria(), form.message.data or "")
    following, until = _next_in_queue(reflection_id), now
    try:
        with transaction() as session:
            revision = save_review(
                session,
                actor,
                reflection_id,
                _version_id(form),
                text,
                expected_revision=revision,
                now=now,
            )
        if wants_send:
            with transaction() as session:
                held = hold_review(session, actor, reflection_id, expected_revision=revision, now=now)
                until = held.held_until or now
    except Invalid as error:
        form.take(error, PROBLEMS)
        form.go_on_from(revision)
        return show_desk(open_desk(reflection_id), form), 422
    except Conflict as error:
        if error.reason == "review_held":
            # Pressed twice: the first one counts.
            return _to(following)
        return _collision(reflection_id, form, error)
    autosave.remember_done(draft_key(desk.version.version_id))
    if not wants_send:
        flash(_("Je concept is bewaard. Alleen jij ziet het."), "ok")
        return redirect(url_for("coursework.review", reflection_id=reflection_id), code=303)
    remember_held(reflection_id, desk.head.author_given, until)
    return _to(following)


def _to(reflection_id: UUID | None) -> ResponseReturnValue:
    if reflection_id is None:
        return redirect(url_for("coursework.review_queue"), code=303)
    return redirect(url_for("coursework.review", reflection_id=reflection_id), code=303)


def _version_id(form: ReviewForm) -> UUID:
    try:
        return UUID(form.version.data or "")
    except ValueError:
        raise NotFound from None


def _next_in_queue(reflection_id: UUID) -> UUID | None:
    """The one after this in the queue, without those that a colleague has; the first when this was the last."""
    queue = list_review_queue(reading(), current_actor(), now=clock.now())
    found = [UUID(one.reflection_id) for one in queue if one.rank < TAKEN]
    at = found.index(reflection_id) if reflection_id in found else -1
    rest = [one for one in found[at + 1 :] + found[: max(at, 0)] if one != reflection_id]
    return rest[0] if rest else None


def _collision(reflection_id: UUID, form: ReviewForm, error: Conflict) -> ResponseReturnValue:
    """Somebody was first. What was typed stays on the page."""
    desk = open_desk(reflection_id)
    typed = form.started_from
    form.go_on_from(desk.draft.revision)
    form.version.data = str(desk.version.version_id)
    return show_desk(desk, form, conflict=CONFLICTS.get(error.reason), typed_revision=typed), 409
