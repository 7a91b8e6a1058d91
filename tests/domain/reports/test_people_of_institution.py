"""The people of an institution come in one statement, however many cohorts they are in, and are those of its cells."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from peergang.curriculum.models import Edition
from peergang.reports.kinds import rows_of
from tests.counting import counting
from tests.domain.reports.conftest import Network
from tests.factories.cohorts import make_cohort, make_participant
from tests.factories.identity import make_user
from tests.factories.progress import compile_now

pytestmark = pytest.mark.database


def rows(session: Session, query: str, now: datetime) -> list[list[object]]:
    return [list(row) for row in rows_of("people", query, session, now)]


@pytest.mark.parametrize("day", ["", "&op=2026-11-16"])
def test_all_its_cohorts_are_one_statement(
    network: Network, session: Session, connection: Connection, now: datetime, day: str
) -> None:
    school = network.harbour
    edition = session.get_one(Edition, network.cohort.edition_id)
    asked = f"instelling={school.id}"
    with counting(connection) as before:
        assert len(rows(session, asked + day, now)) == 2
    cohorts = [network.ended, network.cohort]
    for number in range(3):
        cohort = make_cohort(session, now - timedelta(days=30 - number), edition=edition)
        cohort.name = f"Nieuw {number}"
        for name in ("Zwart", "Aalders"):
            make_participant(session, cohort, user=make_user(session, "Kim", name), institution=school)
        make_participant(session, cohort)
        cohorts.append(cohort)
    compile_now(session, now)
    session.commit()
    with counting(connection) as after:
        together = rows(session, asked + day, now)
    assert len(after) == len(before)
    one_by_one = [row for one in cohorts for row in rows(session, f"{asked}&cohort={one.id}{day}", now)]
    assert together == one_by_one
    assert [row[0] for row in together[-2:]] == ["Kim Aalders", "Kim Zwart"]
    assert {row[1] for row in together} == {school.name}
