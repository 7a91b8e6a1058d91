"""Everything breaks, over and over, while mail goes out: every notice ends in one known state, and none is lost.

The suite runs a small round. `PEERGANG_FAULTS=1` runs 20,006 notices with 200 killed workers, a Redis that is emptied three
times and a PostgreSQL that is restarted twice, and prints its figures.
"""

import os
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
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
from peergang.notifications.actions.replaying import settle_notice
from peergang.notifications.actions.sweep import sweep_ledger
from peergang.notifications.rules import CLAIM_TIMEOUT, Outcome
from tests.factories.cohorts import make_cohort, make_meeting
from tests.workers.conftest import Place

pytestmark = [pytest.mark.database, pytest.mark.committed, pytest.mark.slow]

FULL = "PEERGANG_FAULTS" in os.environ
PEOPLE, KILLS, FLUSHES, RESTARTS, HEAP = (11_432, 200, 3, 2, 8) if FULL else (232, 4, 1, 1, 1)
"""In small heaps no batch would be claimed while another goes out, so the full run releases the mail of HEAP rounds at once."""
NOTICES = PEOPLE // 4 * 7
"""Of every four people two are told one thing that goes by itself; the others two and three things that go in one message."""
TITLES = ("Kennismaken", "Een les bekijken", "Terugkijken")
TROUBLES = ("hang", "hangup", "451 4.3.0 later", "421 4.3.2 closing", "taken and silent")

FILL = sa.text("""
    WITH people AS (
        INSERT INTO "user" (given_name, family_name, sort_key, email)
        SELECT 'Zoë', 'Proef ' || number, 'proef', 'persoon' || number || '@school.example'
        FROM generate_series(1, :number) AS number RETURNING id, substring(email FROM '[0-9]+')::int % 4 AS kind
    ), enrolled AS (
        INSERT INTO enrolment (cohort_id, user_id, role, state) SELECT :cohort, id, 'trainer', 'active' FROM people
    ), habits AS (
        INSERT INTO notice_habits (user_id, quiet_from, quiet_until, weekends, school_holidays)
        SELECT id, '00:00', '00:00', true, false FROM people
    )
    INSERT INTO notice (id, rule, subject_id, recipient_id, occurrence, planned_at, ready_at, not_before, expires_at, urgency)
    SELECT gen_random_uuid(), 'meeting_tomorrow', meeting.id, people.id, :occurrence, :now, :now, :later, :later,
        CASE WHEN kind < 2 THEN 4 ELSE 3 END
    FROM people JOIN unnest(CAST(:meetings AS uuid[])) WITH ORDINALITY AS meeting (id, turn) ON turn <= greatest(kind, 1)
""")
"""Judged as reminders are, and at any hour of any day: what MUST be known and is over in a day waits for no holiday."""

RELEASE = sa.text("""
    WITH next AS (SELECT DISTINCT recipient_id FROM notice WHERE not_before = expires_at LIMIT :people)
    UPDATE notice SET not_before = ready_at FROM next WHERE notice.recipient_id = next.recipient_id
""")
"""So many more people may be told: were all due from the beginning, the last workers to die would have nothing left to do."""
AHEAD = 3

PARTS = sa.text("""
    SELECT "user".email, notice.mail_id, array_agg(meeting.title) AS titles, count(*) AS number
    FROM notice JOIN "user" ON "user".id = recipient_id JOIN meeting ON meeting.id = subject_id GROUP BY 1, 2
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
    """Three meetings tomorrow, of which everybody of the cohort is to be told some."""
    with transaction(place.engine) as session:
        cohort = make_cohort(session, now())
        tomorrow = now() + timedelta(days=1)
        meetings = [
            make_meeting(session, cohort, tomorrow, number=number, title=title)
            for number, title in enumerate(TITLES, 1)
        ]
        session.execute(
            FILL,
            {
                "number": PEOPLE,
                "cohort": cohort.id,
                "meetings": [meeting.id for meeting in meetings],
                "occurrence": meetings[0].starts_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ"),
                "now": now(),
                "later": now() + timedelta(days=1),
            },
        )


def release(place: Place, people: int) -> None:
    """Let what these are to be told go from now on."""
    with transaction(place.engine) as session:
        session.execute(RELEASE, {"people": people})


def sweep(place: Place, later: timedelta = timedelta()) -> None:
    """As beat does; with `later` as if so much time had passed, which takes back what dead workers held."""
    with transaction(place.engine) as session:
        sweep_ledger(session, now=now() + later)


def test_everything_breaks_and_nothing_is_lost(own_place: Place, cluster: Cluster) -> None:
    place, chance = own_place, Random(2026)
    fill(place)
    events = ["kill"] * KILLS + ["flush"] * FLUSHES + ["restart"] * RESTARTS
    chance.shuffle(events)
    began, share = monotonic(), PEOPLE // (len(events) + AHEAD + 2)
    release(place, AHEAD * share)
    for number, event in enumerate(events):
        while sum(worker.process.poll() is None for worker in place.workers) < 2:
            place.start()
        running = [worker for worker in place.workers if worker.process.poll() is None]
        arrived = len(place.sink.messages)
        if number % HEAP == 0:
            release(place, HEAP * share)
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


def _wait(place: Place, enough: int, seconds: float = 20 if FULL else 8) -> None:
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
        # One part of a message brings the others along.
        one_of_each = "SELECT DISTINCT ON (mail_id) id FROM notice WHERE state = 'uncertain'"
        doubtful = session.scalars(sa.text(one_of_each)).all()
        for one in doubtful:
            settle_notice(session, SYSTEM, one, Outcome.AGAIN, now=now())


def _judge(place: Place, before: dict[str, int], seconds: float) -> None:
    assert sum(before.values()) == NOTICES
    assert set(before) <= {"sent", "uncertain"}
    assert place.states() == {"sent": NOTICES}
    arrived: dict[str, list[str]] = defaultdict(list)
    said: dict[str, set[str]] = {}
    for recipient, content in place.sink.messages:
        mail = message_from_bytes(content, policy=policy.default)
        mail_id = str(mail["Message-ID"]).removeprefix("<").partition("@")[0]
        arrived[recipient].append(mail_id)
        text = str(mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]
        matters = {title for title in TITLES if title in text}
        assert said.setdefault(mail_id, matters) == matters, "one name for two messages"
    assert len(arrived) == PEOPLE, "somebody got nothing"
    with place.engine.connect() as connection:
        letters = connection.execute(PARTS).all()
    names: dict[str, set[str]] = defaultdict(set)
    for letter in letters:
        names[letter.email].add(str(letter.mail_id))
        assert said[str(letter.mail_id)] == set(letter.titles), "another message than the ledger has"
    assert {recipient: set(found) for recipient, found in arrived.items()} == names, (
        "sent again under another name"
    )
    bundled = sum(letter.number > 1 for letter in letters)
    assert bundled > PEOPLE // 4, "bundles went through it all as well"
    twice = {recipient: found for recipient, found in arrived.items() if len(found) > len(set(found))}
    print(
        f"{NOTICES} notices in {len(letters)} messages ({bundled} bundles), {KILLS} kills, {FLUSHES} emptied brokers, "
        f"{RESTARTS} restarts in {seconds:.0f} s: in doubt {before.get('uncertain', 0)}, then {len(twice)} arrived twice, "
        f"each under one Message-ID; {Counter(map(len, arrived.values()))}"
    )
