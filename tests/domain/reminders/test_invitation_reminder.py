"""An invitation without an answer."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from peergang.identity.actions.links import accept_invitation
from tests.domain.reminders.conftest import Ledger
from tests.domain.reminders.test_invitation import PASSWORD, invite, secret
from tests.factories.cohorts import make_cohort

RULE = "invitation_reminder"
HERE = ZoneInfo("Europe/Amsterdam")


def live(ledger: Ledger, begin: datetime, days: int) -> list[tuple[int, str]]:
    """Plan and deliver every hour of so many days; the days on which a mail left, with its subject."""
    found = []
    for hour in range(days * 24):
        moment = begin + timedelta(hours=hour)
        if hour % 6 == 0:
            ledger.plan(RULE, moment)
        found += [(hour // 24, str(mail["Subject"])) for mail in ledger.deliver(moment)]
    return found


def test_after_one_week_and_after_two(session: Session, ledger: Ledger, now: datetime) -> None:
    cohort = make_cohort(session, now, state="open")
    invite(session, cohort, now)
    subject = f"Doe je mee met {cohort.name}?"
    assert live(ledger, now, 25) == [(6, subject), (13, subject)], (
        "at half past eight, before the seventh day is full"
    )


@pytest.mark.parametrize(
    ("invited", "told"),
    [
        ((2026, 11, 14, 15, 0), (2026, 11, 23, 8, 30)),  # a Saturday: on the Monday after the week
        ((2026, 10, 22, 15, 0), (2026, 10, 29, 8, 30)),  # the clock goes back in between
        ((2027, 3, 25, 23, 30), (2027, 4, 1, 8, 30)),  # and forward
    ],
)
def test_on_a_working_day_by_day(
    session: Session, ledger: Ledger, invited: tuple[int, ...], told: tuple[int, ...]
) -> None:
    begin = datetime(*invited, tzinfo=HERE).astimezone(UTC)  # type: ignore[arg-type,misc]
    moment = datetime(*told, tzinfo=HERE).astimezone(UTC)  # type: ignore[arg-type,misc]
    invite(session, make_cohort(session, begin, state="open"), begin)
    ledger.plan(RULE, moment - timedelta(hours=2))
    assert [notice.not_before for notice in ledger.notices()] == [moment]


def test_the_link_of_the_first_mail_goes_on_working(session: Session, ledger: Ledger, now: datetime) -> None:
    enrolment = invite(session, make_cohort(session, now, state="open"), now)
    ledger.plan("invitation", now)
    (first,) = ledger.deliver(now)
    week = now + timedelta(days=7)
    ledger.plan(RULE, week)
    (second,) = ledger.deliver(week)
    assert secret(first) != secret(second)
    assert accept_invitation(session, secret(first), PASSWORD, now=week) == enrolment.user_id


@pytest.mark.parametrize("state", ["active", "withdrawn"])
def test_an_answer_ends_it(session: Session, ledger: Ledger, now: datetime, state: str) -> None:
    enrolment = invite(session, make_cohort(session, now, state="open"), now)
    ledger.plan(RULE, now + timedelta(days=6, hours=20))
    enrolment.state = state
    assert live(ledger, now + timedelta(days=6, hours=21), 12) == []


def test_it_can_be_stopped_by_who_has_no_account(
    session: Session, ledger: Ledger, now: datetime, words: Callable[..., str]
) -> None:
    invite(session, make_cohort(session, now, state="open"), now)
    week = now + timedelta(days=7)
    ledger.plan(RULE, week)
    (mail,) = ledger.deliver(week)
    assert "/afmelden/" in words(mail)
