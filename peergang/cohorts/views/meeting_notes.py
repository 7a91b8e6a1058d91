"""After a meeting: its notes, and who does what."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.cohorts.actions import meeting_notes as actions
from peergang.cohorts.forms.meeting_page import ActionForm, NotesForm
from peergang.cohorts.labels import FORM_PROBLEMS
from peergang.cohorts.policy import can_prepare_meeting
from peergang.cohorts.queries.meeting_page import get_meeting_page, list_actions, list_expected
from peergang.cohorts.views import bp
from peergang.core import clock
from peergang.core.db import AnyRow
from peergang.core.errors import Conflict, Invalid
from peergang.core.i18n import gettext as _
from peergang.core.permissions import require
from peergang.identity.rules import full_name
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


@bp.route("/bijeenkomsten/<uuid:meeting_id>/verslag", methods=["GET", "POST"])
def notes(meeting_id: UUID) -> ResponseReturnValue:
    """Write the notes."""
    found = _meeting(meeting_id)
    form = NotesForm(data={"notes": found.notes, "revision": found.page_revision})
    theirs = ""
    if form.validate_on_submit():
        try:
            with transaction() as session:
                actions.write_notes(
                    session,
                    current_actor(),
                    meeting_id,
                    form.notes.data or "",
                    revision=form.revision.data or 0,
                    now=clock.now(),
                )
        except Invalid as error:
            form.take(error, FORM_PROBLEMS)
        except Conflict as error:
            if error.reason != "notes_changed":
                raise
            # Both texts are shown, and a second press of the button means: mine.
            theirs = error.details["notes"]
            form.revision.raw_data, form.revision.data = None, error.details["revision"]
        else:
            flash(_("Het verslag is bewaard."), "ok")
            return _back(meeting_id, "verslag")
    page = render_template("cohorts/meeting_notes.html", meeting=found, form=form, theirs=theirs)
    return page, 409 if theirs else 422 if form.errors else 200


@bp.route("/bijeenkomsten/<uuid:meeting_id>/afspraken", methods=["GET", "POST"])
def meeting_actions(meeting_id: UUID) -> ResponseReturnValue:
    """What was agreed, and a form for one more."""
    found = _meeting(meeting_id)
    form = ActionForm()
    people = list_expected(reading(), found.cohort_id, meeting_id)
    form.owner.choices = [
        ("", _("Kies iemand")),
        *(
            (str(one.enrolment_id), full_name(one.given_name, one.name_particle, one.family_name))
            for one in people
        ),
    ]
    if form.validate_on_submit():
        try:
            with transaction() as session:
                actions.agree_on_action(session, current_actor(), meeting_id, _details(form), now=clock.now())
        except Invalid as error:
            form.take(error, FORM_PROBLEMS)
        else:
            flash(_("De afspraak is bewaard."), "ok")
            return redirect(url_for("cohorts.meeting_actions", meeting_id=meeting_id), code=303)
    page = render_template(
        "cohorts/meeting_actions.html", meeting=found, form=form, actions=list_actions(reading(), meeting_id)
    )
    return page, 422 if form.errors else 200


@bp.post("/bijeenkomsten/<uuid:meeting_id>/afspraken/<uuid:action_id>/weg")
def remove_action(meeting_id: UUID, action_id: UUID) -> ResponseReturnValue:
    """Take something that was agreed off the list."""
    with transaction() as session:
        actions.remove_action(session, current_actor(), meeting_id, action_id)
    flash(_("De afspraak is weg."), "ok")
    return redirect(url_for("cohorts.meeting_actions", meeting_id=meeting_id), code=303)


@bp.post("/bijeenkomsten/<uuid:meeting_id>/afspraken/<uuid:action_id>/klaar")
def tick_off(meeting_id: UUID, action_id: UUID) -> ResponseReturnValue:
    """Say that something is done, or not yet after all."""
    done = request.form.get("done") == "yes"
    with transaction() as session:
        actions.tick_off(session, current_actor(), meeting_id, action_id, done=done, now=clock.now())
    flash(_("Mooi, dat is klaar.") if done else _("De afspraak staat weer open."), "ok")
    return _back(meeting_id, "afspraken")


def _back(meeting_id: UUID, anchor: str) -> ResponseReturnValue:
    return redirect(url_for("cohorts.meeting", meeting_id=meeting_id, _anchor=anchor), code=303)


def _meeting(meeting_id: UUID) -> AnyRow:
    found = get_meeting_page(reading(), meeting_id)
    require(can_prepare_meeting(current_actor(), found.cohort_id))
    return found


def _details(form: ActionForm) -> actions.ActionDetails:
    try:
        owner = UUID(form.owner.data) if form.owner.data else None
    except ValueError:
        owner = None
    return actions.ActionDetails(form.text.data or "", owner, form.due_on.data)
