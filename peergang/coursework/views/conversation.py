"""Logging the conversation that an activity asks for."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from peergang.conversations.actions import ConversationNotes
from peergang.conversations.forms import TEXTS
from peergang.core import clock
from peergang.core.errors import Invalid, NotFound
from peergang.core.i18n import gettext as _
from peergang.coursework.actions.conversation import log_conversation_for_activity
from peergang.coursework.forms.conversation import ActivityConversationForm
from peergang.coursework.labels import CONFLICTS
from peergang.coursework.policy import can_log_conversation
from peergang.coursework.queries.conversation import ConversationPlace, get_conversation_place
from peergang.coursework.rules.going import why_closed
from peergang.coursework.views import bp
from peergang.coursework.views.completion import find_completion
from peergang.coursework.views.which_cohort import cohort_named, keep_cohort
from peergang.curriculum.labels import FIGURE_HINTS
from peergang.curriculum.queries import list_topics
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


@bp.route("/opdrachten/<uuid:activity_id>/gesprek", methods=["GET", "POST"])
def log_conversation(activity_id: UUID) -> ResponseReturnValue:
    """Write down the conversation; the activity is then completed."""
    place = get_conversation_place(reading(), current_actor(), activity_id, cohort_named())
    if not can_log_conversation(current_actor(), place):
        raise NotFound
    form = ActivityConversationForm(
        data={"held_on": clock.local_date(clock.now()), "figure": next(iter(place.figures), None)}
    )
    form.offer(place, list_topics(reading(), place.module_id))
    if form.validate_on_submit() and _is_logged(form, place):
        flash(_("Je gesprek is vastgelegd en de opdracht is klaar. Alleen jij ziet je notities."), "ok")
        module = url_for("coursework.module", module_id=place.module_id, **keep_cohort())
        return redirect(module + "#opdrachten", code=303)
    return _show(form, place)


def _is_logged(form: ActivityConversationForm, place: ConversationPlace) -> bool:
    assert form.held_on.data is not None  # a form without a day does not come this far
    written = ConversationNotes(
        held_on=form.held_on.data,
        figure=form.figure.data,
        topic_code=form.topic_code.data or "",
        notes=form.notes.data or "",
        agreements=form.agreements.data or "",
        follow_up_on=form.follow_up_on.data,
    )
    try:
        with transaction() as session:
            log_conversation_for_activity(
                session,
                current_actor(),
                place.activity_id,
                written,
                cohort_id=place.cohort_id,
                now=clock.now(),
            )
    except Invalid as error:
        form.take(error, TEXTS)
        return False
    return True


def _show(form: ActivityConversationForm, place: ConversationPlace) -> ResponseReturnValue:
    page = render_template(
        "coursework/log_conversation.html",
        form=form,
        place=place,
        closed=CONFLICTS.get(why_closed(place.cohort_state, place.opens_at, clock.now())),
        keep=keep_cohort(),
        figure_hints=FIGURE_HINTS,
        today=clock.local_date(clock.now()),
        completion=find_completion(place.cohort_id, place.enrolment_id, place.activity_id, clock.now()),
    )
    return page, 422 if form.errors else 200
