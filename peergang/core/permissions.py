"""Who is acting, and the one function that refuses. The policies of the features decide; this file knows none of them."""

from dataclasses import dataclass, field
from uuid import UUID

from peergang.core.errors import Forbidden


@dataclass(frozen=True, slots=True)
class Actor:
    """A person with the roles they hold at this moment, read once a request.

    `trains` and `follows` hold cohort ids; `contact_of` holds institution ids. An actor without `user_id` is the
    platform itself (a worker or the command line), which passes only where a policy says so through `is_system`.
    """

    user_id: UUID | None
    is_admin: bool = False
    is_organiser: bool = False
    contact_of: frozenset[UUID] = field(default_factory=frozenset)
    trains: frozenset[UUID] = field(default_factory=frozenset)
    follows: frozenset[UUID] = field(default_factory=frozenset)

    @property
    def is_system(self) -> bool:
        """Whether no person is behind this actor."""
        return self.user_id is None

    @property
    def is_trainer(self) -> bool:
        """Whether this person trains at least one cohort."""
        return bool(self.trains)

    @property
    def is_participant(self) -> bool:
        """Whether this person follows at least one cohort."""
        return bool(self.follows)


SYSTEM = Actor(user_id=None)


def require(allowed: bool) -> None:
    """Stop the use case unless its policy said yes.

    Raises:
        Forbidden: when `allowed` is false; outside it looks exactly like a thing that does not exist.
    """
    if not allowed:
        raise Forbidden
