"""What the contact of an institution sees: how their own people take part, in sums."""

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.errors import NotFound
from peergang.core.permissions import require
from peergang.progress.policy import can_view_own_institution
from peergang.progress.queries.own_institution import get_own_participation, list_own_institutions
from peergang.progress.rules.withheld import SMALLEST
from peergang.progress.views import bp
from peergang.web.database import reading
from peergang.web.viewer import current_actor


@bp.get("/onze-deelname")
def own_institution() -> ResponseReturnValue:
    """The start of a contact: one's own institution, or one of them (`?instelling=`), without a single name."""
    actor = current_actor()
    require(bool(actor.contact_of))
    schools = list_own_institutions(reading(), actor.contact_of)
    wanted = _wanted(schools[0].id)
    require(can_view_own_institution(actor, wanted))
    now = clock.now()
    return render_template(
        "progress/own_institution.html",
        now=now,
        school=next(one for one in schools if one.id == wanted),
        schools=schools,
        own=get_own_participation(reading(), wanted, now),
        smallest=SMALLEST,
    )


def _wanted(first: UUID) -> UUID:
    chosen = request.args.get("instelling")
    if not chosen:
        return first
    try:
        return UUID(chosen)
    except ValueError as error:
        raise NotFound from error
