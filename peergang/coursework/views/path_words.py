"""How the path is put into words: modules with their state, dates, and the line on top of the week."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import url_for

from peergang.core import clock
from peergang.core.dates import clock_time, date_full, day_month, moment_full, relative_day, weekday_date
from peergang.core.i18n import LazyText, gettext as _, lazy_gettext, ngettext, pick
from peergang.coursework.rules.path import ModuleProgress, Standing, Task, module_progress

STANDINGS: dict[Standing, tuple[str, LazyText]] = {
    Standing.DONE: ("ok", lazy_gettext("Klaar")),
    Standing.NOW: ("now", lazy_gettext("Mee bezig")),
    Standing.LATER: ("later", lazy_gettext("Komt nog")),
}
"""The mark and the word for how a module or an activity stands."""


@dataclass(frozen=True, slots=True)
class ModuleLine:
    """A module in a list."""

    url: str
    code: str
    title: str
    sub: str
    standing: str
    mark: str
    word: LazyText | str


def module_lines(
    modules: Iterable[Any], tasks: Mapping[UUID, Sequence[Task]], now: datetime, **values: Any
) -> list[ModuleLine]:
    """The modules of a cohort with their state in words; `values` go into the addresses."""
    lines = []
    for module in modules:
        progress = module_progress(tasks.get(module.module_id, ()), module.opens_at, now)
        mark, word = STANDINGS[progress.standing]
        lines.append(
            ModuleLine(
                url_for("coursework.module", module_id=module.module_id, **values),
                module.code,
                pick(module.title, module.title_en),
                module_sub(module, progress),
                progress.standing.value,
                mark,
                word,
            )
        )
    return lines


def module_sub(module: Any, progress: ModuleProgress) -> str:
    """One line about how far a module is: when it was completed, how much is done, or when it opens."""
    if progress.completed_at is not None:
        return _("afgerond op %(day)s", day=day_month(progress.completed_at))
    if progress.standing is Standing.LATER:
        return _("vanaf %(day)s", day=day_month(module.opens_at))
    if not progress.done:
        return period(module.opens_at, module.due_at)
    return _("%(done)s van de %(total)s onderdelen klaar", done=progress.done, total=progress.total)


def plan_lines(modules: Iterable[Any], cohort_id: UUID) -> list[ModuleLine]:
    """The modules of a cohort with their dates only, for who reads along."""
    return [
        ModuleLine(
            url_for("coursework.module", module_id=module.module_id, cohort=cohort_id),
            module.code,
            pick(module.title, module.title_en),
            period(module.opens_at, module.due_at),
            "",
            "",
            "",
        )
        for module in modules
    ]


def period(first: datetime, last: datetime) -> str:
    """ "2 november t/m 4 december"."""
    return _("%(first)s t/m %(last)s", first=day_month(first), last=day_month(last))


def due_words(task: Task, now: datetime) -> str:
    """Until when a task is asked, without ever calling somebody late."""
    if task.due_at < now:
        return _("De datum was %(day)s. Het kan nog steeds.", day=weekday_date(task.due_at))
    if task.extended:
        return _(
            "Vóór %(moment)s (%(far)s), je kreeg uitstel",
            moment=moment_full(task.due_at),
            far=relative_day(task.due_at, now),
        )
    return _("Vóór %(moment)s (%(far)s)", moment=moment_full(task.due_at), far=relative_day(task.due_at, now))


def duration_words(minutes: int) -> str:
    """ "Ongeveer 45 minuten", or hours from two on."""
    if minutes < 120:
        return ngettext("Ongeveer %(num)s minuut", "Ongeveer %(num)s minuten", minutes)
    return ngettext("Ongeveer %(num)s uur", "Ongeveer %(num)s uur", round(minutes / 60))


def week_words(now: datetime) -> str:
    """ "Week 47 · 16 t/m 20 november 2026"."""
    today = clock.local_date(now)
    monday = today - timedelta(days=today.weekday())
    friday = monday + timedelta(days=4)
    return _(
        "Week %(week)s · %(first)s t/m %(last)s",
        week=today.isocalendar().week,
        first=monday.day if monday.month == friday.month else day_month(monday),
        last=date_full(friday),
    )


def lead_words(to_do: int, unread: int, meets_at: datetime | None, now: datetime) -> str:
    """What this week holds, in full sentences."""
    sentences = []
    if to_do:
        sentences.append(
            ngettext("Eén ding om deze week te doen.", "%(num)s dingen om deze week te doen.", to_do)
        )
    if unread:
        sentences.append(
            ngettext("Er wacht één reactie op je.", "Er wachten %(num)s reacties op je.", unread)
        )
    if not sentences:
        sentences.append(_("Er hoeft deze week niets af."))
    if meets_at is not None and clock.local_date(meets_at) == clock.local_date(now):
        sentences.append(_("We zien elkaar vandaag om %(time)s.", time=clock_time(meets_at)))
    elif meets_at is not None:
        sentences.append(_("We zien elkaar op %(day)s.", day=weekday_date(meets_at)))
    return " ".join(sentences)


def capital(text: str) -> str:
    """`text` with a capital first letter, the rest as it is."""
    return text[:1].upper() + text[1:]
