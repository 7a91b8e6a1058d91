"""Judgments, evidence, upgrades and taking back in any order, against a model of a few lines in plain Python."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings, strategies as st

from peergang.cohorts.models import ActivityCompletion
from peergang.core.errors import Conflict
from tests.factories.overriding import HOUR, Scene, make_scene

SLUGS = ("m1-read", "m1-reflection")
DEEDS = st.sampled_from(("judge", "judge", "take back", "take back", "prove", "prove", "upgrade", "compile"))
STEPS = st.lists(st.tuples(DEEDS, st.sampled_from(SLUGS)), min_size=2, max_size=9)
MOST_UPGRADES = 2


class Model:
    """What must count: for each activity its date and evidence, and what waits behind a judgment."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.at, self.upgrades = scene, scene.now, 0
        self.counts: dict[str, tuple[object, str]] = {}
        self.waits: dict[str, object] = {}
        self.given: dict[str, object] = {}
        self.real: set[tuple[object, ...]] = set()

    def step(self, deed: str, slug: str) -> None:
        self.at += HOUR
        match deed:
            case "judge":
                self.judge(slug)
            case "take back" if slug in self.given:
                self.scene.take_back(self.given.pop(slug), at=self.at)
                del self.counts[slug]
                if slug in self.waits:
                    self.counts[slug] = (self.waits.pop(slug), "review")
            case "prove":
                is_new = self.scene.prove(self.at, slug)
                assert is_new == (slug not in self.counts)
                if is_new:
                    self.counts[slug] = (self.at, "review")
                elif slug in self.given:
                    self.waits.setdefault(slug, self.at)
            case "upgrade" if self.upgrades < MOST_UPGRADES:
                self.upgrades += 1
                self.scene.upgrade()
        self.check()

    def judge(self, slug: str) -> None:
        if slug in self.counts:
            with pytest.raises(Conflict):
                self.scene.override(slug=slug, at=self.at)
            return
        self.given[slug] = self.scene.override(slug=slug, at=self.at)
        self.counts[slug] = (self.at, "override")

    def check(self) -> None:
        session = self.scene.session
        session.flush()
        assert self.scene.facts() == self.counts
        done, required = self.scene.progress()
        assert done == len(self.counts) <= required
        fact = ActivityCompletion
        real = set(
            session.execute(
                sa.select(fact.activity_id, fact.completed_at, fact.evidence_id, fact.rule_version).where(
                    fact.enrolment_id == self.scene.person.id, fact.evidence_kind != "override"
                )
            )
        )
        assert self.real <= real, "a fact with evidence of its own is gone or has changed"
        self.real = real


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS)
def test_whatever_happens_what_counts_is_what_the_model_says(session, now, steps) -> None:
    with session.begin_nested() as example:
        model = Model(make_scene(session, now - timedelta(days=1)))
        for deed, slug in steps:
            model.step(deed, slug)
        example.rollback()
    session.expire_all()
