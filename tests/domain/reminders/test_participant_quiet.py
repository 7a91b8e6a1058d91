"""Three weeks without anything done: the participant, and their trainer."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.cohorts.actions.completion import record_completion
from peergang.cohorts.models import Cohort, CohortActivity, CohortModule, Enrolment, FreePeriod
from peergang.cohorts.rules import AttendanceState
from peergang.conversations.actions import ConversationNotes, log_conversation
from peergang.core.config import Settings
from peergang.curriculum.models import Activity
from peergang.identity.models import Institution, SignInSession, User
from peergang.progress.rules.attention import SILENCE as SHOWN_AS_SILENT
from peergang.reminders.rules import SILENCE
from tests.domain.reminders.reading import also_in, list_planned, plan, read, verdicts
from tests.factories.cohorts import make_cohort, make_meeting, make_participant, make_trainer
from tests.factories.coursework import actor_of, find_activity, make_reflection
from tests.factories.identity import make_institution
from tests.factories.practice import make_example
from tests.factories.progress import attend

RULE = "participant_quiet"
MONDAY = datetime(2026, 11, 16, 8, 30, tzinfo=ZoneInfo("Europe/Amsterdam")).astimezone(UTC)
LONG_AGO = MONDAY - timedelta(days=22)


@pytest.fixture
def cohort(session: Session) -> Cohort:
    """One that began 50 days ago."""
    cohort = make_cohort(session, MONDAY - timedelta(days=36))
    make_trainer(session, cohort)
    return cohort


@pytest.fixture
def person(session: Session, cohort: Cohort) -> Enrolment:
    return make_participant(session, cohort, at=LONG_AGO)


def test_silence_is_as_long_as_on_the_page_with_progress() -> None:
    assert SILENCE == SHOWN_AS_SILENT


def test_who_did_nothing_gets_one_kind_word(
    session: Session, settings: Settings, cohort: Cohort, person: Enrolment
) -> None:
    later = make_participant(session, cohort, at=MONDAY - timedelta(days=20))
    make_participant(session, cohort, state="withdrawn", at=LONG_AGO)
    assert plan(session, RULE, MONDAY) == {person.user_id}
    (notice,) = list_planned(session, RULE)
    assert notice.cohort_id == cohort.id
    words = read(session, settings, RULE, MONDAY)[person.user_id]
    for text in (words.subject, words.text, words.html):
        for blame in ("achter", "te laat", "nog niet", "drie weken niets gedaan"):
            assert blame not in text.replace("drie weken niets van je te zien", "")
    for days in range(1, 30):
        plan(session, RULE, MONDAY + timedelta(days=days))
    readers = [notice.recipient_id for notice in list_planned(session, RULE)]
    assert readers == [person.user_id, later.user_id], "once in every silence"


def act(session: Session, person: Enrolment, what: str, at: datetime) -> None:
    cohort = session.get_one(Cohort, person.cohort_id)
    if what == "wrote":
        make_reflection(session, person, at)
    elif what == "completed":
        activity = find_activity(session, cohort, "read")
        record_completion(session, person.id, activity.id, completed_at=at, evidence_kind="test")
    elif what == "attended":
        attend(session, make_meeting(session, cohort, at, number=9), person, AttendanceState.PRESENT)
    elif what == "talked":
        log_conversation(session, actor_of(session, person), ConversationNotes(at.date(), "teacher"), now=at)
    elif what == "shared":
        make_example(session, session.get_one(User, person.user_id), at)
    else:
        moments = {"created_at": at, "last_used_at": at, "expires_at": at + timedelta(days=9)}
        session.add(SignInSession(user_id=person.user_id, token_hash=b"x" * 32, **moments))
    session.flush()


@pytest.mark.parametrize("what", ["wrote", "completed", "attended", "talked", "shared", "looked"])
def test_whatever_somebody_does_ends_the_silence(session: Session, person: Enrolment, what: str) -> None:
    assert plan(session, RULE, MONDAY) == {person.user_id}
    assert verdicts(session, RULE, MONDAY) == {""}
    act(session, person, what, MONDAY - timedelta(hours=1))
    assert verdicts(session, RULE, MONDAY) <= {"gone", "active"}
    assert verdicts(session, RULE, MONDAY)


def test_who_was_absent_was_not_there(session: Session, cohort: Cohort, person: Enrolment) -> None:
    meeting = make_meeting(session, cohort, MONDAY - timedelta(days=3), number=9)
    attend(session, meeting, person, AttendanceState.ABSENT)
    assert plan(session, RULE, MONDAY) == {person.user_id}


def test_a_new_silence_is_a_new_thing(session: Session, person: Enrolment) -> None:
    plan(session, RULE, MONDAY)
    act(session, person, "wrote", MONDAY + timedelta(days=1))
    plan(session, RULE, MONDAY + timedelta(days=21))
    assert len(list_planned(session, RULE)) == 1
    plan(session, RULE, MONDAY + timedelta(days=23))
    assert len(list_planned(session, RULE)) == 2


def test_who_is_at_work_in_another_cohort_is_not_silent(session: Session, person: Enrolment) -> None:
    other = make_cohort(session, MONDAY - timedelta(days=36))
    place = also_in(session, person, other)
    make_reflection(session, place, MONDAY - timedelta(days=2))
    assert plan(session, RULE, MONDAY) == set()


def test_nobody_is_reminded_of_nothing(session: Session, cohort: Cohort, person: Enrolment) -> None:
    plan(session, RULE, MONDAY)
    session.execute(sa.update(CohortActivity).values(opens_at=MONDAY + timedelta(days=3)))
    assert verdicts(session, RULE, MONDAY) == {"done"}, "nothing is open"
    session.execute(sa.update(CohortActivity).values(opens_at=LONG_AGO))
    assert verdicts(session, RULE, MONDAY) == {""}
    for activity in session.scalars(sa.select(Activity).where(Activity.edition_id == cohort.edition_id)):
        if activity.kind != "meeting":
            record_completion(session, person.id, activity.id, completed_at=LONG_AGO, evidence_kind="test")
    assert verdicts(session, RULE, MONDAY) == {"done"}


@pytest.mark.parametrize(("region", "told"), [("", False), ("noord", False), ("zuid", True)])
def test_a_holiday_is_no_silence(session: Session, cohort: Cohort, region: str, told: bool) -> None:
    school: Institution = make_institution(session)
    school.region = "noord"
    person = make_participant(session, cohort, at=LONG_AGO, institution=school)
    holiday = (date(2026, 10, 24), date(2026, 11, 1))
    session.add(FreePeriod(name="Herfst", region=region, starts_on=holiday[0], ends_on=holiday[1]))
    assert plan(session, RULE, MONDAY) == ({person.user_id} if told else set())
    assert plan(session, RULE, MONDAY + timedelta(days=6)) == {person.user_id}


def test_a_holiday_in_a_silence_begins_no_new_one(session: Session, person: Enrolment) -> None:
    assert plan(session, RULE, MONDAY) == {person.user_id}
    session.add(FreePeriod(name="Kerst", region="", starts_on=date(2026, 11, 21), ends_on=date(2026, 11, 29)))
    for days in range(2, 60, 3):
        plan(session, RULE, MONDAY + timedelta(days=days))
    assert len(list_planned(session, RULE)) == 1, "once in every silence, however many holidays it lasts"


def test_a_day_off_is_no_holiday(session: Session, person: Enrolment) -> None:
    session.add(
        FreePeriod(name="Studiedag", starts_on=date(2026, 11, 10), ends_on=date(2026, 11, 11), region="")
    )
    assert plan(session, RULE, MONDAY) == {person.user_id}


def test_before_anything_opened_nobody_is_silent(session: Session, cohort: Cohort, person: Enrolment) -> None:
    session.execute(
        sa.update(CohortModule).values(
            opens_at=MONDAY - timedelta(days=5), due_at=MONDAY + timedelta(days=30)
        )
    )
    assert plan(session, RULE, MONDAY) == set()


@pytest.mark.parametrize("state", ["open", "closed", "cancelled"])
def test_only_in_a_cohort_that_runs(session: Session, cohort: Cohort, person: Enrolment, state: str) -> None:
    cohort.state = state
    assert plan(session, RULE, MONDAY) == set()
