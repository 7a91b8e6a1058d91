"""What is without feedback, on the trainer's page: include coursework/_gaps.html with `**gap_parts(…)`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from peergang.core import clock
from peergang.core.errors import Conflict, Invalid
from peergang.core.i18n import gettext as _
from peergang.core.permissions import Actor
from peergang.coursework.actions.gaps import fill_gap
from peergang.coursework.labels import CONFLICTS
from peergang.coursework.queries.gaps import list_gaps
from peergang.coursework.views import bp
from peergang.web.database import transaction
from peergang.web.viewer import current_actor

NOBODY = UUID(int=0)
"""Who is asked when nobody was chosen: the use case says that it is no reader."""


def gap_parts(session: Session, actor: Actor, now: datetime) -> dict[str, Any]:
    """What the include needs."""
    return {"gaps": list_gaps(session, actor, now)}


@bp.post("/beoordelen/zonder-feedback/<uuid:reflection_id>")
def gap_fill(reflection_id: UUID) -> ResponseReturnValue:
    """The trainer gives the feedback (`myself`), or asks somebody in the group (`giver`)."""
    giver_id = None if "myself" in request.form else request.form.get("giver", NOBODY, type=UUID)
    try:
        with transaction() as session:
            fill_gap(session, current_actor(), reflection_id, giver_id=giver_id, now=clock.now())
    except (Conflict, Invalid) as error:
        reason = error.reason if isinstance(error, Conflict) else "no_reader"
        flash(str(CONFLICTS.get(reason, CONFLICTS["reflection_state"])), "risk")
        return redirect(url_for("coursework.review_overview"), code=303)
    if giver_id is None:
        flash(_("De reflectie staat nu in je rij."), "ok")
        return redirect(url_for("coursework.review", reflection_id=reflection_id), code=303)
    flash(_("Gevraagd. Wie je vroeg krijgt er bericht van."), "ok")
    return redirect(url_for("coursework.review_overview"), code=303)
