"""A planned change of school counts from its day on, wherever somebody's school stands."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from peergang.cohorts.queries.roster import read_people
from peergang.core.permissions import Actor
from peergang.identity.actions.affiliations import change_affiliation, end_affiliation
from peergang.identity.queries.roles import find_people
from peergang.practice.queries.example import find_institution_of
from peergang.profiles.queries import get_profile
from tests.factories.cohorts import make_cohort
from tests.factories.identity import make_affiliation, make_institution, make_organiser, make_user

pytestmark = pytest.mark.database


def test_a_change_of_school_that_is_planned_does_not_count_yet(session: Session, now: datetime) -> None:
    """Invariant 9: what somebody does counts for the institution of that day, here and on every page."""
    organiser = Actor(user_id=make_organiser(session).id, is_organiser=True)
    school = make_institution(session, "ROC Zilverkade")
    user, later = make_user(session, "Xander"), make_institution(session, "Nieuw College")
    today = make_affiliation(session, user, school)
    day = now.date() + timedelta(days=60)
    next_one = change_affiliation(session, organiser, user.id, later.id, since=day, now=now)
    cohort = make_cohort(session, now)
    for on, name in ((now.date(), school.name), (day, "Nieuw College")):
        known = read_people(session, organiser, cohort.id, {user.email}, on)[user.email]
        assert known.institution_name == name
        assert get_profile(session, user.id, on).person.institution_name == name
        assert [row.institution_name for row in find_people(session, "Xander", on)] == [name]
        assert find_institution_of(session, user.id, on) == known.institution_id
    end_affiliation(session, organiser, next_one, until=day, now=now)
    end_affiliation(session, organiser, today.id, until=day, now=now)
    assert find_institution_of(session, user.id, now.date()) == school.id, "a job that will end still is one"
