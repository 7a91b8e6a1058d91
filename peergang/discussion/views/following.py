"""Choosing how one follows a conversation, and marking it as read."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from peergang.discussion.actions import following as actions
from peergang.discussion.labels import CHOSEN
from peergang.discussion.views import bp
from peergang.web.database import transaction
from peergang.web.viewer import current_actor


@bp.post("/gesprek/<uuid:thread_id>/volgen")
def choose_level(thread_id: UUID) -> ResponseReturnValue:
    """Follow, stop following, or have silence."""
    level = request.form.get("level", "")
    with transaction() as work:
        actions.choose_level(work, current_actor(), thread_id, level)
    flash(str(CHOSEN[level]), "ok")
    return redirect(url_for("discussion.thread", thread_id=thread_id), code=303)


@bp.post("/gesprek/<uuid:thread_id>/gelezen")
def mark_read(thread_id: UUID) -> ResponseReturnValue:
    """One read up to here: pressed, or told by the page itself once it was in sight."""
    number = min(request.form.get("number", 0, type=int), 2**31 - 1)
    with transaction() as work:
        actions.mark_read(work, current_actor(), thread_id, number)
    if request.headers.get("X-Beacon"):
        return "", 204
    return redirect(
        url_for("discussion.thread", thread_id=thread_id, na=request.form.get("na", type=int)), code=303
    )
