"""What people wrote goes along to a newer edition, and no answer gets out of sight."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.actions.editions import upgrade_edition, when_upgraded
from peergang.cohorts.models import Cohort
from peergang.core.errors import NotFound
from peergang.coursework.actions.editions import follow_edition
from peergang.coursework.models import Reflection, ReflectionVersion
from peergang.coursework.queries.own_reflections import list_own_reflections
from peergang.coursework.queries.reflections import get_head
from peergang.coursework.queries.writing import get_writing_place
from peergang.curriculum.models import Activity, Edition
from peergang.practice.models import PracticeExample
from tests.factories.cohorts import make_cohort, make_participant, make_trainer
from tests.factories.coursework import actor_of, find_activity, make_submitted, review, submit
from tests.factories.curriculum import PROMPTS, make_next_edition
from tests.factories.identity import make_organiser


@pytest.fixture(autouse=True)
def _follow() -> None:
    when_upgraded(follow_edition)


@pytest.fixture
def cohort(session: Session, now: datetime) -> Cohort:
    return make_cohort(session, now)


@pytest.fixture
def newer(session: Session, cohort: Cohort) -> Edition:
    return make_next_edition(session, session.get_one(Edition, cohort.edition_id))


def reflect_in(session: Session, edition: Edition) -> Activity:
    return session.scalars(
        select(Activity).where(Activity.edition_id == edition.id, Activity.kind == "reflection")
    ).one()


def upgrade(session: Session, cohort: Cohort, newer: Edition, now: datetime) -> None:
    organiser = actor_of(session, make_organiser(session))
    upgrade_edition(
        session, organiser, cohort.id, from_edition_id=cohort.edition_id, to_edition_id=newer.id, now=now
    )
    session.expire_all()


def test_a_reflection_and_its_versions_belong_to_the_new_activity(session, now, cohort, newer) -> None:
    author = make_participant(session, cohort)
    version = make_submitted(session, author, now)
    words = dict(version.answers)
    upgrade(session, cohort, newer, now)
    reflection = session.get_one(Reflection, version.reflection_id)
    assert reflection.activity_id == reflect_in(session, newer).id
    assert session.get_one(ReflectionVersion, version.id).answers == words
    assert (
        get_writing_place(session, actor_of(session, author), reflection.activity_id).reflection_id
        == reflection.id
    )


def test_an_answer_to_a_question_that_is_asked_no_longer_stays_in_sight(session, now, cohort, newer) -> None:
    author = make_participant(session, cohort)
    version = make_submitted(session, author, now)
    renamed = [{**PROMPTS[0]}, {**PROMPTS[1], "slug": "nieuw", "question": "Wat neem je mee?"}]
    new = reflect_in(session, newer)
    new.settings = {**new.settings, "prompts": renamed}
    session.flush()
    upgrade(session, cohort, newer, now)
    head, _ = get_head(session, actor_of(session, author), version.reflection_id)
    assert [one["slug"] for one in head.prompts] == [PROMPTS[0]["slug"], "nieuw", PROMPTS[1]["slug"]]
    assert head.prompts[-1]["question"] == PROMPTS[1]["question"]
    place = get_writing_place(session, actor_of(session, author), new.id)
    assert {one["slug"]: one["min_words"] for one in place.prompts}[PROMPTS[1]["slug"]] == 0


def test_an_unchanged_question_is_not_kept_twice(session, now, cohort, newer) -> None:
    version = make_submitted(session, make_participant(session, cohort), now)
    upgrade(session, cohort, newer, now)
    assert session.get_one(Reflection, version.reflection_id).kept_prompts == []


def test_a_question_that_comes_back_is_asked_once(session, now, cohort, newer) -> None:
    author = make_participant(session, cohort)
    version = make_submitted(session, author, now)
    new = reflect_in(session, newer)
    new.settings = {**new.settings, "prompts": PROMPTS[:1]}
    session.flush()
    upgrade(session, cohort, newer, now)
    upgrade(session, cohort, make_next_edition(session, newer), now)
    head, _ = get_head(session, actor_of(session, author), version.reflection_id)
    assert [one["slug"] for one in head.prompts] == [one["slug"] for one in PROMPTS]


def test_an_example_goes_along(session, now, cohort, newer) -> None:
    author = make_participant(session, cohort)
    old = find_activity(session, cohort, "practice_example")
    example = PracticeExample(
        author_id=author.user_id,
        enrolment_id=author.id,
        activity_id=old.id,
        title="Koffieplek",
        created_at=now,
        saved_at=now,
    )
    session.add(example)
    session.flush()
    upgrade(session, cohort, newer, now)
    moved = session.get_one(PracticeExample, example.id).activity_id
    assert session.get_one(Activity, moved).edition_id == newer.id


def test_what_a_newer_edition_does_not_ask_any_more_can_still_be_finished(session, now, cohort) -> None:
    trainer, author = make_trainer(session, cohort), make_participant(session, cohort)
    version = make_submitted(session, author, now, audience="trainer")
    review(session, trainer, version, now, "return", "Vul aan.")
    reflection = session.get_one(Reflection, version.reflection_id)
    old = session.get_one(Edition, cohort.edition_id)
    # A programme without this activity.
    bare = Edition(
        **{
            column.name: getattr(old, column.name)
            for column in Edition.__table__.columns
            if column.name not in {"id", "number", "checksum"}
        },
        number=old.number + 1,
        checksum="0" * 64,
    )
    session.add(bare)
    session.flush()
    cohort.edition_id = bare.id
    session.flush()
    actor = actor_of(session, author)
    assert [one.reflection_id for one in list_own_reflections(session, actor, now)] == [reflection.id]
    assert get_writing_place(session, actor, reflection.activity_id).reflection_id == reflection.id
    assert submit(session, reflection, now, gezien="Aangevuld.").number == 2
    stranger = actor_of(session, make_participant(session, cohort))
    with pytest.raises(NotFound):
        get_writing_place(session, stranger, reflection.activity_id)
    assert not list_own_reflections(session, stranger, now)
