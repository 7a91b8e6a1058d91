"""What was promised, in words. `free` are the days that are no working days, where they are known."""

from collections.abc import Set as AbstractSet
from datetime import date, timedelta

from peergang.core.dates import day_month, weekday_date
from peergang.core.i18n import gettext as _, ngettext
from peergang.coursework.rules.waiting import working_days_late

A_DAY = timedelta(days=1)


def promise_text(promised: date | None, today: date, free: AbstractSet[date] | None = None) -> str:
    """Until when an answer is in time: "Beloofd: uiterlijk vrijdag 27 november", "2 werkdagen te laat"."""
    if promised is None:
        return ""
    if promised < today:
        if free is None:
            return _("Te laat: beloofd voor %(date)s", date=day_month(promised))
        return ngettext(
            "%(num)s werkdag te laat", "%(num)s werkdagen te laat", working_days_late(promised, today, free)
        )
    if promised == today:
        return _("Beloofd: uiterlijk vandaag")
    if promised == today + A_DAY:
        return _("Beloofd: uiterlijk morgen")
    return _("Beloofd: uiterlijk %(date)s", date=weekday_date(promised))
