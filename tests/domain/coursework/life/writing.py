"""What the author does."""

from uuid import UUID, uuid4

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from peergang.coursework.actions.attachments import (
    NewAttachment,
    add_attachment,
    describe_attachments,
    remove_attachment,
    restore_attachment,
)
from peergang.coursework.actions.drafts import save_draft
from peergang.coursework.actions.handing_on import hand_on_reflection
from peergang.coursework.actions.submission import (
    change_audience,
    reopen_reflection,
    submit_reflection,
    withdraw_reflection,
)
from peergang.coursework.rules.drafts import DraftText
from tests.domain.coursework.life.base import AUTHOR, Life
from tests.domain.coursework.life.model import ASKED, EDITABLE, GRACE, SUBMITTABLE, WAITING, Version

AUDIENCES = st.sampled_from(["private", "trainer", "peer_group", "peer_group", "cohort"])
SETS = st.sampled_from(["", "", "", "starr"])


class Writing(Life):
    """Draft, files, versions, and who may read."""

    def writes(self, who: str) -> bool:
        work = self.work
        return who == "author" and "author" not in work.gone and work.going

    @rule(who=AUTHOR, audience=AUDIENCES, chosen=SETS, stale=st.integers(0, 6))
    def write(self, who: str, audience: str, chosen: str, stale: int) -> None:
        if who in ("peer", "mate", "outside"):
            return  # They would begin a reflection of their own.
        work, words = self.work, self.words()
        answers = {slug: f"{words}. *{slug}* ging over ’t digibord." for slug in ASKED[chosen]}
        fits = work.state not in WAITING or audience != "private"
        allowed = self.writes(who) and work.state in EDITABLE and fits and stale > 0
        revision = self.stored().draft_revision - (stale == 0)
        text = DraftText(words, audience, answers, chosen)
        self.attempt(
            lambda: save_draft(
                self.session,
                self.actor(who),
                self.activity_id,
                text,
                expected_revision=revision,
                now=self.tick(),
            ),
            allowed=allowed,
        )
        if allowed:
            before, work.audience = work.audience, audience
            work.title, work.prompt_set = words, chosen
            work.draft |= answers
            if before != audience:
                work.follow_audience(before)

    @rule(who=AUTHOR, audience=AUDIENCES)
    def choose(self, who: str, audience: str) -> None:
        work = self.work
        allowed = who == "author" and not (work.state in WAITING and audience == "private")
        self.attempt(
            lambda: change_audience(self.session, self.actor(who), self.id, audience, now=self.tick()),
            allowed=allowed,
        )
        if allowed and work.audience != audience:
            before, work.audience = work.audience, audience
            work.follow_audience(before)

    @rule(who=AUTHOR)
    def submit(self, who: str) -> None:
        work, revision = self.work, self.stored().draft_revision
        given = {slug: work.draft.get(slug, "") for slug in ASKED[work.prompt_set]}
        latest = work.versions[-1] if work.versions else None
        same = latest is not None and (latest.title, latest.answers) == (work.title, given)
        same = same and latest is not None and set(latest.files.items()) == set(work.files.items())
        allowed = self.writes(who) and work.state in SUBMITTABLE and all(given.values())
        allowed = allowed and work.audience not in (None, "private")
        allowed = allowed and not (work.state == "submitted" and same)
        now = self.tick()
        made = self.attempt(
            lambda: (
                submit_reflection(
                    self.session, self.actor(who), self.id, expected_revision=revision, now=now
                ).id
            ),
            allowed=allowed,
        )
        if not allowed:
            return
        work.versions.append(Version(made, work.title, given, dict(work.files)))
        before, work.state = work.state, "submitted"
        if before != "submitted":
            work.submitted_at = now
        if before != "submitted" or not work.with_trainer:
            first = work.peers_first() and work.settled_at(now) is None
            work.with_trainer = not (first and before != "returned")
            work.lease = None

    @rule(who=AUTHOR, sure=st.integers(0, 2))
    def withdraw(self, who: str, sure: int) -> None:
        work = self.work
        if sure:
            return
        allowed = who == "author" and "author" not in work.gone and work.state in ("draft", "submitted")
        self.attempt(
            lambda: withdraw_reflection(self.session, self.actor(who), self.id, now=self.tick()),
            allowed=allowed,
        )
        if allowed:
            work.state, work.with_trainer, work.lease = "withdrawn", False, None

    @precondition(lambda self: self.work.state == "withdrawn")
    @rule(who=AUTHOR)
    def reopen(self, who: str) -> None:
        work = self.work
        allowed = self.writes(who) and work.state == "withdrawn"
        self.attempt(
            lambda: reopen_reflection(self.session, self.actor(who), self.id, now=self.tick()),
            allowed=allowed,
        )
        if allowed:
            work.state, work.with_trainer, work.lease = "draft", False, None

    @precondition(lambda self: self.work.state == "submitted")
    @rule(who=AUTHOR)
    def hand_on(self, who: str) -> None:
        work, now = self.work, self.tick()
        ready = work.state == "submitted" and (
            work.with_trainer
            or work.settled_at(now) is not None
            or (work.term if work.sent else work.term + GRACE) <= now
        )
        allowed = self.writes(who) and ready
        self.attempt(
            lambda: hand_on_reflection(self.session, self.actor(who), self.id, now=now), allowed=allowed
        )
        if allowed:
            work.with_trainer = True

    @rule(who=AUTHOR)
    def add_file(self, who: str) -> None:
        work, key = self.work, str(uuid4())
        file = NewAttachment("Bordfoto.png", "image/png", 10, key, key)
        allowed = self.writes(who) and work.state in EDITABLE
        if len(work.files) >= 3 or who in ("peer", "mate", "outside"):
            return
        made = self.attempt(
            lambda: add_attachment(self.session, self.actor(who), self.activity_id, file, now=self.tick()).id,
            allowed=allowed,
        )
        if allowed:
            work.files[made] = ""

    @precondition(lambda self: self.work.files or self.work.removed)
    @rule(who=AUTHOR, back=st.booleans())
    def take_file(self, who: str, back: bool) -> None:
        work = self.work
        held, other = (work.removed, work.files) if back else (work.files, work.removed)
        if not held:
            return
        key: UUID = min(held)
        act = restore_attachment if back else remove_attachment
        allowed = self.writes(who) and work.state in EDITABLE
        self.attempt(lambda: act(self.session, self.actor(who), key, now=self.tick()), allowed=allowed)
        if allowed:
            other[key] = held.pop(key)

    @precondition(lambda self: self.work.files)
    @rule(who=AUTHOR)
    def describe_file(self, who: str) -> None:
        work, words = self.work, self.words()
        key = min(work.files)
        allowed = self.writes(who) and work.state in EDITABLE
        self.attempt(
            lambda: describe_attachments(
                self.session, self.actor(who), self.id, {key: words}, now=self.tick()
            ),
            allowed=allowed,
        )
        if allowed:
            work.files[key] = words

    @precondition(lambda self: self.work.versions)
    @rule(table=st.sampled_from(["reflection_version", "version_attachment"]), gone=st.booleans())
    def tamper(self, table: str, gone: bool) -> None:
        """Not even by hand: the database refuses to change what was submitted."""
        of = "reflection_id" if table == "reflection_version" else "version_id"
        key = self.id if table == "reflection_version" else self.work.versions[-1].id
        column = "title" if table == "reflection_version" else "description"
        there = self.session.scalar(sa.text(f"SELECT count(*) FROM {table} WHERE {of} = :key"), {"key": key})
        what = f"DELETE FROM {table}" if gone else f"UPDATE {table} SET {column} = 'anders'"
        savepoint = self.session.begin_nested()
        refused = False
        try:
            self.session.execute(sa.text(f"{what} WHERE {of} = :key"), {"key": key})
        except sa.exc.IntegrityError:
            refused = True
        savepoint.rollback()
        assert refused == bool(there), f"{table} could be changed"
