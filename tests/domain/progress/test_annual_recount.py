"""The figures of a year over invented histories, against a recount in plain Python: people come, stop, come back and change
cohorts, and each counts once.
"""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from peergang.core.clock import local_date
from peergang.progress.queries.annual import list_cohorts_of, list_institutions_of, list_study_minutes
from peergang.progress.queries.annual_modules import list_modules_of_year
from peergang.progress.rules.filters import Sign
from peergang.progress.rules.years import Kind, Year
from tests.domain.progress.recount.living import Step, live, make_network
from tests.domain.progress.recount.loading import Facts, load_facts
from tests.domain.progress.test_three_roads import HISTORIES, from_the_beginning, histories

pytestmark = pytest.mark.database

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
NEVER = datetime.max.replace(tzinfo=UTC)
YEAR = Year(Kind.SCHOOL, 2026, Sign.BOTH, None, NOW)
MOVED: list[Step] = [
    *(("complete", who, what, 9) for who in range(3) for what in range(4)),
    ("transfer", 0, 1, 1),
    ("transfer", 1, 2, 1),
    ("withdraw", 2, 1, 0),
]


def test_whatever_happens_everybody_counts_once(connection: Connection) -> None:
    with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
        network = make_network(session, NOW)
        session.commit()

    @settings(
        max_examples=HISTORIES or 15,
        derandomize=not HISTORIES,
        database=None,
        deadline=None,
        # A smaller example costs hundreds of histories; the first one says enough.
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @example([*MOVED, ("transfer", 5, 0, 0), ("withdraw", 6, 0, 0)])
    @example([*MOVED, ("return", 0, 0, 0), ("withdraw", 0, 1, 0)])
    @example([*MOVED, ("postpone", 0, 0, 0), ("postpone", 1, 0, 0), ("withdraw", 7, 0, 0)])
    @example([("postpone", 0, 0, 1), ("postpone", 1, 0, 1), ("withdraw", 5, 0, 0)])
    @example([*(("complete", 0, what, 9) for what in range(6)), ("upgrade", 0, 0, 0), ("transfer", 0, 0, 0)])
    @given(histories)
    def lives(steps: list[Step]) -> None:
        with from_the_beginning(connection, network) as lived:
            live(lived, steps)
            compare(lived.session, load_facts(lived.session))

    lives()


def compare(session: Session, facts: Facts) -> None:
    """Every figure that counts people or hours."""
    cohorts = {one.id: one for one in facts.cohorts if one.state in ("open", "running", "closed")}
    begun = [
        one
        for one in facts.enrolments
        if one.role == "participant" and one.activated_at and one.cohort_id in cohorts
    ]
    ran = [one for one in begun if cohorts[one.cohort_id].starts_on <= local_date(NOW)]
    stayed = [one for one in ran if not (left(one) and went_on(facts, one))]
    stopped = [one for one in stayed if left(one)]
    total, schools = list_institutions_of(session, YEAR)
    assert (total.people, total.places) == (len({one.user_id for one in ran}), len(ran))
    assert sum(one.places for one in schools) == len(ran)
    rows = list_cohorts_of(session, YEAR)
    assert {row.cohort_id: (row.people, row.started, row.stopped) for row in rows} == {
        name: (of(ran, name), of(stayed, name), of(stopped, name)) for name in cohorts if of(ran, name)
    }
    losses: dict[Any, int] = {}
    for row in list_modules_of_year(session, YEAR):
        losses[row.cohort_id] = losses.get(row.cohort_id, 0) + row.stopped
        assert row.stopped <= row.reached <= of(stayed, row.cohort_id)
    assert {name: number for name, number in losses.items() if number} == {
        name: of(stopped, name) for name in cohorts if of(stopped, name)
    }
    assert sum(row.minutes for row in list_study_minutes(session, YEAR)) == count_minutes(facts, cohorts)


def left(enrolment: Any) -> bool:
    """Whether somebody is not there any more, for whatever reason."""
    return bool(enrolment.state not in ("active", "completed"))


def went_on(facts: Facts, old: Any) -> bool:
    """Whether somebody was sent on to another cohort, and began there since or may still begin."""
    programmes = {one.id: one.programme_id for one in facts.editions}
    cohorts = {one.id: one for one in facts.cohorts}
    same = programmes[cohorts[old.cohort_id].edition_id]
    for one in facts.enrolments:
        cohort = cohorts[one.cohort_id]
        if one.user_id != old.user_id or one.id == old.id or programmes[cohort.edition_id] != same:
            continue
        since = [
            row for row in facts.periods if row.enrolment_id == one.id and row.began_at >= old.withdrawn_at
        ]
        awaited = one.state in ("invited", "waitlisted") and cohort.state in ("planned", "open", "running")
        if one.role == "participant" and (since or awaited):
            return bool(old.withdrawn_reason == "transferred")
    return False


def of(enrolments: list[Any], cohort_id: Any) -> int:
    return sum(one.cohort_id == cohort_id for one in enrolments)


def count_minutes(facts: Facts, cohorts: dict[Any, Any]) -> int:
    """Every thing that somebody did at a moment once: as it was asked in the cohort and by the edition where they did it
    first, whatever edition that cohort has now.
    """
    enrolments = {one.id: one for one in facts.enrolments if one.role == "participant"}
    activities = {one.id: one for one in facts.activities}
    editions = {one.id: one for one in facts.editions}
    copies: dict[Any, list[tuple[Any, ...]]] = {}
    for fact in facts.completions:
        enrolment, activity = enrolments.get(fact.enrolment_id), activities[fact.activity_id]
        if enrolment is None or enrolment.cohort_id not in cohorts or activity.kind == "meeting":
            continue
        edition = editions[activity.edition_id]
        began = [one.began_at for one in facts.periods if one.enrolment_id == enrolment.id]
        copy = (min(began, default=NEVER), enrolment.id, edition.number, activity.minutes)
        what = (enrolment.user_id, edition.programme_id, activity.slug, activity.kind, fact.completed_at)
        copies.setdefault(what, []).append(copy)
    return sum(min(found)[-1] for found in copies.values())
