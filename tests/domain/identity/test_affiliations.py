"""Where people work over time: periods never overlap, the past stays, and two changes at once leave one order."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from threading import Thread
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from peergang.core.db import transaction
from peergang.core.errors import Forbidden, Invalid, NotFound
from peergang.core.permissions import SYSTEM, Actor
from peergang.identity.actions import affiliations as actions
from peergang.identity.models import Affiliation, AuditEvent
from peergang.identity.queries.affiliations import (
    find_affiliation_on,
    list_affiliations,
    list_periods,
    search_people,
)
from peergang.identity.rules.affiliations import period_on
from tests.factories.identity import make_affiliation, make_institution, make_user

pytestmark = pytest.mark.database


def test_the_database_refuses_periods_that_overlap(session: Session) -> None:
    user, school = make_user(session), make_institution(session)
    make_affiliation(session, user, school).valid_until = date(2026, 6, 1)
    session.flush()

    def add(since: date, until: date | None) -> None:
        with session.begin_nested():
            session.add(
                Affiliation(user_id=user.id, institution_id=school.id, valid_from=since, valid_until=until)
            )

    for since, until in (
        (date(2026, 5, 31), None),
        (date(2020, 1, 1), None),
        (date(2025, 1, 1), date(2025, 2, 1)),
        (date(2024, 7, 31), date(2024, 8, 2)),
    ):
        with pytest.raises(IntegrityError):
            add(since, until)
    add(date(2026, 6, 1), None)
    add(date(2024, 1, 1), date(2024, 8, 1))
    add(date(2025, 1, 1), date(2025, 1, 1))


def test_a_change_keeps_the_past_and_is_written_down(session: Session, now: datetime) -> None:
    user, old, new = make_user(session), make_institution(session), make_institution(session)
    make_affiliation(session, user, old)
    since = date(2026, 9, 1)
    actions.change_affiliation(session, SYSTEM, user.id, new.id, since=since, job_title=" i-coach ", now=now)
    rows = [
        (row.institution_id, row.job_title, row.valid_from, row.valid_until)
        for row in list_affiliations(session, user.id)
    ]
    assert rows == [
        (new.id, "i-coach", since, None),
        (old.id, "i-coach", date(2024, 8, 1), since),
    ]
    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.verb == "affiliation_changed")).one()
    assert event.details == {"institution_id": str(new.id), "since": "2026-09-01"}


def test_what_is_refused(session: Session, now: datetime) -> None:
    user, school = make_user(session), make_institution(session)
    found = make_affiliation(session, user, school)
    today = now.date()
    for since in (today - timedelta(days=6 * 366), today + timedelta(days=367)):
        with pytest.raises(Invalid) as refusal:
            actions.change_affiliation(session, SYSTEM, user.id, school.id, since=since, now=now)
        assert refusal.value.problems == {"since": "day_far"}
    with pytest.raises(Invalid):
        actions.change_affiliation(session, SYSTEM, user.id, user.id, since=today, now=now)
    with pytest.raises(NotFound):
        actions.change_affiliation(session, SYSTEM, school.id, school.id, since=today, now=now)
    with pytest.raises(NotFound):
        actions.end_affiliation(session, SYSTEM, school.id, until=today, now=now)
    with pytest.raises(Invalid) as refusal:
        actions.end_affiliation(session, SYSTEM, found.id, until=date(2024, 7, 1), now=now)
    assert refusal.value.problems == {"until": "until_before"}
    actor = Actor(user_id=user.id, contact_of=frozenset({school.id}), trains=frozenset({school.id}))
    calls: list[Callable[[], object]] = [
        lambda: actions.change_affiliation(session, actor, user.id, school.id, since=today, now=now),
        lambda: actions.end_affiliation(session, actor, found.id, until=today, now=now),
    ]
    for call in calls:
        with pytest.raises(Forbidden):
            call()


def test_correcting_cannot_overlap(session: Session, now: datetime) -> None:
    user, one, two = make_user(session), make_institution(session), make_institution(session)
    first = make_affiliation(session, user, one)
    change = actions.change_affiliation(session, SYSTEM, user.id, two.id, since=date(2026, 9, 1), now=now)

    def correct(since: date, until: date | None = None) -> None:
        actions.correct_affiliation(
            session, SYSTEM, change, institution_id=one.id, job_title="", since=since, until=until, now=now
        )

    with pytest.raises(Invalid) as refusal:
        correct(date(2026, 8, 1))
    assert refusal.value.problems == {"since": "periods_overlap"}
    session.refresh(first)
    correct(date(2026, 10, 1), date(2026, 11, 1))
    found = session.get_one(Affiliation, change)
    assert (found.valid_from, found.valid_until, found.institution_id) == (
        date(2026, 10, 1),
        date(2026, 11, 1),
        one.id,
    )
    # It never was.
    actions.end_affiliation(session, SYSTEM, change, until=date(2026, 10, 1), now=now)
    assert [row.id for row in list_affiliations(session, user.id)] == [first.id]


def test_two_changes_at_once_wait_for_each_other(committed: sa.Engine, now: datetime) -> None:
    with transaction(committed) as work:
        user = make_user(work).id
        schools = [make_institution(work).id for _ in range(4)]
        work.add(Affiliation(user_id=user, institution_id=schools[0], valid_from=date(2024, 8, 1)))
    problems: list[BaseException] = []

    def change(school: UUID, since: date) -> None:
        try:
            with transaction(committed) as work:
                actions.change_affiliation(work, SYSTEM, user, school, since=since, now=now)
        except BaseException as error:  # noqa: BLE001 told to the test below
            problems.append(error)

    days = (date(2026, 9, 1), date(2026, 10, 1), date(2026, 10, 1))
    threads = [
        Thread(target=change, args=(school, since)) for school, since in zip(schools[1:], days, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    with Session(committed) as work:
        periods = sorted(list_periods(work, [user])[user], key=lambda one: one.since)
    assert [one.since for one in periods] == [date(2024, 8, 1), date(2026, 9, 1), date(2026, 10, 1)]
    assert [one.until for one in periods] == [date(2026, 9, 1), date(2026, 10, 1), None]


START = date(2026, 1, 1)
changes = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 500)), max_size=8)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(changes)
def test_after_any_changes_every_day_has_one_place_and_the_last_word_counts(
    session: Session, now: datetime, made: list[tuple[int, int]]
) -> None:
    """Whatever is told in whatever order: on the day of the last change somebody works where it said."""
    user = make_user(session)
    schools = [make_institution(session, f"School {user.id} {number}") for number in range(3)]
    for school, days in made:
        since = START + timedelta(days=days)
        actions.change_affiliation(session, SYSTEM, user.id, schools[school].id, since=since, now=now)
        found = find_affiliation_on(session, user.id, since)
        assert found is not None
        assert found.institution_id == schools[school].id
    periods = list_periods(session, [user.id]).get(user.id, [])
    for one in periods:
        assert sum(other.holds(one.since) for other in periods) == 1
    assert (period_on(periods, now.date()) is None) == (not made)


def test_people_are_found_by_name_and_address_in_order(session: Session, now: datetime) -> None:
    school = make_institution(session, "ROC Proef")
    for given_name, particle, family in (
        ("Anna", "van der", "Zee"),
        ("Cas", "", "Aarts"),
        ("Zoë", "de", "Één"),
    ):
        make_affiliation(session, make_user(session, given_name, family, particle=particle), school)
    today = now.date()

    def names(search: str, page: int = 1) -> list[str]:
        return [row.given_name for row in search_people(session, search, today, page=page, size=2)[1]]

    assert names("") == ["Cas", "Zoë"]
    assert names("", 2) == ["Anna"]
    assert names("anna van der zee") == ["Anna"]
    assert names("een zoe") == ["Zoë"]
    assert names("@school.example aarts") == ["Cas"]
    assert names("%") == []
    total, rows = search_people(session, "aarts", today, page=1, size=2)
    assert (total, rows[0].institution_name) == (1, "ROC Proef")
