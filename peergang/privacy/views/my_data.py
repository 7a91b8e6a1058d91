"""One's own data: who opened it, and all of it to take along."""

import json
from typing import Any

from flask import Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.db import AnyRow
from peergang.core.errors import NotFound
from peergang.identity.rules import full_name
from peergang.privacy.actions.own_data import export_personal_data
from peergang.privacy.labels import PAGES, WHY
from peergang.privacy.queries import list_openings
from peergang.privacy.views import bp
from peergang.privacy.views.audit import read_key, write_key
from peergang.web.database import reading, transaction
from peergang.web.throttle import costly
from peergang.web.viewer import current_actor

OPENINGS = 20
"""On a page: as many days as somebody looks back at once."""


@bp.get("/mijn-gegevens")
def my_data() -> ResponseReturnValue:
    """Who opened my data, what there is to download, and what else one may ask."""
    actor = current_actor()
    if actor.user_id is None:
        raise NotFound
    below = read_key(request.args.get("onder", ""))
    found = list_openings(reading(), actor.user_id, below=below, limit=OPENINGS)
    page = found[:OPENINGS]
    return render_template(
        "privacy/my_data.html",
        openings=[_opening(one) for one in page],
        older_url=url_for("privacy.my_data", onder=write_key(page[-1])) if len(found) > OPENINGS else "",
        is_first=below is None,
        kept=current_app.extensions["peergang_settings"].audit_days,
    )


@bp.post("/mijn-gegevens")
@costly
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


def _opening(row: AnyRow) -> dict[str, Any]:
    work = "trainer" if row.is_trainer else "organiser" if row.is_organiser else "other"
    return {
        "day": row.opened_on,
        "name": full_name(row.given_name, row.name_particle, row.family_name),
        "page": PAGES.get(row.page, row.page),
        "exported": row.exported,
        "reason": row.reason,
        "work": WHY[work],
    }
