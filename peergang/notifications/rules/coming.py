"""What somebody would be sent in the time to come, as the engine would decide it at each moment. A pure function."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from peergang.notifications.rules.choices import Urgency
from peergang.notifications.rules.judging import WEEK, Habits, Pending, Step, Verdict, judge

TURNS = 500
"""Nobody is judged at more moments than that; what is left then stays open."""


class Foreseen(NamedTuple):
    """What becomes of one notice: SEND at `at`, in one message with others of the same `mail`; LAPSE at `at`; or WAIT,
    with `at` the moment after the time that was looked at. `reason` is why it waited last, or why it lapses.
    """

    step: Step
    at: datetime
    reason: str = ""
    mail: UUID | None = None


def foresee(
    pending: Sequence[Pending], habits: Habits, mailed: Sequence[datetime], now: datetime, until: datetime
) -> dict[UUID, Foreseen]:
    """Let the time from `now` to `until` go by, with the mails they had at the moments `mailed`.

    Nobody knows when they will use the site, so that keeps nothing back here.
    """
    waiting = {one.id: Foreseen(Step.WAIT, max(now, one.ready_at)) for one in pending}
    known = {one.id: one for one in pending}
    had = list(mailed)
    found: dict[UUID, Foreseen] = {}
    for _ in range(TURNS):
        moment = min((one.at for one in waiting.values()), default=until)
        if not waiting or moment > until:
            break
        due = [known[one] for one, state in waiting.items() if state.at <= moment]
        late = [one for one in due if one.expires_at <= moment]
        found |= {one.id: Foreseen(Step.LAPSE, moment, "expired") for one in late}
        lately = replace(habits, used_at=None, mailed=sum(one > moment - WEEK for one in had))
        verdicts = judge([one for one in due if one not in late], lately, moment)
        for one in due:
            reason = waiting.pop(one.id).reason
            if one.id in verdicts:
                _note(one.id, verdicts[one.id], reason, moment, waiting, found)
        had += _counted(verdicts, known, moment)
    return found | waiting


def _note(
    notice_id: UUID,
    verdict: Verdict,
    reason: str,
    moment: datetime,
    waiting: dict[UUID, Foreseen],
    found: dict[UUID, Foreseen],
) -> None:
    if verdict.step == Step.WAIT and verdict.until is not None:
        waiting[notice_id] = Foreseen(Step.WAIT, verdict.until, verdict.reason)
    else:
        found[notice_id] = Foreseen(verdict.step, moment, verdict.reason or reason, verdict.mail)


def _counted(verdicts: dict[UUID, Verdict], known: dict[UUID, Pending], moment: datetime) -> list[datetime]:
    """One moment for each message that counts for the week: none of its matters is too urgent for that."""
    mails: dict[UUID | None, Urgency] = {}
    for notice_id, verdict in verdicts.items():
        if verdict.step == Step.SEND:
            mails[verdict.mail] = max(mails.get(verdict.mail, Urgency.LOW), known[notice_id].urgency)
    return [moment for weight in mails.values() if weight < Urgency.MUST]
