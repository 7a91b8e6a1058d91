"""What the group does, and what the author says back."""

from uuid import UUID

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from peergang.coursework.actions.comments import add_comment, edit_comment, remove_comment
from peergang.coursework.actions.feedback import drop_change, save_feedback, send_feedback
from peergang.coursework.actions.reading import mark_reactions_read
from peergang.coursework.actions.thanking import open_thanks, rate_feedback, thank_for_feedback
from peergang.coursework.models import PeerFeedback
from peergang.coursework.rules.anchors import Quote
from tests.domain.coursework.life.base import AUTHOR, PEER, WHICH, WHO, Life
from tests.domain.coursework.life.model import WAITING, Feedback, Remark


class Peers(Life):
    """Feedback until it is read, thanks, and remarks at the words."""

    @precondition(lambda self: self.work.shared)
    @rule(who=PEER, which=WHICH, whole=st.integers(0, 4))
    def write_feedback(self, who: str, which: int, whole: int) -> None:
        work, picked = self.work, self.pick(which)
        if picked is None:
            return
        number, version = picked
        words = self.words() if whole else ""
        before = work.feedback.get((who, number))
        allowed = work.may_give(who) and work.going and not (before and before.read)
        revision = self.attempt(
            lambda: save_feedback(
                self.session,
                self.actor(who),
                version.id,
                {"top": "Sterk.", "tip": words},
                expected_revision=before.revision if before else 0,
                now=self.tick(),
            ),
            allowed=allowed,
        )
        if not allowed:
            return
        if before is None:
            work.feedback[who, number] = Feedback(words, revision)
        elif before.sent_at:
            before.rewrite, before.revision = words, revision
        else:
            before.words, before.revision = words, revision

    @precondition(lambda self: self.work.feedback)
    @rule(who=PEER, which=WHICH)
    def send_feedback(self, who: str, which: int) -> None:
        work, picked = self.work, self.pick(which)
        if picked is None:
            return
        number, version = picked
        one = work.feedback.get((who, number))
        allowed = bool(work.may_give(who) and work.going and one and not one.read)
        if one:
            writing = one.words if one.sent_at is None else one.rewrite
            allowed = allowed and (writing is None or bool(writing))
        now = self.tick()
        self.attempt(
            lambda: send_feedback(
                self.session,
                self.actor(who),
                version.id,
                expected_revision=one.revision if one else 0,
                now=now,
            ),
            allowed=allowed,
        )
        if not allowed or one is None:
            return
        if one.sent_at is None:
            one.sent_at, one.sent = now, one.words
        elif one.rewrite is not None:
            one.sent, one.rewrite = one.rewrite, None

    @precondition(lambda self: any(one.rewrite for one in self.work.feedback.values()))
    @rule(who=PEER)
    def drop_change(self, who: str) -> None:
        work, picked = self.work, self.pick(0)
        if picked is None:
            return
        number, version = picked
        allowed = work.may_give(who)
        self.attempt(
            lambda: drop_change(self.session, self.actor(who), version.id, now=self.tick()), allowed=allowed
        )
        one = work.feedback.get((who, number))
        if allowed and one and one.rewrite is not None:
            one.rewrite, one.revision = None, one.revision + 1

    @precondition(lambda self: self.work.sent or self.work.reviews)
    @rule(who=AUTHOR)
    def read(self, who: str) -> None:
        allowed = who == "author"
        self.attempt(
            lambda: mark_reactions_read(self.session, self.actor(who), self.id, now=self.tick()),
            allowed=allowed,
        )
        if allowed:
            for one in self.work.feedback.values():
                one.read = one.read or one.sent_at is not None

    def find_feedback(self, giver: str) -> tuple[UUID, Feedback] | None:
        """The latest that somebody wrote."""
        found = [(number, one) for (who, number), one in self.work.feedback.items() if who == giver]
        if not found:
            return None
        number, one = max(found, key=lambda pair: pair[0])
        key = self.session.scalar(
            sa.select(PeerFeedback.id).where(
                PeerFeedback.version_id == self.work.versions[number].id,
                PeerFeedback.giver_id == self.places[giver],
            )
        )
        assert key is not None
        return key, one

    @precondition(lambda self: self.work.sent)
    @rule(
        who=AUTHOR, giver=st.sampled_from(["peer", "mate"]), helped=st.sampled_from(["helped", "not_really"])
    )
    def rate(self, who: str, giver: str, helped: str) -> None:
        found = self.find_feedback(giver)
        if found is None:
            return
        key, one = found
        allowed = who == "author" and one.read
        self.attempt(
            lambda: rate_feedback(self.session, self.actor(who), key, helped, self.words(), now=self.tick()),
            allowed=allowed,
        )
        if allowed:
            one.rated = helped

    @precondition(lambda self: self.work.sent)
    @rule(
        who=AUTHOR, giver=st.sampled_from(["peer", "mate"]), words=st.sampled_from(["Dank je.", "Fijn!", ""])
    )
    def thank(self, who: str, giver: str, words: str) -> None:
        found = self.find_feedback(giver)
        if found is None:
            return
        key, one = found
        allowed = who == "author" and one.read and not one.thanks_read
        self.attempt(
            lambda: thank_for_feedback(self.session, self.actor(who), key, words, now=self.tick()),
            allowed=allowed,
        )
        if allowed:
            one.thanks = words

    @precondition(lambda self: any(one.thanks for one in self.work.feedback.values()))
    @rule(who=WHO, giver=st.sampled_from(["peer", "mate"]))
    def open_thanks(self, who: str, giver: str) -> None:
        found = self.find_feedback(giver)
        if found is None:
            return
        key, one = found
        who = giver if who in ("organiser", "stranger") else who
        allowed = who == giver and one.sent_at is not None
        self.attempt(
            lambda: open_thanks(self.session, self.actor(who), key, now=self.tick()), allowed=allowed
        )
        if allowed and one.thanks:
            one.thanks_read = True

    def can_go_out(self, who: str, number: int) -> bool:
        """Whether what `who` remarks on a version will still be sent with something."""
        work = self.work
        if work.reviews_it(who):
            return work.held is None and work.state in WAITING and number == len(work.versions) - 1
        given = work.feedback.get((who, number))
        return work.may_give(who) and work.going and not (given and given.read)

    @precondition(lambda self: self.work.shared)
    @rule(who=st.sampled_from(("peer", "mate", "trainer", "colleague", "outside", "author")), which=WHICH)
    def remark(self, who: str, which: int) -> None:
        work, picked = self.work, self.pick(which)
        if picked is None or "author" in work.erased:
            return
        number, version = picked
        prompt, answer = next(iter(version.answers.items()))
        quote = answer[answer.index("ging over") : -1]
        allowed, now = self.can_go_out(who, number), self.tick()
        made = self.attempt(
            lambda: (
                add_comment(
                    self.session, self.actor(who), version.id, prompt, Quote(quote), self.words(), now=now
                ).id
            ),
            allowed=allowed,
        )
        if allowed:
            work.remarks.append(Remark(made, who, number))
            if who == work.reviewer and work.state == "in_review" and work.lease:
                self.renew()

    def renew(self) -> None:
        raise NotImplementedError

    @precondition(lambda self: self.work.remarks)
    @rule(who=WHO, which=st.integers(0, 9), gone=st.booleans())
    def change_remark(self, who: str, which: int, gone: bool) -> None:
        work = self.work
        one = work.remarks[which % len(work.remarks)]
        who = one.who if which % 3 else who
        may = work.may_give(who) or (work.reviews_it(who) and work.held is None)
        allowed = who == one.who and may and not work.went_out(one)

        def act() -> None:
            actor = self.actor(who)
            if gone:
                remove_comment(self.session, actor, one.id)
            else:
                edit_comment(self.session, actor, one.id, self.words())

        self.attempt(act, allowed=allowed)
        if allowed and gone:
            work.remarks.remove(one)
