"""My reflections: what I wrote, what others gave back, and whose work waits for me."""

from flask import render_template
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.coursework.labels import NOT_BEGUN, STATES
from peergang.coursework.queries.allocation import list_assigned
from peergang.coursework.queries.feedback import list_shared_with_cohort
from peergang.coursework.queries.own_reflections import list_own_reflections
from peergang.coursework.queries.phases import list_own_progress
from peergang.coursework.views import bp
from peergang.coursework.views.autosave import take_done
from peergang.coursework.views.phase_parts import make_phases
from peergang.web.database import reading
from peergang.web.viewer import current_actor


@bp.get("/reflecties")
def reflections() -> ResponseReturnValue:
    """My own reflections by cohort, new reactions, and the feedback I was asked for."""
    session, actor, now = reading(), current_actor(), clock.now()
    own = list_own_reflections(session, actor, now)
    return render_template(
        "coursework/reflections.html",
        own=own,
        phases=make_phases(list_own_progress(session, actor.user_id).values(), now),
        unread=[one for one in own if one.unread],
        to_give=list_assigned(session, actor),
        shared=list_shared_with_cohort(session, actor),
        several_cohorts=len({one.cohort_id for one in own}) > 1,
        states=STATES,
        not_begun=NOT_BEGUN,
        now=now,
        draft_done=take_done(),
    )
