"""The lines of the table of institutions and cohorts. Drawn here and not in the template: the hottest loop of the page."""

from collections.abc import Sequence
from typing import Any

from flask import current_app
from markupsafe import Markup, escape

from peergang.core.i18n import gettext as _, ngettext
from peergang.progress.labels.participation import short_cohort
from peergang.progress.rules.figures import LOW, Measure, value_of
from peergang.progress.rules.table import Column, Line

STEPS = ((60, "h-1"), (70, "h-2"), (80, "h-3"), (90, "h-4"))

LINE = '<tr role="row"><th role="rowheader" scope="row"><a href="%s/instelling/%s%s">%s</a>%s</th>%s</tr>'
PEOPLE = ' <span class="pg-small pg-muted fw-normal pg-num">%s<span class="visually-hidden"> %s</span></span>'
CELL = '<td role="cell" class="%s" data-label="%s">%s</td>'
NOBODY = (
    '<span class="pg-nil"><span aria-hidden="true">–</span><span class="visually-hidden">%s</span></span>'
)
NOTHING_YET = '<a class="fw-normal pg-small" href="%s">%s<span class="visually-hidden">, %s</span></a>'
VALUE = '<a href="%s">%s%s%%<span class="visually-hidden">%s, %s</span></a>'


def shade_of(value: int) -> str:
    """The class that colours a percentage; the figure itself and ▼ say the same without colour."""
    if value < LOW:
        return "h-low"
    return next((shade for below, shade in STEPS if value < below), "h-5")


class Drawing:
    """Draws the lines of one page; what every cell says again is translated and escaped once."""

    def __init__(self, columns: Sequence[Column], measure: Measure, base: str, query: str = "") -> None:
        """`base` is the address of the participation page, under which the links stand, and `query` goes along with them."""
        self._measure, self._base, self._tail = measure, base, str(escape(f"?{query}" if query else ""))
        self._columns = [
            (escape(one.cohort_id), escape(short_cohort(one.sign, one.starts_on)), escape(one.name))
            for one in columns
        ]
        self._nobody, self._nothing = NOBODY % escape(_("geen deelnemers")), escape(_("nog niets"))
        self._one, self._more = (escape(ngettext("deelnemer", "deelnemers", number)) for number in (1, 2))
        self._low = f", {escape(_('laag'))}"
        icon: Any = current_app.jinja_env.globals["quick_icon"]
        self._triangle = str(icon("caret-down-fill"))

    def line(self, line: Line) -> Markup:
        """One institution: its name, how many people take part now, and a cell for every column."""
        cells = [self._cell(*one, line.institution_id) for one in zip(line.cells, self._columns, strict=True)]
        number = line.now.people
        people = PEOPLE % (number, self._one if number == 1 else self._more) if number else ""
        drawn = LINE % (
            self._base,
            line.institution_id,
            self._tail,
            escape(line.name),
            people,
            "".join(cells),
        )
        return Markup(drawn)  # noqa: S704 names are escaped, the rest is ours

    def _cell(self, figures: Any, column: tuple[str, str, str], institution_id: str) -> str:
        cohort_id, short, name = column
        if figures is None:
            return CELL % ("h-none", short, self._nobody)
        url, value = (
            f"{self._base}/{institution_id}/{cohort_id}{self._tail}",
            value_of(figures, self._measure),
        )
        if value is None:
            return CELL % ("", short, NOTHING_YET % (url, self._nothing, name))
        triangle, low = (self._triangle, self._low) if value < LOW else ("", "")
        return CELL % (shade_of(value), short, VALUE % (url, triangle, value, low, name))
