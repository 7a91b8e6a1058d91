"""Whose work waits for my feedback."""

from flask import render_template
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.coursework.queries.allocation import list_assigned
from peergang.coursework.queries.feedback import list_shared_with_cohort, list_to_give
from peergang.coursework.views import autosave, bp
from peergang.web.database import reading
from peergang.web.viewer import current_actor


@bp.get("/feedback")
def feedback() -> ResponseReturnValue:
    """What I was asked to read, what else my peer group shared, and what others shared with the whole cohort."""
    session, actor = reading(), current_actor()
    assigned = list_assigned(session, actor)
    asked = {one.reflection_id for one in assigned}
    return render_template(
        "coursework/feedback.html",
        assigned=assigned,
        welcome=[one for one in list_to_give(session, actor) if one.reflection_id not in asked],
        shared=list_shared_with_cohort(session, actor),
        draft_done=autosave.take_done(),
        now=clock.now(),
    )
