"""Sending on what the group is ready with."""

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.errors import Conflict
from peergang.core.i18n import gettext as _
from peergang.coursework.actions.handing_on import hand_on_reflection
from peergang.coursework.labels import CONFLICTS
from peergang.coursework.views import bp
from peergang.web.database import transaction
from peergang.web.viewer import current_actor


@bp.post("/reflecties/<uuid:reflection_id>/doorsturen")
def reflection_hand_on(reflection_id: UUID) -> ResponseReturnValue:
    """Nothing to change: on to the trainer."""
    try:
        with transaction() as session:
            hand_on_reflection(session, current_actor(), reflection_id, now=clock.now())
    except Conflict as error:
        flash(str(CONFLICTS.get(error.reason, CONFLICTS["reflection_state"])), "risk")
    else:
        flash(_("Je reflectie ligt nu bij je trainer. Je krijgt bericht zodra er antwoord is."), "ok")
    return redirect(url_for("coursework.reflection_read", reflection_id=reflection_id), code=303)
