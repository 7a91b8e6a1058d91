"""Completion by a trainer's judgment, and taking it back: facts with evidence of their own stay (invariants 1 and 2)."""

from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from peergang.cohorts.actions.completion import record_completion, record_completions
from peergang.cohorts.actions.editions import upgrade_edition
from peergang.cohorts.actions.erasing import erase_places
from peergang.cohorts.actions.overriding import override_completion, take_back_override
from peergang.cohorts.actions.transfer import transfer_enrolment
from peergang.cohorts.models import ActivityCompletion, Cohort, CompletionOverride, Enrolment, WaitingEvidence
from peergang.cohorts.personal_data import export
from peergang.cohorts.queries.overrides import list_overrides
from peergang.cohorts.rules import completion
from peergang.core.errors import Conflict, Forbidden, Invalid, NotFound
from peergang.curriculum.models import Activity, Edition
from peergang.identity.models import AuditEvent
from peergang.progress.actions.compile import compile_dirty
from peergang.progress.models import EnrolmentProgress
from tests.factories.cohorts import make_cohort, make_participant, make_trainer
from tests.factories.coursework import actor_of
from tests.factories.curriculum import make_edition, make_next_edition
from tests.factories.identity import make_organiser

SLUG = "m1-reflection"
HOUR = timedelta(hours=1)


class Scene(SimpleNamespace):
    """A running cohort with a trainer, an organiser and one participant."""

    def activity(self, slug: str = SLUG, edition_id: object = None) -> Activity:
        wanted = (Activity.edition_id == (edition_id or self.cohort.edition_id)) & (Activity.slug == slug)
        return self.session.scalars(sa.select(Activity).where(wanted)).one()

    def override(self, reason: str = "Zij deed dit op papier.", slug: str = SLUG, at: datetime | None = None):
        one = self.activity(slug).id
        return override_completion(
            self.session, self.trainer, self.person.id, one, reason, now=at or self.now
        )

    def take_back(self, override_id, at: datetime | None = None):
        return take_back_override(self.session, self.trainer, override_id, now=at or self.now + HOUR)

    def prove(self, at: datetime, slug: str = SLUG, kind: str = "review") -> bool:
        return record_completion(
            self.session,
            self.person.id,
            self.activity(slug).id,
            completed_at=at,
            evidence_kind=kind,
            evidence_id=uuid4(),
        )

    def facts(self, enrolment: Enrolment | None = None) -> dict[str, tuple[datetime, str]]:
        """What counts for the participant in the present edition, by slug."""
        fact = ActivityCompletion
        rows = self.session.execute(
            sa.select(Activity.slug, fact.completed_at, fact.evidence_kind)
            .join(Activity, Activity.id == fact.activity_id)
            .join(Enrolment, Enrolment.id == fact.enrolment_id)
            .join(Cohort, (Cohort.id == Enrolment.cohort_id) & (Cohort.edition_id == Activity.edition_id))
            .where(fact.enrolment_id == (enrolment or self.person).id)
        )
        return {row.slug: (row.completed_at, row.evidence_kind) for row in rows}

    def progress(self) -> tuple[int, int]:
        compile_dirty(self.session, now=self.now)
        found = self.session.get_one(EnrolmentProgress, self.person.id, populate_existing=True)
        return found.completed, found.required

    def upgrade(self) -> Edition:
        newer = make_next_edition(
            self.session, self.session.get_one(Edition, self.cohort.edition_id), modules=1
        )
        upgrade_edition(
            self.session,
            self.organiser,
            self.cohort.id,
            from_edition_id=self.cohort.edition_id,
            to_edition_id=newer.id,
            now=self.now,
        )
        self.session.expire_all()
        return newer


@pytest.fixture
def scene(session: Session, now: datetime) -> Scene:
    cohort = make_cohort(session, now, edition=make_edition(session, modules=1))
    trainer = make_trainer(session, cohort)
    person = make_participant(session, cohort)
    return Scene(
        session=session,
        now=now,
        cohort=cohort,
        person=person,
        trainer=actor_of(session, trainer),
        organiser=actor_of(session, make_organiser(session)),
        participant=actor_of(session, person),
    )


def test_a_trainer_completes_an_activity_with_a_reason_that_everybody_concerned_can_read(scene) -> None:
    before = scene.progress()
    override = scene.override("  Ze deed dit\n op papier. ")
    assert scene.facts() == {SLUG: (scene.now, "override")}
    assert scene.progress() == (before[0] + 1, before[1])
    [row] = list_overrides(scene.session, scene.cohort.id)
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
    assert list_overrides(scene.session, scene.cohort.id) == []


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
    [row] = list_overrides(scene.session, scene.cohort.id)
    assert row.taken_back_at == scene.now + HOUR
    assert row.taken_back_by == row.made_by
    with pytest.raises(NotFound):
        scene.take_back(override)


def test_it_may_be_judged_again_after_that(scene) -> None:
    scene.take_back(scene.override())
    again = scene.override(at=scene.now + 2 * HOUR)
    assert scene.facts() == {SLUG: (scene.now + 2 * HOUR, "override")}
    assert next(one.override_id for one in list_overrides(scene.session, scene.cohort.id)) == again


def test_evidence_that_comes_in_meanwhile_waits_and_counts_from_its_own_date(scene) -> None:
    override = scene.override()
    proven_at = scene.now + timedelta(days=2)
    assert scene.prove(proven_at) is False
    assert scene.prove(proven_at + HOUR) is False
    assert scene.facts() == {SLUG: (scene.now, "override")}
    assert list_overrides(scene.session, scene.cohort.id)[0].proven_at == proven_at
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


def test_an_override_goes_along_to_a_newer_edition_and_comes_back_from_both(scene) -> None:
    override = scene.override()
    scene.upgrade()
    assert scene.facts() == {SLUG: (scene.now, "override")}
    done, required = scene.progress()
    assert done == 1 <= required
    [row] = list_overrides(scene.session, scene.cohort.id)
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
    [carried] = list_overrides(session, target.id)
    assert carried.override_id != mine
    assert carried.reason == "Zij deed dit op papier."
    take_back_override(session, scene.organiser, carried.override_id, now=now + 2 * HOUR)
    assert scene.facts(new) == {SLUG: (now + HOUR, "review")}
    assert scene.facts() == {SLUG: (now, "override")}


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
    [row] = list_overrides(session, scene.cohort.id)
    assert (row.made_by, row.taken_back_by, row.reason) == ("", "", "Zij deed dit op papier.")


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
