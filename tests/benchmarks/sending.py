"""Sending 20,000 notices with one worker and with two, against a plain smtplib loop that sends the same bytes to the same sink.

The sink is another process (aiosmtpd), as a mail server would be; the database waits for its disk, as in production. One worker
and its floor take turns with a fifth of the mails each, and two workers stand between the halves of theirs: a machine that
grows faster or slower in these minutes does so for both.
"""

import multiprocessing
import os
import shutil
import smtplib
import socket
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from aiosmtpd.controller import Controller
from alembic import command
from alembic.config import Config
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Meeting
from peergang.core.config import Settings, load_settings
from peergang.core.db import make_engine, transaction
from peergang.core.embedded import start_postgres
from peergang.core.mail import Meanwhile, do_nothing
from peergang.core.smtp import SmtpTransport
from peergang.notifications.actions.deliver import deliver_due
from peergang.notifications.actions.plan import plan_rule
from tests.factories.curriculum import make_edition

NOTICES = int(os.environ.get("NOTICES", "20000"))
COHORTS = 20
Mail = tuple[str, str, bytes]
"""Sender, recipient, message."""
GOAL = 0.75
NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)

PEOPLE = sa.text("""
    WITH people AS (
        INSERT INTO "user" (given_name, family_name, sort_key, email)
        SELECT 'Zoë', 'Proef ' || number, 'proef', 'persoon' || number || '@school.example'
        FROM generate_series(1, :number) AS number
        RETURNING id, email
    ), numbered AS (SELECT id, row_number() OVER () AS number FROM people)
    INSERT INTO enrolment (cohort_id, user_id, role, state)
    SELECT cohorts.id, numbered.id, 'trainer', 'active'
    FROM numbered JOIN (SELECT id, row_number() OVER () - 1 AS number FROM cohort) AS cohorts
        ON cohorts.number = numbered.number % :cohorts
""")


ROUNDS = 5
WARM = 40
"""So many notices go out before two workers are measured: the first makes templates and statements ready."""
ASIDE = sa.text("UPDATE notice SET state = 'suppressed'")
AFRESH = sa.text("""
    UPDATE notice SET state = 'queued', attempts = 0, reason = '', claimed_by = '', claimed_at = NULL,
        handed_over_at = NULL, finished_at = NULL, mail_id = NULL
    WHERE mod(abs(hashtext(recipient_id::text)), :rounds) = :number
""")


class _Nothing:
    """A mailbox without a bottom."""

    async def handle_DATA(self, *_: object) -> str:  # noqa: N802 aiosmtpd calls it so
        return "250 ok"


def _serve(port: int) -> None:
    controller = Controller(_Nothing(), hostname="127.0.0.1", port=port)
    controller.start()
    while True:
        time.sleep(60)


@contextmanager
def _sink() -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(port,), daemon=True)
    process.start()
    for _ in range(200):
        with socket.socket() as trying:
            if trying.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    try:
        yield port
    finally:
        process.terminate()
        process.join()


@contextmanager
def _database() -> Iterator[sa.Engine]:
    folder = Path(tempfile.mkdtemp(prefix="peergang-"))
    folder.chmod(0o711)
    server = start_postgres(folder / "postgres")
    engine = make_engine(server.url)
    try:
        config = Config("alembic.ini")
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.execute(sa.text("COMMIT"))
        yield engine
    finally:
        engine.dispose()
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _fill(session: Session) -> None:
    edition = make_edition(session)
    for number in range(COHORTS):
        cohort = Cohort(
            edition_id=edition.id,
            name=f"Cohort {number}",
            starts_on=NOW.date() - timedelta(days=30),
            ends_on=NOW.date() + timedelta(days=90),
            capacity=1000,
            state="running",
        )
        session.add(cohort)
        session.flush()
        starts_at = NOW + timedelta(days=1, hours=3)
        session.add(
            Meeting(
                cohort_id=cohort.id,
                number=1,
                title="Van losse hulp naar een aanpak",
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=3),
                place="Vakcollege Stoomhaven, lokaal 2.14",
            )
        )
    session.flush()
    session.execute(PEOPLE, {"number": NOTICES, "cohorts": COHORTS})


