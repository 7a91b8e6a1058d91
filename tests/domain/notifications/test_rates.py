"""How fast mail goes to one provider, over all workers, and that others' mail goes on."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Lock

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.core.config import Settings
from peergang.core.mail import Meanwhile, MemoryTransport, SentMail, do_nothing
from peergang.notifications.actions.deliver import deliver_due
from peergang.notifications.actions.rates import Asked, Pace
from peergang.notifications.models import MailRate, Notice
from tests.factories.identity import make_user
from tests.factories.notifications import make_notice, use_script

pytestmark = pytest.mark.database

MOMENT = datetime(2026, 11, 17, 9, 0, 5, tzinfo=UTC)
NEXT = datetime(2026, 11, 17, 9, 1, tzinfo=UTC)


class Server(MemoryTransport):
    """Keeps what it gets, from several workers at once."""

    def __init__(self) -> None:
        self.sent: list[SentMail] = []
        self._lock = Lock()

    def send(self, sender: str, recipient: str, message: bytes, meanwhile: Meanwhile = do_nothing) -> None:
        with self._lock:
            super().send(sender, recipient, message, meanwhile)

    def to(self, domain: str) -> int:
        return len([one for one in self.sent if one.recipient.endswith("@" + domain)])


def paced(settings: Settings, *rates: tuple[str, int]) -> Settings:
    return replace(settings, mail_rates=rates)


def asked(*addresses: str, first: bool = False) -> list[Asked[str]]:
    return [Asked(address, address, first) for address in addresses]


def test_what_fits_goes_and_the_rest_waits_for_its_minute(connection: sa.Connection) -> None:
    pace = Pace((("gmail.com", 3),))
    letters = asked(*(f"{number}@GMail.com" for number in range(10)), "a@school.example")
    going, later = pace.split(connection, letters, MOMENT)
    assert going == ["0@GMail.com", "1@GMail.com", "2@GMail.com", "a@school.example"]
    assert {(until - NEXT) // timedelta(minutes=1): len(some) for until, some in later.items()} == {
        0: 3,
        1: 3,
        2: 1,
    }
    assert pace.split(connection, asked("x@gmail.com"), MOMENT)[0] == [], "the minute is full"
    assert pace.split(connection, asked("x@gmail.com"), NEXT)[0] == ["x@gmail.com"]


def test_each_other_domain_has_its_own_room(connection: sa.Connection) -> None:
    pace = Pace((("gmail.com", 1), ("*", 2)))
    going, _ = pace.split(
        connection, asked(*["a@gmail.com"] * 3, *["b@een.example"] * 3, *["c@twee.example"] * 3), MOMENT
    )
    assert sorted(going) == ["a@gmail.com", *["b@een.example"] * 2, *["c@twee.example"] * 2]


def test_account_mail_goes_first_also_when_it_has_to_wait(connection: sa.Connection) -> None:
    pace = Pace((("gmail.com", 1),))
    letters = [*asked("a@gmail.com", "b@gmail.com"), *asked("eerst@gmail.com", "ook@gmail.com", first=True)]
    going, later = pace.split(connection, letters, MOMENT)
    assert going == ["eerst@gmail.com"]
    assert [some for _, some in sorted(later.items())] == [
        ["ook@gmail.com"],
        ["a@gmail.com"],
        ["b@gmail.com"],
    ]


def test_a_rate_that_was_lowered_holds_at_once(connection: sa.Connection) -> None:
    assert len(Pace((("a.example", 5),)).split(connection, asked(*["x@a.example"] * 4), MOMENT)[0]) == 4
    assert Pace((("a.example", 3),)).split(connection, asked("x@a.example"), MOMENT)[0] == []
    assert len(Pace((("a.example", 6),)).split(connection, asked(*["x@a.example"] * 4), MOMENT)[0]) == 2


def test_without_rates_nothing_is_asked(connection: sa.Connection) -> None:
    assert Pace(()).split(connection, asked("a@gmail.com"), MOMENT) == (["a@gmail.com"], {})
    assert not connection.execute(sa.select(MailRate)).all()


def test_a_slow_provider_holds_up_no_other_and_costs_no_attempt(
    connection: sa.Connection, session: Session, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_script(monkeypatch)
    for number in range(30):
        make_notice(session, make_user(session, email=f"p{number}@gmail.com"), MOMENT - timedelta(hours=1))
    for number in range(10):
        make_notice(session, make_user(session, email=f"q{number}@anders.example"), MOMENT)
    session.commit()
    server = Server()
    slow = paced(settings, ("gmail.com", 4))
    deliver_due(connection, slow, server, now=MOMENT)
    assert (server.to("gmail.com"), server.to("anders.example")) == (4, 10)
    session.expire_all()
    waiting = session.scalars(sa.select(Notice).where(Notice.state == "queued")).all()
    assert len(waiting) == 26
    assert {notice.attempts for notice in waiting} == {0}
    assert min(notice.not_before for notice in waiting) == NEXT
    for minute in range(7):
        deliver_due(connection, slow, server, now=NEXT + timedelta(minutes=minute, seconds=3))
        assert server.to("gmail.com") == min(30, 4 * (minute + 2))
    assert len({one.recipient for one in server.sent}) == len(server.sent) == 40


def test_two_workers_together_keep_to_it(
    committed: sa.Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_script(monkeypatch)
    with Session(committed) as session:
        for number in range(60):
            domain = ("gmail.com", "outlook.com", "anders.example")[number % 3]
            make_notice(session, make_user(session, email=f"r{number}@{domain}"), MOMENT)
        session.commit()
    server = Server()
    slow = paced(settings, ("gmail.com", 7), ("outlook.com", 5))

    def work(number: int) -> None:
        deliver_due(committed, slow, server, now=MOMENT, worker=f"w{number}")

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
    # A claim that was given back in between may wait for the next round, but none is sent too much.
    assert server.to("gmail.com") <= 7
    assert server.to("outlook.com") <= 5
    work(3)
    assert (server.to("gmail.com"), server.to("outlook.com"), server.to("anders.example")) == (7, 5, 20)
    with Session(committed) as session:
        rows = session.execute(sa.select(MailRate.domain, MailRate.sent)).all()
    assert sorted(map(tuple, rows)) == [("gmail.com", 7), ("outlook.com", 5)]
