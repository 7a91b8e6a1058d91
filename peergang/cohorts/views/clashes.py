"""Saying on which free days something falls."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from peergang.cohorts.labels import REGIONS
from peergang.cohorts.queries.free_periods import AROUND, read_periods
from peergang.cohorts.rules.free import Clash, Period, find_clashes
from peergang.core.clock import local_date
from peergang.core.i18n import current_locale, gettext as _


@dataclass(frozen=True, slots=True)
class FreeDays:
    """Offers pages the words for a day; of a free day why it is free, of any other an empty text."""

    periods: Sequence[Period] = field(default=())

    def text(self, when: date | datetime) -> str:
        """Such as "Tweede paasdag, Voorjaarsvakantie (regio noord)"."""
        day = local_date(when) if isinstance(when, datetime) else when
        return ", ".join(clash_text(one) for one in find_clashes(day, self.periods, current_locale()))


def clash_text(clash: Clash) -> str:
    """The name, and the regions when it is not so everywhere."""
    if not clash.regions:
        return clash.name
    regions = ", ".join(str(REGIONS[one]) for one in clash.regions)
    return _("%(name)s (%(regions)s)", name=clash.name, regions=regions)


def free_days_around(session: Session, days: Iterable[date]) -> FreeDays:
    """What is free around `days`, in one statement; none without days."""
    known = list(days)
    if not known:
        return FreeDays()
    return FreeDays(read_periods(session, min(known) - AROUND, max(known) + AROUND))
