"""The cohorts that run beside the runs before, in words: which ones are meant, and the way to look at the two."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from peergang.core.i18n import gettext as _
from peergang.progress.labels.participation import SIGNS
from peergang.progress.rules.filters import Sign
from peergang.progress.rules.trend import Against, Comparison, Running, Trend
from peergang.web.urls import fixed_url

Line = tuple[str, tuple[int | None, ...]]


@dataclass(frozen=True, slots=True)
class Said:
    """A comparison for the page. `who` and `previous` say in a sentence which cohorts are meant, after "in"; `short` says it
    before a figure.
    """

    short: str
    who: str
    previous: str
    now: int
    before: int
    change: int

    @property
    def points(self) -> int:
        """The difference, whichever way it goes."""
        return abs(self.change)


@dataclass(frozen=True, slots=True)
class SaidAgainst:
    """What can be compared; `whole` when one comparison is about everything."""

    parts: Sequence[Said]
    whole: bool


def say_against(against: Against, day: str) -> SaidAgainst:
    """The words of every comparison; `day` stands in the address of a page as of a past day ("op=2026-11-01")."""
    return SaidAgainst([_say(one, day) for one in against.parts], against.whole)


def name_lines(trend: Trend, running: Sequence[Running]) -> tuple[Line, ...]:
    """The lines of the chart, as tuples so that its drawing can be kept; one without a single figure is left out."""
    names = {one.previous_name for one in running if one.previous_name}
    earlier = _("Eerdere cohorten") if not running else _("De vorige uitvoering")
    lines = (
        (running[0].name if len(running) == 1 else _("Cohorten die nu lopen"), trend.going),
        (names.pop() if len(names) == 1 else earlier, trend.before),
    )
    return tuple(
        (name, tuple(values)) for name, values in lines if any(value is not None for value in values)
    )


def _say(one: Comparison, day: str) -> Said:
    programme = str(SIGNS[Sign(one.sign)])
    short = programme if one.every or len(one.cohorts) > 1 else one.cohorts[0].name
    return Said(short, _name(one, programme), _name_previous(one, day), one.now, one.before, one.change)


def _name(one: Comparison, programme: str) -> str:
    if len(one.cohorts) == 1:
        return one.cohorts[0].name
    if one.every:
        return _("de cohorten van %(programme)s", programme=programme)
    return _("de cohorten van %(programme)s met een vorige uitvoering", programme=programme)


def _name_previous(one: Comparison, day: str) -> str:
    """The name, as a link to the two side by side when there are just two."""
    name = one.previous[0] if len(one.previous) == 1 else _("de vorige uitvoering")
    if len(one.cohorts) > 1:
        return name
    first = one.cohorts[0]
    query = f"een={first.cohort_id}&ander={first.previous_id}" + (f"&{day}" if day else "")
    return Markup('<a href="{}?{}">{}</a>').format(fixed_url("progress.compare"), query, name)
