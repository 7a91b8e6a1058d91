"""The table as a file."""

from datetime import datetime
from functools import partial

from flask import Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from peergang.core import clock
from peergang.core.i18n import gettext as _
from peergang.core.permissions import Actor, require
from peergang.identity.actions.audit import record_audit
from peergang.progress.labels.participation import MEASURES
from peergang.progress.policy import can_view_participation
from peergang.progress.queries.overview import get_table
from peergang.progress.rules.figures import value_of
from peergang.progress.rules.filters import Filter
from peergang.progress.rules.sheet import Value, to_csv
from peergang.progress.rules.table import Table
from peergang.progress.views import bp
from peergang.web.database import reading
from peergang.web.trail import leave_trail
from peergang.web.viewer import current_actor


@bp.get("/deelname.csv")
def export() -> ResponseReturnValue:
    """What the page shows with these filters, all its pages at once. An empty cell: no participants, or no figure yet."""
    actor = current_actor()
    require(can_view_participation(actor))
    now = clock.now()
    chosen = Filter.parse(request.args)
    body = to_csv(_rows(get_table(reading(), chosen, now), chosen))
    leave_trail(partial(_record, actor, now))
    name = f"deelname-{chosen.measure}-{clock.local_date(now):%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, content_type="text/csv; charset=utf-8", headers=headers)


def _record(actor: Actor, now: datetime, session: Session) -> None:
    """The file names no person, so it is a line of the log and nobody's data was opened."""
    record_audit(session, actor, "participation_exported", "table", None, now=now)


def _rows(table: Table, chosen: Filter) -> list[list[Value]]:
    measure = str(MEASURES[chosen.measure])
    head: list[Value] = [_("Instelling"), _("BRIN"), _("Deelnemers nu")]
    head += [
        _("%(cohort)s: %(measure)s (%%)", cohort=column.name, measure=measure) for column in table.columns
    ]
    rows = [head]
    for line in table.lines:
        values = [value_of(cell, chosen.measure) if cell else None for cell in line.cells]
        rows.append([line.name, line.brin, line.now.people, *values])
    return rows
