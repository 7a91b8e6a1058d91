"""The table as a file."""

from flask import Response, request
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.i18n import gettext as _
from peergang.core.permissions import require
from peergang.progress.labels import MEASURES
from peergang.progress.policy import can_view_participation
from peergang.progress.queries.overview import get_table
from peergang.progress.rules.figures import value_of
from peergang.progress.rules.filters import Filter
from peergang.progress.rules.sheet import Value, to_csv
from peergang.progress.rules.table import Table
from peergang.progress.views import bp
from peergang.web.database import reading
from peergang.web.viewer import current_actor


@bp.get("/deelname.csv")
def export() -> ResponseReturnValue:
    """What the page shows with these filters, all its pages at once. An empty cell: no participants, or no figure yet."""
    require(can_view_participation(current_actor()))
    now = clock.now()
    chosen = Filter.parse(request.args)
    body = to_csv(_rows(get_table(reading(), chosen, now), chosen))
    name = f"deelname-{chosen.measure}-{clock.local_date(now):%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, content_type="text/csv; charset=utf-8", headers=headers)


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
