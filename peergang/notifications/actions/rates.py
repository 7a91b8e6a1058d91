"""How fast mail goes to one provider: counted in PostgreSQL over all workers, by minute and domain."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Generic, NamedTuple, TypeVar

from sqlalchemy import Connection

from peergang.core.mail_settings import Rates

T = TypeVar("T")

MINUTE = timedelta(minutes=1)

LONGEST = 60
"""Minutes over which a heap for one provider is spread at most; the rest tries again then."""

# One row a domain, locked in alphabetical order by whoever comes, so that no two workers wait for each other. `taken` is
# what this statement was given: as much as it asked for, or what was left of the minute.
TAKE = """
    INSERT INTO mail_rate AS rate (domain, minute, sent, taken, room)
    SELECT domain, %(minute)s, least(wanted, room), least(wanted, room), room
    FROM unnest(%(domains)s::text[], %(wanted)s::int[], %(rooms)s::int[]) AS asked (domain, wanted, room)
    ORDER BY domain
    ON CONFLICT (domain, minute) DO UPDATE SET
        taken = least(excluded.taken, excluded.room - rate.sent),
        sent = rate.sent + least(excluded.taken, excluded.room - rate.sent),
        room = excluded.room
    WHERE rate.sent < excluded.room
    RETURNING domain, taken
"""


class Asked(NamedTuple, Generic[T]):
    """A letter, where it goes, and whether it goes before others, as account mail does."""

    letter: T
    address: str
    first: bool


class Pace:
    """The rates of one run of a delivery. Without any, it asks the database nothing."""

    def __init__(self, rates: Rates) -> None:
        self._rates = dict(rates)
        self._behind: Counter[str] = Counter()

    @property
    def is_limited(self) -> bool:
        """Whether there is any rate to keep to."""
        return bool(self._rates)

    def split(
        self, connection: Connection, letters: Sequence[Asked[T]], now: datetime
    ) -> tuple[list[T], dict[datetime, list[T]]]:
        """Which of these go now, and until when each of the others waits. Counts those that go, whatever becomes of them:
        the provider counts attempts.
        """
        if not self.is_limited:
            return [one.letter for one in letters], {}
        given = self._take(connection, (domain_of(one.address) for one in letters), now)
        going: list[T] = []
        later: dict[datetime, list[T]] = {}
        for one in sorted(letters, key=lambda one: not one.first):
            domain = domain_of(one.address)
            if self._rate(domain) is None or given[domain]:
                given[domain] -= 1
                going.append(one.letter)
            else:
                later.setdefault(self._turn(domain, one.first, now), []).append(one.letter)
        return going, later

    def _rate(self, domain: str) -> int | None:
        return self._rates.get(domain, self._rates.get("*"))

    def _take(self, connection: Connection, domains: Iterable[str], now: datetime) -> Counter[str]:
        wanted = Counter(domain for domain in domains if self._rate(domain) is not None)
        if not wanted:
            return wanted
        values = {
            "minute": _minute(now),
            "domains": list(wanted),
            "wanted": list(wanted.values()),
            "rooms": [self._rate(domain) for domain in wanted],
        }
        return Counter(dict(map(tuple, connection.exec_driver_sql(TAKE, values))))

    def _turn(self, domain: str, first: bool, now: datetime) -> datetime:
        """The next minute, or a later one when this run has put aside more than fits there: a heap that came back as a
        whole every minute would be checked as a whole every minute. What goes first stands before it all.
        """
        if first:
            return _minute(now) + MINUTE - timedelta(seconds=1)
        ahead = self._behind[domain] // (self._rate(domain) or 1)
        self._behind[domain] += 1
        return _minute(now) + MINUTE * (1 + min(ahead, LONGEST))


def domain_of(address: str) -> str:
    """What stands behind the @, in small letters."""
    return address.rpartition("@")[2].lower()


def _minute(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)
