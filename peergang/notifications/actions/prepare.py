"""Right before sending: is it still true, may we still, and what does it say? A constant number of queries a batch."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import structlog
from sqlalchemy import ARRAY, Uuid, bindparam, func, select
from sqlalchemy.orm import Session

from peergang.core.errors import NotFound
from peergang.identity.models import User
from peergang.identity.rules import full_name
from peergang.notifications.actions.claims import Claimed
from peergang.notifications.catalog import ADDRESS, Claim, Content, Rows, Rule, get_rule
from peergang.notifications.models import NoticeChoice

log = structlog.get_logger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets the mail."""

    id: UUID
    email: str
    given_name: str
    full_name: str
    locale: str
    active: bool
    stopped: frozenset[str]


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice that is still true, with all that its mail needs."""

    id: UUID
    rule: Rule
    recipient: Recipient
    attempts: int
    content: Content


@dataclass(slots=True)
class Prepared:
    """What became of a batch: letters to send, ids to suppress by reason, and ids that could not be prepared, with why."""

    letters: list[Letter]
    suppressed: dict[str, list[UUID]]
    broken: dict[UUID, str]


def prepare(session: Session, rows: Sequence[Claimed], *, now: datetime) -> Prepared:
    """Check and fill in the claimed `rows`. A rule that raises breaks its own notices alone, and of those as few as can be."""
    prepared = Prepared([], defaultdict(list), {})
    people = _recipients(session, {row.recipient_id for row in rows})
    by_rule: dict[str, list[Claimed]] = defaultdict(list)
    for row in rows:
        person = people.get(row.recipient_id)
        if person is None or not person.active:
            prepared.suppressed["deactivated"].append(row.id)
        elif row.rule in person.stopped:
            prepared.suppressed["unsubscribed"].append(row.id)
        else:
            by_rule[row.rule].append(row)
    for name, mine in by_rule.items():
        try:
            rule = get_rule(name)
        except NotFound:
            prepared.suppressed["no_such_rule"].extend(row.id for row in mine)
            continue
        _prepare_rule(session, rule, mine, people, prepared, now)
    return prepared


def _prepare_rule(
    session: Session,
    rule: Rule,
    rows: Sequence[Claimed],
    people: Mapping[UUID, Recipient],
    prepared: Prepared,
    now: datetime,
) -> None:
    claims = [Claim(row.id, row.subject_id, row.recipient_id, row.occurrence) for row in rows]
    verdicts = _each(session, rule, claims, prepared, lambda some: _verdicts(session, rule, some, now))
    standing = [claim for claim in claims if verdicts.get(claim.id) == ""]
    for claim_id, verdict in verdicts.items():
        if verdict:
            prepared.suppressed[verdict].append(claim_id)
    contents = _each(session, rule, standing, prepared, lambda some: rule.content(session, some, now))
    attempts = {row.id: row.attempts for row in rows}
    for claim in standing:
        content = contents.get(claim.id)
        if content is not None:
            person = people[claim.recipient_id]
            person = replace(person, email=content.get(ADDRESS, person.email))
            prepared.letters.append(Letter(claim.id, rule, person, attempts[claim.id], content))
        elif claim.id not in prepared.broken:
            prepared.broken[claim.id] = "no_content"


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
    rows = session.execute(
        _restricted(rule.standing(now)),
        {
            "subjects": list({claim.subject_id for claim in claims}),
            "people": list({claim.recipient_id for claim in claims}),
        },
    )
    known: dict[tuple[UUID, UUID, str], str] = {}
    for subject_id, recipient_id, occurrence, blocked in rows:
        key = (subject_id, recipient_id, occurrence)
        # The same matter may reach somebody along two ways (two cohorts); one that stands is enough.
        known[key] = blocked if known.get(key, blocked) else ""
    return {
        claim.id: known.get((claim.subject_id, claim.recipient_id, claim.occurrence), "gone")
        for claim in claims
    }


def _restricted(standing: Rows) -> Rows:
    """The rule's select for the claimed subjects only; PostgreSQL pushes the condition down to the subject's index."""
    rows = standing.subquery("standing")
    return select(rows.c.subject_id, rows.c.recipient_id, rows.c.occurrence, rows.c.blocked).where(
        rows.c.subject_id == func.any(bindparam("subjects", type_=ARRAY(Uuid()))),
        rows.c.recipient_id == func.any(bindparam("people", type_=ARRAY(Uuid()))),
    )


_PEOPLE = (
    select(
        User.id,
        User.email,
        User.given_name,
        User.name_particle,
        User.family_name,
        User.locale,
        User.deactivated_at,
        func.array_agg(NoticeChoice.rule).filter(NoticeChoice.delivery == "off").label("stopped"),
    )
    .outerjoin(NoticeChoice, NoticeChoice.user_id == User.id)
    .where(User.id == func.any(bindparam("ids", type_=ARRAY(Uuid()))))
    .group_by(User.id)
)


def _recipients(session: Session, ids: set[UUID]) -> dict[UUID, Recipient]:
    return {
        row.id: Recipient(
            row.id,
            row.email,
            row.given_name,
            full_name(row.given_name, row.name_particle, row.family_name),
            row.locale,
            row.deactivated_at is None,
            frozenset(row.stopped or ()),
        )
        for row in session.execute(_PEOPLE, {"ids": list(ids)})
    }
