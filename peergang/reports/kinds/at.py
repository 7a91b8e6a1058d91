"""Of which day a file is: what the address says, or now."""

from datetime import datetime

from peergang.core.dates import date_full
from peergang.core.i18n import gettext as _
from peergang.progress.rules.filters import read_day
from peergang.progress.rules.moment import Moment
from peergang.reports.kinds import Query


def moment_of(query: Query, now: datetime) -> Moment:
    """The moment that the page with this query is about."""
    day, _typed = read_day(query.get("op", ""))
    return Moment(now, day)


def day_words(at: Moment) -> list[tuple[str, str]]:
    """As a line of the filter; nothing for the present, which every file says of itself."""
    return [(_("Stand van"), date_full(at.today))] if at.past else []
