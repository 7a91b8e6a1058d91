"""The trainer's queue in words."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from peergang.core.i18n import gettext as _, ngettext
from peergang.core.permissions import Actor
from peergang.coursework.labels import WAIT_KINDS
from peergang.coursework.queries.review_queue import QueueItem
from peergang.coursework.rules.waiting import Wait, days_waiting, wait_of


class QueueLine(NamedTuple):
    """One reflection in the queue; without a word of status `text` is empty.

    A tuple, because a template unpacks one far faster than it asks an object, and there may be a hundred.
    """

    reflection_id: str
    title: str
    who: str
    kind: str
    icon: str
    text: str


def queue_lines(queue: Sequence[QueueItem], actor: Actor, now: datetime) -> list[QueueLine]:
    """The queue as the page shows it: who has it, how long it waits, or that it came back improved."""
    return [
        QueueLine(
            str(one.reflection_id),
            one.title,
            _("%(name)s · module %(code)s", name=one.author_name, code=one.module_code),
            *_status(one, actor, now),
        )
        for one in queue
    ]


def _status(one: QueueItem, actor: Actor, now: datetime) -> tuple[str, str, str]:
    if one.reviewer_id is not None and one.reviewer_id != actor.user_id:
        return "wait", "person-check", _("Bij %(name)s", name=one.reviewer_given)
    days = days_waiting(one.waiting_since, now)
    wait = wait_of(days)
    if wait is not Wait.FRESH:
        return WAIT_KINDS[wait], "hourglass-split", ngettext("Wacht %(num)s dag", "Wacht %(num)s dagen", days)
    if one.reviewer_id is not None:
        return "now", "pencil", _("Heb jij")
    if one.number > 1:
        return "wait", "clock-history", _("Versie %(number)s", number=one.number)
    return "", "", ""
