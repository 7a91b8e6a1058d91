"""Who called an institution, and writing that down."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.i18n import gettext as _
from peergang.core.permissions import require
from peergang.progress.actions import calls as acting
from peergang.progress.forms.risks import CallForm
from peergang.progress.policy import can_note_institution
from peergang.progress.queries.calls import get_call, list_calls
from peergang.progress.queries.participation import list_contacts
from peergang.progress.queries.people import get_institution_head
from peergang.progress.queries.risks import list_risks
from peergang.progress.views import bp
from peergang.progress.views.noting import keep_note
from peergang.progress.views.story_note import story_url
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


@bp.route("/deelname/instelling/<uuid:institution_id>/gesprekken", methods=["GET", "POST"])
def calls(institution_id: UUID) -> ResponseReturnValue:
    """Whom to call at an institution, what it is about, and what was agreed before."""
    actor, session, now = current_actor(), reading(), clock.now()
    require(can_note_institution(actor))
    head = get_institution_head(session, institution_id)
    form = CallForm()
    if keep_note(form, acting.note_call, institution_id, _("De notitie is bewaard.")):
        return redirect(url_for("progress.calls", institution_id=institution_id), code=303)
    session = reading()  # what was refused closed the one before
    about = [one for one in list_risks(session, institution_ids=[institution_id]) if one.enrolment_id is None]
    page = render_template(
        "progress/calls.html",
        form=form,
        head=head,
        risks=about,
        contacts=list_contacts(session, [institution_id]),
        calls=list_calls(session, [institution_id]),
        today=clock.local_date(now),
        me=actor.user_id,
    )
    return page, 422 if form.errors else 200


@bp.post("/deelname/notities/<uuid:note_id>/verwijderen")
def remove_note(note_id: UUID) -> ResponseReturnValue:
    """Throw away one's own note, and go back to where it stood."""
    with transaction() as work:
        note = get_call(work, note_id)
        acting.remove_note(work, current_actor(), note_id)
    flash(_("De notitie is verwijderd."), "ok")
    signal = request.form.get("signaal", type=UUID)
    if signal is not None:
        return redirect(url_for("progress.risk", risk_id=signal), code=303)
    if note.institution_id is not None:
        return redirect(url_for("progress.calls", institution_id=note.institution_id), code=303)
    return redirect(story_url(note.cohort_id, note.enrolment_id), code=303)
