"""An address of an earlier edition leads to what took its place, also for a tab in which somebody is still writing."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from peergang.core.errors import NotFound
from peergang.coursework.queries.successors import find_successor
from peergang.coursework.views import bp
from peergang.web import errors
from peergang.web.database import reading
from peergang.web.viewer import current_actor

KINDS = ("module", "topic", "activity")


@bp.errorhandler(NotFound)
def moved(_error: NotFound) -> ResponseReturnValue:
    """Send the reader on when the part has a successor in a cohort of theirs; 307 keeps what a form or an autosave sent."""
    given = request.view_args or {}
    for kind in KINDS:
        part_id = given.get(f"{kind}_id")
        found = find_successor(reading(), current_actor(), kind, part_id) if part_id else None
        if found is not None and request.endpoint:
            values = request.args.to_dict() | given | {f"{kind}_id": found}
            return redirect(url_for(request.endpoint, **values), code=302 if request.method == "GET" else 307)
    return errors.page(404)
