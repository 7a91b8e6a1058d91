"""The trainer's queue in words and markup. Drawn here and not in the template: a hundred lines are half of the page's work."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from flask import current_app, url_for
from markupsafe import Markup

from peergang.core.clock import local_date
from peergang.core.i18n import gettext as _, ngettext
from peergang.core.permissions import Actor
from peergang.coursework.labels import WAIT_KINDS
from peergang.coursework.queries.review_queue import QueueItem
from peergang.coursework.rules.waiting import Wait, days_until, wait_of
from peergang.web.marks import escape_all

LINE = '<li><a href="%s/%s"%s><b>%s</b><span>%s</span>%s</a></li>'


def queue_lines(queue: Sequence[QueueItem], actor: Actor, now: datetime, shown: UUID) -> Markup:
    """The queue as the page shows it: who has it, how long it waits, or that it came back improved. `shown` is on the desk."""
    url, who = url_for("coursework.review_queue"), _("%(name)s · module %(code)s")
    # Many lines wait as long as each other, in the same words.
    quick_status: Any = current_app.jinja_env.globals["quick_status"]
    draw = cache(quick_status)
    how_long = cache(_how_long)
    today, me, on_desk = local_date(now), str(actor.user_id), str(shown)
    titles = escape_all([one.title for one in queue])
    people = escape_all([who % {"name": one.author_name, "code": one.module_code} for one in queue])
    lines = []
    for one, title, person in zip(queue, titles, people, strict=True):
        status = _colleague(one, me) or how_long(days_until(today, one.waiting_since)) or _progress(one)
        lines.append(
            LINE
            % (
                url,
                one.reflection_id,
                ' aria-current="page"' if one.reflection_id == on_desk else "",
                title,
                person,
                draw(*status) if status else "",
            )
        )
    return Markup("\n".join(lines))  # noqa: S704 what people wrote is escaped above, the rest is ours


Status = tuple[str, str, str] | None
"""Kind, words and icon of a status mark."""


def _colleague(one: QueueItem, me: str) -> Status:
    if one.reviewer_id is None or one.reviewer_id == me:
        return None
    return "wait", _("Bij %(name)s", name=one.reviewer_given), "person-check"


def _how_long(days: int) -> Status:
    wait = wait_of(days)
    if wait is Wait.FRESH:
        return None
    words = ngettext("Wacht %(num)s dag", "Wacht %(num)s dagen", days)
    return WAIT_KINDS[wait], words, "hourglass-split"


def _progress(one: QueueItem) -> Status:
    if one.reviewer_id is not None:
        return "now", _("Heb jij"), "pencil"
    if one.number > 1:
        return "wait", _("Versie %(number)s", number=one.number), "clock-history"
    return None
