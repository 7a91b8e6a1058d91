"""Beginning a conversation."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.errors import Conflict, Invalid
from peergang.core.i18n import gettext as _
from peergang.core.permissions import require
from peergang.discussion.actions.posting import start_thread
from peergang.discussion.forms import StartForm
from peergang.discussion.labels import CONFLICTS
from peergang.discussion.policy import can_join_discussion
from peergang.discussion.queries.places import Place, get_meeting_place, get_module_place, list_people
from peergang.discussion.rules import TITLE_MAX_LENGTH
from peergang.discussion.views import bp
from peergang.discussion.views.places import words_of
from peergang.discussion.views.sending import at_ease, draft_key, draft_of, me, refuse, remember_done
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


@bp.route("/cohorten/<uuid:cohort_id>/modules/<uuid:module_id>/gesprek/nieuw", methods=["GET", "POST"])
@at_ease
def start_at_module(cohort_id: UUID, module_id: UUID) -> ResponseReturnValue:
    """Begin a conversation under a module."""
    require(can_join_discussion(current_actor(), cohort_id))
    return _start(get_module_place(reading(), cohort_id, module_id))


@bp.route("/bijeenkomsten/<uuid:meeting_id>/gesprek/nieuw", methods=["GET", "POST"])
@at_ease
def start_at_meeting(meeting_id: UUID) -> ResponseReturnValue:
    """Begin a conversation around a meeting."""
    place = get_meeting_place(reading(), meeting_id)
    require(can_join_discussion(current_actor(), place.cohort_id))
    return _start(place)


def _start(place: Place) -> ResponseReturnValue:
    form, status = StartForm(), 200
    form.offer(list_people(reading(), place.cohort_id), me())
    thing_id = place.meeting_id or place.module_id
    assert thing_id is not None
    # Cohorts share the modules of their edition; what was begun in one stays there.
    key = draft_key(f"start-{place.cohort_id}", thing_id)
    if form.validate_on_submit():
        try:
            thread_id = _store(form, place)
        except (Invalid, Conflict) as error:
            status = refuse(form, error)
        else:
            remember_done(key)
            flash(_("Je gesprek staat er. Je volgt het vanaf nu."), "ok")
            return redirect(url_for("discussion.thread", thread_id=thread_id), code=303)
    page = render_template(
        "discussion/start.html",
        form=form,
        place=place,
        where=words_of(place),
        closed=CONFLICTS.get(place.why_closed(clock.now())),
        draft_key=key,
        title_limit=TITLE_MAX_LENGTH,
    )
    return page, 422 if form.errors and status == 200 else status


def _store(form: StartForm, place: Place) -> UUID:
    with transaction() as work:
        return start_thread(
            work,
            current_actor(),
            draft_of(form),
            cohort_id=place.cohort_id,
            module_id=place.module_id,
            meeting_id=place.meeting_id,
            now=clock.now(),
        )
