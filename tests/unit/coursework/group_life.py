"""The life of a peer group over several modules without a database: people hand in late, drop out, withdraw, change groups,
and some of them never react. The book is kept as actions/allocation.py keeps it.
"""

from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from random import Random
from uuid import UUID

from peergang.coursework.rules.allocation import Group, Reading, Work, allocate

WRITING_DUE, FEEDBACK_DUE, LAST_DAY = 10, 17, 40
TERM, GRACE = 3, 3
_numbers = count(1)


def new_id() -> UUID:
    """Another one."""
    return UUID(int=next(_numbers))


@dataclass
class Piece:
    """What one author handed in, with who reads it."""

    author: UUID
    since: int
    asked: dict[UUID, int] = field(default_factory=dict)
    begun: set[UUID] = field(default_factory=set)
    given: set[UUID] = field(default_factory=set)
    lapsed: set[UUID] = field(default_factory=set)

    @property
    def readers(self) -> set[UUID]:
        """Who reads it or was asked to."""
        return set(self.asked) | self.begun | self.given

    def leave(self, member: UUID) -> None:
        """Somebody reads it no more; what they gave stays."""
        self.asked.pop(member, None)
        self.begun.discard(member)


@dataclass
class Life:
    """One group. `troubled` says that anything but late work happens in it."""

    random: Random
    give: int
    members: list[UUID]
    troubled: bool
    lazy: set[UUID] = field(default_factory=set)
    pieces: dict[UUID, Piece] = field(default_factory=dict)
    met: Counter[tuple[UUID, UUID]] = field(default_factory=Counter)
    before: Group | None = None

    def run_module(self) -> None:
        """One module, day by day, until long after everything was due."""
        self.pieces = {}
        latest = WRITING_DUE + 8 if self.troubled else WRITING_DUE + 2
        plan = {one: self.random.randint(0, latest) for one in self.members}
        if self.troubled and self.random.random() < 0.4:
            plan.pop(self.random.choice(self.members), None)
        trouble = self.random.randint(3, 22) if self.troubled else -1
        for day in range(LAST_DAY):
            for one in [who for who, when in plan.items() if when == day and who in self.members]:
                self.pieces[new_id()] = Piece(one, day)
            if day == trouble:
                self.make_trouble(plan)
            self.divide(day)
            self.read(day)
        for piece in self.pieces.values():
            self.met.update((giver, piece.author) for giver in piece.readers)

    def make_trouble(self, plan: dict[UUID, int]) -> None:
        """Somebody leaves, withdraws, comes, or goes to another group."""
        match self.random.choice(("leave", "withdraw", "come", "lazy")):
            case "leave" if len(self.members) > 3:
                self.drop(self.random.choice(self.members))
            case "withdraw" if self.pieces:
                self.pieces.pop(self.random.choice(sorted(self.pieces)))
            case "come" if len(self.members) < 6:
                newcomer = new_id()
                self.members.append(newcomer)
                plan[newcomer] = self.random.randint(0, LAST_DAY - 20)
            case "lazy":
                self.lazy.add(self.random.choice(self.members))

    def drop(self, member: UUID) -> None:
        """Somebody is not in the group any more, and their work with them."""
        self.members.remove(member)
        self.pieces = {key: one for key, one in self.pieces.items() if one.author != member}
        for piece in self.pieces.values():
            piece.leave(member)

    def group(self, day: int) -> Group:
        """The group as it is described to the rules."""
        works = [
            Work(key, one.author, frozenset(one.begun | one.given), frozenset(one.asked))
            for key, one in self.pieces.items()
        ]
        late = {
            (key, giver)
            for key, one in self.pieces.items()
            for giver, since in one.asked.items()
            if max(FEEDBACK_DUE, since + TERM) + GRACE <= day
        }
        return Group(
            members=list(self.members),
            works=works,
            give=self.give,
            ready={one.author for one in self.pieces.values()},
            spare=day >= WRITING_DUE,
            met=self.met,
            late=late,
            lapsed={giver for one in self.pieces.values() for giver in one.lapsed},
        )

    def divide(self, day: int) -> None:
        """Divide the reading, and see that nothing impossible was asked."""
        group = self.group(day)
        if group == self.before:
            return
        self.before = group
        changes = allocate(group)
        for key, giver in changes.release:
            del self.pieces[key].asked[giver]
            if (key, giver) in group.late:
                self.pieces[key].lapsed.add(giver)
        for new in changes.ask:
            piece = self.pieces[new.work]
            assert new.giver != piece.author, "never oneself"
            assert new.giver not in piece.readers, "never twice"
            assert new.giver in self.members
            piece.asked[new.giver] = day

    def read(self, day: int) -> None:
        """Everybody but the lazy reads what they were asked, some sooner and some later, all before it lapses."""
        for key, giver in self.open():
            piece = self.pieces[key]
            due = max(FEEDBACK_DUE, piece.asked[giver] + TERM) <= day
            if giver not in self.lazy and (due or self.random.random() < 0.15):
                piece.begun.add(giver)
                del piece.asked[giver]
        for piece in self.pieces.values():
            for giver in sorted(piece.begun):
                if self.random.random() < 0.5:
                    piece.begun.discard(giver)
                    piece.given.add(giver)

    def open(self) -> list[Reading]:
        """What was asked and not begun."""
        return [(key, giver) for key, one in self.pieces.items() for giver in sorted(one.asked)]

    def loads(self) -> Counter[UUID]:
        """How much everybody who is here reads."""
        found = Counter(giver for one in self.pieces.values() for giver in one.readers)
        return Counter({one: found[one] for one in self.members})
