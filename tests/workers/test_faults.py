"""Everything breaks, over and over, while mail goes out: every notice ends in one known state, and none is lost.

The suite runs a small round. `PEERGANG_FAULTS=1` runs 20,000 notices with 200 killed workers, a Redis that is emptied three
times and a PostgreSQL that is restarted twice, and prints its figures.
"""

import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from time import monotonic, sleep

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from peergang.core.db import make_engine, transaction
from peergang.core.embedded import Server, start_postgres
from peergang.core.permissions import SYSTEM
from peergang.notifications.actions.sweep import settle_notice, sweep_ledger
from peergang.notifications.rules import CLAIM_TIMEOUT, Outcome
from tests.factories.cohorts import make_cohort, make_meeting
from tests.workers.conftest import Place

pytestmark = [pytest.mark.database, pytest.mark.committed, pytest.mark.slow]

FULL = "PEERGANG_FAULTS" in os.environ
NOTICES, KILLS, FLUSHES, RESTARTS = (20_000, 200, 3, 2) if FULL else (400, 4, 1, 1)
MESSAGE_ID = re.compile(rb"^Message-ID: (\S+)", re.MULTILINE)
TROUBLES = ("hang", "hangup", "451 4.3.0 later", "421 4.3.2 closing", "taken and silent")

PEOPLE = sa.text("""
    WITH people AS (
        INSERT INTO "user" (given_name, family_name, sort_key, email)
        SELECT 'Zoë', 'Proef ' || number, 'proef', 'persoon' || number || '@school.example'
        FROM generate_series(1, :number) AS number RETURNING id
    ), enrolled AS (
        INSERT INTO enrolment (cohort_id, user_id, role, state) SELECT :cohort, id, 'trainer', 'active' FROM people
    )
    INSERT INTO notice (id, rule, subject_id, recipient_id, occurrence, planned_at, ready_at, not_before, expires_at, urgency)
    SELECT gen_random_uuid(), 'meeting_tomorrow', :meeting, id, :occurrence, :now, :now, :now, :later, 4 FROM people
""")


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Cluster:
    """A PostgreSQL that waits for its disk, as in production, and may be restarted."""

    folder: Path
    server: Server

    def restart(self) -> None:
        self.server.stop()
        self.server = start_postgres(self.folder)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    tmp_path.chmod(0o711)
    found = Cluster(tmp_path / "postgres", start_postgres(tmp_path / "postgres"))
    try:
        yield found
    finally:
        found.server.stop()


@pytest.fixture
def own_place(place: Place, cluster: Cluster) -> Iterator[Place]:
    """The same with that database."""
    engine = make_engine(cluster.server.url)
    config = Config("alembic.ini")
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
    place.environment |= {"PEERGANG_DATABASE_URL": cluster.server.url}
    yield replace(place, engine=engine)
    for worker in place.workers:
        worker.kill()
    engine.dispose()


def fill(place: Place) -> None:
    """A meeting tomorrow, and everybody of the cohort is to be told."""
    with transaction(place.engine) as session:
        cohort = make_cohort(session, now())
        meeting = make_meeting(session, cohort, now() + timedelta(days=1))
        session.execute(
            PEOPLE,
            {
                "number": NOTICES,
                "cohort": cohort.id,
                "meeting": meeting.id,
                "occurrence": meeting.starts_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ"),
                "now": now(),
                "later": now() + timedelta(days=1),
            },
        )


def sweep(place: Place, later: timedelta = timedelta()) -> None:
    """As beat does; with `later` as if so much time had passed, which takes back what dead workers held."""
    with transaction(place.engine) as session:
        sweep_ledger(session, now=now() + later)


def test_everything_breaks_and_nothing_is_lost(own_place: Place, cluster: Cluster) -> None:
    place, chance = own_place, Random(2026)
    fill(place)
    events = ["kill"] * KILLS + ["flush"] * FLUSHES + ["restart"] * RESTARTS
    chance.shuffle(events)
    began = monotonic()
    for event in events:
        while sum(worker.process.poll() is None for worker in place.workers) < 2:
            place.start()
        running = [worker for worker in place.workers if worker.process.poll() is None]
        arrived = len(place.sink.messages)
        share = NOTICES // (len(events) + 5)
        place.sink.answers["END"] = ["", "", chance.choice(TROUBLES)]
        sweep(place)
        _wait(place, arrived + share)
        if event == "kill":
            chance.choice(running).kill()
        elif event == "flush":
            place.redis.flushall()
        else:
            cluster.restart()
        sweep(place, CLAIM_TIMEOUT + timedelta(seconds=1))
    place.sink.answers.clear()
    _finish(place)
    before = dict(place.states())
    _settle_what_is_in_doubt(place)
    _finish(place)
    _judge(place, before, monotonic() - began)


def _wait(place: Place, enough: int, seconds: float = 20) -> None:
    """A round goes on when enough was sent, or when the trouble leaves nobody to send."""
    deadline = monotonic() + seconds
    while monotonic() < deadline and len(place.sink.messages) < enough:
        sweep(place)
        sleep(0.2)


def _finish(place: Place) -> None:
    """Workers in good health do the rest."""

    for worker in place.workers:
        worker.kill()
    # Whoever held something is dead, so it is taken back at once; a second time would rob those who live.
    sweep(place, CLAIM_TIMEOUT + timedelta(seconds=1))
    place.redis.flushall()
    place.start()
    place.until(lambda: _is_done(place), "the rest", 900)


def _is_done(place: Place) -> bool:
    with transaction(place.engine) as session:
        # The pauses after a refusal are over.
        session.execute(sa.text("UPDATE notice SET not_before = ready_at WHERE state = 'queued'"))
    sweep(place)
    sleep(0.5)
    return not set(place.states()) & {"queued", "claimed"}


def _settle_what_is_in_doubt(place: Place) -> None:
    """A human says of every message in doubt that it shall go again: now duplicates are possible."""
    with transaction(place.engine) as session:
        doubtful = session.scalars(sa.text("SELECT id FROM notice WHERE state = 'uncertain'")).all()
        for one in doubtful:
            settle_notice(session, SYSTEM, one, Outcome.AGAIN, now=now())


def _judge(place: Place, before: dict[str, int], seconds: float) -> None:
    assert sum(before.values()) == NOTICES
    assert set(before) <= {"sent", "uncertain"}
    assert place.states() == {"sent": NOTICES}
    ids = defaultdict(list)
    for recipient, content in place.sink.messages:
        found = MESSAGE_ID.search(content)
        assert found
        ids[recipient].append(found[1])
    assert len(ids) == NOTICES, "somebody got nothing"
    twice = {recipient: found for recipient, found in ids.items() if len(found) > 1}
    assert all(len(set(found)) == 1 for found in twice.values())
    print(
        f"{NOTICES} notices, {KILLS} kills, {FLUSHES} emptied brokers, {RESTARTS} restarts in {seconds:.0f} s: "
        f"in doubt {before.get('uncertain', 0)}, then {len(twice)} arrived twice, each under one Message-ID; "
        f"{Counter(map(len, ids.values()))}"
    )
