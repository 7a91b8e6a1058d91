"""The page says how it goes beside the run before, of each programme, and says nothing where there was none."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from peergang.cohorts.models import Cohort
from peergang.core import clock
from peergang.core.clock import at_local
from peergang.curriculum.models import Edition
from peergang.identity.models import User
from peergang.progress.actions.snapshot import take_snapshot
from tests.factories.cohorts import make_cohort, make_meeting, make_participant
from tests.factories.curriculum import make_edition
from tests.factories.progress import attend, compile_now, hand_in
from tests.web.progress.conftest import Network

pytestmark = pytest.mark.database

ClientAs = Callable[[User], FlaskClient]
Counted = Callable[[], AbstractContextManager[Any]]


@pytest.fixture(autouse=True)
def _at(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


def be_the_run_before(network: Network, present: int) -> None:
    """The cohort that ended had two meetings, at the second of which `present` of four were there, and one of four who was in
    time at the same point.
    """
    session, ended = network.session, network.ended
    started = at_local(ended.starts_on, time(12))
    then = started + (network.now.date() - network.cohort.starts_on)
    people = [network.people["Dirk"], *(make_participant(session, ended) for _ in range(3))]
    for number in (1, 2):
        meeting = make_meeting(session, ended, started + timedelta(days=10 * number), number=number)
        for place, one in enumerate(people):
            attend(session, meeting, one, "present" if place < present else "absent")
    reflection = next(one for one in network.activities if one.kind == "reflection")
    hand_in(session, people[0], reflection, at=started + timedelta(days=20), text="Iets")
    compile_now(session, network.now)
    take_snapshot(session, now=at_local(then.date(), time(23, 30)))


def begin_masterclass(network: Network, days: int = 20) -> Cohort:
    """A cohort of the other programme, which never ran before; everybody was at its first meeting. Its work is due after
    35 days.
    """
    edition: Edition = make_edition(network.session)
    edition.sign = "masterclass"
    cohort = make_cohort(network.session, network.now - timedelta(days=days), edition=edition)
    meeting = make_meeting(network.session, cohort, network.now - timedelta(days=3), number=1)
    attend(network.session, meeting, make_participant(network.session, cohort))
    compile_now(network.session, network.now)
    return cohort


@pytest.mark.parametrize(
    ("present", "said"),
    [
        (4, "was 33 procent aanwezig, 67 punten minder dan in {}."),
        (1, "was 33 procent aanwezig, 8 punten meer dan in {}."),
    ],
)
def test_beside_the_run_before(network: Network, client_as: ClientAs, present: int, said: str) -> None:
    be_the_run_before(network, present)
    html = client_as(network.organiser).get("/deelname").text
    assert said.format(network.ended.name) in words(html)
    assert "was 25%" in words(html)
    assert f'<a href="/deelname/vergelijk?een={network.cohort.id}&amp;ander={network.ended.id}">' in html
    chart = html[html.index("pg-legendlist") :]
    assert (
        words(chart[: chart.index("</ul>")].split(">", 1)[1]) == f"{network.cohort.name} {network.ended.name}"
    )


def test_without_a_run_before_nothing_is_compared(network: Network, client_as: ClientAs) -> None:
    be_the_run_before(network, 4)
    network.ended.starts_on = network.cohort.starts_on - timedelta(days=14)
    network.ended.ends_on = network.cohort.ends_on
    network.session.flush()
    text = words(client_as(network.organiser).get("/deelname").text)
    assert "Bij de laatste bijeenkomst was 33 procent aanwezig. " in text
    assert "van wat gevraagd is" in text
    assert not re.search(r"punten? (meer|minder)|was \d+%", text)


def test_each_programme_is_compared_with_itself(network: Network, client_as: ClientAs) -> None:
    be_the_run_before(network, 1)
    begin_masterclass(network)
    client = client_as(network.organiser)
    text = words(client.get("/deelname").text)
    mine, before = network.cohort.name, network.ended.name
    assert "Bij de laatste bijeenkomst was 50 procent aanwezig. " in text
    assert f"In {mine} was dat 33 procent, 8 punten meer dan in {before}." in text
    assert text.count("punten meer") == 1
    assert "Vorige uitvoering" not in text


@pytest.mark.parametrize(("days", "in_time"), [(45, "Peergang 25%, was 25%"), (38, "{} 33%, was 25%")])
def test_more_cohorts_of_a_programme_are_told_together(
    network: Network, client_as: ClientAs, days: int, in_time: str
) -> None:
    """Of the sister that is not so far yet, nobody kept how it was then."""
    be_the_run_before(network, 1)
    begin_masterclass(network, days=60)
    session, now = network.session, network.now
    edition = session.get_one(Edition, network.cohort.edition_id)
    sister = make_cohort(session, now - timedelta(days=days), edition=edition)
    meeting = make_meeting(session, sister, now - timedelta(days=2), number=2)
    attend(session, meeting, make_participant(session, sister))
    compile_now(session, now)
    page = client_as(network.organiser).get("/deelname").text
    name = network.ended.name
    assert f"In de cohorten van Peergang was dat 50 procent, 25 punten meer dan in {name}." in words(page)
    assert f"ander={network.ended.id}" not in page, "more than two cannot be put side by side"
    assert in_time.format(network.cohort.name) in words(page)
    for one in (network.cohort, sister):
        one.ends_on = one.starts_on + timedelta(days=194)
    network.ended.state = "cancelled"
    session.flush()
    alone = words(client_as(network.organiser).get("/deelname").text)
    assert "was dat" not in alone
    assert "was 25%" not in alone


def test_a_past_day_links_to_the_two_of_that_day(network: Network, client_as: ClientAs) -> None:
    be_the_run_before(network, 1)
    day = network.now.date() - timedelta(days=1)
    take_snapshot(network.session, now=at_local(day, time(23)))
    html = client_as(network.organiser).get(f"/deelname?op={day}").text
    assert f"ander={network.ended.id}&amp;op={day}" in html


def test_the_number_of_statements_stays(network: Network, client_as: ClientAs, counted: Counted) -> None:
    client = client_as(network.organiser)
    client.get("/deelname")
    with counted() as few:
        client.get("/deelname")
    be_the_run_before(network, 1)
    begin_masterclass(network)
    with counted() as many:
        client.get("/deelname")
    assert few.number == many.number <= 10
