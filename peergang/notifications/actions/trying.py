"""Trying rules: who would get what now, and why somebody gets nothing. Nothing is planned and nothing is written."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import structlog
from sqlalchemy.orm import Session

from peergang.core.db import AnyRow, Rows
from peergang.core.permissions import Actor, require
from peergang.identity.rules import full_name
from peergang.notifications.actions.glance import only_reading
from peergang.notifications.actions.habits import read_habits
from peergang.notifications.actions.outlooks import NOT_PRIVATE, Outlook, as_outlook, discreet
from peergang.notifications.catalog import Claim, Rule, list_rules
from peergang.notifications.policy import can_see_rules, can_see_why_not, can_try_rule
from peergang.notifications.queries.trying import list_matters_of, list_notices_of, list_tried
from peergang.notifications.rules import Delivery, Habits, Kind, NoticeState, Pending
from peergang.notifications.rules.coming import foresee

log = structlog.get_logger(__name__)

AHEAD = timedelta(days=60)
LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Tried:
    """Somebody who would be told something by a rule. `planned` when it stands in the ledger."""

    user_id: UUID
    name: str
    email: str
    about: str
    planned: bool
    outlook: Outlook


@dataclass(frozen=True, slots=True)
class Trial:
    """A page of who would be told what; `total` of all pages, of which `open` have not ended."""

    people: list[Tried]
    total: int
    open: int


@dataclass(frozen=True, slots=True)
class Why:
    """What a rule has for one person: messages it would send, or in `kind` and `reasons` why there are none.

    `kind`: "told" (see `outlooks`), "blocked" (`reasons`, as the rule says them), "later" (its time is not there, or over),
    "nothing" (the rule has nothing about them), "stopped", "broken".
    """

    rule: Rule
    kind: str
    outlooks: tuple[Outlook, ...] = ()
    reasons: tuple[str, ...] = ()


def try_rule(session: Session, actor: Actor, rule: Rule, *, page: int, size: int, now: datetime) -> Trial:
    """Who would get this rule's message now, in a number of statements that does not depend on how many they are.

    Raises:
        Forbidden: the actor is neither an admin, nor an organiser who knows this anyway.
    """
    require(can_try_rule(actor, about_cohorts=rule.known_to_organisers))
    rows = list_tried(session, rule.name, rule.due(now), now, page=page, size=size)
    habits = read_habits(session, {row.recipient_id for row in rows}, now=now)
    by_person: dict[UUID, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        by_person[row.recipient_id].append(place)
    outlooks: dict[int, Outlook] = {}
    for user_id, places in by_person.items():
        found = _outlooks(rule, [rows[place] for place in places], habits[user_id], now)
        outlooks |= dict(zip(places, found, strict=True))
    abouts = _abouts(session, rule, rows, now)
    knows = can_see_why_not(actor)
    people = [
        Tried(
            row.recipient_id,
            full_name(row.given_name, row.name_particle, row.family_name),
            row.email,
            abouts.get(place, ""),
            row.notice_id is not None,
            outlooks[place] if knows else discreet(outlooks[place]),
        )
        for place, row in enumerate(rows)
    ]
    return Trial(people, rows[0].total if rows else 0, rows[0].open if rows else 0)


def explain_person(session: Session, actor: Actor, user_id: UUID, *, now: datetime) -> list[Why]:
    """What each rule that the actor may try has for one person now: one statement a rule, and two more.

    Raises:
        Forbidden: the actor is neither an organiser nor an admin.
    """
    require(can_see_rules(actor))
    habits = read_habits(session, [user_id], now=now).get(user_id, Habits())
    notices: dict[str, dict[tuple[UUID, str], AnyRow]] = defaultdict(dict)
    for row in list_notices_of(session, user_id, now - LATELY):
        notices[row.rule].setdefault((row.subject_id, row.occurrence), row)
    knows = can_see_why_not(actor)
    found = []
    for rule in list_rules():
        if can_try_rule(actor, about_cohorts=rule.known_to_organisers):
            # For who may not know of a stop, the rule is asked all the same: its silence would tell.
            why = _stopped(rule, habits) if knows else None
            why = why or _explain(session, rule, user_id, habits, notices[rule.name], now)
            found.append(why if knows else _discreet_why(why))
    return found


def _discreet_why(why: Why) -> Why:
    said = tuple(reason for reason in why.reasons if reason in NOT_PRIVATE)
    kind = "nothing" if why.kind == "blocked" and not said else why.kind
    return Why(why.rule, kind, tuple(map(discreet, why.outlooks)), said)


def _stopped(rule: Rule, habits: Habits) -> Why | None:
    delivery = habits.delivery_of(rule.name, rule.weight, rule.default)
    return Why(rule, "stopped") if rule.kind is Kind.REMINDER and delivery == Delivery.OFF else None


def _explain(
    session: Session,
    rule: Rule,
    user_id: UUID,
    habits: Habits,
    notices: Mapping[tuple[UUID, str], AnyRow],
    now: datetime,
) -> Why:
    try:
        with session.begin_nested():
            rows = list_matters_of(session, user_id, rule.due(now), rule.standing(now))
    except Exception:
        log.exception("rule_failed_in_trial", rule=rule.name)
        return Why(rule, "broken")
    due = [row for row in rows if row.kind == 0 and row.expires_at > now]
    if due:
        known = [_Due(row, notices.get((row.subject_id, row.occurrence))) for row in due]
        return Why(rule, "told", tuple(_outlooks(rule, known, habits, now)))
    blocked = tuple(dict.fromkeys(row.blocked for row in rows if row.kind == 1 and row.blocked))
    stands = any(row.kind == 1 and not row.blocked for row in rows)
    if stands:
        ended = [row for row in notices.values() if row.finished_at is not None]
        return Why(rule, "later", tuple(_ended(row) for row in ended[:1]), blocked)
    return Why(rule, "blocked" if blocked else "nothing", reasons=blocked)


class _Due:
    """A matter of one person, with the notice about it, in the columns of queries.trying.list_tried."""

    def __init__(self, row: AnyRow, notice: AnyRow | None) -> None:
        self.not_before, self.expires_at = row.not_before, row.expires_at
        self.state = notice.state if notice else None
        self.reason = notice.reason if notice else ""
        self.finished_at = notice.finished_at if notice else None


def _outlooks(rule: Rule, rows: Sequence[AnyRow | _Due], habits: Habits, now: datetime) -> list[Outlook]:
    """What becomes of these matters of one person."""
    pending: dict[UUID, int] = {}
    waiting = []
    found: dict[int, Outlook] = {}
    for place, row in enumerate(rows):
        if row.state in (None, NoticeState.QUEUED, NoticeState.CLAIMED):
            one = Pending(
                uuid4(), rule.name, rule.weight, row.not_before, row.expires_at, rule.default, rule.alone
            )
            pending[one.id] = place
            waiting.append(one)
        else:
            found[place] = _ended(row)
    mailed = [now] * habits.mailed
    for notice_id, foreseen in foresee(waiting, habits, mailed, now, now + AHEAD).items():
        found[pending[notice_id]] = as_outlook(foreseen)
    return [found[place] for place in range(len(rows))]


def _ended(row: AnyRow | _Due) -> Outlook:
    if row.state == NoticeState.SENT:
        return Outlook("sent", row.finished_at)
    return Outlook("ended", row.finished_at, row.reason or str(row.state))


def _abouts(session: Session, rule: Rule, rows: Rows, now: datetime) -> dict[int, str]:
    """What each matter is called, where its rule may say so and does not write to know it."""
    ask = rule.recall or rule.content
    if not rule.about or not rows:
        return {}
    claims = {uuid4(): place for place in range(len(rows))}
    asked = [
        Claim(claim_id, rows[place].subject_id, rows[place].recipient_id, rows[place].occurrence)
        for claim_id, place in claims.items()
    ]
    try:
        with only_reading(session), session.begin_nested():
            contents = ask(session, asked, now)
    except Exception:
        log.exception("rule_failed_in_trial", rule=rule.name)
        return {}
    return {claims[one]: str(content.get(rule.about) or "") for one, content in contents.items()}
