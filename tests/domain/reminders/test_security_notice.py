"""Whoever's way of signing in changed hears of it, once."""

import ast
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from peergang.core.permissions import SYSTEM, Actor
from peergang.identity.actions import account, sessions
from peergang.identity.actions.audit import record_audit
from peergang.identity.actions.security import tell_owner
from peergang.reminders.catalog.security_notice import KEPT_FOR, WORDS
from tests.domain.reminders.conftest import Ledger
from tests.factories.identity import make_user

RULE = "security_notice"
ACTIONS = Path(__file__).parents[3] / "peergang" / "identity" / "actions"


@pytest.mark.parametrize("verb", sorted(WORDS))
@pytest.mark.parametrize("locale", ["nl", "en"])
def test_each_event_yields_one_mail_once(
    session: Session, ledger: Ledger, now: datetime, words: Callable[..., str], verb: str, locale: str
) -> None:
    user = make_user(session, "Anna", locale=locale)
    tell_owner(session, Actor(user_id=user.id), verb, user.id, now=now)
    assert ledger.plan(RULE, now) == 1
    assert ledger.plan(RULE, now + timedelta(hours=1)) == 0
    (mail,) = ledger.deliver(now)
    assert ledger.deliver(now + timedelta(hours=1)) == []
    assert mail["To"].addresses[0].addr_spec == user.email
    assert mail["List-Unsubscribe"] is None
    for kind in ("plain", "html"):
        assert "/mijn-account/beveiliging" in words(mail, kind)
        assert "Anna" in words(mail, kind)
    if locale == "nl":
        assert mail["Subject"] == str(WORDS[verb])


def test_two_changes_in_one_minute_are_two_mails(session: Session, ledger: Ledger, now: datetime) -> None:
    user = make_user(session)
    tell_owner(session, SYSTEM, "passkey_added", user.id, {"name": "Telefoon"}, now=now)
    tell_owner(session, SYSTEM, "passkey_added", user.id, {"name": "Laptop"}, now=now)
    assert ledger.plan(RULE, now) == 2
    assert len(ledger.deliver(now)) == 2


def test_the_mail_says_what_it_is_about(
    session: Session, ledger: Ledger, now: datetime, words: Callable[..., str]
) -> None:
    user = make_user(session)
    tell_owner(session, SYSTEM, "passkey_removed", user.id, {"name": "Oude telefoon"}, now=now)
    tell_owner(session, SYSTEM, "recovery_code_used", user.id, {"left": 1}, now=now)
    ledger.plan(RULE, now)
    texts = " ".join(words(mail) for mail in ledger.deliver(now))
    assert "Oude telefoon" in texts
    assert "nog 1 herstelcode over" in texts


def test_a_use_case_leads_to_the_mail(session: Session, ledger: Ledger, now: datetime) -> None:
    user, admin = make_user(session), make_user(session)
    account.set_password(session, SYSTEM, user.id, "vier blauwe bruggen", now=now)
    sessions.reset_second_factor(session, Actor(user_id=admin.id, is_admin=True), user.id, now=now)
    ledger.plan(RULE, now)
    ledger.deliver(now)
    # The admin hears nothing: it is about somebody else.
    assert ledger.addresses() == [user.email, user.email]


def test_signing_in_is_no_change(session: Session, ledger: Ledger, now: datetime) -> None:
    user = make_user(session)
    record_audit(session, Actor(user_id=user.id), "sign_in_failed", "user", user.id, now=now)
    record_audit(session, Actor(user_id=user.id), "proved_again", "user", user.id, now=now)
    assert ledger.plan(RULE, now) == 0


def test_what_is_long_ago_is_left(session: Session, ledger: Ledger, now: datetime) -> None:
    user = make_user(session)
    tell_owner(session, SYSTEM, "totp_added", user.id, now=now)
    assert ledger.plan(RULE, now + KEPT_FOR + timedelta(minutes=1)) == 0


def test_every_verb_that_is_told_has_words() -> None:
    told = set()
    for path in ACTIONS.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "tell_owner":
                verb = node.args[2]
                assert isinstance(verb, ast.Constant), f"{path}: say the verb as a text"
                told.add(verb.value)
    assert told == set(WORDS)
