"""A network of the size of the issue, made by the database itself in seconds: 60 institutions, 40 cohorts, 20,000 enrolments
and everything that the participation page counts. Eight cohorts run; the others are over.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.core.db import transaction
from tests.benchmarks.database import tidy

INSTITUTIONS, COHORTS, ENROLMENTS = 60, 40, 20_000
RUNNING = 8
MEETINGS = 6
DAYS = 30
"""Of history."""

_NUMBERS = {
    "institutions": INSTITUTIONS,
    "cohorts": COHORTS,
    "enrolments": ENROLMENTS,
    "running": RUNNING,
    "meetings": MEETINGS,
    "days": DAYS,
}

# Every figure is drawn from the number of a person, so that two fills are alike.
FILL = (
    """INSERT INTO institution (brin, name)
    SELECT lpad(n::text, 2, '0') || 'ZZ', 'School ' || n FROM generate_series(1, :institutions) AS n""",
    """INSERT INTO cohort (edition_id, name, starts_on, ends_on, capacity, state, started_at)
    SELECT edition.id, 'Cohort ' || n, began, began + 300, 1000,
        CASE WHEN n > :cohorts - :running THEN 'running' ELSE 'closed' END, began
    FROM (SELECT id FROM edition LIMIT 1) AS edition, generate_series(1, :cohorts) AS n, LATERAL (
        SELECT CAST(:now AS date) - CASE WHEN n > :cohorts - :running THEN 120
            ELSE 400 + 10 * (:cohorts - n) END AS began) AS days""",
    """INSERT INTO cohort_module (cohort_id, module_id, opens_at, due_at)
    SELECT cohort.id, module.id, cohort.starts_on + 21 * (module.position - 1), cohort.starts_on + 21 * module.position
    FROM cohort JOIN module ON module.edition_id = cohort.edition_id""",
    """INSERT INTO cohort_activity (cohort_id, activity_id, opens_at, due_at)
    SELECT dates.cohort_id, activity.id, dates.opens_at, dates.due_at
    FROM cohort_module AS dates JOIN activity ON activity.module_id = dates.module_id""",
    """INSERT INTO "user" (given_name, family_name, sort_key, email)
    SELECT 'Proef', lpad(n::text, 6, '0'), 'proef ' || lpad(n::text, 6, '0'), 'persoon' || n || '@netwerk.example'
    FROM generate_series(1, :enrolments) AS n""",
    """CREATE TEMPORARY TABLE crowd AS
    SELECT "user".id AS user_id, number, gen_random_uuid() AS place_id, gen_random_uuid() AS enrolment_id,
        cohorts.id AS cohort_id, cohorts.edition_id, cohorts.state, cohorts.starts_on, schools.id AS institution_id
    FROM (SELECT id, substr(email, 8, strpos(email, '@') - 8)::int AS number FROM "user"
        WHERE email LIKE 'persoon%@netwerk.example') AS "user"
    JOIN (SELECT *, row_number() OVER (ORDER BY starts_on, name) - 1 AS n FROM cohort) AS cohorts
        ON cohorts.n = number % :cohorts
    JOIN (SELECT id, row_number() OVER (ORDER BY brin) - 1 AS n FROM institution) AS schools
        ON schools.n = number / :cohorts % :institutions""",
    """INSERT INTO affiliation (id, user_id, institution_id, valid_from)
    SELECT place_id, user_id, institution_id, '2020-08-01' FROM crowd""",
    """INSERT INTO enrolment (id, cohort_id, user_id, affiliation_id, role, state, activated_at)
    SELECT enrolment_id, cohort_id, user_id, place_id, 'participant', 'active', starts_on FROM crowd""",
    "INSERT INTO enrolment_period (enrolment_id, began_at) SELECT enrolment_id, starts_on FROM crowd",
    """INSERT INTO meeting (cohort_id, number, title, starts_at, ends_at, changed_at)
    SELECT id, n, 'Bijeenkomst ' || n, starts_on + 19 * n + time '09:00', starts_on + 19 * n + time '12:00', starts_on
    FROM cohort, generate_series(1, :meetings) AS n""",
    """INSERT INTO attendance (meeting_id, enrolment_id, state, recorded_at)
    SELECT meeting.id, enrolment_id, CASE WHEN (crowd.number * 7 + meeting.number * 3) % 10 < 8
        THEN 'present' ELSE 'absent' END, meeting.ends_at
    FROM crowd JOIN meeting USING (cohort_id) WHERE meeting.ends_at <= :now""",
    """INSERT INTO activity_completion (enrolment_id, activity_id, completed_at, evidence_kind)
    SELECT enrolment_id, dates.activity_id, dates.due_at - crowd.number % 5 * interval '1 day', 'test'
    FROM crowd JOIN cohort_activity AS dates USING (cohort_id)
    WHERE dates.due_at <= :now AND hashtext(dates.activity_id::text || crowd.number) % 10 < 7""",
    """INSERT INTO topic_read (enrolment_id, topic_id, read_at)
    SELECT enrolment_id, topic.id, starts_on + 21 * module.position
    FROM crowd JOIN module USING (edition_id) JOIN topic ON topic.module_id = module.id
    WHERE starts_on + 21 * module.position <= :now""",
    """INSERT INTO reflection (enrolment_id, activity_id, state, audience, title, draft, draft_saved_at, state_since,
        submitted_at)
    SELECT enrolment_id, activity.id, CASE WHEN crowd.state = 'closed' THEN 'approved' ELSE 'submitted' END,
        'peer_group', 'Proef', '{}', handed_in, handed_in, handed_in
    FROM crowd JOIN cohort_activity AS dates USING (cohort_id)
    JOIN activity ON activity.id = dates.activity_id AND activity.kind = 'reflection',
    LATERAL (SELECT dates.due_at + (crowd.number % 9 - 6) * interval '1 day' AS handed_in) AS moment
    WHERE handed_in <= :now AND hashtext(activity.id::text || crowd.number || 'r') % 10 < 6""",
    """INSERT INTO reflection_version (reflection_id, number, title, answers, submitted_at)
    SELECT id, 1, title, '{}', submitted_at FROM reflection""",
    """INSERT INTO role_grant (user_id, role, institution_id)
    SELECT DISTINCT ON (institution_id) user_id, 'contact', institution_id FROM crowd
    WHERE institution_id NOT IN (SELECT id FROM institution ORDER BY brin LIMIT 5)""",
)
HISTORY = (
    """INSERT INTO snapshot_day (day, taken_at)
    SELECT CAST(:now AS date) - n, :now FROM generate_series(1, :days) AS n""",
    """INSERT INTO progress_snapshot (day, enrolment_id, required, completed, due, handed_in, on_time, last_active_at)
    SELECT CAST(:now AS date) - n, enrolment_id, required, completed, 3, 2, 1, last_completed_at
    FROM enrolment_progress, generate_series(1, :days) AS n""",
)


def fill_network(engine: sa.Engine, now: datetime) -> None:
    """Everything before the compile; the edition must be there. Triggers and foreign keys rest while it is made."""
    with transaction(engine) as session:
        _run(session, FILL, now)
        session.execute(
            sa.text("INSERT INTO progress_dirty SELECT enrolment_id, :now FROM crowd"), {"now": now}
        )
        session.execute(sa.text("DROP TABLE crowd"))
    tidy(engine)


def fill_history(engine: sa.Engine, now: datetime) -> None:
    """Snapshots of some weeks, after the compile."""
    with transaction(engine) as session:
        _run(session, HISTORY, now)
    tidy(engine)


def _run(session: Session, statements: tuple[str, ...], now: datetime) -> None:
    session.execute(sa.text("SET LOCAL session_replication_role = replica"))
    session.execute(sa.text("SET LOCAL statement_timeout = 0"))
    for text in statements:
        wanted = {key: value for key, value in (_NUMBERS | {"now": now}).items() if f":{key}" in text}
        session.execute(sa.text(text), wanted)
