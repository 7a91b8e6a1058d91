"""What happens around it: time, the platform's own jobs, who leaves, and the end of the cohort."""

from datetime import timedelta

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from peergang.cohorts.actions.leaving import withdraw_enrolment
from peergang.cohorts.actions.lifecycle import close_cohort
from peergang.cohorts.actions.trainers import remove_trainer
from peergang.coursework.actions.by_time import complete_served_givers
from peergang.coursework.actions.gaps import fill_gap
from peergang.coursework.actions.handing_on import repair_cohort
from peergang.coursework.actions.queue_care import balance_reviews, release_leases
from peergang.coursework.actions.submission import submit_reflection
from tests.domain.coursework.life.base import TRAINER, TRAINERS
from tests.domain.coursework.life.model import GRACE, TO_REVISE
from tests.domain.coursework.life.peers import Peers
from tests.domain.coursework.life.reviewing import Reviewing
from tests.domain.coursework.life.writing import Writing

SPANS = [
    timedelta(minutes=1),
    timedelta(minutes=31),
    timedelta(hours=5),
    timedelta(days=1),
    timedelta(days=4),
]
SPANS += [timedelta(days=8), timedelta(weeks=3)]
LEAVERS = ["author", "peer", "mate", "outside", "trainer", "colleague"]


class Around(Writing, Reviewing, Peers):
    """Nothing of this asks the author."""

    @initialize(
        audience=st.sampled_from(["trainer", "peer_group", "peer_group", "cohort"]),
        far=st.integers(0, 8),
        decision=st.sampled_from(["return", "talk_first", "approve"]),
    )
    def begin(self, audience: str, far: int, decision: str) -> None:
        """Most lives begin somewhere on the way, or few of them would come to the end."""
        self.choose(who="author", audience=audience)
        if far:
            self.submit(who="author")
        if far in (2, 3, 4, 7) and audience != "trainer":
            for who in ("peer", "mate")[: far - 1]:
                self.write_feedback(who=who, which=0, whole=1)
                self.send_feedback(who=who, which=0)
        if far > 3:
            self.write_review(who="trainer", which=0, decision=decision, words=True)
        if far > 4:
            self.press_send(who="trainer")
        if far > 5:
            self.seconds_pass(soon=False)

    @rule(span=st.sampled_from(SPANS))
    def time_passes(self, span: timedelta) -> None:
        self.tick(span)

    @precondition(lambda self: self.work.state == "in_review")
    @rule()
    def leases_are_swept(self) -> None:
        work, now = self.work, self.tick()
        self.attempt(lambda: release_leases(self.session, now=now), allowed=True)
        self.attempt(lambda: balance_reviews(self.session, now=now), allowed=True)
        over = work.lapsed(now) or work.talked_out(now)
        if work.state == "in_review" and over and work.held is None:
            work.state, work.reviewer = "submitted", None

    @precondition(lambda self: self.work.versions)
    @rule()
    def the_hour_strikes(self) -> None:
        """The repair job, and the daily facts."""
        work, now = self.work, self.tick()
        self.attempt(lambda: repair_cohort(self.session, self.cohort_id, now=now), allowed=True)
        self.attempt(lambda: complete_served_givers(self.session, now=now), allowed=True)
        if work.state != "submitted" or "author" in work.gone:
            return
        since = work.settled_at(now) if work.sent else work.term + GRACE
        late = since is not None and since + TO_REVISE <= now
        if not work.going or not work.peers_first() or late:
            work.with_trainer = True

    @precondition(lambda self: self.work.state == "submitted")
    @rule(who=TRAINER)
    def fill(self, who: str) -> None:
        """A trainer takes what nobody reacted to."""
        work, now = self.work, self.tick()
        gap = not work.with_trainer and work.peers_first() and not work.sent and work.term + GRACE <= now
        allowed = work.reviews_it(who) and gap
        self.attempt(lambda: fill_gap(self.session, self.actor(who), self.id, now=now), allowed=allowed)
        if allowed:
            work.with_trainer = True

    @rule(who=st.sampled_from(LEAVERS), sure=st.integers(0, 5))
    def leave(self, who: str, sure: int) -> None:
        work, now = self.work, self.tick()
        if sure:
            return
        organiser, place = self.actor("organiser"), self.places[who]
        if who in TRAINERS:
            allowed = work.going and not work.gone & set(TRAINERS)
            self.attempt(
                lambda: remove_trainer(self.session, organiser, self.cohort_id, place, now=now),
                allowed=allowed,
            )
        else:
            allowed = work.going and who not in work.gone
            self.attempt(lambda: withdraw_enrolment(self.session, organiser, place, now=now), allowed=allowed)
        if not allowed:
            return
        work.gone.add(who)
        if who in TRAINERS:
            work.send_held(None, of=who)
            if (work.state, work.reviewer) == ("in_review", who):
                work.state, work.reviewer, work.lease = "submitted", None, None
        self.look_at_group()

    @rule(sure=st.integers(0, 15))
    def close(self, sure: int) -> None:
        work = self.work
        if sure:
            return
        self.attempt(
            lambda: close_cohort(self.session, self.actor("organiser"), self.cohort_id, now=self.tick()),
            allowed=work.going,
        )
        if work.going and work.state == "submitted" and "author" not in work.gone:
            work.with_trainer = True
        work.going = False

    @precondition(lambda self: self.count)
    @rule()
    def somebody_else_hands_in(self) -> None:
        """The group has more to do than this one."""
        row = self.session.execute(
            sa.text(
                "SELECT id, draft_revision FROM reflection WHERE enrolment_id = :mate AND state = 'draft'"
            ),
            {"mate": self.places["mate"]},
        ).one_or_none()
        if row is None:
            return
        allowed = self.work.going and "mate" not in self.work.gone
        self.attempt(
            lambda: submit_reflection(
                self.session,
                self.actor("mate"),
                row.id,
                expected_revision=row.draft_revision,
                now=self.tick(),
            ),
            allowed=allowed,
        )
