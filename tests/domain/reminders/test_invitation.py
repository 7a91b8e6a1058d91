"""The first mail somebody ever gets from us."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.cohorts.actions.invitations import request_invitations
from peergang.cohorts.models import Cohort, Enrolment
from peergang.core.errors import Conflict
from peergang.identity.actions.links import accept_invitation
from peergang.identity.models import SingleUseToken, User
from tests.domain.reminders.conftest import Ledger
from tests.factories.cohorts import make_cohort, make_participant
from tests.factories.identity import make_user

RULE = "invitation"
PASSWORD = "drie groene fietsen"


def secret(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    found = re.search(r"/uitnodiging/([\w-]+)", str(part.get_content()))
    assert found is not None
    return found[1]


def invite(session: Session, cohort: Cohort, now: datetime, user: User | None = None) -> Enrolment:
    enrolment = make_participant(session, cohort, state="invited", at=now, user=user)
    request_invitations(session, cohort, [enrolment.id], now=now)
    return enrolment


def test_it_goes_out_at_once_with_a_link_that_works(
    session: Session, ledger: Ledger, now: datetime, words: Callable[..., str]
) -> None:
    cohort = make_cohort(session, now, state="open")
    evening = now + timedelta(days=4, hours=12)
    enrolment = invite(session, cohort, evening)
    assert ledger.plan(RULE, evening) == 1
    (mail,) = ledger.deliver(evening)
    assert mail["Subject"] == f"Je bent uitgenodigd voor {cohort.name}"
    assert "Peergang i-coaches" in words(mail)
    assert mail["List-Unsubscribe"] is None
    assert accept_invitation(session, secret(mail), PASSWORD, now=evening) == enrolment.user_id
    assert ledger.plan(RULE, evening) == 0


def test_the_secret_is_nowhere_but_in_the_mail(session: Session, ledger: Ledger, now: datetime) -> None:
    enrolment = invite(session, make_cohort(session, now, state="open"), now)
    ledger.plan(RULE, now)
    assert session.scalars(sa.select(SingleUseToken.token_hash)).all() == [None], (
        "no secret waits in the ledger"
    )
    (mail,) = ledger.deliver(now)
    token = session.scalars(
        sa.select(SingleUseToken).where(SingleUseToken.user_id == enrolment.user_id)
    ).one()
    assert secret(mail).encode() not in (token.token_hash or b"")
    row = session.execute(sa.text("SELECT notice::text FROM notice")).scalar_one()
    assert secret(mail) not in row


def test_two_cohorts_two_mails_both_links_work_until_one_is_used(
    session: Session, ledger: Ledger, now: datetime
) -> None:
    user = make_user(session)
    for _ in range(2):
        cohort = make_cohort(session, now, state="open")
        enrolment = Enrolment(
            cohort_id=cohort.id, user_id=user.id, role="trainer", state="invited", invited_at=now
        )
        session.add(enrolment)
        session.flush()
        request_invitations(session, cohort, [enrolment.id], now=now)
    ledger.plan(RULE, now)
    first, second = ledger.deliver(now)
    assert secret(first) != secret(second)
    accept_invitation(session, secret(first), PASSWORD, now=now)
    with pytest.raises(Conflict):
        accept_invitation(session, secret(second), PASSWORD, now=now)


def test_who_has_a_password_answers_on_the_site(
    session: Session, ledger: Ledger, now: datetime, words: Callable[..., str]
) -> None:
    user = make_user(session, password_hash="x")
    invite(session, make_cohort(session, now), now, user)
    ledger.plan(RULE, now)
    (mail,) = ledger.deliver(now)
    assert "http://peergang.test/uitnodigingen" in words(mail)
    assert "/uitnodiging/" not in words(mail)
    assert session.scalars(sa.select(SingleUseToken)).all() == []


@pytest.mark.parametrize("state", ["planned", "closed", "cancelled"])
def test_a_cohort_that_invites_nobody_is_silent(
    session: Session, ledger: Ledger, now: datetime, state: str
) -> None:
    make_participant(session, make_cohort(session, now, state=state), state="invited", at=now)
    assert ledger.plan(RULE, now) == 0


@pytest.mark.parametrize(("state", "why"), [("active", "accepted"), ("withdrawn", "withdrawn")])
def test_what_was_answered_before_the_mail_left_is_not_asked(
    session: Session, ledger: Ledger, now: datetime, state: str, why: str
) -> None:
    enrolment = invite(session, make_cohort(session, now), now)
    ledger.plan(RULE, now)
    enrolment.state = state
    assert ledger.deliver(now) == []
    assert list(ledger.reasons().values()) == [f"suppressed {why}"]


def test_inviting_again_is_another_mail(session: Session, ledger: Ledger, now: datetime) -> None:
    cohort = make_cohort(session, now)
    enrolment = invite(session, cohort, now)
    ledger.plan(RULE, now)
    ledger.deliver(now)
    enrolment.invited_at = now + timedelta(days=3)
    assert ledger.plan(RULE, now + timedelta(days=3)) == 1
    assert len(ledger.deliver(now + timedelta(days=3))) == 1
