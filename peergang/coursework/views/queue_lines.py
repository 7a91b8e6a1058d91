"""The trainer's queue in words and markup. Drawn here and not in the template: a hundred lines are half of the page's work."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from flask import current_app, url_for
from markupsafe import Markup, escape

from peergang.core.clock import local_date
from peergang.core.i18n import LazyText, gettext as _, lazy_gettext
from peergang.core.permissions import Actor
from peergang.coursework.labels import WAIT_KINDS
from peergang.coursework.labels.waiting import promise_text, until_text
from peergang.coursework.queries.review_queue import QueueItem
from peergang.coursework.rules.waiting import Wait, wait_of
from peergang.web.marks import escape_all

LINE = '<li><a href="%s/%s"%s><b>%s</b><span>%s</span>%s</a></li>'
HEAD = '<li class="pg-queue-part">%s</li>'

MINE, FREE, ASKED, TAKEN = range(4)
"""The ranks of queries.turns.RANK."""

PARTS: dict[int, LazyText] = {
    MINE: lazy_gettext("Voor jou"),
    FREE: lazy_gettext("Vrij voor iedereen"),
    ASKED: lazy_gettext("Voorgesteld aan een collega"),
    TAKEN: lazy_gettext("Bij een collega"),
}

Status = tuple[str, str, str] | None
"""Kind, words and icon of a status mark."""


def queue_lines(queue: Sequence[QueueItem], actor: Actor, now: datetime, shown: UUID) -> Markup:
    """The queue as the page shows it: whose turn it is, what was promised, or that it came back improved. `shown` is on
    the desk.
    """
    url, who = url_for("coursework.review_queue"), _("%(name)s · module %(code)s")
    # Many lines have the same promise, in the same words.
    quick_status: Any = current_app.jinja_env.globals["quick_status"]
    draw, status_of = cache(quick_status), _statuses(actor, now)
    on_desk, rank = str(shown), None
    titles = escape_all([one.title for one in queue])
    people = escape_all([who % {"name": one.author_name, "code": one.module_code} for one in queue])
    lines = []
    for one, title, person in zip(queue, titles, people, strict=True):
        if one.rank != rank:
            rank = one.rank
            lines.append(HEAD % escape(PARTS[rank]))
        status = status_of(one)
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


def _statuses(actor: Actor, now: datetime) -> Callable[[QueueItem], Status]:
    """What gives the mark of one line."""
    me = str(actor.user_id)
    promised = cache(lambda day: promise_status(day, local_date(now)))

    def status_of(one: QueueItem) -> Status:
        if one.reviewer_id is not None and one.reviewer_id != me:
            return "wait", _("Bij %(name)s", name=one.reviewer_given), "person-check"
        if one.had_until is not None and one.asked_given and one.rank:
            return had_status(one, local_date(now))
        if one.reviewer_id is not None and wait_of(one.promised_on, local_date(now)) is Wait.FRESH:
            return "now", _("Heb jij"), "pencil"
        found: Status = promised(one.promised_on)
        return found

    return status_of


def promise_status(promised: date | None, today: date) -> Status:
    """The mark for a promise; late ones first ask for attention."""
    if promised is None:
        return None
    return WAIT_KINDS[wait_of(promised, today)], promise_text(promised, today), "hourglass-split"


def had_status(one: QueueItem, today: date) -> Status:
    """Somebody had it in hand too long."""
    assert one.had_until is not None
    words = _("Was bij %(name)s tot %(time)s", name=one.asked_given, time=until_text(one.had_until, today))
    return "later", words, "arrow-counterclockwise"
