"""Planning: one statement a rule, whatever the number of people; what it takes may not grow faster than their number.

Measured for a rule about a meeting and one about work that is due, over 1,000, 10,000 and 100,000 people. The floor of each is
writing as many rows into the ledger without asking anything.
"""

import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.cohorts.models import Meeting
from peergang.core.db import transaction
from peergang.notifications.actions.plan import plan_rule
from tests.benchmarks.database import database, tidy
from tests.benchmarks.rows import Row, against
from tests.factories.cohorts import make_cohort
from tests.factories.curriculum import make_edition

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
SIZES = (1_000, 10_000, 100_000)
RULES = ("meeting_tomorrow", "activity_due_soon")
A_COHORT = 1_000
GROWTH = 1.3
"""Time a notice at the largest size, against that at the size before; the smallest is mostly the statement itself."""

PEOPLE = sa.text("""
    WITH people AS (
        INSERT INTO "user" (given_name, family_name, sort_key, email)
        SELECT 'Zoë', 'Proef', 'proef', 'persoon' || n || '@' || CAST(:cohort AS text) || '.example'
        FROM generate_series(1, :number) AS n RETURNING id
    ), works AS (
        INSERT INTO affiliation (user_id, institution_id, valid_from)
        SELECT people.id, institution.id, '2024-08-01' FROM people, institution RETURNING id, user_id
    )
    INSERT INTO enrolment (cohort_id, user_id, affiliation_id, role, state, activated_at)
    SELECT :cohort, user_id, id, 'participant', 'active', :since FROM works
""")
FLOOR = sa.text("""
    INSERT INTO notice (id, rule, subject_id, recipient_id, occurrence, planned_at, ready_at, not_before, expires_at)
    SELECT gen_random_uuid(), 'floor', :subject, user_id, 'floor', :now, :now, :now, :later FROM enrolment
""")


def _fill(session: Session, people: int) -> None:
    edition = make_edition(session)
    session.execute(sa.text("INSERT INTO institution (brin, name) VALUES ('00AA', 'ROC Proef')"))
    for number in range(people // A_COHORT):
        cohort = make_cohort(session, NOW, edition=edition, capacity=A_COHORT)
        starts_at = NOW + timedelta(days=1, hours=number % 6)
        session.add(
            Meeting(
                cohort_id=cohort.id,
                number=1,
                title="Van losse hulp naar een aanpak",
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=3),
            )
        )
        session.flush()
        values = {"cohort": cohort.id, "number": A_COHORT, "since": NOW - timedelta(days=14)}
        session.execute(PEOPLE, values)
    # One activity is due soon; the others are far away.
    session.execute(
        sa.text("""
            UPDATE cohort_activity SET opens_at = :opens,
                due_at = CASE WHEN activity.kind = 'read' THEN CAST(:due AS timestamptz)
                ELSE CAST(:due AS timestamptz) + interval '90 days' END
            FROM activity WHERE activity.id = cohort_activity.activity_id
        """),
        {"due": NOW + timedelta(days=3, hours=7), "opens": NOW - timedelta(days=10)},
    )


def _measure(people: int) -> dict[str, tuple[int, float]]:
    """By rule: how many notices, and how many seconds; "floor" among them."""
    found: dict[str, tuple[int, float]] = {}
    with database() as engine:
        with transaction(engine) as session:
            _fill(session, people)
        tidy(engine)
        for rule in RULES:
            began = time.perf_counter()
            with transaction(engine) as session:
                number = plan_rule(session, rule, now=NOW)
            found[rule] = number, time.perf_counter() - began
        began = time.perf_counter()
        with transaction(engine) as session:
            values = {"subject": UUID(int=1), "now": NOW, "later": NOW + timedelta(days=1)}
            session.execute(FLOOR, values)
        found["floor"] = people, time.perf_counter() - began
    return found


def run(quick: bool = False) -> list[Row]:
    """Per rule: how its time a notice grew over the last tenfold, and its time against bare inserts at the largest size."""
    measured = [_measure(size) for size in (SIZES[:-1] if quick else SIZES)]
    rows: list[Row] = []
    for rule in RULES:
        number, seconds = measured[-1][rule]
        before, earlier = measured[-2][rule]
        name = f"planning {number:,} notices of {rule}"
        rows.append(
            against(
                f"{name}: growth",
                seconds / number * 1e6,
                earlier / before * 1e6,
                "us a notice",
                at_most=GROWTH,
            )
        )
        bare_number, bare = measured[-1]["floor"]
        rows.append(
            against(name, seconds / number * 1e6, bare / bare_number * 1e6, "us a notice", at_most=None)
        )
    return rows
