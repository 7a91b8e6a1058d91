"""One reflection under many hands, in any order: the states follow the table, and nobody reads what they may not."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment
from peergang.core.errors import Conflict, Forbidden, Invalid
from peergang.core.permissions import Actor
from peergang.coursework.actions.claiming import claim_review, release_review
from peergang.coursework.actions.drafts import save_draft
from peergang.coursework.actions.feedback import save_feedback, send_feedback
from peergang.coursework.actions.reviewing import ReviewText, save_review, send_review
from peergang.coursework.actions.submission import (
    change_audience,
    reopen_reflection,
    submit_reflection,
    withdraw_reflection,
)
from peergang.coursework.models import Reflection, ReflectionVersion
from peergang.coursework.policy import can_read_reflection
from peergang.coursework.queries.access import get_access
from peergang.coursework.queries.feedback import list_shared_with_cohort, list_to_give
from peergang.coursework.queries.review_queue import list_review_queue, list_versions_and_draft
from peergang.coursework.rules import STEP_OF_DECISION, TRANSITIONS, Decision, ReflectionState, Step
from peergang.coursework.rules.drafts import DraftText
from tests.factories.cohorts import make_cohort, make_participant
from tests.factories.coursework import ANSWERS, actor_of, make_class, make_reflection
from tests.factories.identity import make_organiser

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
READERS = ("peer", "outside", "trainer", "colleague", "stranger", "organiser")
TRAINERS = st.sampled_from(["trainer", "colleague"])
ANYBODY = st.sampled_from(["author", *READERS])
AUDIENCES = st.sampled_from(["private", "trainer", "peer_group", "cohort"])

READ_BY = {
    None: set(),
    "private": set(),
    "trainer": {"trainer", "colleague"},
    "peer_group": {"trainer", "colleague", "peer"},
    "cohort": {"trainer", "colleague", "peer", "outside"},
}


class Life(RuleBasedStateMachine):
    """The model: state, audience, who has it, and the versions; written down apart from the code under test."""

    session: Session
    author: Enrolment
    actors: dict[str, Actor]

    def __init__(self) -> None:
        super().__init__()
        self.outer = self.session.begin_nested()
        reflection = make_reflection(self.session, self.author, NOW, audience="trainer")
        self.id, self.activity_id = reflection.id, reflection.activity_id
        self.state, self.audience, self.reviewer = ReflectionState.DRAFT, "trainer", None
        self.versions: list[dict[str, str]] = []
        self.now, self.words = NOW, 0

    def teardown(self) -> None:
        self.outer.rollback()
        self.session.expire_all()

    def attempt(self, action: Callable[[], Any], *, allowed: bool) -> Any:
        """Carry out `action`, which must succeed exactly when the model says so."""
        self.now += timedelta(hours=1)
        savepoint = self.session.begin_nested()
        try:
            result = action()
        except (Conflict, Forbidden, Invalid):
            savepoint.rollback()
            self.session.expire_all()
            assert not allowed, "the model allows this"
            return None
        savepoint.commit()
        assert allowed, "the model does not allow this"
        return result

    def can(self, step: Step) -> bool:
        return (self.state, step) in TRANSITIONS

    def stored(self) -> Reflection:
        self.session.expire_all()
        return self.session.get_one(Reflection, self.id)

    @property
    def shared(self) -> bool:
        gone = {ReflectionState.DRAFT, ReflectionState.WITHDRAWN}
        return bool(self.versions) and self.state not in gone and self.audience != "private"

    def reads(self, who: str) -> bool:
        return who == "author" or (self.shared and who in READ_BY[self.audience])

    @rule(stale=st.booleans())
    def write(self, stale: bool) -> None:
        self.words += 1
        text = DraftText("Titel", self.audience, ANSWERS | {"gezien": f"Woord {self.words}"})
        editable = self.state in {ReflectionState.DRAFT, ReflectionState.SUBMITTED, ReflectionState.RETURNED}
        waiting_private = self.audience == "private" and self.state == ReflectionState.SUBMITTED
        revision = self.stored().draft_revision - stale
        self.attempt(
            lambda: save_draft(
                self.session,
                self.actors["author"],
                self.activity_id,
                text,
                expected_revision=revision,
                now=self.now,
            ),
            allowed=editable and not stale and not waiting_private,
        )

    @rule(who=ANYBODY, audience=AUDIENCES)
    def choose(self, who: str, audience: str) -> None:
        waiting = self.state in {ReflectionState.SUBMITTED, ReflectionState.IN_REVIEW}
        allowed = who == "author" and not (waiting and audience == "private")
        self.attempt(
            lambda: change_audience(self.session, self.actors[who], self.id, audience, now=self.now), allowed=allowed
        )
        if allowed:
            self.audience = audience

    @rule(who=ANYBODY)
    def submit(self, who: str) -> None:
        reflection = self.stored()
        draft = dict(reflection.draft)
        same = self.state == ReflectionState.SUBMITTED and self.versions[-1] == draft
        allowed = who == "author" and self.can(Step.SUBMIT) and self.audience != "private" and not same
        revision = reflection.draft_revision
        self.attempt(
            lambda: submit_reflection(
                self.session, self.actors[who], self.id, expected_revision=revision, now=self.now
            ),
            allowed=allowed,
        )
        if allowed:
            self.state = TRANSITIONS[self.state, Step.SUBMIT]
            self.versions.append(draft)

    @rule(who=ANYBODY)
    def withdraw(self, who: str) -> None:
        allowed = who == "author" and self.can(Step.WITHDRAW)
        self.attempt(
            lambda: withdraw_reflection(self.session, self.actors[who], self.id, now=self.now),
            allowed=allowed,
        )
        if allowed:
            self.state = ReflectionState.WITHDRAWN

    @rule(who=ANYBODY)
    def reopen(self, who: str) -> None:
        allowed = who == "author" and self.can(Step.REOPEN)
        self.attempt(
            lambda: reopen_reflection(self.session, self.actors[who], self.id, now=self.now), allowed=allowed
        )
        if allowed:
            self.state = ReflectionState.DRAFT

    @rule(who=ANYBODY, over=st.booleans())
    def claim(self, who: str, over: bool) -> None:
        free = self.state == ReflectionState.SUBMITTED
        held = self.state == ReflectionState.IN_REVIEW and (over or self.reviewer == who)
        allowed = who in {"trainer", "colleague"} and self.shared and (free or held)
        self.attempt(
            lambda: claim_review(self.session, self.actors[who], self.id, take_over=over, now=self.now),
            allowed=allowed,
        )
        if allowed:
            self.state, self.reviewer = ReflectionState.IN_REVIEW, who

    @rule(who=ANYBODY)
    def release(self, who: str) -> None:
        allowed = self.can(Step.RELEASE) and self.reviewer == who and self.shared
        self.attempt(
            lambda: release_review(self.session, self.actors[who], self.id, now=self.now), allowed=allowed
        )
        if allowed:
            self.state, self.reviewer = ReflectionState.SUBMITTED, None

    @rule(who=ANYBODY, decision=st.sampled_from(Decision), words=st.booleans())
    def decide(self, who: str, decision: Decision, words: bool) -> None:
        version = self.session.scalars(
            sa.select(ReflectionVersion)
            .where(ReflectionVersion.reflection_id == self.id)
            .order_by(ReflectionVersion.number.desc())
        ).first()
        if version is None:
            return
        mine = self.state == ReflectionState.SUBMITTED or self.reviewer == who
        waits = self.state in {ReflectionState.SUBMITTED, ReflectionState.IN_REVIEW}
        allowed = who in {"trainer", "colleague"} and self.shared and waits and mine
        allowed = allowed and (words or decision != Decision.RETURN)
        text = ReviewText(decision, {"rol": "yes"}, "Goed." if words else "")
        actor = self.actors[who]

        def act() -> None:
            draft = list_versions_and_draft(self.session, version.reflection_id, actor.user_id)[1]
            revision = save_review(
                self.session, actor, self.id, version.id, text, expected_revision=draft.revision, now=self.now
            )
            send_review(self.session, actor, self.id, expected_revision=revision, now=self.now)

        self.attempt(act, allowed=allowed)
        if allowed:
            self.state = TRANSITIONS[ReflectionState.IN_REVIEW, STEP_OF_DECISION[decision]]
            self.reviewer = who if self.state == ReflectionState.IN_REVIEW else None

    @rule(who=ANYBODY)
    def feed_back(self, who: str) -> None:
        version = self.session.scalars(
            sa.select(ReflectionVersion)
            .where(ReflectionVersion.reflection_id == self.id)
            .order_by(ReflectionVersion.number.desc())
        ).first()
        if version is None:
            return
        served = self.session.execute(
            sa.text("SELECT count(*) FROM peer_feedback WHERE version_id = :id AND sent_at IS NOT NULL"),
            {"id": version.id},
        ).scalar()
        allowed = who == "peer" and self.reads("peer") and not served

        def act() -> None:
            answers = {"top": "Sterk.", "tip": "Kleiner."}
            revision = save_feedback(
                self.session, self.actors[who], version.id, answers, expected_revision=0, now=self.now
            )
            send_feedback(
                self.session, self.actors[who], version.id, expected_revision=revision, now=self.now
            )

        self.attempt(act, allowed=allowed)

    @invariant()
    def the_record_follows_the_table(self) -> None:
        stored = self.stored()
        reviewer = self.actors[self.reviewer].user_id if self.reviewer else None
        assert (stored.state, stored.audience, stored.reviewer_id) == (self.state, self.audience, reviewer)

    @invariant()
    def versions_stay_word_for_word(self) -> None:
        rows = self.session.execute(
            sa.select(ReflectionVersion.answers)
            .where(ReflectionVersion.reflection_id == self.id)
            .order_by(ReflectionVersion.number)
        )
        assert [row.answers for row in rows] == self.versions

    @invariant()
    def nobody_reads_what_they_may_not(self) -> None:
        for who, actor in self.actors.items():
            access = get_access(self.session, actor, self.id)
            assert can_read_reflection(actor, access) == self.reads(who), who

    @rule(who=st.sampled_from(READERS))
    def look_at_lists(self, who: str) -> None:
        """Nothing stands in anybody's list that they may not read."""
        actor = self.actors[who]
        lists = (
            list_to_give(self.session, actor),
            list_shared_with_cohort(self.session, actor),
            list_review_queue(self.session, actor) if actor.is_trainer else (),
        )
        assert self.reads(who) or not any(lists), f"{who} sees it in a list"


@pytest.mark.slow
def test_life_of_a_reflection(session: Session) -> None:
    room = make_class(session, NOW)
    stranger = make_participant(session, make_cohort(session, NOW))
    people = {name: getattr(room, name) for name in ("author", "peer", "outside", "trainer", "colleague")}
    people |= {"stranger": stranger, "organiser": make_organiser(session)}
    actors = {name: actor_of(session, who) for name, who in people.items()}
    machine = type("LifeHere", (Life,), {"session": session, "author": room.author, "actors": actors})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=6,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
