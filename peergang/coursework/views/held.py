"""The bar after sending, with which a review can be taken back for ten seconds."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from flask import flash, redirect, request, session as browser, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.errors import Conflict
from peergang.core.i18n import gettext as _
from peergang.coursework.actions.holding import hold_longer, undo_review
from peergang.coursework.labels import CONFLICTS
from peergang.coursework.views import bp
from peergang.web.database import transaction
from peergang.web.viewer import current_actor

HELD = "held_reviews"
"""What this browser sent a moment ago: pages show it without asking the database, which alone decides what is possible."""

MOST = 3


class Held(NamedTuple):
    """A review that is on its way, as the bar shows it."""

    reflection_id: str
    name: str
    seconds: int


def remember_held(reflection_id: UUID, name: str, until: datetime) -> None:
    """Show the bar on the next pages of this browser."""
    others = [one for one in browser.get(HELD, []) if one[0] != str(reflection_id)]
    browser[HELD] = [*others, [str(reflection_id), name, until.timestamp()]][-MOST:]


def _forget(reflection_id: UUID) -> None:
    browser[HELD] = [one for one in browser.get(HELD, []) if one[0] != str(reflection_id)]


def held_bars(besides: UUID | None = None) -> list[Held]:
    """What can still be taken back, the latest first, without the one that is on the desk itself."""
    if HELD not in browser:
        return []
    now, found = clock.now().timestamp(), []
    for reflection_id, name, until in reversed(browser[HELD]):
        if until > now and reflection_id != str(besides):
            found.append(Held(reflection_id, name, round(until - now)))
    return found


@bp.post("/beoordelen/<uuid:reflection_id>/ongedaan")
def review_undo(reflection_id: UUID) -> ResponseReturnValue:
    """Take back what was sent a moment ago, and go on with it."""
    try:
        with transaction() as session:
            undo_review(session, current_actor(), reflection_id)
    except Conflict as error:
        flash(str(CONFLICTS.get(error.reason, CONFLICTS["review_gone"])), "now")
    else:
        flash(_("Niet verstuurd. Alles staat er nog zoals het was."), "ok")
    _forget(reflection_id)
    return redirect(url_for("coursework.review", reflection_id=reflection_id), code=303)


@bp.post("/beoordelen/<uuid:reflection_id>/wacht")
def review_wait(reflection_id: UUID) -> ResponseReturnValue:
    """Let it wait another minute (WCAG 2.2.1), and stay on the page where one was."""
    known: dict[str, Any] = {one[0]: one[1] for one in browser.get(HELD, [])}
    try:
        with transaction() as session:
            until = hold_longer(session, current_actor(), reflection_id, now=clock.now())
    except Conflict as error:
        flash(str(CONFLICTS.get(error.reason, CONFLICTS["review_gone"])), "now")
    else:
        remember_held(reflection_id, known.get(str(reflection_id), ""), until)
    wanted = request.form.get("reflection", type=UUID)
    if wanted is None:
        return redirect(url_for("coursework.review_queue"), code=303)
    return redirect(url_for("coursework.review", reflection_id=wanted), code=303)
