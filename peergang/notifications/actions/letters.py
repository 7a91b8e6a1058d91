"""A letter: who gets it, and the matters in it."""

from dataclasses import dataclass
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.core.given import any_given, as_array
from peergang.core.prepared import Prepared
from peergang.identity.models import User
from peergang.identity.rules import full_name
from peergang.notifications.catalog import Content, Rule
from peergang.notifications.rules import Kind


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets the mail."""

    id: UUID
    email: str
    given_name: str
    full_name: str
    locale: str
    active: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A notice that is still true, with all that its words need."""

    id: UUID
    rule: Rule
    attempts: int
    content: Content
    subject_id: UUID
    mail_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """What goes to somebody in one message: one notice, or several, the most urgent first."""

    recipient: Recipient
    parts: tuple[Part, ...]

    @property
    def id(self) -> UUID:
        """The same for the same notices, whenever they are sent: a mailbox that gets them twice after all can see so. What may
        have arrived in an earlier message goes under the id of that one.

        Account mail is the exception: its link is made anew each time and the old one stops working, so a mailbox that took the
        second for a copy would keep the one that opens nothing. Twice the same word about an account does no harm.
        """
        first = self.parts[0]
        if first.mail_id is not None:
            if first.rule.kind is Kind.ACCOUNT:
                return uuid5(first.mail_id, str(first.attempts))
            return first.mail_id
        if len(self.parts) == 1:
            return self.parts[0].id
        ids = sorted(self.ids)
        return uuid5(ids[0], ",".join(map(str, ids)))

    @property
    def ids(self) -> list[UUID]:
        """The notices in it."""
        return [part.id for part in self.parts]


_PEOPLE = Prepared(
    select(
        User.id,
        User.email,
        User.given_name,
        User.name_particle,
        User.family_name,
        User.locale,
        User.deactivated_at,
    ).where(User.id == any_given("ids"))
)


def read_recipients(session: Session, ids: set[UUID]) -> dict[UUID, Recipient]:
    """These people, by id."""
    return {
        row.id: Recipient(
            row.id,
            row.email,
            row.given_name,
            full_name(row.given_name, row.name_particle, row.family_name),
            row.locale,
            row.deactivated_at is None,
        )
        for row in _PEOPLE.all(session, ids=as_array(ids))
    }
