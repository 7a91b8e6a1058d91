"""What somebody will get in the coming two weeks: what waits for them, and what every rule would tell them day by day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import structlog
from sqlalchemy.orm import Session

from peergang.core.clock import at_local, local, local_date
from peergang.core.config import Settings
from peergang.core.errors import NotFound
from peergang.core.permissions import Actor, require
from peergang.notifications.actions.glance import read_words
from peergang.notifications.actions.habits import read_habits
from peergang.notifications.catalog import Rule, list_choices, list_rules
from peergang.notifications.policy import can_change_preferences
from peergang.notifications.queries.operating import list_pauses
from peergang.notifications.queries.trying import list_coming, list_mailed, list_waiting
from peergang.notifications.rules import SATURDAY, Delivery, Habits, PauseScope, Pending, Step, Urgency
from peergang.notifications.rules.coming import Foreseen, foresee
from peergang.notifications.rules.judging import WEEK

log = structlog.get_logger(__name__)

DAYS = 14
LOOKED_AT = 7
"""The hour at which each working day is looked at: before anybody may be mailed, so that all of that day is found."""


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing somebody will be told: in what words, by which rule, and what is foreseen of it."""

    rule: Rule
    words: str
    path: str
    foreseen: Foreseen
    held: bool


@dataclass(frozen=True, slots=True)
class Message:
    """A mail with what stands in it."""

    at: datetime
    matters: tuple[Matter, ...]


@dataclass(frozen=True, slots=True)
class Outlook:
    """The coming two weeks of one person.

    Attributes:
        messages: the mails, by time.
        on_site: what only stands on the site, by time.
        later: what waits for a moment after these weeks.
        stopped: the kinds they want nothing of.
        broken: whether a rule could not be asked.
    """

    messages: list[Message]
    on_site: list[Matter]
    later: list[Matter]
    stopped: list[Rule]
    broken: bool


def moments_ahead(now: datetime) -> list[datetime]:
    """Now, and early every working day of the two weeks: nothing is begun in a weekend that would not begin on the Friday
    before or the Monday after it.
    """
    today = local_date(now)
    days = [today + timedelta(days=ahead) for ahead in range(DAYS + 1)]
    early = [
        at_local(day, local(now).time().replace(LOOKED_AT, 0, 0, 0))
        for day in days
        if day.weekday() < SATURDAY
    ]
    return [now, *(moment for moment in early if moment > now)]


def look_ahead(session: Session, actor: Actor, settings: Settings, locale: str, *, now: datetime) -> Outlook:
    """What the actor will get, as it looks now: one statement a rule, and the words of what is found.

    Raises:
        Forbidden: nobody is signed in.
    """
    if actor.user_id is None:
        raise NotFound
    require(can_change_preferences(actor, actor.user_id))
    habits = read_habits(session, [actor.user_id], now=now).get(actor.user_id, Habits())
    offered = {rule.name: rule for rule in list_choices(actor)}
    stopped = [rule for rule in offered.values() if _is_stopped(rule, habits)]
    rows, broken = _collect(
        session, actor.user_id, [one for one in offered.values() if one not in stopped], now
    )
    rules = {rule.name: rule for rule in list_rules()}
    rows = {one: row for one, row in rows.items() if row.rule in rules}
    mailed = list_mailed(session, actor.user_id, now - WEEK, Urgency.MUST)
    pending = [_pending(row, rules[row.rule]) for row in rows.values()]
    foreseen = foresee(pending, habits, mailed, now, now + timedelta(days=DAYS))
    matters = _matters(session, settings, locale, rows, rules, foreseen, now)
    return _arrange(matters, stopped, broken)


def _is_stopped(rule: Rule, habits: Habits) -> bool:
    return habits.delivery_of(rule.name, rule.weight, rule.default) == Delivery.OFF


def _collect(
    session: Session, user_id: UUID, rules: list[Rule], now: datetime
) -> tuple[dict[UUID, Any], bool]:
    """What waits and what comes, by an id: the notice's, or one made up for what is not planned yet."""
    found: dict[UUID, Any] = {
        row.id: _row(row, row.id, row.rule, user_id) for row in list_waiting(session, user_id)
    }
    days, broken = moments_ahead(now), False
    for rule in rules:
        # What somebody else does is planned as it happens; only what comes by itself can be foreseen.
        moments = days if rule.by_time else days[:1]
        try:
            with session.begin_nested():
                rows = list_coming(session, rule.name, [rule.due(one) for one in moments], user_id, now)
        except Exception:
            log.exception("rule_failed_ahead", rule=rule.name)
            broken = True
            continue
        for row in rows:
            made = uuid4()
            found[made] = _row(row, made, rule.name, user_id)
    return found, broken


def _row(row: Any, notice_id: UUID, rule: str, user_id: UUID) -> SimpleNamespace:
    return SimpleNamespace(
        id=notice_id,
        rule=rule,
        subject_id=row.subject_id,
        recipient_id=user_id,
        occurrence=row.occurrence,
        ready_at=getattr(row, "ready_at", row.not_before),
        expires_at=row.expires_at,
    )


def _pending(row: Any, rule: Rule) -> Pending:
    return Pending(row.id, row.rule, rule.weight, row.ready_at, row.expires_at, rule.default, rule.alone)


def _matters(
    session: Session,
    settings: Settings,
    locale: str,
    rows: Mapping[UUID, Any],
    rules: Mapping[str, Rule],
    foreseen: Mapping[UUID, Foreseen],
    now: datetime,
) -> list[Matter]:
    shown = [row for row in rows.values() if rules[row.rule].is_on_site]
    said = read_words(session, settings, shown, locale, now=now)
    pauses = {(row.scope, row.key) for row in list_pauses(session, now)}
    everything = (PauseScope.ALL, "") in pauses
    return [
        Matter(
            rules[row.rule],
            said[one].words if one in said else str(rules[row.rule].title),
            said[one].path if one in said else "",
            foreseen[one],
            everything or (PauseScope.RULE, row.rule) in pauses,
        )
        for one, row in rows.items()
    ]


def _arrange(matters: list[Matter], stopped: list[Rule], broken: bool) -> Outlook:
    matters = sorted(matters, key=lambda one: (one.foreseen.at, -one.rule.weight, one.words))
    mails: dict[tuple[datetime, UUID | None], list[Matter]] = {}
    for one in matters:
        if one.foreseen.step == Step.SEND:
            mails.setdefault((one.foreseen.at, one.foreseen.mail), []).append(one)
    site = [
        one
        for one in matters
        if one.foreseen.step == Step.LAPSE
        and one.foreseen.reason in ("in_app", "quiet", "budget", "suspended")
    ]
    later = [one for one in matters if one.foreseen.step == Step.WAIT]
    messages = [Message(at, tuple(parts)) for (at, _mail), parts in mails.items()]
    return Outlook(messages, site, later, stopped, broken)
