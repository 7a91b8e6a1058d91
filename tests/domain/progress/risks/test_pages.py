"""Signals page by page: the same as all of them at once, and never more than a page is read."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from peergang.progress.models import RiskSignal
from peergang.progress.queries.risk_pages import count_risks, list_risk_page, list_risk_places
from peergang.progress.queries.risks import list_risks
from peergang.progress.rules.risk_filter import RiskFilter
from peergang.progress.rules.risks import RiskState
from tests.domain.progress.risks.conftest import World
from tests.factories.cohorts import make_participant
from tests.factories.identity import make_institution

DAY = timedelta(days=1)
NUMBER = 24


@pytest.fixture
def ended(world: World) -> World:
    """Signals that are over, by turns about somebody and about the school; three begin on each day. And one that is open."""
    other = make_participant(world.session, world.cohort, institution=make_institution(world.session))
    for number in range(NUMBER):
        about: dict[str, object] = {"enrolment_id": (world.person, other)[number % 4 // 2].id}
        if number % 2:
            about = {"institution_id": world.school.id}
        day = world.now - (40 - number // 3) * DAY
        world.session.add(
            RiskSignal(
                rule="quiet",
                cohort_id=world.cohort.id,
                cause=str(number),
                since=day.date(),
                values={},
                opened_at=day,
                seen_at=day,
                ended_at=None if number == 0 else day + DAY,
                **about,
            )
        )
    world.session.flush()
    return world


@pytest.mark.parametrize("size", [1, 7, 50])
def test_the_pages_together_are_the_whole(ended: World, size: int) -> None:
    chosen = RiskFilter(state=RiskState.ENDED)
    total = count_risks(ended.session, chosen)
    assert total == NUMBER - 1
    pages = [list_risk_page(ended.session, chosen, first, size) for first in range(0, total, size)]
    assert all(len(page) <= size for page in pages)
    expected = [one.id for one in list_risks(ended.session, states=[RiskState.ENDED])]
    assert [one.id for page in pages for one in page] == expected
    assert list_risk_page(ended.session, chosen, total, size) == []


def test_what_is_chosen_is_all_that_is_counted(ended: World) -> None:
    session = ended.session
    here = {"state": RiskState.ENDED, "institution_id": ended.school.id}
    expected = list_risks(session, states=[RiskState.ENDED], institution_ids=[ended.school.id])
    assert count_risks(session, RiskFilter(**here)) == len(expected) < NUMBER - 1  # type: ignore[arg-type]
    assert count_risks(session, RiskFilter(rule="overdue", **here)) == 0  # type: ignore[arg-type]
    assert count_risks(session, RiskFilter(cohort_id=ended.school.id, **here)) == 0  # type: ignore[arg-type]
    assert count_risks(session, RiskFilter()) == 1


def test_only_places_with_signals_can_be_chosen(ended: World) -> None:
    places = list_risk_places(ended.session, RiskState.ENDED)
    assert len(places) == 2
    assert {one.cohort_id for one in places} == {ended.cohort.id}
    (place,) = list_risk_places(ended.session, RiskState.OPEN)
    assert place.institution_name == ended.school.name


def test_no_statement_reads_more_than_a_page(ended: World) -> None:
    read: list[int] = []
    connection = ended.session.connection()

    def watch(*given: object) -> None:
        read.append(given[1].rowcount)  # type: ignore[attr-defined]

    event.listen(connection, "after_cursor_execute", watch)
    list_risk_page(ended.session, RiskFilter(state=RiskState.ENDED), 5, 4)
    event.remove(connection, "after_cursor_execute", watch)
    assert max(read) == 4
