"""Changing and removing what one wrote, and hiding a post as a trainer."""

from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.db import AnyRow
from peergang.core.errors import Conflict, Invalid, NotFound
from peergang.core.i18n import gettext as _
from peergang.core.permissions import require
from peergang.discussion.actions import removing
from peergang.discussion.actions.posting import edit_post as change
from peergang.discussion.forms import EditForm, HideForm
from peergang.discussion.labels import CONFLICTS, PROBLEMS
from peergang.discussion.policy import can_change_post, can_hide_post
from peergang.discussion.queries.places import find_thread_place, list_people
from peergang.discussion.queries.posts import get_post, get_thread
from peergang.discussion.rules import TITLE_MAX_LENGTH, PostState
from peergang.discussion.views import bp
from peergang.discussion.views.places import list_url
from peergang.discussion.views.sending import at_ease, draft_key, draft_of, me, refuse, remember_done
from peergang.discussion.views.thread import url_of
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


@bp.route("/gesprek/reacties/<uuid:post_id>/wijzigen", methods=["GET", "POST"])
@at_ease
def edit_post(post_id: UUID) -> ResponseReturnValue:
    """Change what one wrote."""
    found = _own(post_id)
    if found.state != PostState.SHOWN:
        return _too_late(found)
    form, status = EditForm(title=found.title, body=found.body, read=found.body, mentions=_ids(found)), 200
    if found.number > 1:
        del form.title
    form.offer(list_people(reading(), found.cohort_id), me())
    if form.validate_on_submit():
        try:
            with transaction() as work:
                draft = draft_of(form)
                change(work, current_actor(), post_id, draft, read=form.read.data or "", now=clock.now())
        except (Invalid, Conflict) as error:
            status = refuse(form, error)
            if isinstance(error, Conflict) and "body" in error.details:
                # Sending it once more is a choice: the other text stands beside it now.
                form.read.data = error.details["body"]
        else:
            remember_done(draft_key("edit", post_id))
            return redirect(url_of(found.thread_id, found.number), code=303)
    page = render_template(
        "discussion/edit_post.html",
        form=form,
        post=found,
        back=url_of(found.thread_id, found.number),
        stored=form.read.data if status == 409 else "",
        draft_key=draft_key("edit", post_id),
        title_limit=TITLE_MAX_LENGTH,
    )
    return page, 422 if form.errors and status == 200 else status


@bp.route("/gesprek/reacties/<uuid:post_id>/verwijderen", methods=["GET", "POST"])
def remove_post(post_id: UUID) -> ResponseReturnValue:
    """Take back what one wrote, or as a trainer what was hidden, after one question."""
    found, actor = get_post(reading(), post_id, me()), current_actor()
    mine = can_change_post(actor, found.cohort_id, found.author_id)
    require(mine or can_hide_post(actor, found.cohort_id, found.author_id))
    if found.state != PostState.HIDDEN and not mine:
        raise NotFound
    if request.method == "POST":
        place = find_thread_place(reading(), get_thread(reading(), found.thread_id, me()))
        try:
            with transaction() as work:
                if mine:
                    left = removing.remove_post(work, actor, post_id)
                else:
                    left = removing.remove_hidden_post(work, actor, post_id, now=clock.now())
        except Conflict as error:
            return _too_late(found, error.reason)
        flash(_("Je bericht is weg.") if mine else _("Het bericht is weg."), "ok")
        return redirect(url_of(left, found.number) if left else list_url(place), code=303)
    if found.state == PostState.HIDDEN and mine:
        return _too_late(found, "post_hidden")
    return render_template(
        "discussion/remove_post.html", post=found, mine=mine, back=url_of(found.thread_id, found.number)
    )


@bp.route("/gesprek/reacties/<uuid:post_id>/verbergen", methods=["GET", "POST"])
def hide_post(post_id: UUID) -> ResponseReturnValue:
    """Hide a post of somebody else and say why."""
    found = get_post(reading(), post_id, me())
    require(can_hide_post(current_actor(), found.cohort_id, found.author_id))
    if found.state != PostState.SHOWN:
        return _too_late(found)
    form = HideForm()
    if form.validate_on_submit():
        try:
            with transaction() as work:
                reason = form.reason.data or ""
                removing.hide_post(work, current_actor(), post_id, reason, now=clock.now())
        except Invalid as error:
            form.take(error, PROBLEMS)
        except Conflict:
            return _too_late(found)
        else:
            flash(_("Het bericht is verborgen. De schrijver ziet het nog, met jouw reden erbij."), "ok")
            return redirect(url_of(found.thread_id, found.number), code=303)
    page = render_template(
        "discussion/hide_post.html", form=form, post=found, back=url_of(found.thread_id, found.number)
    )
    return page, 422 if form.errors else 200


@bp.post("/gesprek/reacties/<uuid:post_id>/tonen")
def show_post(post_id: UUID) -> ResponseReturnValue:
    """Show again what was hidden."""
    found = get_post(reading(), post_id, me())
    try:
        with transaction() as work:
            removing.show_post(work, current_actor(), post_id, now=clock.now())
    except Conflict:
        return _too_late(found)
    flash(_("Iedereen leest dit bericht weer."), "ok")
    return redirect(url_of(found.thread_id, found.number), code=303)


def _own(post_id: UUID) -> AnyRow:
    found = get_post(reading(), post_id, me())
    require(can_change_post(current_actor(), found.cohort_id, found.author_id))
    return found


def _ids(found: AnyRow) -> list[str]:
    return [str(one) for one in found.chosen or ()]


def _too_late(found: AnyRow, reason: str = "post_gone") -> ResponseReturnValue:
    flash(str(CONFLICTS[reason]), "risk")
    return redirect(url_of(found.thread_id, found.number), code=303)
