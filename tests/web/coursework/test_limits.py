"""Nobody outside the audience meets a word, and pages ask as few questions of 300 people as of 3."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peergang.coursework.actions.comments import add_comment
from peergang.coursework.models import (
    Calibration,
    CalibrationJudgement,
    Comment,
    PeerFeedback,
    Reflection,
    ReflectionVersion,
)
from peergang.coursework.rules.anchors import Quote
from peergang.identity.models import RoleGrant, User
from tests.factories.cohorts import make_participant
from tests.factories.coursework import (
    Class,
    actor_of,
    find_activity,
    give_feedback,
    make_class,
    make_submitted,
    review,
    submit,
)
from tests.factories.identity import make_organiser, make_user

Browser = Callable[[User], FlaskClient]
MARKER = "zeldzaamwoord"


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


def user(session: Session, enrolment: object) -> User:
    return session.get_one(User, enrolment.user_id)  # type: ignore[attr-defined]


def urls(app: Flask, **args: object) -> list[str]:
    """Every address of this half of coursework, filled in with the records given."""
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            name = rule.endpoint.removeprefix("coursework.")
            mine = name.startswith(("reflection", "feedback", "review")) and rule.endpoint.startswith(
                "coursework."
            )
            if mine and "GET" in (rule.methods or set()):
                built = rule.build({one: args[one] for one in rule.arguments})
                assert built is not None
                found.append(built[1])
    assert len(found) >= 10
    return found


@pytest.mark.parametrize("audience", ["trainer", "peer_group", "cohort"])
def test_organisers_admins_and_contacts_never_meet_a_word(
    session: Session, app: Flask, client_as: Browser, now: datetime, audience: str
) -> None:
    room = make_class(session, now)
    version = make_submitted(
        session,
        room.author,
        now,
        audience=audience,
        title=f"{MARKER} titel",
        answers={"bereiken": MARKER, "gezien": MARKER},
    )
    add_comment(
        session, actor_of(session, room.trainer), version.id, "gezien", Quote(MARKER), MARKER, now=now
    )
    feedback = PeerFeedback(
        version_id=version.id,
        giver_id=room.peer.id,
        answers={"top": MARKER, "tip": MARKER},
        saved_at=now,
        sent_at=now,
        read_at=now,
        thanks=MARKER,
        thanked_at=now,
        thanks_read_at=now,
    )
    session.add(feedback)
    review(session, room.trainer, version, now, "return", MARKER)
    organiser, admin, contact = make_organiser(session), make_user(session), make_user(session)
    session.add(RoleGrant(user_id=admin.id, role="admin"))
    from peergang.identity.models import Affiliation

    place = session.get_one(Affiliation, room.author.affiliation_id)
    session.add(RoleGrant(user_id=contact.id, role="contact", institution_id=place.institution_id))
    activity = find_activity(session, room.cohort)
    sample = Calibration(
        cohort_id=room.cohort.id, version_id=version.id, opened_by_id=room.trainer.user_id, opened_at=now
    )
    session.add(sample)
    session.flush()
    session.add(
        CalibrationJudgement(
            calibration_id=sample.id,
            trainer_id=room.trainer.user_id,
            asked_at=now,
            decision="approve",
            note=MARKER,
            sent_at=now,
        )
    )
    session.flush()
    pages = urls(
        app,
        calibration_id=sample.id,
        reflection_id=version.reflection_id,
        version_id=version.id,
        activity_id=activity.id,
        number=1,
        feedback_id=feedback.id,
    )
    for one in (organiser, admin, contact):
        client = client_as(one)
        for url in pages:
            answer = client.get(url)
            assert MARKER not in answer.get_data(as_text=True), url
            assert answer.status_code == 404 or url in {"/reflecties", "/feedback", "/feedback/gegeven"}, url
    # The marker would be seen if it were there.
    assert MARKER in client_as(user(session, room.trainer)).get(
        f"/beoordelen/{version.reflection_id}"
    ).get_data(as_text=True)


def test_unknown_ids_look_like_forbidden_ones(session: Session, client_as: Browser, now: datetime) -> None:
    room = make_class(session, now)
    client = client_as(user(session, room.author))
    for url in (
        f"/reflecties/{uuid4()}",
        f"/reflecties/opdracht/{uuid4()}/schrijven",
        f"/feedback/{uuid4()}",
        f"/beoordelen/{uuid4()}",
    ):
        assert client.get(url).status_code == 404
    version = make_submitted(session, room.author, now)
    assert client.get(f"/reflecties/{version.reflection_id}/versies/2").status_code == 404
    assert client.get(f"/reflecties/{version.reflection_id}/versies/{10**30}").status_code == 404


def test_a_draft_is_never_shown_to_others(session: Session, client_as: Browser, now: datetime) -> None:
    room = make_class(session, now)
    version = make_submitted(session, room.author, now)
    reflection = session.get_one(Reflection, version.reflection_id)
    reflection.draft = reflection.draft | {"gezien": MARKER}
    session.flush()
    for who in (room.peer, room.trainer):
        client = client_as(user(session, who))
        for url in (
            f"/reflecties/{reflection.id}",
            f"/feedback/{version.id}",
            f"/beoordelen/{reflection.id}",
        ):
            assert MARKER not in client.get(url).get_data(as_text=True)
        assert client.get(f"/reflecties/{reflection.id}/vergelijk?van=1&naar=concept").status_code == 404


def count_queries(connection: sa.Connection, client: FlaskClient, url: str) -> int:
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append(statement)

    sa.event.listen(connection, "before_cursor_execute", note)
    try:
        assert client.get(url).status_code == 200
    finally:
        sa.event.remove(connection, "before_cursor_execute", note)
    return len(seen)


def fill_queue(session: Session, room: Class, now: datetime, size: int) -> None:
    """`size` more participants, each with a submitted reflection for the whole cohort."""
    activity = find_activity(session, room.cohort)
    for number in range(size):
        one = make_participant(session, room.cohort)
        reflection = Reflection(
            enrolment_id=one.id,
            activity_id=activity.id,
            state="submitted",
            audience="cohort",
            title=f"Nummer {number}",
            draft={"bereiken": "a", "gezien": "b"},
            state_since=now,
            submitted_at=now + timedelta(seconds=number),
            for_trainer_at=now + timedelta(seconds=number),
            promised_on=now.date() + timedelta(days=7),
        )
        session.add(reflection)
        session.flush()
        session.add(
            ReflectionVersion(
                reflection_id=reflection.id,
                number=1,
                title=reflection.title,
                answers=reflection.draft,
                submitted_at=now,
            )
        )
    session.flush()


def test_the_number_of_queries_does_not_grow(
    session: Session, connection: sa.Connection, client_as: Browser, now: datetime
) -> None:
    room = make_class(session, now)
    first = make_submitted(session, room.author, now - timedelta(days=9))
    given = give_feedback(session, room.peer, first, now - timedelta(days=8))
    reflection = session.get_one(Reflection, first.reflection_id)
    version = submit(session, reflection, now - timedelta(days=7), gezien="Beter.")
    make_submitted(session, room.peer, now)
    people = {name: client_as(user(session, getattr(room, name))) for name in ("author", "peer", "trainer")}
    pages = [
        ("author", "/reflecties"),
        ("author", f"/reflecties/opdracht/{reflection.activity_id}/schrijven"),
        ("author", f"/reflecties/{reflection.id}"),
        ("author", f"/reflecties/{reflection.id}/vergelijk"),
        ("peer", "/feedback"),
        ("peer", f"/feedback/{version.id}"),
        ("peer", "/feedback/gegeven"),
        ("peer", f"/feedback/gegeven/{given.id}"),
        ("trainer", "/beoordelen"),
        ("trainer", f"/beoordelen/{reflection.id}"),
        ("trainer", f"/beoordelen/{reflection.id}?naast=1"),
        ("trainer", "/beoordelen/zinnen"),
        ("trainer", "/beoordelen/ijken"),
    ]
    fill_queue(session, room, now, 3)
    session.commit()
    few = {(who, url): count_queries(connection, people[who], url) for who, url in pages}
    fill_queue(session, room, now, 297)
    session.commit()
    many = {(who, url): count_queries(connection, people[who], url) for who, url in pages}
    assert many == few
    assert max(many.values()) <= 10, many
    html = people["trainer"].get("/beoordelen").get_data(as_text=True)
    assert "(302)" in html
    assert "En nog 242." in html


def test_a_long_text_with_two_hundred_comments_opens(
    session: Session, client_as: Browser, connection: sa.Connection, now: datetime
) -> None:
    room = make_class(session, now)
    text = "\n\n".join(f"Alinea{n} " + "woorden in een lange zin. " * 5 for n in range(200))
    version = make_submitted(session, room.author, now, answers={"bereiken": text, "gezien": "Klaar."})
    session.add_all(
        Comment(
            version_id=version.id,
            author_id=room.trainer.user_id,
            prompt="bereiken",
            quote=f"Alinea{n} woorden",
            body=f"Opmerking over {n}",
            created_at=now,
        )
        for n in range(200)
    )
    session.commit()
    trainer = client_as(user(session, room.trainer))
    url = f"/beoordelen/{version.reflection_id}"
    html = trainer.get(url).get_data(as_text=True)
    assert html.count('class="pg-mark"') == 200
    assert "Opmerking over 199" in html
    assert count_queries(connection, trainer, url) <= 10
