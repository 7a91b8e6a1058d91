"""What an author does with the reactions on their work: open them, say whether they helped, and thank."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.errors import Conflict, Invalid
from peergang.core.i18n import gettext as _
from peergang.core.permissions import require
from peergang.coursework.actions.reading import mark_reactions_read
from peergang.coursework.actions.thanking import answer_feedback
from peergang.coursework.forms.feedback import AnswerForm
from peergang.coursework.labels import CONFLICTS, PROBLEMS
from peergang.coursework.policy import can_answer_feedback
from peergang.coursework.queries.given_feedback import FeedbackPlace, get_feedback_place
from peergang.coursework.views import bp
from peergang.coursework.views.reaction_parts import Answering
from peergang.coursework.views.reflection_read import show_reflection
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


@bp.post("/reflecties/<uuid:reflection_id>/gelezen")
def reflection_reactions_read(reflection_id: UUID) -> ResponseReturnValue:
    """Open one reaction, or all of them: what peers wrote stays as it is from then on."""
    reaction_id = request.form.get("reaction", type=UUID)
    with transaction() as session:
        mark_reactions_read(session, current_actor(), reflection_id, reaction_id, now=clock.now())
    return _to(reflection_id, f"#r-{reaction_id}" if reaction_id else "#reacties")


def _to(reflection_id: UUID, place: str) -> ResponseReturnValue:
    return redirect(url_for("coursework.reflection_read", reflection_id=reflection_id) + place, code=303)


def _place(feedback_id: UUID) -> FeedbackPlace:
    place = get_feedback_place(reading(), feedback_id)
    require(can_answer_feedback(current_actor(), place))
    return place


@bp.post("/feedback/ontvangen/<uuid:feedback_id>/oordeel")
def feedback_rate(feedback_id: UUID) -> ResponseReturnValue:
    """Say whether the feedback helped, and thank the giver; what was said may change, thanks until they are read."""
    place, form = _place(feedback_id), AnswerForm()
    # Thanks that were read stand there as a text, without a field.
    thanks = request.form.get("thanks")
    try:
        with transaction() as session:
            answer_feedback(
                session,
                current_actor(),
                feedback_id,
                form.helpfulness.data or "",
                form.note.data or "",
                thanks,
                now=clock.now(),
            )
    except (Invalid, Conflict) as error:
        return _refused(place, form, error)
    flash(_("Bewaard. Alleen jullie tweeën zien dit."), "ok")
    return _to(place.reflection_id, f"#r-{feedback_id}")


def _refused(place: FeedbackPlace, form: AnswerForm, error: Invalid | Conflict) -> ResponseReturnValue:
    """The page again, with what was typed and why it could not be kept."""
    answering = Answering(place.feedback_id, form)
    if isinstance(error, Invalid):
        form.take(error, PROBLEMS)
        return show_reflection(place.reflection_id, answering=answering), 422
    flash(str(CONFLICTS[error.reason]), "risk")
    return show_reflection(place.reflection_id, answering=answering), 409
