"""The record of hours of one year as a file to hand in: CSV or PDF. Made on the spot and kept nowhere."""

from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.csv_file import Value, to_csv
from peergang.core.dates import date_full
from peergang.core.i18n import current_locale, gettext as _
from peergang.core.pdf import write_pdf
from peergang.core.permissions import require
from peergang.progress.labels.hours import SOURCES
from peergang.progress.policy import can_keep_hours
from peergang.progress.queries.hours import list_lines
from peergang.progress.rules.hours import Line, Period, Source, as_hours, total_of
from peergang.progress.views import bp
from peergang.progress.views.hours import chosen_period, kind_text, written
from peergang.web.database import reading
from peergang.web.viewer import current_actor, current_viewer


@bp.get("/mijn-uren/bestand")
def hours_file() -> ResponseReturnValue:
    """The file: ?vorm=csv|pdf and ?jaar= as on the page. In the order of time, with the totals underneath."""
    actor = current_actor()
    require(can_keep_hours(actor))
    period = chosen_period()
    lines = [line for line in list_lines(reading(), actor) if period.holds(line.day)][::-1]
    if request.args.get("vorm") == "pdf":
        return _answer(_pdf(period, lines), period, "application/pdf", "pdf")
    return _answer(to_csv(_rows(lines)), period, "text/csv; charset=utf-8", "csv")


def _rows(lines: list[Line]) -> list[list[Value]]:
    head: list[Value] = [_("Datum"), _("Wat"), _("Soort"), _("Programma"), _("Herkomst"), _("Uren")]
    rows: list[list[Value]] = [
        [
            line.day.isoformat(),
            line.words,
            kind_text(line),
            line.about,
            str(SOURCES[line.source]),
            as_hours(line.minutes),
        ]
        for line in lines
    ]
    total: list[Value] = [_("Totaal"), "", "", "", "", as_hours(sum(line.minutes for line in lines))]
    return [head, *rows, total]


def _pdf(period: Period, lines: list[Line]) -> bytes:
    viewer, now = current_viewer(), clock.now()
    name = viewer.full_name if viewer else ""
    year = _("schooljaar %(year)s", year=period.name) if period.is_school else period.name
    data = {
        "title": _("Uren van %(name)s, %(year)s", name=name, year=year),
        "author": name,
        "lang": current_locale(),
        "footer": f"{name} · {clock.local_date(now):%d-%m-%Y}",
        "blocks": _blocks(period, lines),
    }
    return write_pdf(data, now)


def _blocks(period: Period, lines: list[Line]) -> list[dict[str, Any]]:
    total = total_of(period, lines)
    told = [
        [_("Afgerond of aanwezig in de Peergang"), written(total.peergang)],
        [_("Zelf opgegeven"), written(total.own)],
        [_("Totaal"), written(total.minutes)],
    ]
    found: list[dict[str, Any]] = [
        _small(
            _(
                "Uren in de Peergang volgen uit wat is afgerond, met de tijd die er volgens het programma voor staat, en uit"
                " bijeenkomsten waar aanwezigheid is opgeschreven. De andere uren gaf de deelnemer zelf op."
            )
        ),
        _table([_("Herkomst"), _("Uren")], told, 1),
    ]
    for source in Source:
        inside = [line for line in lines if line.source is source]
        if inside:
            found.append({"kind": "heading", "level": 1, "text": str(SOURCES[source])})
            rows = [[date_full(one.day), one.words, kind_text(one), written(one.minutes)] for one in inside]
            found.append(_table([_("Datum"), _("Wat"), _("Soort"), _("Uren")], rows, 3))
    if not lines:
        found.append(_small(_("In dit jaar staat nog niets.")))
    return found


def _small(text: str) -> dict[str, Any]:
    return {"kind": "small", "text": text}


def _table(head: list[str], rows: list[list[str]], right: int) -> dict[str, Any]:
    return {"kind": "table", "head": head, "rows": rows, "right": [right]}


def _answer(body: bytes, period: Period, kind: str, ending: str) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="uren-{period.code}.{ending}"',
        "Cache-Control": "no-store",
    }
    return Response(body, content_type=kind, headers=headers)
