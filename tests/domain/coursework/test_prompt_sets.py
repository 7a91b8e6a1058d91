"""Another set of questions loses no answer, and a version keeps what it was asked."""

import runpy
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment
from peergang.core.errors import Invalid
from peergang.coursework.actions.comments import add_comment
from peergang.coursework.actions.drafts import save_draft
from peergang.coursework.actions.submission import submit_reflection
from peergang.coursework.models import Reflection, ReflectionVersion
from peergang.coursework.queries.readers import get_readers
from peergang.coursework.queries.reflections import get_head, list_versions
from peergang.coursework.queries.writing import get_writing_place
from peergang.coursework.rules.anchors import Quote
from peergang.coursework.rules.drafts import DraftText
from peergang.curriculum.content.reflection_sets import find_set
from peergang.curriculum.models import Activity
from peergang.identity.models import User
from tests.factories.coursework import (
    ANSWERS,
    actor_of,
    give_feedback,
    make_class,
    make_reflection,
    make_submitted,
    make_version,
    submit,
)

STARR = {
    f"starr-{word}": f"Antwoord {word}." for word in ("situatie", "taak", "actie", "resultaat", "reflectie")
}


def save(session: Session, author: Enrolment, text: DraftText, revision: int, now: datetime) -> int:
    cohort_activity = session.scalars(sa.select(Reflection.activity_id)).first()
    assert cohort_activity
    actor = actor_of(session, author)
    return save_draft(session, actor, cohort_activity, text, expected_revision=revision, now=now).revision


def test_answers_of_every_set_stay_in_the_draft(session: Session, now: datetime) -> None:
    room = make_class(session, now)
    reflection = make_reflection(session, room.author, now)
    text = DraftText("T", "trainer", ANSWERS, "starr")
    assert save(session, room.author, text, 1, now) == 2
    place = get_writing_place(session, actor_of(session, room.author), reflection.activity_id)
    assert (place.prompt_set, [one["slug"] for one in place.prompts]) == ("starr", list(STARR))
    assert place.draft == ANSWERS, "nothing of the new set overwrites anything"
    save(session, room.author, replace(text, answers=STARR, prompt_set=None), 2, now)
    save(session, room.author, DraftText("T", "trainer", {}, "alact"), 3, now)
    save(session, room.author, DraftText("T", "trainer", {}, ""), 4, now)
    place = get_writing_place(session, actor_of(session, room.author), reflection.activity_id)
    assert place.draft == ANSWERS | STARR
    assert [one["slug"] for one in place.prompts] == list(ANSWERS)


def test_an_old_tab_of_another_set_still_saves_its_words(session: Session, now: datetime) -> None:
    room = make_class(session, now)
    reflection = make_reflection(session, room.author, now)
    save(session, room.author, DraftText("T", "trainer", {}, "starr"), 1, now)
    save(session, room.author, DraftText("T", "trainer", {"gezien": "Uit het oude tabblad."}), 2, now)
    session.refresh(reflection)
    assert reflection.prompt_set == "starr"
    assert reflection.draft["gezien"] == "Uit het oude tabblad."


@pytest.mark.parametrize("prompt_set", ["bestaat-niet", "STARR", "starr\x00"])
def test_a_set_that_is_not_there_is_refused(session: Session, now: datetime, prompt_set: str) -> None:
    room = make_class(session, now)
    reflection = make_reflection(session, room.author, now)
    with pytest.raises(Invalid) as caught:
        save(session, room.author, DraftText("T", "trainer", {}, prompt_set), 1, now)
    assert caught.value.problems == {"prompt_set": "prompt_set_unknown"}
    session.refresh(reflection)
    assert reflection.draft_revision == 1


def test_the_database_knows_the_sets_too(session: Session, now: datetime) -> None:
    room = make_class(session, now)
    reflection = make_reflection(session, room.author, now)
    with pytest.raises(sa.exc.IntegrityError, match="prompt_set_known"), session.begin_nested():
        session.execute(sa.update(Reflection).values(prompt_set="x").where(Reflection.id == reflection.id))


def test_the_questions_of_the_chosen_set_must_be_answered(session: Session, now: datetime) -> None:
    room = make_class(session, now)
    reflection = make_reflection(session, room.author, now)
    answers = STARR | {"starr-taak": " "}
    revision = save(session, room.author, DraftText("T", "trainer", answers, "starr"), 1, now)
    actor = actor_of(session, room.author)
    with pytest.raises(Invalid) as caught:
        submit_reflection(session, actor, reflection.id, expected_revision=revision, now=now)
    assert caught.value.problems == {"answer-starr-taak": "empty"}
    revision = save(session, room.author, DraftText("T", "trainer", STARR, "starr"), revision, now)
    version = submit_reflection(session, actor, reflection.id, expected_revision=revision, now=now)
    assert version.answers == STARR, "answers to other questions are nobody's business"
    asked = find_set("starr")
    assert asked
    assert [one["question"] for one in version.prompts] == [one["question"] for one in asked.prompts()]
    assert version.prompts[0]["question_en"].startswith("Situation")


