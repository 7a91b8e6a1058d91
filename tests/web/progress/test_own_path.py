"""One's own path: what is done and by what, what is left, what waits for whom, and what a trainer judged."""

from datetime import timedelta

import pytest
import time_machine

from peergang.cohorts.actions.overriding import override_completion, take_back_override
from peergang.cohorts.models import Enrolment, Extension
from tests.counting import counting
from tests.factories.cohorts import make_cohort, make_meeting, make_participant, make_trainer
from tests.factories.course import DAY, make_course
from tests.factories.coursework import actor_of, make_submitted
from tests.factories.curriculum import make_edition
from tests.factories.identity import make_user
from tests.factories.progress import attend

REASON = "Ze liet het me op school zien."


@pytest.fixture(autouse=True)
def _at_now(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def course(session, now):
    return make_course(session, now)


def page_of(client_as, course, query="") -> str:
    return client_as(course.user).get(f"/mijn-traject{query}").text


def part(page: str, activity) -> str:
    """The lines about one activity."""
    return page.partition(f'id="activiteit-{activity.id}"')[2].partition("</li>")[0]


def test_what_is_done_has_its_date_and_what_is_left_its_own(client_as, course) -> None:
    course.complete("read", at=course.now - 3 * DAY)
    page = page_of(client_as, course)
    assert "Je hebt 1 van de 12 onderdelen afgerond." in page
    assert "Afgerond op 14 november" in part(page, course.activity("read"))
    left = part(page, course.activity("conversation"))
    assert "Jij bent aan zet" in left
    assert "Vóór " in left
    later = part(page, course.activity("read", 1))
    assert "Komt nog" in later
    assert "Van 8 december tot" in later


def test_a_rule_in_its_first_version_has_no_number(client_as, course) -> None:
    page = page_of(client_as, course)
    assert "Wanneer is iets klaar?" in page
    assert ", versie 1<" not in page


def test_more_time_counts(client_as, course, session) -> None:
    one = course.activity("conversation")
    due = course.now + 40 * DAY
    session.add(
        Extension(
            enrolment_id=course.me.id, activity_id=one.id, due_at=due, reason="Griep", granted_at=course.now
        )
    )
    session.flush()
    words = part(page_of(client_as, course), one)
    assert "27 december" in words
    assert "je kreeg uitstel" in words


def test_what_lies_with_the_trainer_is_theirs(client_as, course, session) -> None:
    make_submitted(session, course.me, course.now, audience="trainer")
    words = part(page_of(client_as, course), course.activity("reflection"))
    assert "Wacht op je trainer" in words
    assert "ligt bij je trainer" in words
    assert "Jij bent aan zet" not in words


def test_a_judgment_is_there_with_its_reason_and_goes_with_its_date(client_as, course, session, now) -> None:
    trainer = actor_of(
        session, make_trainer(session, course.cohort, user=make_user(session, "Tess", "Trainer"))
    )
    one = course.activity("conversation")
    given = override_completion(session, trainer, course.me.id, one.id, REASON, now=now)
    words = part(page_of(client_as, course), one)
    for told in (REASON, "Als afgerond gemarkeerd op 17 november door Tess Trainer", "Klaar"):
        assert told in words
    module = client_as(course.user).get(f"/modules/{one.module_id}").text
    assert "je trainer markeerde dit zo" in module
    assert f"/mijn-traject#activiteit-{one.id}" in module
    take_back_override(session, trainer, given, now=now)
    words = part(page_of(client_as, course), one)
    assert "Teruggenomen op 17 november door Tess Trainer" in words
    assert "Jij bent aan zet" in words


def test_attendance_is_told_and_absence_does_not_judge(client_as, course, session, now) -> None:
    for number, state in enumerate(("present", "absent", "excused", None, None), start=1):
        at = now + timedelta(days=7 * number - 30)
        meeting = make_meeting(session, course.cohort, at, number=number, title=f"Avond {number}")
        if state:
            attend(session, meeting, course.me, state)
    page = page_of(client_as, course)
    told = page.partition('id="meetings-title"')[2].partition("</section>")[0]
    for words in ("Je was erbij", "Je was er niet", "Afgemeld", "Nog niet opgeschreven", "Komt nog"):
        assert words in told


def test_who_takes_part_in_nothing_is_told_what_comes(client_as, session, course) -> None:
    page = client_as(make_user(session, "Nieuw", "Iemand")).get("/mijn-traject").text
    assert "Je doet nog niet mee aan een cohort" in page
    invited = make_user(session, "Bijna", "Daar")
    make_participant(session, course.cohort, user=invited, state="invited")
    assert "Je traject is nog niet begonnen" in client_as(invited).get("/mijn-traject").text


def test_a_closed_cohort_asks_nothing_any_more(client_as, course, session) -> None:
    course.complete("read")
    course.cohort.state, course.me.state = "closed", "completed"
    course.me.completed_at = course.now
    session.flush()
    page = page_of(client_as, course)
    assert "Niet afgerond" in page
    assert "Jij bent aan zet" not in page
    assert "Wat er nu ligt" not in page
    assert "Zo ver kwam je" in page


def test_who_follows_several_cohorts_chooses(client_as, course, session, now) -> None:
    other = make_cohort(session, now, edition=make_edition(session))
    values = {"user_id": course.user.id, "affiliation_id": course.me.affiliation_id}
    session.add(Enrolment(cohort_id=other.id, role="participant", state="active", **values))
    session.flush()
    page = page_of(client_as, course, f"?cohort={other.id}")
    assert "van de 6 onderdelen" in page
    assert f"/mijn-traject?cohort={course.cohort.id}" in page
    strangers = make_cohort(session, now)
    assert strangers.name not in page_of(client_as, course, f"?cohort={strangers.id}")


def test_nobody_sees_somebody_elses(client_as, course, session) -> None:
    course.complete("read")
    trainer = make_user(session, "Tess", "Trainer")
    make_trainer(session, course.cohort, user=trainer)
    page = client_as(trainer).get(f"/mijn-traject?cohort={course.cohort.id}").text
    assert course.cohort.name not in page


def test_people_find_it(client_as, course) -> None:
    client = client_as(course.user)
    assert 'href="/mijn-traject' in client.get("/deze-week").text
    assert 'href="/mijn-traject' in client.get("/modules").text
    portfolio = client.get("/portfolio").text
    assert 'href="/mijn-traject"' in portfolio
    assert 'href="/mijn-uren"' in portfolio


def test_the_number_of_statements_does_not_grow(client_as, course, session, now) -> None:
    client = client_as(course.user)
    client.get("/mijn-traject")
    with counting(session.connection()) as few:
        client.get("/mijn-traject")
    trainer = actor_of(session, make_trainer(session, course.cohort))
    for kind in ("read", "conversation", "practice_example"):
        override_completion(session, trainer, course.me.id, course.activity(kind).id, REASON, now=now)
    for number in range(1, 9):
        attend(session, make_meeting(session, course.cohort, now - number * DAY, number=number), course.me)
    make_submitted(session, course.me, now)
    with counting(session.connection()) as many:
        client.get("/mijn-traject")
    assert len(many) == len(few)
