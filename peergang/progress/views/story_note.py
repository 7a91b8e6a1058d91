"""Writing down, on the story of a participant, what was agreed with or about them; and what was written before."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from peergang.core import clock
from peergang.core.db import AnyRow
from peergang.core.i18n import gettext as _
from peergang.core.permissions import Actor, require
from peergang.identity.rules import full_name
from peergang.progress.actions import calls as acting
from peergang.progress.forms.risks import CallForm
from peergang.progress.policy import can_read_notes, can_settle_risk
from peergang.progress.queries.calls import list_calls_about
from peergang.progress.queries.story import get_story_head
from peergang.progress.views import bp
from peergang.progress.views.noting import keep_note
from peergang.progress.views.trail import leave_opening
from peergang.web.database import reading
from peergang.web.viewer import current_actor


@bp.post("/cohorten/<uuid:cohort_id>/deelnemers/<uuid:enrolment_id>/notitie")
def note_participant(cohort_id: UUID, enrolment_id: UUID) -> ResponseReturnValue:
    """Keep a note. When something is wrong with it, the form comes back by itself, with what was typed."""
    actor, now = current_actor(), clock.now()
    head = get_story_head(reading(), cohort_id, enrolment_id, now)
    require(can_settle_risk(actor, cohort_id, head.user_id))
    form = CallForm()
    if keep_note(form, acting.note_about, enrolment_id, _("De notitie is bewaard.")):
        return redirect(story_url(cohort_id, enrolment_id), code=303)
    leave_opening(actor, [head.user_id], "participant_story", now)
    page = render_template(
        "progress/story_note.html",
        head=head,
        name=full_name(head.given_name, head.name_particle, head.family_name),
        note_form=form,
        today=clock.local_date(now),
    )
    return page, 422


def story_url(cohort_id: UUID, enrolment_id: UUID) -> str:
    """Where the notes about a participant stand."""
    return url_for("progress.story", cohort_id=cohort_id, enrolment_id=enrolment_id, _anchor="gesprekken")


def read_notes(session: Session, actor: Actor, head: AnyRow, now: datetime) -> dict[str, Any]:
    """For templates/progress/story_notes.html: the notes and an empty form, for who may read them; nothing for others."""
    if not can_read_notes(actor, head.cohort_id, head.user_id):
        return {"notes": (), "note_form": None}
    return {
        "notes": list_calls_about(session, head.enrolment_id),
        "note_form": CallForm(formdata=None),
        "today": clock.local_date(now),
        "me": actor.user_id,
    }