class _Remembering(SmtpTransport):
    """Keeps the bytes of what it sent, for the floor."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.kept: list[Mail] = []

    def send(self, sender: str, recipient: str, message: bytes, meanwhile: Meanwhile = do_nothing) -> None:
        self.kept.append((sender, recipient, message))
        super().send(sender, recipient, message, meanwhile)


def _floor(port: int, mails: list[Mail]) -> float:
    """Seconds of the raw loop."""
    began = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as server:
        for sender, recipient, message in mails:
            server.sendmail(sender, recipient, message)
    return time.perf_counter() - began


def _settings(url: str, port: int) -> Settings:
    return load_settings(
        {
            "PEERGANG_ENV": "test",
            "PEERGANG_DATABASE_URL": url,
            "PEERGANG_REDIS_URL": "redis://127.0.0.1:1/0",
            "PEERGANG_MAIL_URL": f"smtp://127.0.0.1:{port}",
        }
    )


def _deliver(url: str, port: int, start: Any) -> None:
    """A worker's share, in a process of its own that has sent before; it begins when all are ready."""
    settings, engine = _settings(url, port), make_engine(url)
    transport = SmtpTransport(settings.mail_url)
    deliver_due(engine, settings, transport, now=NOW, budget=None)
    start.wait()
    start.wait()
    deliver_due(engine, settings, transport, now=NOW, budget=None)
    transport.close()


def _loop(port: int, mails: list[Mail], start: Any) -> None:
    """A share of the raw loop, in a process of its own."""
    with smtplib.SMTP("127.0.0.1", port) as server:
        start.wait()
        start.wait()
        for sender, recipient, message in mails:
            server.sendmail(sender, recipient, message)


def _together(
    what: Callable[..., None], shares: Sequence[tuple[Any, ...]], prepare: Callable[[], None] = lambda: None
) -> float:
    """Seconds until processes that begin at one moment, when all are there and `prepare` is done, have done their shares."""
    spawn = multiprocessing.get_context("spawn")
    start = spawn.Barrier(len(shares) + 1)
    processes = [spawn.Process(target=what, args=(*share, start), daemon=True) for share in shares]
    for process in processes:
        process.start()
    start.wait()
    prepare()
    start.wait()
    began = time.perf_counter()
    for process in processes:
        process.join()
    return time.perf_counter() - began


def _queue(engine: sa.Engine, number: int, rounds: int = ROUNDS) -> None:
    """Let one of so many parts of the notices be due."""
    with engine.begin() as connection:
        connection.execute(AFRESH, {"rounds": rounds, "number": number})


def _one_worker(engine: sa.Engine, port: int) -> tuple[float, float, list[Mail]]:
    """Messages a second of one worker and of the raw loop, and what was sent."""
    settings = _settings(engine.url.render_as_string(hide_password=False), port)
    transport, ours, floor = _Remembering(settings.mail_url), 0.0, 0.0
    for number in range(ROUNDS):
        _queue(engine, number)
        before, began = len(transport.kept), time.perf_counter()
        deliver_due(engine, settings, transport, now=NOW, budget=None)
        ours += time.perf_counter() - began
        floor += _floor(port, transport.kept[before:])
    transport.close()
    _check(engine)
    return NOTICES / ours, NOTICES / floor, transport.kept


def _two_workers(engine: sa.Engine, port: int, mails: list[Mail]) -> tuple[float, float]:
    """The same of two workers on one ledger, and of two raw loops with half of the mails each."""
    url = engine.url.render_as_string(hide_password=False)
    first, second = mails[: NOTICES // 2], mails[NOTICES // 2 :]
    floor = _together(_loop, [(port, first[::2]), (port, first[1::2])])
    _queue(engine, 0, NOTICES // WARM)
    ours = _together(_deliver, [(url, port), (url, port)], lambda: _queue(engine, 0, 1))
    floor += _together(_loop, [(port, second[::2]), (port, second[1::2])])
    _check(engine)
    return NOTICES / ours, NOTICES / floor


def _check(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        states = dict(connection.execute(sa.text("SELECT state, count(*) FROM notice GROUP BY state")).all())
    if states != {"sent": NOTICES}:
        raise RuntimeError(f"the workers left {states}")


def _row(name: str, measured: float, floor: float, goal: float) -> dict[str, Any]:
    ratio = measured / floor
    return {
        "name": name,
        "measured": round(measured),
        "floor": round(floor),
        "unit": "mails/s",
        "ratio": round(ratio, 3),
        "goal": f">= {goal}",
        "met": ratio >= goal,
    }


def run() -> list[dict[str, Any]]:
    """The rows of this benchmark: messages a second of one worker and of two, against raw loops over the same bytes."""
    with _database() as engine, _sink() as port:
        with transaction(engine) as session:
            _fill(session)
        with transaction(engine) as session:
            plan_rule(session, "meeting_tomorrow", now=NOW)
            session.execute(ASIDE)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("VACUUM ANALYZE"))
        measured, floor, mails = _one_worker(engine, port)
        two, two_floor = _two_workers(engine, port, mails)
    return [
        _row("sending", measured, floor, GOAL),
        # As far as the floor gains by a second process, sending must gain too.
        _row("sending with two workers", two, two_floor, GOAL),
    ]
