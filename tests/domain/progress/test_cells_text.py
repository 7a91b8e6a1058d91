"""The figures of the network as one text say what they say as rows, in one order."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment, TopicRead
from peergang.core.clock import local_date
from peergang.curriculum.models import Topic
from peergang.progress.queries.participation import list_cells, read_cells_text
from peergang.progress.rules.cells import Cell, read_cells
from peergang.progress.rules.moment import Moment
from tests.factories.cohorts import make_cohort, make_meeting, make_participant
from tests.factories.curriculum import make_edition
from tests.factories.identity import make_institution
from tests.factories.progress import attend, compile_now, complete, list_activities

pytestmark = pytest.mark.database


def _fill(session: Session, now: datetime) -> None:
    schools = [make_institution(session, f'School "{number}" \\ ’t Veld') for number in range(3)]
    schools[0].aliases = ["De Eerste", 'Met "aanhaling"']
    edition = make_edition(session)
    activities = list_activities(session, edition)
    for _ in range(2):
        cohort = make_cohort(session, now, edition=edition)
        meeting = make_meeting(session, cohort, now - timedelta(days=3, microseconds=1))
        for number, school in enumerate(schools):
            someone = make_participant(session, cohort, institution=school, at=now - timedelta(days=20))
            if number:
                complete(session, someone, *activities[:number], at=now - timedelta(days=2))
                attend(session, meeting, someone)
    compile_now(session, now)


@pytest.mark.parametrize("days_back", [0, 1])
def test_text_and_rows_say_the_same(session: Session, now: datetime, days_back: int) -> None:
    _fill(session, now)
    day = local_date(now) - timedelta(days=days_back)
    moment = Moment(now, day if days_back else None)
    rows = sorted((Cell(*row) for row in list_cells(session, moment)), key=lambda one: (one[0], one[4]))
    text = read_cells_text(session, moment)
    assert len(rows) == 6
    assert any(one.last_active for one in rows)
    assert list(read_cells(text)) == [one._replace(last_active=None) for one in rows]
    assert Cell._fields == tuple(list_cells(session, moment)[0]._fields)
    assert read_cells_text(session, moment) == text


def test_who_merely_reads_something_changes_no_figure(session: Session, now: datetime) -> None:
    """So that the figures need not be reckoned anew."""
    _fill(session, now)
    moment, before = Moment(now), read_cells_text(session, Moment(now))
    reader = session.scalars(select(Enrolment)).first()
    topic = session.scalars(select(Topic)).first()
    assert reader is not None
    assert topic is not None
    session.add(TopicRead(enrolment_id=reader.id, topic_id=topic.id, read_at=now))
    session.flush()
    assert any(one.last_active == now for one in list_cells(session, moment))
    assert read_cells_text(session, moment) == before


def test_a_network_without_figures_is_an_empty_list(session: Session, now: datetime) -> None:
    assert list(read_cells(read_cells_text(session, Moment(now)))) == []
