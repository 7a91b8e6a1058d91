"""What trainers do: in hand, handed over, decided, on its way, sent."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from peergang.coursework.actions.claiming import claim_next, claim_review, release_review, renew_lease
from peergang.coursework.actions.handing_over import hand_over_review
from peergang.coursework.actions.holding import hold_review, send_held_reviews, undo_review
from peergang.coursework.actions.reviewing import ReviewText, save_review
from tests.domain.coursework.life.base import TRAINER, TRAINERS, Life
from tests.domain.coursework.life.model import HOLD, LEASE, WAITING, Draft

DECISIONS = st.sampled_from(["approve", "return", "return", "talk_first", ""])


class Reviewing(Life):
    """Everything at the review desk."""

    def renew(self) -> None:
        self.work.lease = self.now + LEASE

    def take(self, who: str) -> None:
        """The model's claim."""
        work = self.work
        if (work.state, work.reviewer) == ("in_review", who):
            work.lease = self.now + LEASE if work.lease else None
            return
        work.state, work.reviewer, work.with_trainer = "in_review", who, True
        self.renew()

    def may_take(self, who: str, over: bool = False) -> bool:
        work = self.work
        if not work.reviews_it(who) or work.state not in WAITING:
            return False
        if work.state == "in_review" and work.reviewer == who:
            return True
        free = work.state == "submitted" or over or work.lapsed(self.now)
        return free and work.held is None

    @precondition(lambda self: self.work.versions)
    @rule(who=TRAINER, over=st.booleans())
    def claim(self, who: str, over: bool) -> None:
        now = self.tick()
        allowed = self.may_take(who, over)
        self.attempt(
            lambda: claim_review(self.session, self.actor(who), self.id, take_over=over, now=now),
            allowed=allowed,
        )
        if allowed:
            self.take(who)

    @rule(who=TRAINER)
    def take_next(self, who: str) -> None:
        work, now = self.work, self.tick()
        waits = work.reviews_it(who) and work.held is None
        queued = waits and work.state == "submitted" and work.with_trainer
        trains = who in TRAINERS and who not in work.gone
        free = waits and work.state == "in_review" and work.lapsed(now)
        got = self.attempt(lambda: claim_next(self.session, self.actor(who), now=now), allowed=trains)
        if got is None:
            assert not (trains and queued), "what waits is given to who asks"
        if got != self.id:
            return
        assert queued or free, "taken from a colleague who is at work"
        self.take(who)

    @precondition(lambda self: self.work.state == "in_review")
    @rule(who=TRAINER)
    def stay(self, who: str) -> None:
        work, now = self.work, self.tick()
        allowed = who in TRAINERS and who not in work.gone
        found = self.attempt(
            lambda: renew_lease(self.session, self.actor(who), self.id, now=now), allowed=allowed
        )
        mine = allowed and (work.state, work.reviewer) == ("in_review", who)
        assert bool(found) == mine
        if mine and work.lease:
            self.renew()

    @precondition(lambda self: self.work.state == "in_review")
    @rule(who=TRAINER)
    def release(self, who: str) -> None:
        work = self.work
        allowed = (
            work.reviews_it(who) and (work.state, work.reviewer) == ("in_review", who) and work.held is None
        )
        self.attempt(
            lambda: release_review(self.session, self.actor(who), self.id, now=self.tick()), allowed=allowed
        )
        if allowed:
            work.state, work.reviewer, work.lease = "submitted", None, None

    @precondition(lambda self: self.work.versions)
    @rule(who=TRAINER, to=st.sampled_from([*TRAINERS, *TRAINERS, "author", "organiser"]))
    def hand_over(self, who: str, to: str) -> None:
        work, now = self.work, self.tick()
        mine = work.reviewer in (None, who) or work.lapsed(now)
        able = to in TRAINERS and to not in work.gone and to != who
        allowed = work.reviews_it(who) and work.state in WAITING and mine and able and work.held is None
        self.attempt(
            lambda: hand_over_review(
                self.session, self.actor(who), self.id, self.people[to], "Ken jij dit?", now=now
            ),
            allowed=allowed,
        )
        if allowed:
            work.state, work.reviewer, work.lease = "submitted", None, None

    @precondition(lambda self: self.work.versions)
    @rule(who=TRAINER, which=st.integers(0, 4), decision=DECISIONS, words=st.booleans())
    def write_review(self, who: str, which: int, decision: str, words: bool) -> None:
        work, picked, now = self.work, self.pick(max(0, which - 3)), self.tick()
        if picked is None:
            return
        number, version = picked
        before = work.drafts.get((who, number))
        text = ReviewText(decision, {"rol": "yes"}, self.words() if words else "")
        allowed = self.may_take(who) and number == len(work.versions) - 1 and work.held is None
        revision = self.attempt(
            lambda: save_review(
                self.session,
                self.actor(who),
                self.id,
                version.id,
                text,
                expected_revision=before.revision if before else 0,
                now=now,
            ),
            allowed=allowed,
        )
        if allowed:
            self.take(who)
            work.drafts[who, number] = Draft(decision, text.message, revision)

    @precondition(lambda self: self.work.drafts)
    @rule(who=TRAINER)
    def press_send(self, who: str) -> None:
        work, now, number = self.work, self.tick(), len(self.work.versions) - 1
        one = work.drafts.get((who, number))
        ready = one is not None and one.decision and (one.message or one.decision != "return")
        mine = work.reviews_it(who) and (work.state, work.reviewer) == ("in_review", who)
        allowed = bool(mine and ready and work.held is None)
        revision = one.revision if one else 0
        self.attempt(
            lambda: hold_review(self.session, self.actor(who), self.id, expected_revision=revision, now=now),
            allowed=allowed,
        )
        if allowed and one:
            one.held_until = now + HOLD

    @precondition(lambda self: self.work.held)
    @rule(who=TRAINER)
    def take_back(self, who: str) -> None:
        work, held = self.work, self.work.held
        mine = work.reviews_it(who) and (work.state, work.reviewer) == ("in_review", who)
        allowed = bool(held and held[0] == who and mine)
        self.attempt(lambda: undo_review(self.session, self.actor(who), self.id), allowed=allowed)
        if allowed and held:
            held[1].held_until = None

    @precondition(lambda self: self.work.held)
    @rule(soon=st.booleans())
    def seconds_pass(self, soon: bool) -> None:
        """The worker that sends what was pressed; too soon it sends nothing."""
        now = self.tick(HOLD * (0 if soon else 2))
        self.attempt(lambda: send_held_reviews(self.session, now), allowed=True)
        self.work.send_held(now)
