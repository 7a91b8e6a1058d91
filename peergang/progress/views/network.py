"""The network in figures: what an annual report says, with what each figure counts and what is under it."""

from typing import NamedTuple

from flask import render_template, request
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.i18n import gettext as _, ngettext
from peergang.core.permissions import require
from peergang.progress.labels.annual import DEFINITIONS, NAMES, PROBLEMS, name_year, this_year
from peergang.progress.labels.participation import SIGNS
from peergang.progress.policy import can_view_participation
from peergang.progress.queries.annual import find_first_day
from peergang.progress.queries.annual_figures import get_annual
from peergang.progress.rules.annual import Annual
from peergang.progress.rules.waiting_days import Waiting
from peergang.progress.rules.withheld import SMALLEST
from peergang.progress.rules.years import Kind, Year, list_years
from peergang.progress.views import bp
from peergang.web.database import reading
from peergang.web.viewer import current_actor


class Card(NamedTuple):
    """A figure: its name, what it says, and where on the page stands what is under it."""

    name: str
    value: str
    small: str
    target: str
    definition: str


@bp.get("/deelname/jaarcijfers")
def annual() -> ResponseReturnValue:
    """The figures of a school year or a calendar year, up to now or up to a day in it (`?periode=…&op=…`)."""
    require(can_view_participation(current_actor()))
    now = clock.now()
    year = Year.parse(request.args, now)
    found = get_annual(reading(), year)
    return render_template(
        "progress/annual.html",
        year=year,
        title=this_year(year),
        found=found,
        cards=_cards(found),
        wait=_wait,
        periods=_periods(year),
        signs=SIGNS,
        problem=PROBLEMS.get(year.problem, ""),
        smallest=SMALLEST,
        today=clock.local_date(now),
    )


def _periods(year: Year) -> list[tuple[str, list[tuple[str, str]]]]:
    first, today = find_first_day(reading()), clock.local_date(year.now)
    groups = ((Kind.SCHOOL, _("Schooljaren")), (Kind.CALENDAR, _("Kalenderjaren")))
    return [
        (label, [(f"{kind}-{one}", name_year(kind, one)) for one in list_years(kind, first, today)])
        for kind, label in groups
    ]


def _cards(found: Annual) -> list[Card]:
    hours = _(
        "%(study)s uur studie, %(meetings)s uur in bijeenkomsten",
        study=found.study_hours,
        meetings=found.meeting_hours,
    )
    ended = _("%(done)s van %(all)s die begonnen", done=found.completed, all=found.started)
    cards = [
        _card("institutions", str(found.institutions), "", "instellingen"),
        _card("people", str(found.people), "", "cohorten"),
        _card("hours", str(found.hours), hours, "cohorten"),
        _card("shared", str(found.shared), "", "voorbeelden"),
        _card("tried", str(found.tried), _elsewhere(found.elsewhere), "voorbeelden"),
        _card("feedback", _wait(found.waiting), _quick(found.waiting), "cohorten"),
        _card("stopped", str(found.stopped), _worst(found), "modules"),
        _card(
            "finished",
            _percents(found.finished),
            ended if found.started else _("nog niets geëindigd"),
            "cohorten",
        ),
    ]
    if found.certificates is not None:
        cards.append(_card("certificates", str(found.certificates), "", "cohorten"))
    return cards


def _card(key: str, value: str, small: str, section: str) -> Card:
    return Card(str(NAMES[key]), value, small, f"#{section}", str(DEFINITIONS[key]))


def _percents(value: int | None) -> str:
    return "–" if value is None else f"{value}%"


def _elsewhere(number: int) -> str:
    return ngettext(
        "waarvan %(num)s keer bij een andere instelling",
        "waarvan %(num)s keer bij een andere instelling",
        number,
    )


def _wait(waiting: Waiting) -> str:
    """How long half of them waited; a dash without any, or while half of them have no answer."""
    if waiting.median is None:
        return "–"
    return ngettext("%(num)s werkdag", "%(num)s werkdagen", waiting.median)


def _quick(waiting: Waiting) -> str:
    if not waiting.number:
        return _("nog niets ingeleverd")
    return _("%(share)s%% binnen vijf werkdagen", share=waiting.share)


def _worst(found: Annual) -> str:
    worst = max(found.modules, key=lambda one: one.stopped, default=None)
    if worst is None or not worst.stopped:
        return ""
    return _("de meesten in module %(code)s", code=worst.code)
