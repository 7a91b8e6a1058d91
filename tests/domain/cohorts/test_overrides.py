"""Completion by a trainer's judgment, and taking it back: facts with evidence of their own stay (invariants 1 and 2)."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from peergang.cohorts.actions.completion import record_completions
from peergang.cohorts.actions.erasing import erase_places
from peergang.cohorts.actions.overriding import override_completion, take_back_override
from peergang.cohorts.models import ActivityCompletion, CompletionOverride
from peergang.cohorts.personal_data import export
from peergang.cohorts.queries.overrides import list_overrides
from peergang.core.errors import Conflict, Forbidden, Invalid, NotFound
from peergang.curriculum.models import Activity
from peergang.identity.models import AuditEvent
from tests.factories.cohorts import make_cohort, make_participant, make_trainer
from tests.factories.coursework import actor_of
from tests.factories.curriculum import make_edition
from tests.factories.overriding import HOUR, SLUG, make_scene


@pytest.fixture
def scene(session, now):
    return make_scene(session, now)


def test_a_trainer_completes_an_activity_with_a_reason_that_everybody_concerned_can_read(scene) -> None:
    before = scene.progress()
    override = scene.override("  Ze deed dit\n op papier. ")
    assert scene.facts() == {SLUG: (scene.now, "override")}
    assert scene.progress() == (before[0] + 1, before[1])
    [row] = list_overrides(scene.session, scene.person.id)
    assert (row.override_id, row.reason, row.made_by) == (override, "Ze deed dit op papier.", row.made_by)
    assert row.made_by
    assert row.taken_back_at is None
    assert row.proven_at is None
    [own] = export(scene.session, scene.person.user_id)["completed_by_judgment"]
    assert own["reason"] == "Ze deed dit op papier."
    [event] = scene.session.scalars(sa.select(AuditEvent).where(AuditEvent.verb == "completion_overridden"))
    assert event.subject_id == scene.person.id
    assert "reason" not in event.details


def test_who_does_not_train_the_cohort_may_not(scene, session, now) -> None:
    stranger = actor_of(session, make_trainer(session, make_cohort(session, now)))
    one = scene.activity().id
    override = scene.override(slug="m1-read")
    for actor in (stranger, scene.participant):
        with pytest.raises(Forbidden):
            override_completion(session, actor, scene.person.id, one, "Zomaar", now=now)
        with pytest.raises(Forbidden):
            take_back_override(session, actor, override, now=now)
    override_completion(session, scene.organiser, scene.person.id, one, "Zomaar", now=now)
    assert SLUG in scene.facts()


def test_nobody_judges_about_themselves(scene, session, now) -> None:
    both = replace(scene.participant, trains=frozenset({scene.cohort.id}))
    with pytest.raises(Forbidden):
        override_completion(session, both, scene.person.id, scene.activity().id, "Ik ben goed", now=now)


@pytest.mark.parametrize(("reason", "code"), [("", "missing"), (" \n ", "missing"), ("x" * 501, "long")])
def test_a_reason_is_needed(scene, reason, code) -> None:
    with pytest.raises(Invalid) as caught:
        scene.override(reason)
    assert caught.value.problems == {"reason": code}
    assert scene.facts() == {}


def test_what_is_done_cannot_be_judged_once_more(scene) -> None:
    scene.prove(scene.now - HOUR)
    with pytest.raises(Conflict, match="already_completed"):
        scene.override()
    assert scene.facts() == {SLUG: (scene.now - HOUR, "review")}
    assert list_overrides(scene.session, scene.person.id) == []


def test_twice_the_same_judgment_is_refused(scene) -> None:
    scene.override()
    with pytest.raises(Conflict, match="already_completed"):
        scene.override()


def test_an_activity_of_another_programme_is_unknown(scene, session, now) -> None:
    elsewhere = make_edition(session, slug="elders", modules=1)
    other = session.scalars(sa.select(Activity.id).where(Activity.edition_id == elsewhere.id)).first()
    with pytest.raises(NotFound):
        override_completion(session, scene.trainer, scene.person.id, other, "Zomaar", now=now)


@pytest.mark.parametrize("state", ["planned", "closed", "cancelled"])
def test_a_cohort_that_is_over_stays_as_it_is(scene, state) -> None:
    override = scene.override(slug="m1-read")
    scene.cohort.state = state
    scene.session.flush()
    with pytest.raises(Conflict, match="cohort_state"):
        scene.override()
    with pytest.raises(Conflict, match="cohort_state"):
        scene.take_back(override)


def test_taking_back_removes_what_rested_on_it_alone_and_keeps_who_and_when(scene) -> None:
    scene.prove(scene.now - HOUR, "m1-read", "topics_read")
    before = scene.progress()
    override = scene.override()
    assert scene.progress()[0] == before[0] + 1
    scene.take_back(override)
    assert scene.facts() == {"m1-read": (scene.now - HOUR, "topics_read")}
    assert scene.progress() == before
    [row] = list_overrides(scene.session, scene.person.id)
    assert row.taken_back_at == scene.now + HOUR
    assert row.taken_back_by == row.made_by
    with pytest.raises(NotFound):
        scene.take_back(override)


def test_it_may_be_judged_again_after_that(scene) -> None:
    scene.take_back(scene.override())
    again = scene.override(at=scene.now + 2 * HOUR)
    assert scene.facts() == {SLUG: (scene.now + 2 * HOUR, "override")}
    assert next(one.override_id for one in list_overrides(scene.session, scene.person.id)) == again


def test_evidence_that_comes_in_meanwhile_waits_and_counts_from_its_own_date(scene) -> None:
    override = scene.override()
    proven_at = scene.now + timedelta(days=2)
    assert scene.prove(proven_at) is False
    assert scene.prove(proven_at + HOUR) is False
    assert scene.facts() == {SLUG: (scene.now, "override")}
    assert list_overrides(scene.session, scene.person.id)[0].proven_at == proven_at
    before = scene.progress()
    scene.take_back(override, at=proven_at + 2 * HOUR)
    assert scene.facts() == {SLUG: (proven_at, "review")}
    assert scene.progress() == before


def test_attendance_of_a_whole_group_reaches_those_who_were_judged_and_those_who_were_not(scene) -> None:
    others = [make_participant(scene.session, scene.cohort) for _ in range(2)]
    override = scene.override()
    everybody = [scene.person.id, *(one.id for one in others)]
    later = scene.now + HOUR
    new = record_completions(
        scene.session, everybody, scene.activity().id, completed_at=later, evidence_kind="attendance"
    )
    assert new == 2
    scene.take_back(override, at=later)
    assert {scene.facts(one)[SLUG] for one in (scene.person, *others)} == {(later, "attendance")}


def test_erasing_the_person_empties_the_words_and_keeps_the_fact(scene, session, now) -> None:
    scene.override("Haar vader was ziek.")
    erase_places(session, scene.person.user_id)
    [row] = session.scalars(sa.select(CompletionOverride))
    assert row.reason == ""
    assert row.made_by_id is not None
    assert len(session.scalars(sa.select(ActivityCompletion)).all()) == 1


def test_erasing_who_judged_empties_their_name(scene, session, now) -> None:
    scene.take_back(scene.override())
    erase_places(session, scene.trainer.user_id)
    [row] = list_overrides(session, scene.person.id)
    assert (row.made_by, row.taken_back_by, row.reason) == ("", "", "Zij deed dit op papier.")
