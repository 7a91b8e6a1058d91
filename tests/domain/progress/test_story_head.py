"""The head of a story names the institution for which the figures count, as the cell does."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from peergang.cohorts.actions.leaving import withdraw_enrolment
from peergang.core.clock import local_date
from peergang.core.permissions import SYSTEM
from peergang.identity.actions.affiliations import change_affiliation
from peergang.progress.queries.people import list_participants
from peergang.progress.queries.story import get_story_head
from tests.factories.cohorts import make_cohort, make_participant
from tests.factories.coursework import actor_of
from tests.factories.identity import make_institution, make_organiser

pytestmark = pytest.mark.database


@pytest.mark.parametrize(("left_before", "name"), [(False, "Nieuw"), (True, "Oud")])
def test_the_story_and_the_cell_name_the_same_place(
    session: Session, now: datetime, *, left_before: bool, name: str
) -> None:
    cohort = make_cohort(session, now)
    person = make_participant(session, cohort, institution=make_institution(session, "Oud"))
    if left_before:
        organiser = actor_of(session, make_organiser(session))
        withdraw_enrolment(session, organiser, person.id, now=now - timedelta(days=8))
    since = local_date(now - timedelta(days=3))
    change_affiliation(
        session, SYSTEM, person.user_id, make_institution(session, "Nieuw").id, since=since, now=now
    )
    session.expire_all()
    (listed,) = list_participants(session, cohort.id, now)
    head = get_story_head(session, cohort.id, person.id, now)
    assert (listed.institution_name, head.institution_name) == (name, name)
