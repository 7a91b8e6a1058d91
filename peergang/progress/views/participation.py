"""Participation of the whole network: figures in words, what asks attention, institutions × cohorts."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from peergang.core import clock
from peergang.core.i18n import current_locale, gettext as _
from peergang.core.permissions import require
from peergang.identity.rules import full_name
from peergang.progress.labels.participation import CAPTIONS, MEASURES, ORDERS, SIGNS, this_season
from peergang.progress.policy import can_view_participation
from peergang.progress.queries.overview import Attention, get_overview
from peergang.progress.rules.figures import Measure
from peergang.progress.rules.filters import PAGE, Filter
from peergang.progress.rules.reckoning import KEPT
from peergang.progress.rules.table import Table
from peergang.progress.rules.trend import Trend
from peergang.progress.views import bp
from peergang.progress.views.cells import Drawing
from peergang.web.database import reading
from peergang.web.viewer import current_actor

MOST_URGENT = 8
"""Institutions that ask for attention, shown at once: as many as somebody calls in a morning."""


@bp.get("/deelname")
def participation() -> ResponseReturnValue:
    """The page of organisers: how the network takes part, at this moment."""
    require(can_view_participation(current_actor()))
    now = clock.now()
    chosen = Filter.parse(request.args)
    overview = get_overview(reading(), chosen, now)
    base = url_for("progress.participation")
    return render_template(
        "progress/participation.html",
        now=now,
        base=base,
        chosen=chosen,
        overview=overview,
        season_words=this_season(overview.season),
        numbers=tuple(overview.trend.numbers),
        series=_series(overview.trend),
        attention=[_show_attention(one) for one in _most_urgent(overview.attention)],
        in_need=len(overview.attention),
        export_url=_with_query(url_for("progress.export"), chosen.query()),
        measures=MEASURES,
        signs=SIGNS,
        orders=ORDERS,
        caption=CAPTIONS[chosen.measure],
        **_show_table(overview.table, chosen, base),
    )


def _series(trend: Trend) -> tuple[tuple[str, tuple[int | None, ...]], ...]:
    """The lines of the chart, as tuples so that its drawing can be kept; one without a single figure is left out."""
    lines = ((_("Cohorten die nu lopen"), trend.going), (_("Eerdere cohorten"), trend.earlier))
    return tuple(
        (name, tuple(values)) for name, values in lines if any(value is not None for value in values)
    )


def _most_urgent(attention: Sequence[Attention]) -> Sequence[Attention]:
    """The first of them, unless the address asks for all: `?aandacht=alle`."""
    return attention if request.args.get("aandacht") == "alle" else attention[:MOST_URGENT]


def _show_attention(one: Attention) -> dict[str, Any]:
    contacts = [
        (full_name(contact.given_name, contact.name_particle, contact.family_name), contact.email)
        for contact in one.contacts
    ]
    return {"id": one.institution_id, "name": one.name, "reasons": one.reasons, "contacts": contacts}


def _show_table(table: Table, chosen: Filter, base: str) -> dict[str, Any]:
    page, lines = _draw_lines(table, chosen.page, chosen.measure, base, current_locale())
    first = (page - 1) * PAGE
    total = len(table.lines)
    return {
        "columns": table.columns,
        "lines": lines,
        "pages": {
            "first": first + 1,
            "last": first + len(lines),
            "total": total,
            "previous_url": _with_query(base, chosen.query(page=page - 1)) if page > 1 else "",
            "next_url": _with_query(base, chosen.query(page=page + 1)) if first + PAGE < total else "",
        },
    }


@lru_cache(maxsize=KEPT)
def _draw_lines(
    table: Table, number: int, measure: Measure, base: str, _locale: str
) -> tuple[int, Sequence[Markup]]:
    """The number of the page that is shown and its lines, in the language of this request. Institutions and figures alone."""
    page, lines = table.page(number)
    drawing = Drawing(table.columns, measure, base)
    return page, [drawing.line(line) for line in lines]


def _with_query(url: str, query: str) -> str:
    return f"{url}?{query}" if query else url
