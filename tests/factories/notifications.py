"""Notices, and a rule that is true for everybody, so that the ledger can be tried without the whole platform around it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import String, literal, select
from sqlalchemy.orm import Session

from peergang.core.mail import MemoryTransport, SentMail
from peergang.identity.models import User
from peergang.notifications import catalog
from peergang.notifications.catalog import Claim, Content, Rows, Rule
from peergang.notifications.models import Notice, NoticeChoice

NAME = "review_waiting"
"""The mail folder that the rule of these tests borrows."""


class Box(MemoryTransport):
    """A mail server of its own, where the others of this process share one."""

    def __init__(self) -> None:
        self.sent: list[SentMail] = []


class Killed(BaseException):
    """What kill -9 does: nothing after it runs, not even the tidying up."""


def make_notice(session: Session, recipient: User, now: datetime, **more: Any) -> Notice:
    """A notice of the borrowed rule about its own recipient, due now."""
    notice = Notice(
        rule=more.pop("rule", NAME),
        subject_id=more.pop("subject_id", recipient.id),
        recipient_id=recipient.id,
        occurrence=more.pop("occurrence", uuid4().hex),
        planned_at=now,
        not_before=more.get("not_before", now),
        ready_at=more.pop("ready_at", more.pop("not_before", now)),
        expires_at=more.pop("expires_at", now + timedelta(days=1)),
        **more,
    )
    session.add(notice)
    session.flush()
    return notice


@dataclass
class Script:
    """What the rule of these tests shall say: who is blocked and why, and whose content is missing or raises."""

    blocked: dict[UUID, str] = field(default_factory=dict)
    missing: set[UUID] = field(default_factory=set)
    raises: set[UUID] = field(default_factory=set)
    odd: set[UUID] = field(default_factory=set)
    """Notices whose content the templates cannot do anything with."""
    asked: list[int] = field(default_factory=list)

    def standing(self, now: datetime) -> Rows:
        occurrences = select(
            Notice.subject_id, Notice.recipient_id, Notice.occurrence, literal("", String).label("blocked")
        )
        if self.blocked:
            from sqlalchemy import case

            word = case(*((Notice.recipient_id == one, why) for one, why in self.blocked.items()), else_="")
            return select(Notice.subject_id, Notice.recipient_id, Notice.occurrence, word.label("blocked"))
        return occurrences

    def content(self, session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
        self.asked.append(len(claims))
        if any(claim.recipient_id in self.raises for claim in claims):
            raise ZeroDivisionError
        found: dict[UUID, dict[str, Any]] = {
            claim.id: {"path": "/beoordelen", "waiting": 2, "late": 0, "promised_on": now.date()}
            for claim in claims
            if claim.recipient_id not in self.missing
        }
        for one in self.odd & found.keys():
            del found[one]["waiting"]
        return found

    def rule(self) -> Rule:
        def due(now: datetime) -> Rows:
            return select(
                User.id.label("subject_id"),
                User.id.label("recipient_id"),
                literal("once", String).label("occurrence"),
                literal(now).label("not_before"),
                literal(now + timedelta(days=1)).label("expires_at"),
            )

        borrowed = catalog.get_rule(NAME)
        return replace(borrowed, due=due, standing=self.standing, content=self.content)


def use_script(monkeypatch: pytest.MonkeyPatch) -> Script:
    """Let the borrowed rule follow a script during this test."""
    script = Script()
    rules = {**catalog._all_rules(), NAME: script.rule()}
    monkeypatch.setattr(catalog, "_all_rules", lambda: rules)
    return script


def recipients(sent: Iterable[SentMail]) -> list[str]:
    """To whom the mails went, in alphabetical order."""
    return sorted(mail.recipient for mail in sent)


def make_choice(
    session: Session, user: User, rule: str, delivery: str, since: datetime | None = None
) -> None:
    """How somebody wants to be told of a rule, chosen long ago."""
    since = since or datetime(2026, 9, 1, tzinfo=UTC)
    session.add(NoticeChoice(user_id=user.id, rule=rule, delivery=delivery, since=since))
    session.flush()
