"""Peer groups in words: what each brings together, and how good a division is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from peergang.cohorts.queries.peers import member_of
from peergang.cohorts.rules.division import Score, score
from peergang.cohorts.rules.groups import Member
from peergang.cohorts.views.group_labels import ROLE_FAMILIES
from peergang.core.db import AnyRow
from peergang.core.i18n import gettext as _, ngettext


@dataclass(frozen=True, slots=True)
class Card:
    """A group as the page shows it. `number` is what one types to move somebody here; 0 for a group that does not count."""

    group_id: UUID
    name: str
    number: int
    people: list[AnyRow]
    mix: list[str]


def cards(groups: Iterable[AnyRow], seats: Sequence[AnyRow]) -> list[Card]:
    """The groups that somebody is in, in their order, with their people by name."""
    members: dict[UUID, list[AnyRow]] = {}
    for row in seats:
        if row.peer_group_id is not None:
            members.setdefault(row.peer_group_id, []).append(row)
    shown = [row for row in groups if row.peer_group_id in members]
    return [
        Card(
            row.peer_group_id,
            row.name,
            number,
            members[row.peer_group_id],
            mix_words(members[row.peer_group_id]),
        )
        for number, row in enumerate(shown, start=1)
    ]


def total(found: Iterable[Card]) -> Score:
    """How good the division on the page is."""
    return score([member_of(row) for row in card.people] for card in found)


def mix_words(people: Sequence[AnyRow]) -> list[str]:
    """Institutions, roles and experience of a group in three short texts."""
    members = [member_of(row) for row in people]
    schools = len({one.institution for one in members})
    words = [ngettext("%(num)s instelling", "%(num)s instellingen", schools), _role_words(members)]
    experienced = sum(1 for one in members if one.experienced)
    words.append(
        ngettext("%(num)s volgde eerder een cohort", "%(num)s volgden eerder een cohort", experienced)
        if experienced
        else _("voor iedereen het eerste cohort")
    )
    return [one for one in words if one]


def _role_words(members: Sequence[Member]) -> str:
    families = [family for family in ROLE_FAMILIES if any(one.role == family for one in members)]
    return ", ".join(str(ROLE_FAMILIES[family]) for family in families)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is spread, in three divisions."""

    label: str
    now: str
    proposed: str
    best: str


def compare(now: Score | None, proposed: Score, best: Score) -> list[Line]:
    """The scores beside each other, what matters most first."""
    labels = {
        "colleagues": _("Paren collega’s van dezelfde instelling"),
        "same_role": _("Paren met dezelfde rol"),
        "same_experience": _("Paren die allebei nieuw of allebei ervaren zijn"),
    }
    return [
        Line(
            label,
            _of(getattr(now, name), now.pairs) if now else "–",
            _of(getattr(proposed, name), proposed.pairs),
            str(getattr(best, name)),
        )
        for name, label in labels.items()
    ]


def _of(found: int, pairs: int) -> str:
    return _("%(found)s van %(pairs)s", found=found, pairs=pairs)
