"""The link for a new password."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.core.errors import Conflict
from peergang.core.mail import MailRefused
from peergang.core.permissions import SYSTEM
from peergang.identity.actions.links import request_password_reset, reset_password
from peergang.identity.models import SingleUseToken
from peergang.notifications.actions.replaying import settle_notice
from peergang.notifications.rules import NoticeState, Outcome
from tests.domain.reminders.conftest import Ledger
from tests.factories.identity import make_user_with_password

RULE = "password_reset"


def test_it_goes_out_at_once_and_works_once(
    session: Session, ledger: Ledger, now: datetime, words: Callable[..., str]
) -> None:
    user = make_user_with_password(session, "Anna")
    night = now + timedelta(hours=15)
    request_password_reset(session, None, user.email, now=night)
    assert ledger.plan(RULE, night) == 1
    (mail,) = ledger.deliver(night)
    assert mail["Subject"] == "Kies een nieuw wachtwoord"
    assert mail["List-Unsubscribe"] is None
    found = re.search(r"/wachtwoord-opnieuw/([\w-]+)", words(mail))
    assert found is not None
    assert reset_password(session, found[1], "drie groene fietsen", now=night) == user.id


@pytest.mark.parametrize(("change", "why"), [("used_at", "used"), ("expires_at", "expired")])
def test_a_request_that_is_over_needs_no_mail(
    session: Session, ledger: Ledger, now: datetime, change: str, why: str
) -> None:
    request_password_reset(session, None, make_user_with_password(session).email, now=now)
    ledger.plan(RULE, now)
    session.execute(sa.update(SingleUseToken).values({change: now}))
    assert ledger.deliver(now) == []
    assert list(ledger.reasons().values()) == [f"suppressed {why}"]


def test_a_second_try_carries_a_new_secret(
    session: Session, ledger: Ledger, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bytes | None] = []

    def refuse(*_: object) -> None:
        seen.append(session.scalars(sa.select(SingleUseToken.token_hash)).one())
        raise MailRefused("451", permanent=False)

    request_password_reset(session, None, make_user_with_password(session).email, now=now)
    ledger.plan(RULE, now)
    monkeypatch.setattr(ledger, "send", refuse)
    ledger.deliver(now)
    ledger.deliver(now + timedelta(minutes=2))
    assert len(set(seen)) == len(seen) == 2


def test_sent_again_after_doubt_it_is_no_copy_of_the_first(
    session: Session, ledger: Ledger, now: datetime, words: Callable[..., str]
) -> None:
    """A mailbox that has the first would throw away a second of the same name, and only the second has a link that works."""
    user = make_user_with_password(session)
    request_password_reset(session, None, user.email, now=now)
    ledger.plan(RULE, now)
    mails = ledger.deliver(now)
    for minutes in (10, 20):
        (notice,) = ledger.notices()
        notice.state, notice.finished_at = NoticeState.UNCERTAIN, now
        at = now + timedelta(minutes=minutes)
        settle_notice(session, SYSTEM, notice.id, Outcome.AGAIN, now=at)
        mails += ledger.deliver(at)
    assert len({mail["Message-ID"] for mail in mails}) == len(mails) == 3
    assert mails[-1]["Message-ID"] == f"<{ledger.notices()[0].mail_id}@peergang.example>", (
        "so a bounce finds it"
    )
    first, _, last = (re.search(r"/wachtwoord-opnieuw/([\w-]+)", words(mail)) for mail in mails)
    assert first is not None
    assert last is not None
    with pytest.raises(Conflict, match="token_gone"):
        reset_password(session, first[1], "drie groene fietsen", now=at)
    assert reset_password(session, last[1], "drie groene fietsen", now=at) == user.id


def test_after_two_hours_it_is_too_late(session: Session, ledger: Ledger, now: datetime) -> None:
    request_password_reset(session, None, make_user_with_password(session).email, now=now)
    ledger.plan(RULE, now)
    assert ledger.deliver(now + timedelta(hours=2)) == []
