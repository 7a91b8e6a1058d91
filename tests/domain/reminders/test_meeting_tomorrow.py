"""The day before a meeting."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from peergang.cohorts.models import Attendance, SignOff
from tests.domain.reminders.conftest import Ledger
from tests.factories.cohorts import make_cohort, make_meeting, make_participant, make_trainer

RULE = "meeting_tomorrow"
HERE = ZoneInfo("Europe/Amsterdam")


def here(*when: int) -> datetime:
    return datetime(*when, tzinfo=HERE).astimezone(UTC)  # type: ignore[arg-type,misc]


def test_everybody_in_the_cohort_is_told_at_half_past_eight_the_day_before(
    session: Session, ledger: Ledger, words: Callable[..., str]
) -> None:
    now = here(2026, 11, 17, 20, 40)
    cohort = make_cohort(session, now)
    people = [make_participant(session, cohort), make_trainer(session, cohort)]
    make_participant(session, cohort, state="invited")
    make_participant(session, make_cohort(session, now))
    meeting = make_meeting(
        session, cohort, here(2026, 11, 19, 13, 30), title="Van losse hulp", place="Lokaal 2.14"
    )
    assert ledger.plan(RULE, now) == 2
    assert {notice.recipient_id for notice in ledger.notices()} == {one.user_id for one in people}
    assert {notice.not_before for notice in ledger.notices()} == {here(2026, 11, 18, 8, 30)}
    assert ledger.deliver(here(2026, 11, 18, 8, 29)) == []
    mails = ledger.deliver(here(2026, 11, 18, 8, 31))
    assert len(mails) == 2
    assert mails[0]["Subject"] == "Morgen: Van losse hulp"
    for kind in ("plain", "html"):
        text = words(mails[0], kind)
        assert "donderdag 19 november" in text
        assert "13.30 – 16.30 uur" in text
        assert "Lokaal 2.14" in text
        assert f"/bijeenkomsten/{meeting.id}.ics" in text


@pytest.mark.parametrize(
    ("meeting", "told"),
    [
        # A Monday's meeting is announced on Friday, and says the day.
        ((2026, 11, 23, 13, 30), (2026, 11, 20, 8, 30)),
        ((2026, 11, 22, 13, 30), (2026, 11, 20, 8, 30)),
        # Both changes of the clock lie between the notice and the meeting.
        ((2026, 10, 26, 13, 30), (2026, 10, 23, 8, 30)),
        ((2026, 10, 25, 13, 30), (2026, 10, 23, 8, 30)),
        ((2027, 3, 29, 13, 30), (2027, 3, 26, 8, 30)),
        # An evening meeting belongs to its own day, not to the next one in UTC.
        ((2026, 11, 19, 0, 30), (2026, 11, 18, 8, 30)),
        ((2026, 11, 19, 23, 30), (2026, 11, 18, 8, 30)),
        # On the day of the change itself, when a day has 23 or 25 hours.
        ((2027, 3, 30, 9, 0), (2027, 3, 29, 8, 30)),
        ((2026, 10, 27, 9, 0), (2026, 10, 26, 8, 30)),
    ],
)
def test_the_morning_is_the_wall_clocks(
    session: Session, ledger: Ledger, meeting: tuple[int, ...], told: tuple[int, ...]
) -> None:
    cohort = make_cohort(session, here(*told))
    make_trainer(session, cohort)
    make_meeting(session, cohort, here(*meeting))
    assert ledger.plan(RULE, here(*told) - timedelta(hours=13)) == 0, "not planned too early"
    assert ledger.plan(RULE, here(*told) - timedelta(hours=2)) == 1
    (notice,) = ledger.notices()
    assert notice.not_before == here(*told)
    assert notice.expires_at == here(*meeting)


def test_planning_again_changes_nothing_and_a_moved_meeting_is_a_new_thing(
    session: Session, ledger: Ledger
) -> None:
    now = here(2026, 11, 18, 8, 0)
    cohort = make_cohort(session, now)
    make_participant(session, cohort)
    meeting = make_meeting(session, cohort, here(2026, 11, 19, 13, 30))
    assert [ledger.plan(RULE, now) for _ in range(3)] == [1, 0, 0]
    assert len(ledger.deliver(here(2026, 11, 18, 8, 31))) == 1
    meeting.starts_at, meeting.ends_at = here(2026, 11, 19, 15, 0), here(2026, 11, 19, 17, 0)
    assert ledger.plan(RULE, here(2026, 11, 18, 9, 0)) == 1
    (mail,) = ledger.deliver(here(2026, 11, 18, 9, 1))
    assert "15.00" in str(mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]


def test_a_meeting_that_moved_before_the_mail_left_is_told_once(session: Session, ledger: Ledger) -> None:
    now = here(2026, 11, 18, 7, 0)
    cohort = make_cohort(session, now)
    make_participant(session, cohort)
    meeting = make_meeting(session, cohort, here(2026, 11, 19, 13, 30))
    ledger.plan(RULE, now)
    meeting.starts_at, meeting.ends_at = here(2026, 11, 19, 15, 0), here(2026, 11, 19, 17, 0)
    ledger.plan(RULE, now + timedelta(minutes=5))
    assert len(ledger.deliver(here(2026, 11, 18, 8, 31))) == 1
    assert sorted(ledger.reasons().values()) == ["sent", "suppressed gone"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("cancelled", "cancelled"),
        ("withdrawn", "withdrawn"),
        ("closed", "closed"),
        ("excused", "excused"),
        ("signed off", "excused"),
    ],
)
def test_what_changed_overnight_is_not_told(session: Session, ledger: Ledger, change: str, why: str) -> None:
    now = here(2026, 11, 17, 21, 0)
    cohort = make_cohort(session, now)
    one = make_participant(session, cohort)
    meeting = make_meeting(session, cohort, here(2026, 11, 19, 13, 30))
    assert ledger.plan(RULE, now) == 1
    match change:
        case "cancelled":
            meeting.state = "cancelled"
        case "withdrawn":
            one.state = "withdrawn"
        case "closed":
            cohort.state = "cancelled"
        case "signed off":
            session.add(
                SignOff(
                    meeting_id=meeting.id,
                    enrolment_id=one.id,
                    reason="Ziek",
                    signed_off_at=now,
                    starts_at=meeting.starts_at,
                )
            )
        case _:
            session.add(
                Attendance(meeting_id=meeting.id, enrolment_id=one.id, state="excused", recorded_at=now)
            )
    assert ledger.deliver(here(2026, 11, 18, 8, 31)) == []
    assert list(ledger.reasons().values()) == [f"suppressed {why}"]
    assert ledger.plan(RULE, here(2026, 11, 18, 8, 40)) == 0


def test_a_meeting_planned_late_in_the_evening_waits_for_the_morning(
    session: Session, ledger: Ledger
) -> None:
    now = here(2026, 11, 18, 22, 15)
    cohort = make_cohort(session, now)
    make_participant(session, cohort)
    make_meeting(session, cohort, here(2026, 11, 19, 13, 30))
    assert ledger.plan(RULE, now) == 1
    assert ledger.notices()[0].not_before == here(2026, 11, 19, 8, 30)
    (mail,) = ledger.deliver(here(2026, 11, 19, 8, 31))
    assert str(mail["Subject"]).startswith("Vandaag: ")


def test_a_mail_that_is_too_late_is_not_sent(session: Session, ledger: Ledger) -> None:
    now = here(2026, 11, 18, 8, 0)
    cohort = make_cohort(session, now)
    make_participant(session, cohort)
    make_meeting(session, cohort, here(2026, 11, 19, 13, 30))
    ledger.plan(RULE, now)
    assert ledger.deliver(here(2026, 11, 19, 13, 31)) == []
