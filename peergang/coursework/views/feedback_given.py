"""What I gave my peers, whether they read it, and what they said of it."""

from typing import Any
from uuid import UUID

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.coursework.actions.thanking import open_thanks
from peergang.coursework.labels import PLAIN_QUESTION_WORDS
from peergang.coursework.labels.feedback import HELPFULNESS, SEEN_LOOKS
from peergang.coursework.policy import can_give_feedback, can_read_reflection
from peergang.coursework.queries.comments import list_comments
from peergang.coursework.queries.given_feedback import GivenFeedback, get_given, list_given
from peergang.coursework.views import bp
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


def _reach(one: GivenFeedback) -> dict[str, Any]:
    """How far I still get: my own words always, the text as long as its audience lets me."""
    actor = current_actor()
    may_read = can_read_reflection(actor, one.access)
    return {
        "one": one,
        "may_read": may_read,
        "may_change": may_read and one.read_at is None and can_give_feedback(actor, one.access),
    }


@bp.get("/feedback/gegeven")
def feedback_given() -> ResponseReturnValue:
    """All feedback I sent, the latest first."""
    given = list_given(reading(), current_actor())
    return render_template(
        "coursework/feedback_given.html",
        given=[_reach(one) for one in given],
        helpfulness=HELPFULNESS,
        new_thanks=sum(one.new_thanks for one in given),
    )


@bp.get("/feedback/gegeven/<uuid:feedback_id>")
def feedback_own(feedback_id: UUID) -> ResponseReturnValue:
    """My own words to one peer, with what they said back."""
    session, actor = reading(), current_actor()
    one = get_given(session, actor, feedback_id)
    comments = list_comments(session, one.version_id, actor.user_id, others=False)
    return render_template(
        "coursework/feedback_own.html",
        plain_questions=PLAIN_QUESTION_WORDS,
        comments=comments,
        helpfulness=HELPFULNESS,
        seen_looks=SEEN_LOOKS,
        **_reach(one),
    )


@bp.post("/feedback/gegeven/<uuid:feedback_id>/bedankje")
def feedback_thanks_read(feedback_id: UUID) -> ResponseReturnValue:
    """Open the thanks of a peer."""
    with transaction() as session:
        open_thanks(session, current_actor(), feedback_id, now=clock.now())
    return redirect(url_for("coursework.feedback_own", feedback_id=feedback_id) + "#bedankje", code=303)
