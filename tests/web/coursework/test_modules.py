"""Modules and topics: for who takes part, who reads along, and who has nothing to do with them."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import uuid4

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import ActivityCompletion, Attendance, TopicRead
from peergang.curriculum.models import Reading, Topic
from peergang.identity.models import User
from tests.factories.cohorts import make_meeting, make_trainer
from tests.factories.course import DAY, Course, make_course
from tests.factories.identity import make_organiser, make_user
from tests.factories.practice import make_adoption, make_example

ClientAs = Callable[[User], FlaskClient]


@pytest.fixture(autouse=True)
def _at_now(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def course(session: Session, now: datetime) -> Course:
    return make_course(session, now)


def address(course: Course, module: int = 0) -> str:
    return f"/modules/{course.modules()[module].id}"


def test_the_list_of_modules(course: Course, client_as: ClientAs) -> None:
    page = client_as(course.user).get("/modules").text
    assert "Module 1" in page
    assert "vanaf 8 december" in page
    assert course.cohort.name in page


def test_an_open_module_shows_all_of_its_parts(course: Course, client_as: ClientAs) -> None:
    session, now = course.session, course.now
    module, topics = course.modules()[0], course.topics()
    session.add_all(
        [
            Reading(
                module_id=module.id, slug="a", position=1, title="Met adres", organisation="Kennisnet",
                gain="Dit leer je.", minutes=4, url="https://lezen.example/a",
            ),
            Reading(module_id=module.id, slug="b", position=2, title="Op papier", organisation="Bieb", gain="Dat."),
            TopicRead(enrolment_id=course.me.id, topic_id=topics[0].id, read_at=now),
        ]
    )  # fmt: skip
    meeting = make_meeting(
        session, course.cohort, now - DAY, module_id=module.id, activity_id=course.activity("meeting").id
    )
    session.add(
        Attendance(meeting_id=meeting.id, enrolment_id=course.me.id, state="present", recorded_at=now)
    )
    course.complete("conversation", "meeting")
    make_example(session, make_user(session), now, title="Turflijst", main_question="1")
    page = client_as(course.user).get(address(course)).text
    assert 'href="https://lezen.example/a"' in page
    assert page.index("Met adres") < page.index("Op papier")
    assert "Gelezen" in page
    assert "Wat speelt er?" in page
    assert f"/gesprekken/kaart?module={module.id}" in page
    assert "Nog 1 onderwerp te lezen." in page
    assert "Afgerond op 16 november" in page
    assert "Je gaf feedback aan 0 van de 2." in page
    assert f"/opdrachten/{course.activity('conversation').id}/gesprek" in page
    assert f"/reflecties/opdracht/{course.activity('reflection').id}" in page
    assert f"/bibliotheek/nieuw?opdracht={course.activity('practice_example').id}" in page
    assert "Je was erbij" in page
    assert "Terugblik (30 min.)" in page
    assert "Turflijst" in page
    assert page.count("btn-primary") == 1  # the one step that comes next


def test_a_module_ahead_is_readable_in_outline(course: Course, client_as: ClientAs) -> None:
    client = client_as(course.user)
    page = client.get(address(course, 1)).text
    assert "Deze module gaat open op dinsdag 8 december" in page
    assert "Onderwerp 2.1" in page
    assert "Opdracht reflection" in page
    assert "Waarom dit ertoe doet" not in page  # the body
    assert "/onderwerpen/" not in page
    assert "/reflecties/opdracht/" not in page
    topic = client.get(f"/onderwerpen/{course.topics(1)[0].id}")
    assert topic.status_code == 302
    assert topic.location.endswith(address(course, 1))


def test_trainers_and_organisers_read_along_without_anybodys_state(
    course: Course, client_as: ClientAs
) -> None:
    course.complete("conversation")
    trainer = make_user(course.session)
    make_trainer(course.session, course.cohort, user=trainer)
    organiser = make_organiser(course.session)
    for user, query in (
        (trainer, ""),
        (trainer, f"?cohort={course.cohort.id}"),
        (organiser, ""),
        (organiser, f"?cohort={course.cohort.id}"),
    ):
        client = client_as(user)
        for module in (0, 1):  # also what is not open yet: they prepare it
            page = client.get(address(course, module) + query).text
            assert "Waarom dit ertoe doet" in page
            assert "Je leest mee" in page
            assert "Afgerond op" not in page
            assert "Schrijf" not in page
        topic = client.get(f"/onderwerpen/{course.topics(1)[0].id}{query}")
        assert topic.status_code == 200
        assert "Ik heb dit gelezen" not in topic.text
    assert "Module 2" in client_as(trainer).get("/modules").text
    assert "Module 2" in client_as(organiser).get(f"/modules?cohort={course.cohort.id}").text
    assert client_as(organiser).get("/modules").status_code == 200


@pytest.mark.parametrize("query", ["", "?cohort={cohort}"])
def test_outsiders_find_nothing(
    course: Course, session: Session, now: datetime, client_as: ClientAs, query: str
) -> None:
    elsewhere = make_course(session, now)
    withdrawn = course.peers[1]
    withdrawn.state, withdrawn.withdrawn_at = "withdrawn", now
    nobody = make_user(session)
    trainer_elsewhere = make_user(session)
    make_trainer(session, elsewhere.cohort, user=trainer_elsewhere)
    query = query.format(cohort=course.cohort.id)
    topic = f"/onderwerpen/{course.topics()[0].id}"
    for user in (elsewhere.user, nobody, trainer_elsewhere, session.get_one(User, withdrawn.user_id)):
        client = client_as(user)
        assert client.get(address(course) + query).status_code == 404
        assert client.get(topic + query).status_code == 404
        assert client.post(topic + "/gelezen" + query).status_code == 404
        assert client.post(topic + "/ongelezen" + query).status_code == 404
        if query:
            assert client.get("/modules" + query).status_code == 404
    assert session.scalar(select(func.count()).select_from(TopicRead)) == 0


def test_unknown_ids_and_cohorts_are_a_404(course: Course, client_as: ClientAs) -> None:
    client = client_as(course.user)
    assert client.get(f"/modules/{uuid4()}").status_code == 404
    assert client.get(f"/onderwerpen/{uuid4()}").status_code == 404
    assert client.get(address(course) + f"?cohort={uuid4()}").status_code == 404
    organiser = client_as(make_organiser(course.session))
    assert organiser.get(f"/modules?cohort={uuid4()}").status_code == 404
    assert organiser.get(address(course) + f"?cohort={uuid4()}").status_code == 404


def test_reading_a_topic_and_taking_it_back(course: Course, client_as: ClientAs) -> None:
    client = client_as(course.user)
    first, second = course.topics()
    page = client.get(f"/onderwerpen/{first.id}").text
    assert "Inhoud." in page
    assert "Nog 2 onderwerpen te lezen" in page
    assert f"/onderwerpen/{second.id}" in page
    assert "Terug naar de module" in page
    answer = client.post(f"/onderwerpen/{first.id}/gelezen", follow_redirects=True)
    assert "Gelezen. Nog 1 onderwerp te gaan." in answer.text
    assert "Gelezen op 17 november" in answer.text
    assert (
        "Dat waren alle onderwerpen"
        in client.post(f"/onderwerpen/{second.id}/gelezen", follow_redirects=True).text
    )
    answer = client.post(f"/onderwerpen/{second.id}/ongelezen", follow_redirects=True)
    assert "weer op nog te lezen" in answer.text
    facts = course.session.scalars(select(ActivityCompletion)).all()
    assert [(fact.activity_id, fact.evidence_kind) for fact in facts] == [
        (course.activity("read").id, "topics_read")
    ]


def test_who_completed_the_course_can_read_on_but_marks_nothing(course: Course, client_as: ClientAs) -> None:
    course.me.state, course.me.completed_at = "completed", course.now
    client = client_as(course.user)
    topic = course.topics(1)[0]
    page = client.get(f"/onderwerpen/{topic.id}")
    assert page.status_code == 200  # all modules are open afterwards
    assert "Ik heb dit gelezen" not in page.text
    assert client.post(f"/onderwerpen/{topic.id}/gelezen").status_code == 404


def test_marking_a_topic_that_is_not_open_is_a_conflict(course: Course, client_as: ClientAs) -> None:
    assert client_as(course.user).post(f"/onderwerpen/{course.topics(1)[0].id}/gelezen").status_code == 409


def test_logging_a_conversation_for_an_activity(course: Course, client_as: ClientAs) -> None:
    client = client_as(course.user)
    activity = course.activity("conversation")
    path = f"/opdrachten/{activity.id}/gesprek"
    page = client.get(path).text
    assert "Opdracht conversation" in page
    assert 'value="2026-11-17"' in page
    form = {"held_on": "2026-11-16", "figure": "teacher", "topic_code": "", "notes": "Alleen voor mij."}
    answer = client.post(path, data=form)
    assert answer.status_code == 303
    assert "de opdracht is klaar" in client.get(answer.location).text
    fact = course.session.scalars(select(ActivityCompletion)).one()
    assert (fact.activity_id, fact.completed_at, fact.evidence_kind) == (
        activity.id,
        course.now,
        "conversation",
    )
    assert "Deze opdracht is al klaar" in client.get(path).text
    assert "Alleen voor mij." in client.get("/gesprekken").text


def test_what_is_wrong_with_a_conversation_is_said_and_kept(course: Course, client_as: ClientAs) -> None:
    client = client_as(course.user)
    path = f"/opdrachten/{course.activity('conversation').id}/gesprek"
    form = {"held_on": "2026-11-18", "figure": "teacher", "topic_code": "", "notes": "Zorgvuldig getypt."}
    answer = client.post(path, data=form)
    assert answer.status_code == 422
    assert re.search(r"<title>\s*Fout:", answer.text)
    assert "Die ligt niet in de toekomst" in answer.text
    assert "Zorgvuldig getypt." in answer.text
    assert course.session.scalar(select(func.count()).select_from(ActivityCompletion)) == 0


def test_others_cannot_log_for_an_activity(course: Course, client_as: ClientAs) -> None:
    path = f"/opdrachten/{course.activity('conversation').id}/gesprek"
    trainer = make_user(course.session)
    make_trainer(course.session, course.cohort, user=trainer)
    for user in (trainer, make_organiser(course.session), make_user(course.session)):
        client = client_as(user)
        assert client.get(path).status_code == 404
        form = {"held_on": "2026-11-16", "figure": "teacher", "topic_code": ""}
        assert client.post(path, data=form).status_code == 404
    other_kind = f"/opdrachten/{course.activity('reflection').id}/gesprek"
    assert client_as(course.user).get(other_kind).status_code == 404


def test_how_often_an_example_was_tried_is_counted_in_english_too(
    course: Course, client_as: ClientAs, session: Session, now: datetime
) -> None:
    module = course.modules()[0]
    module.main_question = "1"
    example = make_example(session, make_user(session), now, main_question="1")
    for _ in range(3):
        make_adoption(session, example, make_user(session), now)
    course.user.locale = "en"
    assert "Tried <b>3</b> times" in client_as(course.user).get(address(course)).text


@pytest.mark.parametrize("locale", ["nl", "en"])
def test_what_is_in_dutch_on_an_english_page_says_so(
    course: Course, client_as: ClientAs, session: Session, locale: str
) -> None:
    """A Dutch page says it already; on an English one a screen reader would pronounce it as English."""
    module = course.modules()[0]
    module.body_html = "<p>Je luistert eerst.</p>"
    topic = session.scalars(select(Topic).where(Topic.module_id == module.id)).first()
    assert topic is not None
    topic.body_html = "<p>Op de website staat het.</p>"
    course.user.locale = locale
    client = client_as(course.user)
    for path, words in (
        (address(course), "<p>Je luistert"),
        (f"/onderwerpen/{topic.id}", "<p>Op de website"),
    ):
        page = client.get(path).text
        assert words in page
        assert (f' lang="nl">{words}' in page) == (locale == "en")
