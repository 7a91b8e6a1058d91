"""The start page of a participant in every state, with a constant number of statements."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peergang.coursework.models import PeerFeedback, Reflection, ReflectionVersion, Review
from peergang.identity.models import User
from tests.counting import counting
from tests.factories.cohorts import make_cohort, make_meeting, make_participant, make_peer_group, make_trainer
from tests.factories.course import DAY, Course, make_course
from tests.factories.identity import make_organiser, make_user
from tests.factories.practice import make_adoption, make_example

ClientAs = Callable[[User], FlaskClient]
EMPTY_NEXT = "Je bent bij"


@pytest.fixture(autouse=True)
def _at_now(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def course(session: Session, now: datetime) -> Course:
    return make_course(session, now)


def add_reflection(course: Course, author_index: int = -1, **more: object) -> Reflection:
    author = course.me if author_index < 0 else course.peers[author_index]
    values: dict[str, object] = {"state": "submitted", "audience": "peer_group", "title": "Meekijken"}
    values["submitted_at"] = course.now - 2 * DAY
    reflection = Reflection(
        enrolment_id=author.id,
        activity_id=course.activity("reflection").id,
        state_since=course.now,
        **(values | more),
    )
    course.session.add(reflection)
    course.session.flush()
    return reflection


def add_version(course: Course, reflection: Reflection) -> ReflectionVersion:
    version = ReflectionVersion(
        reflection_id=reflection.id,
        number=1,
        title=reflection.title,
        answers={"gezien": "Dit is van mij."},
        submitted_at=course.now,
    )
    course.session.add(version)
    course.session.flush()
    return version


def test_a_week_shows_the_first_thing_to_do(course: Course, client_as: ClientAs) -> None:
    page = client_as(course.user).get("/deze-week").text
    assert "Week 47 · 16 t/m 20 november 2026" in page
    assert "Dag Amira, dit is jouw week" in page
    # The reading is due 21 days before the module, which was today: the first in the cycle, and due soonest.
    assert "Opdracht read" in page
    assert f"/modules/{course.modules()[0].id}#onderwerpen" in page
    assert page.count('class="pg-next"') == 1


def test_what_else_this_week_asks_stands_below(course: Course, client_as: ClientAs) -> None:
    """The lead says how many things there are, so every one of them can be found here."""
    add_reflection(course, state="returned")
    page = client_as(course.user).get("/deze-week").text
    assert "2 dingen om deze week te doen" in page
    also = page.split('id="also-title"')[1].split("</section>")[0]
    assert "Opdracht read" in also
    assert f"/modules/{course.modules()[0].id}#onderwerpen" in also
    assert "Opdracht reflection" not in also, "that is the next step"


def test_one_thing_to_do_has_no_list(course: Course, client_as: ClientAs) -> None:
    assert "Ook deze week" not in client_as(course.user).get("/deze-week").text


def test_what_was_returned_goes_before_what_is_late(course: Course, client_as: ClientAs) -> None:
    add_reflection(course, state="returned")
    page = client_as(course.user).get("/deze-week").text
    assert "Werk verder aan: Opdracht reflection" in page
    assert "vraagt je om een aanvulling" not in page, "once is enough"
    assert f"/reflecties/opdracht/{course.activity('reflection').id}" in page


def test_a_draft_says_when_it_was_saved_and_who_reads_along(course: Course, client_as: ClientAs) -> None:
    course.complete("read", "conversation")
    add_reflection(course, state="draft", draft_saved_at=course.now - DAY, submitted_at=None)
    page = client_as(course.user).get("/deze-week").text
    assert "Maak af: Opdracht reflection" in page
    assert "Je concept van gisteren staat klaar." in page
    assert "Je trainer en je peergroep lezen mee" in page


def test_feedback_is_a_step_only_when_there_is_something_to_read(course: Course, client_as: ClientAs) -> None:
    course.complete("read", "conversation", "reflection", "practice_example", "meeting")
    client = client_as(course.user)
    assert EMPTY_NEXT in client.get("/deze-week").text
    for_the_group = add_reflection(course, 0)
    add_reflection(course, 1, audience="trainer")
    course.session.commit()
    page = client.get("/deze-week").text
    assert "Opdracht peer_feedback" in page
    version = add_version(course, for_the_group)
    course.session.add(
        PeerFeedback(
            version_id=version.id,
            giver_id=course.me.id,
            answers={"top": "Mooi"},
            saved_at=course.now,
            sent_at=course.now,
        )
    )
    course.session.commit()
    assert EMPTY_NEXT in client.get("/deze-week").text


def test_reactions_name_who_and_on_what(course: Course, client_as: ClientAs) -> None:
    trainer = make_user(course.session, "Marijke", "Roerdomp", particle="van de")
    make_trainer(course.session, course.cohort, user=trainer)
    version = add_version(course, add_reflection(course))
    course.session.add_all(
        [
            Review(
                version_id=version.id,
                reviewer_id=trainer.id,
                decision="approve",
                message="Je doel is <scherp>. " + "En nog veel meer. " * 40,
                saved_at=course.now,
                sent_at=course.now - DAY,
            ),
            PeerFeedback(
                version_id=version.id,
                giver_id=course.peers[0].id,
                answers={"top": "", "tip": "Probeer het eens met koffie."},
                saved_at=course.now,
                sent_at=course.now,
            ),
            PeerFeedback(
                version_id=version.id,
                giver_id=course.peers[1].id,
                answers={"top": "Dit is nog niet verstuurd."},
                saved_at=course.now,
            ),
        ]
    )
    page = client_as(course.user).get("/deze-week").text
    assert "Marijke van de Roerdomp" in page
    assert "Je doel is &lt;scherp&gt;" in page
    assert "…" in page
    assert "Probeer het eens met koffie." not in page, "it is closed until its receiver opens it"
    assert "Er wachten 2 reacties op je." in page
    assert "nog niet verstuurd" not in page
    assert f"/reflecties/{version.reflection_id}" in page
    course.session.execute(
        sa.update(PeerFeedback).where(PeerFeedback.sent_at.is_not(None)).values(read_at=course.now)
    )
    assert "Probeer het eens met koffie." in client_as(course.user).get("/deze-week").text
    # Nobody else sees them, also not who gave one.
    peer = course.session.get_one(User, course.peers[0].user_id)
    assert "koffie" not in client_as(peer).get("/deze-week").text


def test_the_side_shows_meeting_group_and_example(course: Course, client_as: ClientAs) -> None:
    session, now = course.session, course.now
    make_meeting(
        session,
        course.cohort,
        now + 7 * DAY,
        title="Van losse hulp naar een aanpak",
        place="Lokaal 2.14",
        link="https://meet.example/x",
        activity_id=course.activity("meeting").id,
        module_id=course.modules()[0].id,
    )
    author = make_user(session)
    make_example(session, author, now, title="Nooit gebruikt", main_question="1")
    example = make_example(session, author, now, title="Vaak gebruikt", main_question="1")
    make_adoption(session, example, make_user(session), now)
    make_example(session, author, now, title="Andere vraag", main_question="3")
    make_example(session, author, now, title="Nog concept", main_question="1", state="draft")
    page = client_as(course.user).get("/deze-week").text
    for text in ("Dinsdag 24 november", "10.00 – 13.00 uur", "Lokaal 2.14", "https://meet.example/x"):
        assert text in page
    assert "een vraag" in page  # what to bring
    assert ".ics" in page
    assert "We zien elkaar op dinsdag 24 november." in page
    assert "Jij" in page
    assert "ROC Zevenbruggen" in page
    assert f"/bibliotheek/{example.id}" in page
    assert "Nooit gebruikt" not in page
    assert "Andere vraag" not in page


@pytest.mark.parametrize(
    ("locale", "words"),
    [("nl", "We zien elkaar vandaag om 16.00 uur."), ("en", "We will meet today at 16:00.")],
)
def test_a_meeting_of_today_is_not_told_by_its_date(
    course: Course, client_as: ClientAs, locale: str, words: str
) -> None:
    make_meeting(course.session, course.cohort, course.now + DAY / 4, title="Van losse hulp naar een aanpak")
    course.user.locale = locale
    assert words in client_as(course.user).get("/deze-week").text


def test_modules_say_how_they_stand(course: Course, client_as: ClientAs) -> None:
    course.complete("read", "conversation", "meeting")
    page = client_as(course.user).get("/deze-week").text
    assert "3 van de 6 onderdelen klaar" in page
    assert "Mee bezig" in page
    assert "vanaf 8 december" in page
    assert "Komt nog" in page
    course.complete("reflection", "peer_feedback", "practice_example", at=course.now)
    course.session.commit()
    page = client_as(course.user).get("/deze-week").text
    assert "afgerond op 17 november" in page
    assert "Klaar" in page
    assert "Module 2 gaat open op 8 december" in page


def test_before_the_start_there_is_a_welcome(session: Session, now: datetime, client_as: ClientAs) -> None:
    cohort = make_cohort(session, now + 20 * DAY, state="open")
    user = make_user(session, "Nora")
    make_participant(session, cohort, user=user, at=now)
    make_meeting(session, cohort, now + 8 * DAY)
    page = client_as(user).get("/deze-week").text
    assert "Welkom, Nora" in page
    assert "Je eerste stap" in page
    assert "Zet de eerste bijeenkomst in je agenda" in page
    assert "Eerste bijeenkomst" in page
    assert "Nog geen reacties" in page


def test_who_is_invited_or_waits_is_told_so(session: Session, now: datetime, client_as: ClientAs) -> None:
    cohort = make_cohort(session, now, state="open")
    invited, waiting = make_user(session), make_user(session)
    make_participant(session, cohort, user=invited, state="invited", at=now)
    make_participant(session, cohort, user=waiting, state="waitlisted", at=now)
    assert f"Je bent uitgenodigd voor {cohort.name}" in client_as(invited).get("/deze-week").text
    assert "wachtlijst" in client_as(waiting).get("/deze-week").text


def test_who_finished_looks_back(session: Session, now: datetime, client_as: ClientAs) -> None:
    user = make_user(session, "Fien")
    cohort = make_cohort(session, now - 300 * DAY, state="closed")
    make_participant(session, cohort, user=user, state="completed")
    page = client_as(user).get("/deze-week").text
    assert "kijk eens terug" in page
    assert 'class="pg-next"' not in page


@pytest.mark.parametrize("state", ["withdrawn", None])
def test_without_a_place_there_is_a_friendly_page(
    session: Session, now: datetime, client_as: ClientAs, state: str | None
) -> None:
    user = make_user(session)
    if state:
        make_participant(session, make_cohort(session, now), user=user, state=state)
    response = client_as(user).get("/deze-week")
    assert response.status_code == 200
    assert "Je volgt nu geen programma" in response.text


@pytest.mark.parametrize("address", ["/deze-week", "/modules"])
def test_who_has_a_page_of_their_own_to_begin_at_is_sent_there(
    session: Session, client_as: ClientAs, address: str
) -> None:
    response = client_as(make_organiser(session)).get(address)
    assert response.status_code == 200
    assert "Je volgt zelf geen programma" in response.text
    assert "Wat er voor jou ligt, staat bij Deelname." in response.text


def test_a_running_cohort_goes_before_all_others_and_the_address_may_choose(
    course: Course, client_as: ClientAs
) -> None:
    session, now = course.session, course.now
    later = make_cohort(session, now + 30 * DAY, state="open")
    past = make_cohort(session, now - 300 * DAY, state="closed")
    make_participant_again(session, course.user, later, "invited", course)
    make_participant_again(session, course.user, past, "completed", course)
    client = client_as(course.user)
    page = client.get("/deze-week").text
    assert f"Waar je bent in module {course.modules()[0].code}" in page
    assert later.name in page
    assert past.name in page
    assert "kijk eens terug" in client.get(f"/deze-week?cohort={past.id}").text
    assert "uitgenodigd" in client.get(f"/deze-week?cohort={later.id}").text
    assert "dit is jouw week" in client.get("/deze-week?cohort=onzin").text


def make_participant_again(session: Session, user: User, cohort: object, state: str, course: Course) -> None:
    from peergang.cohorts.models import Enrolment

    session.add(
        Enrolment(
            cohort_id=cohort.id,
            user_id=user.id,
            affiliation_id=course.me.affiliation_id,
            role="participant",
            state=state,
            activated_at=course.now,
        )
    )
    session.flush()


@pytest.mark.parametrize("path", ["/deze-week", "/modules", "/modules/{module}", "/onderwerpen/{topic}"])
def test_the_number_of_statements_is_the_same_at_3_and_at_300(
    session: Session, now: datetime, client_as: ClientAs, connection: sa.Connection, path: str
) -> None:
    counts = []
    for participants, modules in ((3, 1), (300, 5)):
        course = make_course(session, now, participants=participants, modules=modules)
        make_meeting(session, course.cohort, now + 3 * DAY, module_id=course.modules()[0].id)
        for index in range(participants - 1):
            reflection = add_reflection(course, index)
            if index < 3:
                add_version(course, reflection)
        make_example(session, make_user(session), now, main_question="1")
        client = client_as(course.user)
        address = path.format(module=course.modules()[0].id, topic=course.topics()[0].id)
        with counting(connection) as statements:
            assert client.get(address).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]
    assert counts[0] <= 10, "\n".join(one[:200].replace("\n", " ") for one in statements)


def test_english_readers_get_english_titles(course: Course, client_as: ClientAs) -> None:
    course.user.locale = "en"
    page = client_as(course.user).get("/deze-week").text
    assert "Activity read" in page


def test_two_peer_groups_in_time_show_the_present_one(course: Course, client_as: ClientAs) -> None:
    session = course.session
    from peergang.cohorts.models import PeerGroupMembership

    session.execute(
        sa.update(PeerGroupMembership)
        .where(PeerGroupMembership.enrolment_id == course.me.id)
        .values(left_at=course.now)
    )
    newcomer = make_participant(session, course.cohort, user=make_user(session, "Teun", "Lantaarn"))
    make_peer_group(session, course.cohort, course.me, newcomer, since=course.now)
    page = client_as(course.user).get("/deze-week").text
    assert "Teun Lantaarn" in page
    old = session.get_one(User, course.peers[0].user_id)
    assert old.full_name not in page


def test_underway_names_the_reflection_and_not_its_activity(course: Course, client_as: ClientAs) -> None:
    add_version(course, add_reflection(course, title="Meekijken bij rekenen"))
    html = client_as(course.user).get("/deze-week").get_data(as_text=True)
    part = html[html.index('id="underway-title"') :]
    assert "Meekijken bij rekenen" in part[: part.index("</section>")]
