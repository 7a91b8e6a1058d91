"""Why somebody cannot come or needs more time is for their trainers and the organisers, and for nobody else."""

from datetime import datetime, timedelta

import pytest

from peergang.cohorts.actions.extensions import extend_activity
from peergang.cohorts.actions.meeting_sign_off import sign_off
from peergang.cohorts.models import CohortActivity
from peergang.core import clock
from peergang.core.permissions import Actor
from peergang.identity.models import RoleGrant, User
from tests.factories.cohorts import make_cohort, make_meeting, make_participant, make_trainer
from tests.factories.identity import make_organiser, make_user

pytestmark = pytest.mark.database
WORDS = "behandeling in het ziekenhuis"


@pytest.mark.parametrize(("reader", "reads"), [("organiser", True), ("trainer", True), ("admin", False)])
def test_who_reads_a_reason(session, client_as, now: datetime, monkeypatch, reader: str, reads: bool) -> None:
    cohort = make_cohort(session, now)
    place = make_participant(session, cohort)
    meeting = make_meeting(session, cohort, now + timedelta(days=5))
    organiser = make_organiser(session)
    readers = {
        "organiser": organiser,
        "trainer": session.get_one(User, make_trainer(session, cohort).user_id),
        "admin": make_user(session),
    }
    session.add(RoleGrant(user_id=readers["admin"].id, role="admin"))
    actor = Actor(user_id=place.user_id, follows=frozenset({cohort.id}))
    sign_off(session, actor, meeting.id, WORDS, now=now)
    activity = session.query(CohortActivity).filter_by(cohort_id=cohort.id).first()
    manager = Actor(user_id=organiser.id, is_organiser=True)
    later = now.date() + timedelta(days=120)
    extend_activity(session, manager, place.id, activity.activity_id, due_on=later, reason=WORDS, now=now)
    session.commit()
    client = client_as(readers[reader])
    for moment in (now, now + timedelta(days=5, minutes=5)):
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        for url in (
            f"/bijeenkomsten/{meeting.id}",
            f"/bijeenkomsten/{meeting.id}/aanwezigheid",
            f"/inschrijvingen/{place.id}/uitstel",
        ):
            answer = client.get(url)
            assert answer.status_code == 200, url
            if "aanwezigheid" not in url or moment > now:
                assert (WORDS in answer.text) == reads, url
            assert reads or WORDS not in answer.text, url
