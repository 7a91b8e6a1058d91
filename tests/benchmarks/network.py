"""The participation page over the network of the issue: 60 institutions, 40 cohorts, 20,000 enrolments.

Two parts, measured apart. What the web process does is CPU of this process, beside the bare page of tests/benchmarks/bare.py.
What the database does is the time of its statements, beside one statement by hand that brings the same figures: every table
of facts read once and grouped. Both are medians of turns one after the other, so that what else the machine does hits both.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.core.db import transaction
from peergang.core.permissions import SYSTEM
from peergang.curriculum.actions import load_edition
from peergang.curriculum.content.source import read_programmes
from peergang.identity.models import User
from peergang.progress.actions.compile import compile_waiting
from peergang.progress.actions.evaluating import evaluate_all
from peergang.progress.queries.overview import get_overview
from peergang.progress.rules.filters import Filter
from peergang.progress.rules.moment import Moment
from tests.benchmarks.bare import make_bare_app
from tests.benchmarks.database import database
from tests.benchmarks.network_fill import COHORTS, ENROLMENTS, INSTITUTIONS, fill_history, fill_network
from tests.benchmarks.pages import CONTENT, Page, ask, count_statements, make_app, make_environ
from tests.benchmarks.rows import Row, against
from tests.factories.identity import make_organiser, sign_in_session

ROUNDS, TURNS = 40, 7
MOST, MOST_STATEMENTS = 5.0, 10
SIZE = f"{INSTITUTIONS} × {COHORTS} × {ENROLMENTS:,}".replace(",", ".")

RAW = """
SELECT institution_id, cohort_id, count(*), sum(completed), sum(required), sum(present), sum(recorded), sum(handed_in),
    sum(on_time), max(greatest(last_completed_at, seen_at, wrote_at, read_at))
FROM enrolment
JOIN affiliation ON affiliation.id = affiliation_id
JOIN enrolment_progress AS progress ON progress.enrolment_id = enrolment.id
LEFT JOIN (
    SELECT enrolment_id, count(*) AS recorded, count(*) FILTER (WHERE attendance.state = 'present') AS present,
        max(starts_at) FILTER (WHERE attendance.state = 'present') AS seen_at
    FROM attendance JOIN meeting ON meeting.id = meeting_id GROUP BY enrolment_id
) AS presence ON presence.enrolment_id = enrolment.id
LEFT JOIN (
    SELECT reflection.enrolment_id, count(*) AS handed_in, max(version.submitted_at) AS wrote_at,
        count(*) FILTER (WHERE version.submitted_at <= dates.due_at) AS on_time
    FROM reflection
    JOIN enrolment ON enrolment.id = enrolment_id
    JOIN cohort_activity AS dates ON dates.cohort_id = enrolment.cohort_id AND dates.activity_id = reflection.activity_id
    JOIN reflection_version AS version ON version.reflection_id = reflection.id AND version.number = 1
    GROUP BY reflection.enrolment_id
) AS work ON work.enrolment_id = enrolment.id
LEFT JOIN (
    SELECT enrolment_id, max(read_at) AS read_at FROM topic_read GROUP BY enrolment_id
) AS reading ON reading.enrolment_id = enrolment.id
GROUP BY institution_id, cohort_id
"""
MEETINGS = """
SELECT meeting.cohort_id, meeting.number, count(*), count(*) FILTER (WHERE attendance.state = 'present')
FROM attendance JOIN meeting ON meeting.id = meeting_id JOIN enrolment ON enrolment.id = enrolment_id
WHERE enrolment.state = 'active' GROUP BY meeting.cohort_id, meeting.number
"""


def run() -> list[Row]:
    """The rows of this benchmark."""
    now = datetime.now(UTC)
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere), database() as engine:
        user_id, token = fill(engine, now)
        app = make_app(engine)
        page = Page("participation", make_environ(app, "/deelname", token))
        statements = count_statements(app, engine, page)
        with _bare_page(engine, user_id) as (bare, bare_page):
            ours, floor = [], []
            for number in range(ROUNDS + 5):
                spent = ask(app, page.environ), ask(bare, bare_page)
                if number >= 5:
                    ours.append(spent[0])
                    floor.append(spent[1])
        present, past = Moment(now), Moment(now, (now - timedelta(days=5)).date())
        took = _time_database(engine, present, past)
    return [
        {
            "name": f"participation over {SIZE}: statements",
            "measured": statements,
            "floor": None,
            "unit": "statements",
            "ratio": None,
            "goal": f"<= {MOST_STATEMENTS}",
            "met": statements <= MOST_STATEMENTS,
        },
        against(
            f"participation over {SIZE}: CPU of the web process a request",
            1000 * median(ours),
            1000 * median(floor),
            "ms",
            at_most=MOST,
        ),
        against("the same in the database, of raw SQL by hand", took[0], took[2], "ms", at_most=None),
        against("the same as of five days ago, of raw SQL by hand", took[1], took[2], "ms", at_most=None),
    ]


def fill(engine: sa.Engine, now: datetime) -> tuple[Any, str]:
    """The network, compiled and evaluated; an organiser of it, and the token of their session."""
    with transaction(engine) as session:
        programme = next(one for one in read_programmes(CONTENT) if one.header.slug == "peergang")
        load_edition(session, SYSTEM, programme, now=now)
    fill_network(engine, now)
    while compile_waiting(engine, now=now):
        pass
    fill_history(engine, now)
    with transaction(engine) as session:
        evaluate_all(session, now=now)
        organiser: User = make_organiser(session)
        return organiser.id, sign_in_session(session, organiser)


@contextmanager
def _bare_page(engine: sa.Engine, user_id: Any) -> Iterator[tuple[Any, dict[str, Any]]]:
    # The long page of that application is not asked for, so any id will do.
    bare = make_bare_app(engine, user_id, user_id)
    yield bare, make_environ(bare, "/")


def _time_database(engine: sa.Engine, present: Moment, past: Moment) -> tuple[float, float, float]:
    """Milliseconds of what the page reads now, as of a past day, and by hand. Python's part of it is counted along."""
    with Session(engine) as session:
        works: tuple[Callable[[], object], ...] = (
            lambda: get_overview(session, Filter(), present),
            lambda: get_overview(session, Filter(), past),
            lambda: [session.execute(sa.text(one)).all() for one in (RAW, MEETINGS)],
        )
        took: list[list[float]] = [[] for _ in works]
        for number in range(TURNS + 1):
            for work, into in zip(works, took, strict=True):
                began = time.perf_counter()
                work()
                if number:
                    into.append(1000 * (time.perf_counter() - began))
    now, then, raw = (median(one) for one in took)
    return now, then, raw
