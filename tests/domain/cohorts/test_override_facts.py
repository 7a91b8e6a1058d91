"""What becomes of a completion by judgment in other editions and cohorts, and what the database itself refuses."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from peergang.cohorts.actions.completion import record_completion
from peergang.cohorts.actions.leaving import withdraw_enrolment
from peergang.cohorts.actions.overriding import take_back_override
from peergang.cohorts.actions.transfer import transfer_enrolment
from peergang.cohorts.models import ActivityCompletion, Enrolment, WaitingEvidence
from peergang.cohorts.queries.overrides import list_overrides
from peergang.cohorts.rules import completion
from peergang.curriculum.models import Activity, Edition
from peergang.identity.models import User
from tests.factories.cohorts import make_cohort, make_participant
from tests.factories.overriding import HOUR, SLUG, make_scene


@pytest.fixture
def scene(session, now):
    return make_scene(session, now)


def test_an_override_goes_along_to_a_newer_edition_and_comes_back_from_both(scene) -> None:
    override = scene.override()
    scene.upgrade()
    assert scene.facts() == {SLUG: (scene.now, "override")}
    done, required = scene.progress()
    assert done == 1 <= required
    [row] = list_overrides(scene.session, scene.person.id)
    assert row.activity_id == scene.activity().id
    scene.take_back(override)
    left = scene.session.scalar(sa.select(sa.func.count()).select_from(ActivityCompletion))
    assert (left, scene.progress()[0]) == (0, 0)


@pytest.mark.parametrize("before", [True, False])
def test_evidence_from_before_or_after_an_upgrade_survives_taking_back(scene, before) -> None:
    override = scene.override()
    if before:
        scene.prove(scene.now + HOUR)
    scene.upgrade()
    if not before:
        scene.prove(scene.now + HOUR)
    scene.take_back(override, at=scene.now + 2 * HOUR)
    assert scene.facts() == {SLUG: (scene.now + HOUR, "review")}
    assert scene.progress()[0] == 1


def test_another_cohort_takes_the_judgment_along_as_its_own(scene, session, now) -> None:
    mine = scene.override()
    scene.prove(now + HOUR)
    target = make_cohort(session, now, edition=session.get_one(Edition, scene.cohort.edition_id))
    new = session.get_one(
        Enrolment, transfer_enrolment(session, scene.organiser, scene.person.id, target.id, now=now)
    )
    assert scene.facts(new) == {SLUG: (now, "override")}
    [carried] = list_overrides(session, new.id)
    assert carried.override_id != mine
    assert carried.reason == "Zij deed dit op papier."
    take_back_override(session, scene.organiser, carried.override_id, now=now + 2 * HOUR)
    assert scene.facts(new) == {SLUG: (now + HOUR, "review")}
    assert scene.facts() == {SLUG: (now, "override")}


def test_evidence_of_an_earlier_place_waits_behind_a_judgment_here(scene, session, now) -> None:
    """Who comes back to a cohort keeps what was judged there, and what they proved elsewhere counts once that goes."""
    override = scene.override()
    withdraw_enrolment(session, scene.organiser, scene.person.id, reason="no_time", now=now)
    user = session.get_one(User, scene.person.user_id)
    other = make_cohort(session, now, edition=session.get_one(Edition, scene.cohort.edition_id))
    values = {"user_id": user.id, "affiliation_id": scene.person.affiliation_id}
    there = Enrolment(cohort_id=other.id, role="participant", state="active", **values)
    session.add(there)
    session.flush()
    done = {"completed_at": now + HOUR, "evidence_kind": "review"}
    record_completion(session, there.id, scene.activity().id, **done)
    back = transfer_enrolment(session, scene.organiser, there.id, scene.cohort.id, now=now + 2 * HOUR)
    assert back == scene.person.id
    assert scene.facts() == {SLUG: (now, "override")}
    scene.take_back(override, at=now + 3 * HOUR)
    assert scene.facts() == {SLUG: (now + HOUR, "review")}


REFUSED = {
    "a real fact": "DELETE FROM activity_completion WHERE evidence_kind = 'review'",
    "an override that counts": "DELETE FROM activity_completion WHERE evidence_kind = 'override'",
    "a date": "UPDATE activity_completion SET completed_at = now()",
    "dressed up": "UPDATE activity_completion SET evidence_kind = 'override'",
    "a version": "UPDATE activity_completion SET rule_version = 2",
    "the reason": "UPDATE completion_override SET reason = 'anders'",
    "the override": "DELETE FROM completion_override",
    "on nothing": "UPDATE completion_override SET taken_back_by_id = made_by_id",
    "waiting": "DELETE FROM waiting_evidence",
    "waiting since": "UPDATE waiting_evidence SET completed_at = now()",
}


@pytest.mark.parametrize("statement", REFUSED.values(), ids=REFUSED.keys())
def test_the_database_refuses(scene, session, statement) -> None:
    scene.prove(scene.now, "m1-read")
    scene.override()
    scene.prove(scene.now + HOUR)
    session.flush()
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(sa.text(statement))


def test_an_override_is_taken_back_once_and_for_good(scene, session) -> None:
    scene.take_back(scene.override())
    for change in ("taken_back_at = NULL, taken_back_by_id = NULL", "taken_back_at = now()"):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(sa.text(f"UPDATE completion_override SET {change}"))


def test_no_fact_rests_on_anothers_override_or_on_one_that_is_gone(scene, session) -> None:
    other = make_participant(session, scene.cohort)
    override = scene.override()
    with pytest.raises(IntegrityError), session.begin_nested():
        record_completion(
            session,
            other.id,
            scene.activity().id,
            completed_at=scene.now,
            evidence_kind="override",
            evidence_id=override,
        )
    scene.take_back(override)
    assert scene.prove(scene.now, "m1-read") is True
    assert not record_completion(
        session,
        scene.person.id,
        scene.activity().id,
        completed_at=scene.now,
        evidence_kind="override",
        evidence_id=override,
    )
    assert SLUG not in scene.facts()


def test_a_fact_keeps_the_version_of_its_rule(scene, session, monkeypatch) -> None:
    scene.prove(scene.now, "m1-read")
    override = scene.override()
    newer = {kind: replace(rule, version=2, was={1: "before"}) for kind, rule in completion.RULES.items()}
    monkeypatch.setattr(completion, "RULES", newer)
    scene.prove(scene.now + HOUR)
    scene.take_back(override, at=scene.now + 2 * HOUR)
    scene.upgrade()
    kept = sa.select(Activity.slug, ActivityCompletion.rule_version).join(
        Activity, Activity.id == ActivityCompletion.activity_id
    )
    assert set(session.execute(kept)) == {("m1-read", 1), (SLUG, 2)}
    assert session.scalars(sa.select(WaitingEvidence.rule_version)).all() == [2]
