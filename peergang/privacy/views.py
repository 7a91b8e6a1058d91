"""Pages about one's own data."""

import json

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.errors import NotFound
from peergang.privacy.actions import export_personal_data
from peergang.web.database import transaction
from peergang.web.viewer import current_actor

bp = Blueprint("privacy", __name__)


@bp.get("/mijn-gegevens")
def my_data() -> ResponseReturnValue:
    """What there is to download, and what else one may ask."""
    return render_template("privacy/my_data.html")


@bp.post("/mijn-gegevens")
def download() -> ResponseReturnValue:
    """Everything about oneself as one JSON file."""
    actor, now = current_actor(), clock.now()
    if actor.user_id is None:
        raise NotFound
    with transaction() as session:
        data = export_personal_data(session, actor, actor.user_id, now=now)
    # Anything that is no plain value (an id, a date) is written as text.
    body = json.dumps(data, ensure_ascii=False, indent=2, default=str)
    name = f"peergang-mijn-gegevens-{clock.local_date(now).isoformat()}.json"
    return Response(
        body,
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )
