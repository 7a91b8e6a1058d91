"""What contacts are told, over networks that live: an attacker who keeps every page of every week learns of nobody."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings, strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.core.clock import at_local
from peergang.core.permissions import SYSTEM
from peergang.identity.actions.affiliations import change_affiliation
from peergang.progress.actions.snapshot import take_snapshot
from peergang.progress.actions.telling import tell_contacts
from peergang.progress.models import ContactMember
from peergang.progress.queries.own_institution import get_own_participation
from peergang.progress.rules.filters import Sign
from peergang.progress.rules.withheld import SMALLEST
from tests.factories.cohorts import make_cohort, make_participant
from tests.factories.curriculum import make_edition
from tests.factories.identity import make_institution
from tests.factories.progress import compile_now, complete, list_activities
from tests.unit.progress.test_withheld import smallest_support

pytestmark = pytest.mark.database

MONDAY = date(2026, 9, 7)
SCHOOLS, COHORTS = 2, 2

newcomers = st.tuples(
    st.just("come"), st.integers(0, SCHOOLS - 1), st.integers(0, COHORTS - 1), st.integers(1, 7)
)
changes = st.tuples(
    st.sampled_from(("stop", "move", "complete")),
    st.integers(0, 30),
    st.integers(0, 5),
    st.integers(0, SCHOOLS - 1),
)
weeks = st.lists(st.lists(st.one_of(newcomers, changes), max_size=4), min_size=2, max_size=4)


class Network:
    """Two schools in a cohort of each programme."""

    def __init__(self, session: Session) -> None:
        self.session, self.monday = session, MONDAY
        self.editions = [make_edition(session, sign=sign) for sign in ("peergang", "masterclass")]
        start = at_local(MONDAY - timedelta(days=7), time(12))
        self.cohorts = [make_cohort(session, start, edition=one) for one in self.editions]
        self.schools = [make_institution(session) for _ in range(SCHOOLS)]
        self.people: list[Any] = []
        self.pages: list[frozenset[Any]] = []
        self.seen: dict[tuple[Any, ...], Any] = {}

    @property
    def now(self) -> datetime:
        return at_local(self.monday, time(12))

    def do_come(self, school: int, cohort: int, number: int) -> None:
        for _ in range(number):
            self.people.append(
                make_participant(
                    self.session, self.cohorts[cohort], institution=self.schools[school], at=self.now
                )
            )

    def do_stop(self, person: int, _one: int, _other: int) -> None:
        if self.people:
            enrolment = self.people[person % len(self.people)]
            if enrolment.state == "active":
                enrolment.state, enrolment.withdrawn_at = "withdrawn", self.now
                self.session.flush()

    def do_move(self, person: int, _one: int, school: int) -> None:
        if self.people:
            user_id = self.people[person % len(self.people)].user_id
            where = self.schools[school].id
            change_affiliation(self.session, SYSTEM, user_id, where, since=self.monday, now=self.now)

    def do_complete(self, person: int, activity: int, _other: int) -> None:
        if self.people:
            enrolment = self.people[person % len(self.people)]
            edition = self.editions[self.cohorts.index(self._cohort(enrolment))]
            complete(self.session, enrolment, list_activities(self.session, edition)[activity], at=self.now)

    def _cohort(self, enrolment: Any) -> Any:
        return next(one for one in self.cohorts if one.id == enrolment.cohort_id)

    def end_week(self) -> None:
        sunday = at_local(self.monday + timedelta(days=6), time(23, 30))
        compile_now(self.session, sunday)
        take_snapshot(self.session, now=sunday)
        self.monday += timedelta(days=7)
        tell_contacts(self.session, now=at_local(self.monday, time(0, 40)))
        assert tell_contacts(self.session, now=self.now) == 0, "a week is told once"

    def look(self) -> None:
        """Collect every sum that any contact sees this week, as rows over the people it is about."""
        members = self.session.execute(select(ContactMember.institution_id, ContactMember.enrolment_id)).all()
        for school in self.schools:
            mine = {one.enrolment_id for one in members if one.institution_id == school.id}
            for sign in Sign:
                own = get_own_participation(self.session, school.id, self.now, sign)
                together = set()
                for cohort, told in own.cohorts:
                    group = {
                        one.id for one in self.people if one.id in mine and str(one.cohort_id) == cohort.id
                    }
                    if told is None:
                        assert len(group) < SMALLEST
                        continue
                    assert told.people == len(group)
                    together |= group
                    self.pages.append(frozenset((school.id, one) for one in group))
                assert (own.together.people if own.together else 0) == len(together)
                self.pages.append(frozenset((school.id, one) for one in together))


@settings(
    max_examples=20,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(weeks)
def test_an_attacker_who_keeps_all_pages_of_all_weeks_finds_nobody(
    session: Session, history: list[list[tuple[Any, ...]]]
) -> None:
    with session.begin_nested() as nested:
        network = Network(session)
        for week in history:
            for kind, *values in week:
                getattr(network, f"do_{kind}")(*values)
            network.end_week()
            network.look()
        rows: Any = {row for row in network.pages if row}
        assert smallest_support(rows) >= SMALLEST
        nested.rollback()


def test_figures_stay_as_they_are_until_sunday_and_who_moves_keeps_what_they_had(session: Session) -> None:
    network = Network(session)
    network.do_come(0, 0, 6)
    network.end_week()

    def page(school: int = 0) -> Any:
        return get_own_participation(session, network.schools[school].id, network.now)

    first = page().together
    assert first is not None
    assert (first.people, first.progress.value, first.progress.at_most) == (6, 3, True)
    for activity in range(3):
        for person in range(6):
            network.do_complete(person, activity, 0)
    compile_now(session, network.now)
    assert page().together == first, "not on a Wednesday"
    network.end_week()
    half = page().together
    assert half is not None
    assert half.progress.value == 50
    network.do_move(0, 0, 1)
    network.do_complete(0, 4, 0)
    network.do_come(0, 0, 4)
    network.end_week()
    assert page().together == half, "nobody left, and four newcomers wait for a fifth"
    assert [told for _, told in page(1).cohorts] == [None]
    network.do_come(0, 0, 1)
    network.end_week()
    assert page().together.people == 11


def test_who_is_told_late_to_work_elsewhere_does_not_leave_the_sums(session: Session) -> None:
    network = Network(session)
    network.do_come(0, 0, 5)
    network.end_week()
    user_id = network.people[0].user_id
    change_affiliation(
        session, SYSTEM, user_id, network.schools[1].id, since=date(2026, 1, 1), now=network.now
    )
    network.end_week()
    together = get_own_participation(session, network.schools[0].id, network.now).together
    assert together is not None
    assert together.people == 5