def test_versions_keep_their_own_questions(session: Session, now: datetime) -> None:
    room = make_class(session, now)
    first = make_submitted(session, room.author, now)
    reflection = session.get_one(Reflection, first.reflection_id)
    revision = save(
        session, room.author, DraftText("T", "peer_group", STARR, "starr"), reflection.draft_revision, now
    )
    actor = actor_of(session, room.author)
    submit_reflection(session, actor, reflection.id, expected_revision=revision, now=now)
    activity = session.get_one(Activity, reflection.activity_id)
    words = [one["question"] for one in activity.settings["prompts"]]
    activity.settings = activity.settings | {"prompts": [{"slug": "nieuw", "question": "Iets anders?"}]}
    session.flush()
    session.expire_all()
    head, _access = get_head(session, actor, reflection.id)
    newest, oldest = list_versions(session, reflection.id)
    assert [one["question"] for one in oldest.asked(head)] == words
    assert [one["slug"] for one in newest.asked(head)] == list(STARR)


def test_what_a_version_was_asked_cannot_change(session: Session, now: datetime) -> None:
    room = make_class(session, now)
    version = make_submitted(session, room.author, now)
    with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
        session.execute(
            sa.update(ReflectionVersion).values(prompts=[]).where(ReflectionVersion.id == version.id)
        )


def test_a_comment_is_anchored_on_what_a_reader_sees(session: Session, now: datetime) -> None:
    room = make_class(session, now)
    text = "Eerst **dit** en\n\n- een *punt*\n- nog een"
    version = make_submitted(session, room.author, now, answers=ANSWERS | {"gezien": text})
    trainer = actor_of(session, room.trainer)
    comment = add_comment(session, trainer, version.id, "gezien", Quote("dit en"), "Ja.", now=now)
    assert (comment.quote, comment.prefix) == ("dit en", "Eerst ")
    comment = add_comment(session, trainer, version.id, "gezien", Quote("punt nog"), "Ja.", now=now)
    assert comment.quote == "punt\nnog"
    for words in ("**dit**", "- een"):
        add_comment(session, trainer, version.id, "gezien", Quote(words), "Van voor de opmaak.", now=now)
    with pytest.raises(Invalid):
        add_comment(session, trainer, version.id, "gezien", Quote("Ze keken"), "Een andere versie.", now=now)


def test_what_peers_gave_is_counted_as_it_went_out(session: Session, now: datetime) -> None:
    room = make_class(session, now)
    names = sorted(session.get_one(User, one.user_id).given_name for one in (room.peer, room.other_peer))
    before = get_readers(session, room.author.id, None)
    assert (sorted(before.peers), before.others, before.feedback, before.comments) == (names, 3, 0, 0)
    version = make_submitted(session, room.author, now)

    def given() -> tuple[int, int]:
        found = get_readers(session, room.author.id, version.reflection_id)
        return found.feedback, found.comments

    assert given() == (0, 0)
    for who in (room.peer, room.trainer, room.other_peer):
        add_comment(session, actor_of(session, who), version.id, "gezien", Quote(), "Mooi.", now=now)
    give_feedback(session, room.peer, version, now)
    assert given() == (1, 1), "the trainer is no peer, and what is not sent does not count"
    second = submit(session, session.get_one(Reflection, version.reflection_id), now, gezien="Meer.")
    give_feedback(session, room.other_peer, second, now)
    assert given() == (2, 1)
    assert get_readers(session, room.outside.id, None).peers == []


def test_versions_of_before_get_the_questions_that_they_answer(session: Session, now: datetime) -> None:
    room = make_class(session, now)
    reflection = make_reflection(session, room.author, now)
    reflection.kept_prompts = [
        {"slug": "oud", "question": "Wat was oud?", "min_words": 0},
        {"slug": "nooit", "question": "Nooit beantwoord?", "min_words": 0},
    ]
    version = make_version(session, reflection, 1, now, oud="Dit.")
    assert version.prompts == []
    source = Path(__file__).parents[3] / "migrations/versions/0420_prompt_sets.py"
    session.execute(sa.text("SET LOCAL peergang.erasing = 'on'"))
    session.execute(sa.text(runpy.run_path(str(source))["ASKED"].replace(":", "\\:")))
    session.refresh(version)
    assert [one["slug"] for one in version.prompts] == ["bereiken", "gezien", "oud"]
    assert version.prompts[0]["question"] == "Wat wilde je bereiken?"
    assert set(version.prompts[0]) == {"slug", "question", "hint"}
