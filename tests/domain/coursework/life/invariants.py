"""What holds after every step, read with plain SQL where the code under test has no part in it."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from peergang.coursework.policy import can_read_reactions, can_read_reflection
from peergang.coursework.queries.access import get_access
from peergang.coursework.queries.allocation import list_assigned
from peergang.coursework.queries.attachments import list_version_attachments
from peergang.coursework.queries.calibration import list_samples
from peergang.coursework.queries.comments import list_comments
from peergang.coursework.queries.feedback import list_shared_with_cohort, list_to_give
from peergang.coursework.queries.gaps import list_gaps
from peergang.coursework.queries.given_feedback import list_given
from peergang.coursework.queries.own_reflections import list_own_reflections
from peergang.coursework.queries.portfolio import list_portfolio
from peergang.coursework.queries.reactions import list_reactions
from peergang.coursework.queries.review_overview import list_queue_page
from peergang.coursework.queries.review_queue import list_review_queue
from tests.domain.coursework.life.base import NAMES, Life
from tests.domain.coursework.life.model import WAITING

FOR_EVER = {
    "version": "SELECT id AS key, to_jsonb(v) AS it FROM reflection_version v",
    "file": "SELECT version_id::text || attachment_id AS key, to_jsonb(f) AS it FROM version_attachment f",
    "fact": "SELECT enrolment_id::text || activity_id AS key, to_jsonb(c) AS it FROM activity_completion c",
    "review": "SELECT id AS key, to_jsonb(r) - 'read_at' AS it FROM review r WHERE sent_at IS NOT NULL",
    "feedback": "SELECT id AS key, jsonb_build_array(answers, criteria, asked, version_id, giver_id, sent_at)"
    " AS it FROM peer_feedback WHERE read_at IS NOT NULL",
    "thanks": "SELECT id AS key, to_jsonb(thanks) AS it FROM peer_feedback WHERE thanks_read_at IS NOT NULL",
    "ended": "SELECT id AS key, to_jsonb(a) AS it FROM feedback_assignment a WHERE state <> 'open'",
    "place": "SELECT id AS key, jsonb_build_array(version_id, author_id, quote, prefix, suffix) AS it FROM comment"
    " WHERE id IN (SELECT c.id FROM comment c JOIN review r ON r.version_id = c.version_id"
    " AND r.reviewer_id = c.author_id AND r.sent_at >= c.created_at)",
}
"""What may appear, and from then on neither changes nor disappears (invariants 2 and 4, and what a receiver read)."""


class Invariants(Life):
    """Invariants 2, 3 and 4 of the domain, and what a queue promises."""

    def rows(self, statement: str, **values: Any) -> list[Any]:
        return list(self.session.execute(sa.text(statement), values))

    @invariant()
    def the_record_is_as_the_model_says(self) -> None:
        stored, work = self.stored(), self.work
        reviewer = self.people[work.reviewer] if work.reviewer else None
        assert (stored.state, stored.audience, stored.reviewer_id) == (work.state, work.audience, reviewer)
        assert stored.title == work.title
        assert stored.draft.items() >= work.draft.items()
        if work.state in WAITING:
            assert (stored.for_trainer_at is not None) == work.with_trainer, "whose turn it is"
            assert (stored.promised_on is not None) == work.with_trainer, (
                "the trainer's turn comes with a promise"
            )
        if work.state == "in_review":
            assert stored.lease_until == work.lease

    @invariant()
    def versions_stay_word_for_word(self) -> None:
        rows = self.rows(
            "SELECT id, title, answers FROM reflection_version WHERE reflection_id = :id ORDER BY number",
            id=self.id,
        )
        assert [tuple(row) for row in rows] == [
            (one.id, one.title, one.answers) for one in self.work.versions
        ]
        for one in self.work.versions[-2:]:
            shown = list_version_attachments(self.session, one.id)
            assert {row.attachment_id: row.description for row in shown} == one.files

    @invariant()
    def what_is_for_ever_stays(self) -> None:
        for kind, statement in FOR_EVER.items():
            found = {(kind, row.key): row.it for row in self.rows(statement)}
            before = {key: it for key, it in self.kept.items() if key[0] == kind}
            assert before.items() <= found.items(), f"a {kind} changed or disappeared"
            self.kept |= found

    @invariant()
    def nobody_reads_what_they_may_not(self) -> None:
        for who in NAMES:
            actor, reads = self.actor(who), self.work.reads(who)
            access = get_access(self.session, actor, self.id)
            assert can_read_reflection(actor, access) == reads, who
            assert can_read_reactions(actor, access) == (who == "author" or self.work.reviews_it(who)), who

    @rule(who=st.sampled_from(NAMES))
    def look_everywhere(self, who: str) -> None:
        """Nothing stands in anybody's list that they may not read."""
        actor, session, key = self.actor(who), self.session, self.id
        queue = [UUID(str(one.reflection_id)) for one in list_review_queue(session, actor, now=self.now)]
        page = [one.reflection_id for one in list_queue_page(session, actor, now=self.now)]
        lists: dict[str, list[Any]] = {
            "to give": [one.reflection_id for one in list_to_give(session, actor)],
            "in the cohort": [one.reflection_id for one in list_shared_with_cohort(session, actor)],
            "asked": [one.reflection_id for one in list_assigned(session, actor)],
            "queue": queue,
            "page": [UUID(str(one)) for one in page],
            "gaps": [one.reflection_id for one in list_gaps(session, actor, self.now)],
            "samples": list(list_samples(session, actor)),
        }
        for name, found in lists.items():
            assert key not in found or (self.work.reads(who) and who != "author"), f"{who}: {name}"
        work = self.work
        waits = work.with_trainer or work.state == "in_review"
        queued = work.reviews_it(who) and work.state in WAITING and waits and work.held is None
        assert (key in queue) == (key in lists["page"]) == queued, who
        mine = [one.written.reflection_id for one in list_portfolio(session, actor, with_words=True)]
        own = [one.reflection_id for one in list_own_reflections(session, actor, self.now)]
        assert (key in mine) == (who == "author")
        assert key not in own or who == "author"
        for given in list_given(session, actor):
            assert given.access.reflection_id != key or can_read_reflection(
                actor, given.access
            ) == work.reads(who)

    @invariant()
    def remarks_show_to_whom_they_may(self) -> None:
        work = self.work
        for number, version in enumerate(work.versions):
            here = [one for one in work.remarks if one.version == number]
            for who in ("author", "peer", "trainer") if here else ():
                shown = {one.comment_id for one in list_comments(self.session, version.id, self.people[who])}
                assert shown == {one.id for one in here if work.sees(who, one)}, who

    @invariant()
    def reactions_are_closed_until_they_are_opened(self) -> None:
        work, got = self.work, list_reactions(self.session, self.id)
        feedback = {(one.person_id, one.version_number): one for one in got if one.kind == "feedback"}
        sent = {key: one for key, one in work.feedback.items() if one.sent_at}
        assert len(feedback) == len(sent)
        for (who, number), one in sent.items():
            shown = feedback[self.people[who], number + 1]
            assert shown.closed == (not one.read)
            assert shown.content == ({"top": "Sterk.", "tip": one.sent} if one.read else {})
            assert (shown.helpfulness or "", shown.thanks) == (one.rated, one.thanks)
        reviews = [
            (one.person_id, one.version_number - 1, one.decision) for one in got if one.kind == "review"
        ]
        assert sorted(reviews) == sorted((self.people[who], *rest) for who, *rest in work.reviews)

    @invariant()
    def reading_is_divided_honestly(self) -> None:
        """Nobody reads their own work, nobody twice, and only who may is asked."""
        rows = self.rows("SELECT giver_id, receiver_id, state, reflection_id FROM feedback_assignment")
        standing = [(row.reflection_id, row.giver_id) for row in rows if row.state != "released"]
        assert len(standing) == len(set(standing))
        assert all(row.giver_id != row.receiver_id for row in rows)
        places = {self.places[who] for who in self.work.mates if who in self.places}
        opened = {row.giver_id for row in rows if row.state == "open" and row.reflection_id == self.id}
        if self.work.going:
            assert opened <= places

    @invariant()
    def one_reviewer_and_one_review_on_its_way(self) -> None:
        odd = self.rows(
            "SELECT id FROM reflection WHERE (state = 'in_review') <> (reviewer_id IS NOT NULL)"
            " OR (state IN ('submitted', 'in_review') AND coalesce(audience, 'private') = 'private')"
        )
        assert not odd
        held = self.rows("SELECT reviewer_id FROM review WHERE held_until IS NOT NULL")
        assert len(held) == (self.work.held is not None)
        own = self.rows(
            "SELECT r.id FROM review r JOIN reflection_version v ON v.id = r.version_id"
            " JOIN reflection f ON f.id = v.reflection_id JOIN enrolment e ON e.id = f.enrolment_id"
            " WHERE e.user_id = r.reviewer_id"
        )
        assert not own, "somebody judges their own work"
