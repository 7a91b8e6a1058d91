"""The list to tick off at the door, with who was invited and did not answer yet."""

from datetime import timedelta

import pytest

from peergang.cohorts.models import Attendance
from peergang.identity.models import User
from tests.factories.cohorts import make_cohort, make_meeting, make_participant, make_trainer
from tests.factories.identity import make_organiser

pytestmark = pytest.mark.database


@pytest.fixture
def cohort(session, now):
    return make_cohort(session, now)


@pytest.fixture
def url(session, cohort, now):
    meeting = make_meeting(session, cohort, now - timedelta(hours=1))
    return f"/bijeenkomsten/{meeting.id}/aanwezigheid"


def part_of(page, enrolment):
    """What stands on the list about one person."""
    end = page.index(f'name="shown-{enrolment.id}"')
    return page[page.rindex("<li>", 0, end) : page.index("</li>", end)]


def test_who_was_invited_stands_on_the_list_and_nothing_is_supposed_of_them(session, client_as, cohort, url):
    active = make_participant(session, cohort)
    invited = make_participant(session, cohort, state="invited")
    trainer = client_as(session.get(User, make_trainer(session, cohort).user_id))
    page = trainer.get(url).text
    assert "Wie meedoet staat op aanwezig" in page
    assert "1 deelnemer nam de uitnodiging nog niet aan" in page
    assert "nog niet aangenomen" in part_of(page, invited)
    assert "nog niet aangenomen" not in part_of(page, active)
    assert part_of(page, active).count(" checked") == 1
    assert " checked" not in part_of(page, invited)
    form = {f"state-{active.id}": "present", f"shown-{active.id}": "present", f"shown-{invited.id}": ""}
    assert "Bewaard: 1 aanwezig." in trainer.post(url, data=form, follow_redirects=True).text
    assert session.query(Attendance).filter_by(enrolment_id=invited.id).count() == 0
    form |= {f"state-{invited.id}": "present"}
    page = trainer.post(url, data=form, follow_redirects=True).text
    assert "Bewaard: 2 aanwezig." in page
    assert part_of(page, invited).count(" checked") == 1


def test_at_a_kick_off_for_which_nobody_accepted_yet_there_is_a_list(session, client_as, cohort, url):
    invited = make_participant(session, cohort, state="invited")
    organiser = client_as(make_organiser(session))
    page = organiser.get(url).text
    assert "staat op aanwezig" not in page
    assert "nog niet aangenomen" in part_of(page, invited)
    assert f'href="/cohorten/{cohort.id}#deelnemers"' in page
    assert "Nodig opnieuw uit" in page


def test_who_may_not_invite_is_not_sent_there(session, client_as, cohort, url):
    make_participant(session, cohort, state="invited")
    trainer = client_as(session.get(User, make_trainer(session, cohort).user_id))
    assert "Nodig opnieuw uit" not in trainer.get(url).text
