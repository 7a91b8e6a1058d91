"""My portfolio: everything I wrote and got back, over all my cohorts, and how the criteria went."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from peergang.core.i18n import pick
from peergang.coursework.labels import DECISION_LOOKS, JUDGEMENT_LOOKS, STATES
from peergang.coursework.queries.portfolio import list_portfolio
from peergang.coursework.queries.portfolio_rows import Entry
from peergang.coursework.queries.promotion import list_asked
from peergang.coursework.rules.growth import Judged, Line, draw_lines
from peergang.coursework.views import bp
from peergang.coursework.views.growth_chart import draw
from peergang.coursework.views.portfolio_document import heading_of, judgement_of
from peergang.web.database import reading
from peergang.web.viewer import current_actor


@dataclass(frozen=True, slots=True)
class Filter:
    """Which part of the portfolio is looked at; empty means all."""

    cohort: str = ""
    module: str = ""
    reflection: str = ""

    @classmethod
    def asked(cls) -> "Filter":
        """What the address says."""
        return cls(*(request.args.get(name, "").strip() for name in ("cohort", "module", "reflectie")))

    def takes(self, entry: Entry) -> bool:
        """Whether an entry belongs to it."""
        written = entry.written
        return (
            self.cohort in ("", str(written.cohort_id))
            and self.module in ("", written.module_code)
            and self.reflection in ("", str(written.reflection_id))
        )


def lines_of(entries: Sequence[Entry]) -> list[Line]:
    """How the criteria of these reflections went, from the reviews that trainers sent."""
    return draw_lines(
        Judged(
            criterion["slug"],
            criterion["label"],
            judgement_of(review.content, criterion["slug"]),
            review.sent_at,
            entry.written.reflection_id,
            entry.number_of(review.version_id),
            entry.written.module_code,
            heading_of(entry),
        )
        for entry in entries
        for review in entry.reviews
        for criterion in entry.written.criteria
    )


def cohorts_in(entries: Sequence[Entry]) -> dict[UUID, str]:
    """The cohorts that there is something of."""
    return {one.written.cohort_id: one.written.cohort_name for one in entries}


def modules_in(entries: Sequence[Entry]) -> dict[str, str]:
    """The modules that there is something of, by code."""
    return {
        one.written.module_code: pick(one.written.module_title, one.written.module_title_en)
        for one in sorted(entries, key=lambda one: one.written.module_code)
    }


@bp.get("/portfolio")
def portfolio() -> ResponseReturnValue:
    """My reflections of all cohorts with what I got back; ?cohort= and ?module= show a part."""
    chosen = Filter.asked()
    everything = list_portfolio(reading(), current_actor())
    entries = [one for one in everything if chosen.takes(one)]
    asked = list_asked(reading(), current_actor())
    lines = lines_of(entries)
    return render_template(
        "coursework/portfolio.html",
        everything=everything,
        entries=entries,
        chosen=chosen,
        cohorts=cohorts_in(everything),
        modules=modules_in(everything),
        lines=lines,
        often=[one for one in lines if len(one.points) > 1],
        once=[one for one in lines if len(one.points) == 1],
        draw=draw,
        heading_of=heading_of,
        states=STATES,
        looks=DECISION_LOOKS,
        judgements=JUDGEMENT_LOOKS,
        open_questions=[one for one in asked if one.answer is None],
    )
