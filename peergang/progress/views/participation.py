"""Participation of the whole network: figures in words, what asks attention, institutions × cohorts."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from peergang.core import clock
from peergang.core.i18n import current_locale, gettext as _
from peergang.core.permissions import require
from peergang.progress.labels.participation import CAPTIONS, MEASURES, ORDERS, SIGNS, this_season, under_sign
from peergang.progress.policy import can_operate_progress, can_view_participation
from peergang.progress.queries.history import find_as_of
from peergang.progress.queries.overview import get_overview
from peergang.progress.rules.asking import Attention
from peergang.progress.rules.figures import Measure
from peergang.progress.rules.filters import PAGE, Filter
from peergang.progress.rules.reckoning import KEPT
from peergang.progress.rules.table import Table
from peergang.progress.views import bp
from peergang.progress.views.attention import show_attention
from peergang.progress.views.cells import Drawing
from peergang.progress.views.network_trend import name_lines, say_against
from peergang.progress.views.participation_choice import Choice, read_choice, with_query
from peergang.web.database import reading
from peergang.web.urls import fixed_url
from peergang.web.viewer import current_actor

_MEASURES, _SIGNS, _ORDERS = (tuple(words.items()) for words in (MEASURES, SIGNS, ORDERS))

MOST_URGENT = 8
"""Institutions that ask for attention, shown at once: as many as somebody calls in a morning."""


@bp.get("/deelname")
def participation() -> ResponseReturnValue:
    """The page of organisers: how the network takes part, at this moment."""
    require(can_view_participation(current_actor()))
    choice = read_choice()
    chosen = choice.filter
    overview = get_overview(reading(), chosen, choice.at)
    base = url_for("progress.participation")
    day = f"op={chosen.day}" if choice.at.past else ""
    return render_template(
        "progress/participation.html",
        now=choice.now,
        choice=choice,
        base=base,
        chosen=chosen,
        overview=overview,
        season_words=this_season(overview.season),
        numbers=tuple(overview.trend.numbers),
        series=name_lines(overview.trend, overview.runs),
        attendance_before=say_against(overview.trend.against, day),
        punctuality_before=say_against(overview.punctuality, day),
        attention=show_attention(reading(), _most_urgent(overview.attention)),
        in_need=len(overview.attention),
        report_query=chosen.query(),
        found=find_as_of(reading(), choice.at),
        today=clock.local_date(choice.now),
        urls=_list_ways(choice),
        choices=_list_choices(chosen),
        caption=CAPTIONS[chosen.measure],
        **_show_table(overview.table, chosen, base),
    )


def _list_ways(choice: Choice) -> dict[str, str]:
    """What is under the figures of the network, and where one looks further."""
    asked = replace(choice.filter, measure=Measure.HANDED_IN).query()
    day = f"op={choice.filter.day}" if choice.at.past else ""
    annual = with_query(fixed_url("progress.annual"), day)
    return {
        "handed_in": with_query(fixed_url("progress.participation"), asked) + "#tabel",
        "feedback": f"{annual}#cohorten",
        "examples": f"{annual}#voorbeelden",
        "annual": annual,
        "compare": with_query(fixed_url("progress.compare"), day),
        "runs": fixed_url("progress.runs") if can_operate_progress(current_actor()) else "",
    }


def _list_choices(chosen: Filter) -> tuple[tuple[Any, ...], ...]:
    """The fields with a few values, as tuples so that their drawing can be kept."""
    return (
        (_("Toon"), "f-measure", "maat", _MEASURES, chosen.measure),
        (_("Programma"), "f-sign", "programma", _SIGNS, chosen.sign),
        (_("Volgorde"), "f-order", "volgorde", _ORDERS, chosen.order),
    )


def _most_urgent(attention: Sequence[Attention]) -> Sequence[Attention]:
    """The first of them, unless the address asks for all: `?aandacht=alle`."""
    return attention if request.args.get("aandacht") == "alle" else attention[:MOST_URGENT]


def _show_table(table: Table, chosen: Filter, base: str) -> dict[str, Any]:
    query = chosen.query(page=table.page(chosen.page)[0])
    page, shown, lines = _draw_lines(table, chosen.page, chosen.measure, base, query, current_locale())
    first = (page - 1) * PAGE
    total = len(table.lines)
    return {
        "columns": tuple((one.sign, under_sign(one.sign, one.name)) for one in table.columns),
        "lines": lines,
        "pages": {
            "first": first + 1,
            "last": first + shown,
            "total": total,
            "previous_url": with_query(base, chosen.query(page=page - 1)) if page > 1 else "",
            "next_url": with_query(base, chosen.query(page=page + 1)) if first + PAGE < total else "",
        },
    }


@lru_cache(maxsize=KEPT)
def _draw_lines(
    table: Table, number: int, measure: Measure, base: str, query: str, _locale: str
) -> tuple[int, int, Markup]:
    """The number of the page that is shown, how many lines it has, and those lines in the language of this request.
    Institutions and figures alone.
    """
    page, lines = table.page(number)
    drawing = Drawing(table.columns, measure, base, query)
    return page, len(lines), Markup("").join(drawing.line(line) for line in lines)
