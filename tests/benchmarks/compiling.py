"""Progress: the nightly compile of four million facts against a bare GROUP BY over them, and the incremental one against it.

The floor reads every fact once and groups it by enrolment, in the same database under the same settings. What the compile
does more: it knows which facts count, in which edition, each once; it compares with what stands there and says what differs.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median

import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.core.db import transaction
from peergang.progress.actions.compile import compile_dirty
from peergang.progress.actions.full_compile import compile_all
from tests.benchmarks.database import database, tidy
from tests.benchmarks.rows import Row, against
from tests.factories.curriculum import make_edition

ENROLMENTS = 100_000
ACTIVITIES = 40
NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
ROUNDS = 5

ACTIVITY = """
INSERT INTO activity (edition_id, module_id, slug, position, kind, phase, required, minutes, due_days_before, title,
    title_en, summary, summary_en, body_html)
SELECT edition_id, id, 'opdracht-' || n, n, 'read', 'inspire', true, 1, 0, '', '', '', '', ''
FROM module, generate_series(1, :activities) AS n
"""
FILL = (
    """INSERT INTO cohort (edition_id, name, starts_on, ends_on, capacity, state)
    SELECT id, 'Cohort ' || n, '2026-09-01', '2027-07-01', 1000, 'running'
    FROM edition, generate_series(1, :enrolments / 100) AS n""",
    """INSERT INTO "user" (given_name, sort_key, email)
    SELECT 'Proef', 'proef', 'persoon' || n || '@school.example' FROM generate_series(1, :enrolments) AS n""",
    """INSERT INTO affiliation (user_id, institution_id, valid_from)
    SELECT "user".id, institution.id, '2024-08-01' FROM "user", institution""",
    """INSERT INTO enrolment (cohort_id, user_id, affiliation_id, role, state)
    SELECT cohorts.id, people.user_id, people.id, 'participant', 'active'
    FROM (SELECT id, user_id, row_number() OVER () - 1 AS n FROM affiliation) AS people
    JOIN (SELECT id, row_number() OVER () - 1 AS n FROM cohort) AS cohorts ON cohorts.n = people.n / 100""",
    # In the order of time, as facts come: so those of one person lie apart.
    """INSERT INTO activity_completion (enrolment_id, activity_id, completed_at, evidence_kind)
    SELECT enrolment.id, activity.id, timestamptz '2026-09-01' + activity.position * interval '1 day', 'test'
    FROM activity, enrolment""",
)
FLOOR = """
SELECT sum(facts), max(last) FROM (
    SELECT enrolment_id, count(*) AS facts, max(completed_at) AS last FROM activity_completion GROUP BY enrolment_id
) AS counted
"""
WRITTEN_FLOOR = """
INSERT INTO enrolment_progress (enrolment_id, required, completed, last_completed_at, compiled_at)
SELECT enrolment_id, count(*), count(*), max(completed_at), now() FROM activity_completion GROUP BY enrolment_id
"""
MARK = """
INSERT INTO progress_dirty (enrolment_id, marked_at)
SELECT id, now() FROM enrolment ORDER BY hashtext(id::text || :salt) LIMIT :number
"""


def fill(engine: sa.Engine, enrolments: int) -> None:
    """People, cohorts and facts, made by the database itself. Triggers and foreign keys rest while it does."""
    with transaction(engine) as session:
        make_edition(session)
        session.execute(sa.text("DELETE FROM activity"))
        session.execute(sa.text(ACTIVITY), {"activities": ACTIVITIES})
        session.execute(sa.text("INSERT INTO institution (brin, name) VALUES ('00AA', 'ROC Proef')"))
        session.execute(sa.text("SET LOCAL session_replication_role = replica"))
        session.execute(sa.text("SET LOCAL statement_timeout = 0"))
        for statement in FILL:
            session.execute(sa.text(statement), {"enrolments": enrolments} if ":enr" in statement else {})
    tidy(engine)


def mark_all(engine: sa.Engine) -> None:
    """Mark everybody, as the triggers do when facts come."""
    statement(engine, "INSERT INTO progress_dirty (enrolment_id, marked_at) SELECT id, now() FROM enrolment")


def timed(work: Callable[[], object]) -> float:
    """Seconds on the wall: most of the work is in the server."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def run(*, quick: bool = False) -> list[Row]:
    """The rows of this benchmark."""
    enrolments = ENROLMENTS // 10 if quick else ENROLMENTS
    with database() as engine:
        fill(engine, enrolments)
        raw = [timed(lambda: statement(engine, FLOOR)) for _ in range(2)]
        # As it is in a network that is new: everything is marked, so nothing of it is a finding.
        mark_all(engine)
        first = timed(lambda: compile_all(engine, now=NOW))
        statement(engine, "TRUNCATE progress_dirty")
        statement(engine, "TRUNCATE enrolment_progress")
        first_floor = timed(lambda: statement(engine, WRITTEN_FLOOR))
        tidy(engine)
        full, part = [], []
        for number in range(ROUNDS):
            raw.append(timed(lambda: statement(engine, FLOOR)))
            full.append(timed(lambda: compile_all(engine, now=NOW)))
            statement(engine, MARK, salt=str(number), number=enrolments // 100)
            part.append(timed(lambda: _compile_part(engine, enrolments // 100)))
        if compile_all(engine, now=NOW).written:
            raise RuntimeError("the two compiles disagree")
    facts = f"{enrolments * ACTIVITIES:,} facts".replace(",", ".")
    return [
        against(f"compile everything ({facts})", median(full), median(raw[1:]), "s", at_most=2.5),
        against(
            "compile the 1% that is dirty, of a full compile", median(part), median(full), "s", at_most=0.1
        ),
        against(
            "compile everything from nothing, of a GROUP BY that is written",
            first,
            first_floor,
            "s",
            at_most=3.0,
        ),
    ]


def statement(engine: sa.Engine, text: str, **values: object) -> None:
    """Run one statement and commit."""
    with engine.begin() as connection:
        connection.execute(sa.text("SET LOCAL statement_timeout = 0"))
        connection.execute(sa.text(text), values)


def _compile_part(engine: sa.Engine, expected: int) -> None:
    with transaction(engine) as session:
        taken = _take(session)
    if taken != expected:
        raise RuntimeError(f"{taken} instead of {expected} were dirty")


def _take(session: Session) -> int:
    return compile_dirty(session, now=NOW)
