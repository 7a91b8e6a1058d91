"""What the machine expects of one reflection: plain Python, written apart from the code under test."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

GIVE = 2
PEERS = {"peer_group", "cohort"}
WAITING = {"submitted", "in_review"}
EDITABLE = {"draft", "submitted", "returned"}
SHARED = {"submitted", "in_review", "returned", "approved"}
SUBMITTABLE = {"draft", "submitted", "returned"}
AFTER = {"approve": "approved", "return": "returned", "talk_first": "in_review"}
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
LEASE, HOLD, TO_TALK = timedelta(minutes=30), timedelta(seconds=10), timedelta(days=14)
TO_READ, GRACE, TO_REVISE = timedelta(days=3), timedelta(days=3), timedelta(days=7)

ASKED = {
    "": ("bereiken", "gezien"),
    "starr": ("starr-situatie", "starr-taak", "starr-actie", "starr-resultaat", "starr-reflectie"),
}
"""What must be answered, by the set that the author chose."""


@dataclass
class Version:
    """What was submitted once."""

    id: UUID
    title: str
    answers: dict[str, str]
    files: dict[UUID, str]


@dataclass
class Feedback:
    """Of one giver on one version; `rewrite` is what they are changing after sending."""

    words: str
    revision: int
    sent_at: datetime | None = None
    sent: str = ""
    rewrite: str | None = None
    read: bool = False
    rated: str = ""
    thanks: str = ""
    thanks_read: bool = False


@dataclass
class Draft:
    """The review that a trainer is writing about a version."""

    decision: str
    message: str
    revision: int
    held_until: datetime | None = None


@dataclass
class Remark:
    """A comment; `went` is when a trainer's went out with a review."""

    id: UUID
    who: str
    version: int
    went: bool = False


@dataclass
class Work:
    """The reflection, with everything that hangs on it. `mates` are who shares a group with the author now."""

    due_at: datetime
    mates: set[str]
    state: str = "draft"
    audience: str | None = "trainer"
    title: str = "Meekijken"
    prompt_set: str = ""
    draft: dict[str, str] = field(default_factory=dict)
    files: dict[UUID, str] = field(default_factory=dict)
    removed: dict[UUID, str] = field(default_factory=dict)
    versions: list[Version] = field(default_factory=list)
    submitted_at: datetime | None = None
    with_trainer: bool = False
    reviewer: str | None = None
    lease: datetime | None = None
    clock: datetime = LONG_AGO
    talked_at: datetime = LONG_AGO
    feedback: dict[tuple[str, int], Feedback] = field(default_factory=dict)
    drafts: dict[tuple[str, int], Draft] = field(default_factory=dict)
    reviews: list[tuple[str, int, str]] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    going: bool = True
    gone: set[str] = field(default_factory=set)
    """Who left the cohort."""
    closed: set[str] = field(default_factory=set)
    """Whose account is closed; after the cohort was closed they hold their place."""
    erased: set[str] = field(default_factory=set)

    @property
    def shared(self) -> bool:
        """Whether anybody but the author may read it."""
        return bool(self.versions) and self.state in SHARED and self.audience not in (None, "private")

    def reads(self, who: str) -> bool:
        """The audience that the author chose, no role above that."""
        if who == "author":
            return True
        if not self.shared or who in self.gone:
            return False
        if who in ("trainer", "colleague"):
            return True
        if self.audience == "cohort":
            return who in ("peer", "mate", "outside")
        return self.audience == "peer_group" and who in self.mates

    def reviews_it(self, who: str) -> bool:
        """Whether a trainer may judge it."""
        return who in ("trainer", "colleague") and self.reads(who)

    def may_give(self, who: str) -> bool:
        """Whether a peer may give feedback on it."""
        return who in self.mates and self.audience in PEERS and self.reads(who)

    @property
    def held(self) -> tuple[str, Draft] | None:
        """Whose review is about to go out."""
        return next(((who, one) for (who, _), one in self.drafts.items() if one.held_until), None)

    def lapsed(self, now: datetime) -> bool:
        """Whether the trainer who has it had it too long."""
        return self.lease is not None and self.lease <= now

    def talked_out(self, now: datetime) -> bool:
        """Whether a talk that was asked for is not to be waited for any more."""
        return self.lease is None and self.talked_at + TO_TALK <= now

    @property
    def sent(self) -> dict[str, datetime]:
        """Who gave feedback, and when last."""
        found: dict[str, datetime] = {}
        for (who, _), one in self.feedback.items():
            if one.sent_at:
                found[who] = max(one.sent_at, found.get(who, one.sent_at))
        return found

    def peers_first(self, audience: str | None = None) -> bool:
        """Whether the group has its turn before the trainer."""
        needed = min(GIVE, len(self.mates))
        return (audience or self.audience) in PEERS and bool(needed or self.sent)

    def settled_at(self, now: datetime) -> datetime | None:
        """Since when all feedback that can be expected is in."""
        sent = self.sent
        if not sent or self.submitted_at is None:
            return None
        if len(sent) >= min(GIVE, len(self.mates)):
            return max(sent.values())
        over = self.term + GRACE
        return over if over <= now else None

    @property
    def term(self) -> datetime:
        """Until when the group has time."""
        assert self.submitted_at is not None
        return max(self.due_at, self.submitted_at + TO_READ)

    def follow_audience(self, before: str | None) -> None:
        """Who is next after the audience changed."""
        if self.state != "submitted":
            return
        if not self.peers_first():
            self.with_trainer = True
        elif before not in PEERS and not self.sent and not self.reviews:
            self.with_trainer = False

    def settle(self, who: str, number: int) -> None:
        """The review of `who` goes out."""
        done = self.drafts.pop((who, number))
        self.state, self.lease, self.talked_at = AFTER[done.decision], None, self.clock
        self.reviewer = who if self.state == "in_review" else None
        self.reviews.append((who, number, done.decision))
        for one in self.remarks:
            one.went = one.went or (one.who == who and one.version == number)

    def send_held(self, now: datetime | None, of: str | None = None) -> None:
        """What was pressed goes out when its seconds are over, or at once when its trainer leaves."""
        for (who, number), one in list(self.drafts.items()):
            due = one.held_until is not None and (now is None or one.held_until <= now)
            if not due or of not in (None, who):
                continue
            if self.state in WAITING and number == len(self.versions) - 1:
                self.settle(who, number)
            else:
                one.held_until = None

    def went_out(self, one: Remark) -> bool:
        """Whether the author of the reflection has this comment."""
        given = self.feedback.get((one.who, one.version))
        return one.went or bool(given and given.read)

    def sees(self, reader: str, one: Remark) -> bool:
        """Whether a reader of the version finds this comment on it."""
        given = self.feedback.get((one.who, one.version))
        passed = bool(given and given.sent_at) and reader != "author"
        return one.who == reader or self.went_out(one) or passed
