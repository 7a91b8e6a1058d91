"""What was promised, in words. `free` are the days that are no working days, where they are known."""

from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta

from peergang.core.clock import local_date
from peergang.core.dates import clock_time, day_month, weekday_date
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


def until_text(moment: datetime, today: date) -> str:
    """Until when somebody had it: "14.05 uur", or with its day when that was not today."""
    time = clock_time(moment)
    if local_date(moment) == today:
        return time
    return _("%(day)s, %(time)s", day=day_month(moment), time=time)


def author_promise(promised: date | None, today: date) -> str:
    """The same promise for who waits for it."""
    if promised is None:
        return ""
    if promised < today:
        return _(
            "Je trainer zou uiterlijk %(date)s antwoorden. Dat is niet gelukt; je reflectie staat nu vooraan in de rij.",
            date=weekday_date(promised),
        )
    if promised == today:
        return _("Je trainer antwoordt uiterlijk vandaag.")
    return _("Je trainer antwoordt uiterlijk %(date)s.", date=weekday_date(promised))
