"""Right before sending: is it still true, does it go now, and what does it say? A constant number of queries a batch."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import TypeVar
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from peergang.core.errors import NotFound
from peergang.notifications.actions.claims import Claimed
from peergang.notifications.actions.habits import read_habits
from peergang.notifications.actions.letters import Letter, Part, Recipient, read_recipients
from peergang.notifications.actions.standing import ask_standing
from peergang.notifications.catalog import (
    ADDRESS,
    Claim,
    Content,
    Rule,
    get_rule,
    is_superfluous_once_read,
)
from peergang.notifications.rules import Pending, Urgency, judge

log = structlog.get_logger(__name__)

T = TypeVar("T")


@dataclass(slots=True)
class Prepared:
    """What became of a batch: letters to send, ids to suppress by reason, ids that wait by (reason, until when), and ids that
    could not be prepared, with why.
    """

    letters: list[Letter] = field(default_factory=list)
    suppressed: dict[str, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    waiting: dict[tuple[str, datetime], list[UUID]] = field(default_factory=lambda: defaultdict(list))
    broken: dict[UUID, str] = field(default_factory=dict)


def prepare(session: Session, rows: Sequence[Claimed], *, now: datetime) -> Prepared:
    """Check, judge and fill in the claimed `rows`. A rule that raises breaks its own notices alone, and of those as few as can
    be.
    """
    prepared = Prepared()
    people = read_recipients(session, {row.recipient_id for row in rows})
    by_rule: dict[str, list[Claimed]] = defaultdict(list)
    for row in rows:
        person = people.get(row.recipient_id)
        if person is None or not person.active:
            prepared.suppressed["deactivated"].append(row.id)
        else:
            by_rule[row.rule].append(row)
    standing: list[tuple[Rule, Claimed]] = []
    for name, mine in by_rule.items():
        try:
            rule = get_rule(name)
        except NotFound:
            prepared.suppressed["no_such_rule"].extend(row.id for row in mine)
            continue
        read = [row for row in mine if row.read_at is not None and is_superfluous_once_read(rule)]
        if read:
            prepared.suppressed["read"].extend(row.id for row in read)
        unread = [row for row in mine if row not in read]
        standing += [(rule, row) for row in _still_true(session, rule, unread, prepared, now)]
    mails = _judge(session, standing, prepared, now)
    _write_down(session, standing, mails, people, prepared, now)
    return prepared


def _still_true(
    session: Session, rule: Rule, rows: Sequence[Claimed], prepared: Prepared, now: datetime
) -> list[Claimed]:
    claims = [_claim(row) for row in rows]
    verdicts = _each(session, rule, claims, prepared, lambda some: _verdicts(session, rule, some, now))
    for claim_id, verdict in verdicts.items():
        if verdict:
            prepared.suppressed[verdict].append(claim_id)
    return [row for row in rows if verdicts.get(row.id) == ""]


def _judge(
    session: Session, standing: Sequence[tuple[Rule, Claimed]], prepared: Prepared, now: datetime
) -> dict[UUID, UUID]:
    """What goes now, as the message by notice; the rest is told to wait or to lapse."""
    pending: dict[UUID, list[Pending]] = defaultdict(list)
    for rule, row in standing:
        urgency = max(Urgency(row.urgency), rule.weight)
        pending[row.recipient_id].append(
            Pending(
                row.id,
                row.rule,
                urgency,
                row.ready_at,
                row.expires_at,
                rule.default,
                rule.alone,
                row.mail_id,
                rule.elsewhere,
            )
        )
    habits = read_habits(session, pending.keys(), now=now, judged=[row.id for _, row in standing])
    mails: dict[UUID, UUID] = {}
    for person, matters in pending.items():
        for one, verdict in judge(matters, habits[person], now).items():
            if verdict.mail is not None:
                mails[one] = verdict.mail
            elif verdict.until is not None:
                prepared.waiting[verdict.reason, verdict.until].append(one)
            else:
                prepared.suppressed[verdict.reason].append(one)
    return mails


def _write_down(
    session: Session,
    standing: Sequence[tuple[Rule, Claimed]],
    mails: Mapping[UUID, UUID],
    people: Mapping[UUID, Recipient],
    prepared: Prepared,
    now: datetime,
) -> None:
    """Ask every rule for the words of what goes, and put them into letters, the most urgent first."""
    going = sorted(
        ((rule, row) for rule, row in standing if row.id in mails),
        key=lambda one: (-one[0].weight, one[1].ready_at),
    )
    contents: dict[UUID, Content] = {}
    for rule in {rule.name: rule for rule, _ in going}.values():
        claims = [_claim(row) for of, row in going if of is rule]
        contents |= _each(session, rule, claims, prepared, partial(_content_of, session, rule, now))
    letters: dict[UUID, list[Part]] = defaultdict(list)
    reader: dict[UUID, Recipient] = {}
    for rule, row in going:
        content = contents.get(row.id)
        if content is not None:
            person = people[row.recipient_id]
            mail = mails[row.id]
            reader[mail] = replace(person, email=content[ADDRESS]) if ADDRESS in content else person
            letters[mail].append(Part(row.id, rule, row.attempts, content, row.subject_id, row.mail_id))
        elif row.id not in prepared.broken:
            prepared.broken[row.id] = "no_content"
    prepared.letters = [Letter(reader[mail], tuple(parts)) for mail, parts in letters.items()]


def _content_of(
    session: Session, rule: Rule, now: datetime, claims: Sequence[Claim]
) -> Mapping[UUID, Content]:
    return rule.content(session, claims, now)


def _claim(row: Claimed) -> Claim:
    return Claim(row.id, row.subject_id, row.recipient_id, row.occurrence)


def _each(
    session: Session,
    rule: Rule,
    claims: Sequence[Claim],
    prepared: Prepared,
    ask: Callable[[Sequence[Claim]], Mapping[UUID, T]],
) -> dict[UUID, T]:
    """Ask for all claims at once; when that raises, one by one, so that a bad record breaks itself alone."""
    if not claims:
        return {}
    try:
        with session.begin_nested():
            return dict(ask(claims))
    except Exception as error:
        log.exception("rule_failed", rule=rule.name, notices=len(claims))
        if len(claims) == 1:
            prepared.broken[claims[0].id] = type(error).__name__
            return {}
    found: dict[UUID, T] = {}
    for claim in claims:
        found |= _each(session, rule, [claim], prepared, ask)
    return found


def _verdicts(session: Session, rule: Rule, claims: Sequence[Claim], now: datetime) -> dict[UUID, str]:
    found = ask_standing(session, rule, claims, now)
    return {claim.id: found.get(claim.id, "gone") for claim in claims}
