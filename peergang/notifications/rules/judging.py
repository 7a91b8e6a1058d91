"""What happens now to what waits for one person: sent, kept for later, or left to the page with messages.

A pure function of what waits, what its reader wants, and the moment; docs/decisions/0051-judgment.md gives the reasons.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from peergang.notifications.rules.calm import Calm, next_digest, next_open
from peergang.notifications.rules.choices import DEFAULT_PER_WEEK, Delivery, Rhythm, Urgency

HERE = timedelta(minutes=10)
"""Who used the site so shortly ago sees it there; the use of a browser is written down every five minutes."""

LOOK_AGAIN = timedelta(minutes=15)

IN_TIME = timedelta(days=1)
"""What MUST be known is told so long before it expires, also on a day of rest."""

WEEK = timedelta(days=7)

_BUNDLED = (Delivery.AT_ONCE, Delivery.DAILY, Delivery.WEEKLY)
"""From soon to late."""


class Pending(NamedTuple):
    """A notice that is due and still true. `alone` when its mail holds something that cannot stand among others; `mail_id` when
    it may have arrived already: what went out in one message goes again in one, and with nothing else. `elsewhere` when it
    goes to another address than their own.
    """

    id: UUID
    rule: str
    urgency: Urgency
    ready_at: datetime
    expires_at: datetime
    default: Delivery = Delivery.AT_ONCE
    alone: bool = False
    mail_id: UUID | None = None
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Habits:
    """What is known of somebody at this moment.

    Attributes:
        choices: what they chose for a rule; the others follow `rhythm`, and the rule's own default when there is none.
        mailed: reminder mails within the last seven days.
        used_at: when they last used the site.
        suspended: their address refuses mail.
        per_week: reminder mails they get within seven days at most.
    """

    calm: Calm = field(default_factory=Calm)
    choices: Mapping[str, Delivery] = field(default_factory=lambda: MappingProxyType({}))
    rhythm: Rhythm | None = None
    mailed: int = 0
    used_at: datetime | None = None
    suspended: bool = False
    per_week: int = DEFAULT_PER_WEEK

    def delivery_of(self, rule: str, urgency: Urgency, default: Delivery) -> Delivery:
        """How they want to be told about this: as they chose for it, else by their rhythm, else as the rule proposes.

        A rhythm bundles, but never what is of no use a day later. Without mail at all (`in_app`) nothing is an exception
        but account mail, and what they asked for by name.
        """
        if urgency == Urgency.ALWAYS:
            return Delivery.AT_ONCE
        chosen = self.choices.get(rule)
        if chosen is not None:
            return chosen
        if self.rhythm is None or default not in _BUNDLED:
            return default
        if self.rhythm in (Rhythm.IN_APP, Rhythm.AT_ONCE):
            return Delivery(self.rhythm)
        if urgency >= Urgency.HIGH:
            return default
        return max(Delivery(self.rhythm), default, key=_BUNDLED.index)


class Step(StrEnum):
    """What becomes of a notice now."""

    SEND = "send"
    WAIT = "wait"
    LAPSE = "lapse"


class Verdict(NamedTuple):
    """`until` with WAIT; `reason` with WAIT and LAPSE; notices of one person with the same `mail` go in one message."""

    step: Step
    reason: str = ""
    until: datetime | None = None
    mail: UUID | None = None


_SENT = Verdict(Step.SEND)


def judge(pending: Sequence[Pending], habits: Habits, now: datetime) -> dict[UUID, Verdict]:
    """What becomes of each notice that is due for one person. Together they never exceed the weekly budget."""
    verdicts: dict[UUID, Verdict] = {}
    going: list[Pending] = []
    for one in pending:
        held = _hold(one, habits, now)
        if held is None:
            going.append(one)
        else:
            verdicts[one.id] = held
    # A message that may have arrived is never split: its second half would be taken for a copy of the first.
    again = {one.mail_id for one in going if one.mail_id is not None}
    going += [
        one for one in pending if one.mail_id in again and verdicts.get(one.id, _SENT).step == Step.WAIT
    ]
    mailed = habits.mailed
    for letter in _letters(going):
        weight = max(one.urgency for one in letter)
        if weight >= Urgency.MUST or _room(habits, mailed, weight):
            mailed += weight < Urgency.MUST
            verdicts |= {one.id: Verdict(Step.SEND, mail=letter[0].id) for one in letter}
        else:
            verdicts |= {one.id: _no_room(one, habits, now) for one in letter}
    return verdicts


def _letters(going: Iterable[Pending]) -> list[list[Pending]]:
    """What goes into one message each, the most urgent first."""
    ordered = sorted(going, key=lambda one: (-one.urgency, one.ready_at, one.id))
    letters: dict[UUID | None, list[Pending]] = {}
    for one in ordered:
        by_itself = one.alone or one.urgency == Urgency.ALWAYS
        letters.setdefault(one.mail_id or (one.id if by_itself else None), []).append(one)
    return sorted(letters.values(), key=lambda letter: -letter[0].urgency)


def _room(habits: Habits, mailed: int, urgency: Urgency) -> bool:
    kept_free = {Urgency.LOW: 3, Urgency.NORMAL: 1}.get(urgency, 0)
    return mailed < max(1, habits.per_week - kept_free)


def _hold(one: Pending, habits: Habits, now: datetime) -> Verdict | None:
    """Why this one does not go now, or None."""
    if habits.suspended and not one.elsewhere:
        return Verdict(Step.LAPSE, "suspended")
    if one.urgency == Urgency.ALWAYS:
        return None
    delivery = habits.delivery_of(one.rule, one.urgency, one.default)
    if delivery == Delivery.OFF:
        return Verdict(Step.LAPSE, "unsubscribed")
    if delivery == Delivery.IN_APP:
        return Verdict(Step.LAPSE, "in_app")
    return _quiet(one, habits, now) or _here(one, habits, now) or _bundle(one, delivery, habits, now)


def _quiet(one: Pending, habits: Habits, now: datetime) -> Verdict | None:
    opens = next_open(now, habits.calm)
    latest = one.expires_at - (IN_TIME if one.urgency >= Urgency.MUST else timedelta())
    if opens >= latest and one.urgency >= Urgency.HIGH:
        # Better on a Sunday than after the meeting; the night and an absence are respected all the same.
        opens = next_open(now, habits.calm, free_days_count=False)
    if opens >= one.expires_at:
        return Verdict(Step.LAPSE, "quiet")
    return Verdict(Step.WAIT, "quiet", opens) if opens > now else None


def _here(one: Pending, habits: Habits, now: datetime) -> Verdict | None:
    if habits.used_at is None or now - habits.used_at > HERE or one.urgency >= Urgency.MUST:
        return None
    later = next_open(now + LOOK_AGAIN, habits.calm)
    return Verdict(Step.WAIT, "here", later) if later < one.expires_at else None


def _bundle(one: Pending, delivery: Delivery, habits: Habits, now: datetime) -> Verdict | None:
    if delivery == Delivery.AT_ONCE:
        return None
    for weekly in (True, False) if delivery == Delivery.WEEKLY else (False,):
        leaves = next_digest(one.ready_at, habits.calm, weekly=weekly)
        if leaves <= now:
            return None
        if leaves < one.expires_at:
            return Verdict(Step.WAIT, "weekly" if weekly else "daily", leaves)
    return Verdict(Step.LAPSE, "in_app") if one.urgency == Urgency.LOW else None


def _no_room(one: Pending, habits: Habits, now: datetime) -> Verdict:
    """Again the next morning, because room comes free as the days pass, when it is of use by then; what waits so goes in
    one mail with the rest. It stands among the messages on the site either way.
    """
    leaves = next_digest(now + timedelta(minutes=1), habits.calm, weekly=False)
    if leaves < one.expires_at:
        return Verdict(Step.WAIT, "budget", leaves)
    return Verdict(Step.LAPSE, "budget")
