"""What asked for attention on a day that is over, in the words of that day."""

from datetime import timedelta

import pytest

from peergang.core.clock import local_date
from peergang.progress.queries.attention import list_attention
from peergang.progress.rules.moment import Moment
from tests.domain.progress.risks.conftest import World
from tests.factories.cohorts import make_meeting, make_participant
from tests.factories.progress import attend
from tests.factories.risks import evaluate_now

pytestmark = pytest.mark.database

DAY = timedelta(days=1)


def test_a_past_day_has_no_figures_of_a_later_one(world: World) -> None:
    """Attendance fell a month ago, and two more meetings were missed since."""
    world.cohort.starts_on = local_date(world.now - 60 * DAY)
    other = make_participant(world.session, world.cohort, institution=world.school)
    world.session.flush()

    def meet(number: int, ago: int, state: str) -> None:
        meeting = make_meeting(world.session, world.cohort, world.now - ago * DAY, number=number)
        for person in (world.person, other):
            attend(world.session, meeting, person, state)

    def fell(at: Moment) -> list[tuple[object, object]]:
        found = [why for one in list_attention(world.session, at) for why in one.reasons]
        return [(why.since, why.values) for why in found if why.rule == "attendance_fell"]

    meet(1, 40, "present")
    meet(2, 30, "absent")
    evaluate_now(world.session, world.now - 29 * DAY)
    asked = Moment(world.now, local_date(world.now - 25 * DAY))
    then = fell(asked)
    assert then == fell(Moment(world.now - 25 * DAY)), "nobody looked again: what was seen then is known"
    assert then[0][1] == {"before": 100, "last": 0}
    meet(3, 10, "absent")
    meet(4, 5, "absent")
    evaluate_now(world.session, world.now)
    assert fell(asked) == [(local_date(world.now - 29 * DAY), None)]
    assert fell(Moment(world.now))[0][1] is not None
    assert fell(Moment(world.now, local_date(world.now - 30 * DAY))) == [], "nobody had looked"


def test_of_days_of_which_signals_are_thrown_away_nothing_is_said(world: World) -> None:
    meeting = make_meeting(world.session, world.cohort, world.now - 500 * DAY)
    attend(world.session, meeting, world.person, "present")
    evaluate_now(world.session, world.now - 400 * DAY)
    assert list_attention(world.session, Moment(world.now - 399 * DAY))
    assert not list_attention(world.session, Moment(world.now, local_date(world.now - 399 * DAY)))
    assert list_attention(world.session, Moment(world.now, local_date(world.now - 364 * DAY)))
