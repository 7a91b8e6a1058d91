"""Invariant 9: an enrolment counts for the institution its person belonged to on that day. Random lives, recounted plainly."""

from collections import Counter
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment
from peergang.core.clock import at_local
from peergang.core.permissions import SYSTEM
from peergang.curriculum.models import Activity
from peergang.identity.actions.affiliations import change_affiliation
from peergang.identity.actions.mergers import merge_institutions
from peergang.identity.models import Institution
from peergang.identity.queries.affiliations import list_periods
from peergang.identity.rules.affiliations import period_on
from peergang.progress.actions.snapshot import take_snapshot
from peergang.progress.queries.participation import list_cells
from peergang.progress.queries.people import list_participants
from peergang.progress.rules.moment import Moment
from tests.factories.cohorts import make_cohort, make_participant
from tests.factories.curriculum import make_edition
from tests.factories.identity import make_institution
from tests.factories.progress import compile_now, complete, list_activities

pytestmark = pytest.mark.database

PEOPLE, SCHOOLS, SPAN = 3, 3, 60

moves = st.lists(
    st.tuples(st.integers(0, PEOPLE - 1), st.integers(0, SCHOOLS - 1), st.integers(-SPAN, SPAN // 2)),
    max_size=6,
)
facts = st.lists(
    st.tuples(st.integers(0, PEOPLE - 1), st.integers(0, 5), st.integers(0, SPAN)),
    max_size=8,
    unique_by=lambda fact: fact[:2],
)


class Life:
    """Three people of three schools in one cohort."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session, self.now, self.today = session, now, now.date()
        edition = make_edition(session)
        self.cohort: Cohort = make_cohort(session, now - timedelta(days=SPAN), edition=edition)
        self.activities: list[Activity] = list_activities(session, edition)
        self.schools: list[Institution] = [make_institution(session) for _ in range(SCHOOLS)]
        self.enrolments: list[Enrolment] = [
            make_participant(session, self.cohort, institution=self.schools[number])
            for number in range(PEOPLE)
        ]

    def place(self, enrolment: Enrolment, day: date) -> str:
        periods = list_periods(self.session, [enrolment.user_id])[enrolment.user_id]
        found = period_on(periods, day)
        assert found is not None
        return str(found.institution_id)

    def cells(self, day: date | None = None) -> dict[str, tuple[int, int]]:
        """What the pages say of an institution: how many people, and how much they completed."""
        rows = list_cells(self.session, Moment(self.now, day))
        mine = [row for row in rows if row.cohort_id == str(self.cohort.id)]
        return {row.institution_id: (row.people, row.completed) for row in mine}

    def expected(self, day: date, done: Counter[int]) -> dict[str, tuple[int, int]]:
        people: Counter[str] = Counter()
        completed: Counter[str] = Counter()
        for number, enrolment in enumerate(self.enrolments):
            place = self.place(enrolment, day)
            people[place] += 1
            completed[place] += done[number]
        return {place: (people[place], completed[place]) for place in people}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(moves, facts)
def test_random_lives_agree_with_a_plain_recount(
    session: Session, now: datetime, made: list[tuple[int, int, int]], done: list[tuple[int, int, int]]
) -> None:
    life = Life(session, now)
    for person, activity, days in done:
        at = at_local(life.today - timedelta(days=days), time(0, 30))
        complete(session, life.enrolments[person], life.activities[activity], at=at)
    compile_now(session, now)
    take_snapshot(session, now=now - timedelta(days=20))
    for person, school, days in made:
        enrolment = life.enrolments[person]
        since = life.today + timedelta(days=days)
        change_affiliation(session, SYSTEM, enrolment.user_id, life.schools[school].id, since=since, now=now)
    counted = Counter(person for person, *_ in done)
    assert life.cells() == life.expected(life.today, counted)
    day = life.today - timedelta(days=20)
    assert life.cells(day) == life.expected(day, counted)


def test_half_way_the_old_counts_until_that_day_and_the_new_after(session: Session, now: datetime) -> None:
    life = Life(session, now)
    first, day = life.enrolments[0], date(2026, 11, 1)
    old, new = life.schools[0], life.schools[1]
    affiliation = first.affiliation_id
    for before, activity in zip((date(2026, 10, 31), day), life.activities, strict=False):
        complete(session, first, activity, at=at_local(before, time(12)))
    compile_now(session, now)
    for taken in (date(2026, 10, 31), day):
        take_snapshot(session, now=at_local(taken, time(23)))
    change_affiliation(session, SYSTEM, first.user_id, new.id, since=day, now=now)
    assert first.affiliation_id == affiliation, "the enrolment itself is not rewritten"

    third = str(life.schools[2].id)
    assert life.cells(date(2026, 10, 31)) == {str(old.id): (1, 2), str(new.id): (1, 0), third: (1, 0)}
    assert life.cells(day) == {str(new.id): (2, 2), third: (1, 0)}
    people = list_participants(session, life.cohort.id, now, institution_id=new.id)
    assert len(people) == life.cells()[str(new.id)][0] == 2


def test_who_stopped_stays_where_they_were(session: Session, now: datetime) -> None:
    life = Life(session, now)
    first = life.enrolments[0]
    first.state, first.withdrawn_at = "withdrawn", now - timedelta(days=10)
    session.flush()
    since = now.date() - timedelta(days=5)
    change_affiliation(session, SYSTEM, first.user_id, life.schools[1].id, since=since, now=now)
    mine = list_participants(session, life.cohort.id, now, institution_id=life.schools[0].id)
    assert [row.enrolment_id for row in mine] == [first.id]


def test_a_merger_shows_today_what_it_became_and_keeps_history(session: Session, now: datetime) -> None:
    life = Life(session, now)
    compile_now(session, now)
    for taken in (date(2026, 10, 31), date(2026, 11, 2)):
        take_snapshot(session, now=at_local(taken, time(23)))
    one, two, became = life.schools
    merge_institutions(session, SYSTEM, [one.id, two.id], became.id, merged_on=date(2026, 11, 1), now=now)
    assert {place: people for place, (people, _) in life.cells().items()} == {str(became.id): 3}

    told = life.cells(date(2026, 10, 31))
    assert told == {str(one.id): (1, 0), str(two.id): (1, 0), str(became.id): (1, 0)}
    assert life.cells(date(2026, 11, 2)) == {str(became.id): (3, 0)}
