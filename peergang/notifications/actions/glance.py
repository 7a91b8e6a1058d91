"""What a message says at the moment that somebody looks: its words are nowhere stored, so they are right in every language,
and nothing is left of who was erased. A number of statements bounded by the number of rules, and nothing is written.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from peergang.core import i18n
from peergang.core.config import Settings
from peergang.core.db import AnyRow, apart
from peergang.notifications.actions.render import Reader, render_line
from peergang.notifications.actions.standing import ask_standing
from peergang.notifications.catalog import Claim, Content, Rule, list_rules
from peergang.notifications.rules.inbox import Glance, glance_at

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Said:
    """What a message says now: of what is over only the kind of message and the name of its matter; without a path there is
    nothing to open. `broken` when that is so because its rule or its words raised.
    """

    state: Glance
    words: str
    more: str = ""
    path: str = ""
    broken: bool = False


def rules_on_site() -> dict[str, Rule]:
    """The rules whose notices stand on the page with messages, by name."""
    return {rule.name: rule for rule in list_rules() if rule.is_on_site}


def read_words(
    session: Session, settings: Settings, rows: Sequence[AnyRow], locale: str, *, now: datetime
) -> dict[UUID, Said]:
    """What these notices say now, by id. `rows` have the columns of queries.inbox.list_messages, of rules on the site."""
    rules = rules_on_site()
    by_rule: dict[str, list[Claim]] = defaultdict(list)
    for row in rows:
        by_rule[row.rule].append(Claim(row.id, row.subject_id, row.recipient_id, row.occurrence))
    found: dict[UUID, Said] = {}
    for name, claims in by_rule.items():
        found |= _read_rule(session, settings, rules[name], claims, locale, now)
    return found


def _read_rule(
    session: Session, settings: Settings, rule: Rule, claims: Sequence[Claim], locale: str, now: datetime
) -> dict[UUID, Said]:
    """A rule that raises leaves its own messages without words, and the page as it is."""
    try:
        # An error of the database ends what surrounds it: here that is the question to this rule.
        with only_reading(session), apart(session):
            states, contents = _ask(session, rule, claims, now)
    except Exception:
        log.exception("rule_failed_on_site", rule=rule.name, notices=len(claims))
        over = _title_only(rule, locale, {}, broken=True)
        return {claim.id: over for claim in claims}
    return {
        claim.id: _say(rule, settings, locale, states.get(claim.id, Glance.OVER), contents.get(claim.id))
        for claim in claims
    }


def _ask(
    session: Session, rule: Rule, claims: Sequence[Claim], now: datetime
) -> tuple[dict[UUID, Glance], Mapping[UUID, Content]]:
    if rule.recall is not None:
        recalled = rule.recall(session, claims, now)
        return dict.fromkeys(recalled, Glance.OPEN), recalled
    states = read_states(session, rule, claims, now)
    wanted = [claim for claim in claims if rule.about or states[claim.id] is not Glance.OVER]
    return states, rule.content(session, wanted, now) if wanted else {}


def _say(rule: Rule, settings: Settings, locale: str, state: Glance, content: Content | None) -> Said:
    if content is not None and state is not Glance.OVER:
        try:
            line, path = (
                render_line(rule, settings, locale, Reader("", "", ""), content),
                str(content["path"]),
            )
        except Exception:
            log.exception("message_not_written", rule=rule.name)
            return _title_only(rule, locale, {}, broken=True)
        return Said(state, line.subject, line.text, path)
    return _title_only(rule, locale, content or {})


def _title_only(rule: Rule, locale: str, content: Content, *, broken: bool = False) -> Said:
    with i18n.in_locale(locale):
        name = i18n.pick(str(content.get(rule.about) or ""), str(content.get(f"{rule.about}_en") or ""))
        return Said(Glance.OVER, str(rule.title), name, broken=broken)


def read_states(session: Session, rule: Rule, claims: Sequence[Claim], now: datetime) -> dict[UUID, Glance]:
    """What became of the matter of each of these; one that cannot be recalled any more is over."""
    if rule.recall is not None:
        return dict.fromkeys(rule.recall(session, claims, now), Glance.OPEN)
    found = ask_standing(session, rule, claims, now)
    return {claim.id: glance_at(found.get(claim.id)) for claim in claims}


class Written(RuntimeError):
    """A rule wrote something while it was only asked for its words."""


@contextmanager
def only_reading(session: Session) -> Iterator[None]:
    """Let nothing but selects pass: a page that is opened must never issue a secret or note down what a mail said."""

    def refuse(state: ORMExecuteState) -> None:
        if not state.is_select:
            raise Written

    def refuse_flush(*_: object) -> None:
        if session.new or session.dirty or session.deleted:
            raise Written

    event.listen(session, "do_orm_execute", refuse)
    event.listen(session, "before_flush", refuse_flush)
    try:
        yield
    finally:
        event.remove(session, "do_orm_execute", refuse)
        event.remove(session, "before_flush", refuse_flush)
