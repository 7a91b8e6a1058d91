"""What ends or moves what everybody stood on: a closed account, somebody who is erased, a newer edition."""

from datetime import datetime

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import rule

from peergang.cohorts.actions.editions import upgrade_edition
from peergang.cohorts.models import Cohort
from peergang.coursework.actions.erasing import erase_coursework
from peergang.coursework.models import Reflection
from peergang.coursework.rules.erasing import ERASED_TEXT, ERASED_TITLE
from peergang.curriculum.models import Edition
from peergang.identity.actions.account import deactivate_user
from tests.domain.coursework.life.base import TRAINERS, Life
from tests.domain.coursework.life.model import WAITING
from tests.factories.curriculum import make_next_edition

SOMEBODY = st.sampled_from(["author", "author", "peer", "mate", "outside", "trainer", "colleague"])
REWRITTEN = {"version", "file", "thanks", "place"}
"""What is for ever, except that erasing its author takes the words out."""


class Endings(Life):
    """None of it asks anybody who is in the middle of something."""

    @rule(who=SOMEBODY, sure=st.integers(0, 9))
    def close_account(self, who: str, sure: int) -> None:
        if sure:
            return
        now = self.tick()
        # Twice does nothing.
        self.attempt(
            lambda: deactivate_user(self.session, self.actor("organiser"), self.people[who], now=now),
            allowed=True,
        )
        self.account_closed(who)

    def account_closed(self, who: str) -> None:
        """What the model makes of it: their place is free while the cohort goes on, and what they had in hand always."""
        work = self.work
        if who in work.closed:
            return
        work.closed.add(who)
        if work.going:
            work.gone.add(who)
        if who in TRAINERS:
            work.send_held(None, of=who)
            if (work.state, work.reviewer) == ("in_review", who):
                work.state, work.reviewer, work.lease = "submitted", None, None
        self.look_at_group()

    @rule(who=SOMEBODY, sure=st.integers(0, 15))
    def erase(self, who: str, sure: int) -> None:
        if sure:
            return
        work, now = self.work, self.tick()
        self.attempt(lambda: self._erase(who, now), allowed=True)
        self.account_closed(who)
        work.erased.add(who)
        if who == "author":
            self.words_are_gone()
        work.feedback = {key: one for key, one in work.feedback.items() if key[0] != who or one.sent_at}
        for (giver, _), one in work.feedback.items():
            if giver == who:
                one.rewrite = None
        work.drafts = {key: one for key, one in work.drafts.items() if key[0] != who}
        work.remarks = [
            one for one in work.remarks if one.who != who or self.is_given(who, one.version, one.went)
        ]

    def _erase(self, who: str, now: datetime) -> None:
        """As privacy does, as far as this feature goes."""
        deactivate_user(self.session, self.actor("organiser"), self.people[who], now=now)
        self.session.flush()
        erase_coursework(self.session, self.people[who])

    def is_given(self, who: str, number: int, went: bool) -> bool:
        """Whether a remark belongs to something that was sent, so that it is its receiver's as well."""
        given = self.work.feedback.get((who, number))
        return went or bool(given and given.sent_at)

    def words_are_gone(self) -> None:
        """Nothing of the author is left, and nobody waits for them."""
        work = self.work
        if work.state in WAITING:
            work.state, work.with_trainer, work.reviewer, work.lease = "withdrawn", False, None, None
        work.title, work.prompt_set, work.draft = ERASED_TITLE, "", {}
        work.files, work.removed = {}, {}
        for version in work.versions:
            version.title, version.files = ERASED_TITLE, {}
            version.answers = dict.fromkeys(version.answers, ERASED_TEXT)
        for one in work.drafts.values():
            one.held_until = None
        for given in work.feedback.values():
            given.thanks = given.thanks and ERASED_TEXT
        self.kept = {key: it for key, it in self.kept.items() if key[0] not in REWRITTEN}
        assert self.stored().draft == {}

    @rule(sure=st.integers(0, 5))
    def newer_edition(self, sure: int) -> None:
        """The same words under new ids."""
        if sure:
            return
        now = self.tick()
        self.attempt(lambda: self._upgrade(now), allowed=self.work.going)
        self.activity_id = self.session.scalars(
            sa.select(Reflection.activity_id).where(Reflection.id == self.id)
        ).one()

    def _upgrade(self, now: datetime) -> None:
        old = self.session.get_one(Cohort, self.cohort_id).edition_id
        newer = make_next_edition(self.session, self.session.get_one(Edition, old))
        upgrade_edition(
            self.session,
            self.actor("organiser"),
            self.cohort_id,
            from_edition_id=old,
            to_edition_id=newer.id,
            now=now,
        )
