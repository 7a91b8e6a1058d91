"""Intervision over the web: who comes in, what a group is offered, and how the steps go."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine

from peergang.cohorts.models import IntervisionSession
from peergang.identity.models import User
from tests.factories.cohorts import make_cohort, make_participant, make_peer_group, make_trainer
from tests.factories.identity import make_organiser, make_user

pytestmark = pytest.mark.database


@pytest.fixture
def cohort(session, now):
    return make_cohort(session, now)


@pytest.fixture
def members(session, cohort):
    return [make_participant(session, cohort) for _ in range(4)]


@pytest.fixture
def group(session, cohort, members, now):
    return make_peer_group(session, cohort, *members, since=now)


@pytest.fixture
def begin(session, client_as, members, group):
    """Start a talk as the first member; gives their client and the address of the steps."""

    def make(method="roddelmethode", case=""):
        client = client_as(session.get_one(User, members[0].user_id))
        answer = client.post(f"/peergroepen/{group.id}/intervisie", data={"method": method, "case": case})
        assert answer.status_code == 303
        return client, answer.headers["Location"]

    return make


def steer(client, path, move, step):
    return client.post(path, data={"move": move, "step": step}, follow_redirects=True).text


def talk(session, path):
    session.expire_all()
    return session.get_one(IntervisionSession, UUID(path.rsplit("/", 1)[1]))


def test_only_the_group_and_its_trainers_come_in(session, client_as, begin, cohort, members, group, now):
    _, path = begin()
    stranger = make_participant(session, cohort)
    make_peer_group(session, cohort, stranger, since=now)
    left = members[3]
    left.state = "withdrawn"
    session.flush()
    others = [make_organiser(session), make_user(session)]
    others += [session.get_one(User, one.user_id) for one in (stranger, left)]
    for user in others:
        other = client_as(user)
        for address in (f"/peergroepen/{group.id}/intervisie", path, f"{path}/stand"):
            assert other.get(address).status_code == 404
        assert other.post(path, data={"move": "end", "step": "0"}).status_code == 404
        begun = other.post(f"/peergroepen/{group.id}/intervisie", data={"method": "incidentmethode"})
        assert begun.status_code == 404
    trainer = session.get_one(User, make_trainer(session, cohort).user_id)
    assert client_as(trainer).get(path).status_code == 200
    assert talk(session, path).ended_at is None


def test_a_method_that_needs_more_people_is_not_offered(session, client_as, members, group):
    client = client_as(session.get_one(User, members[0].user_id))
    page = " ".join(client.get(f"/peergroepen/{group.id}/intervisie").text.split())
    assert page.count('name="method"') == 2
    assert "Jullie zijn met 4. Voor deze methode zijn er 5 nodig." in page
    answer = client.post(
        f"/peergroepen/{group.id}/intervisie", data={"method": "balint"}, follow_redirects=True
    )
    assert "Voor deze methode zijn jullie met te weinig." in answer.text
    unknown = client.post(
        f"/peergroepen/{group.id}/intervisie", data={"method": "anders"}, follow_redirects=True
    )
    assert "Kies een van de methoden." in unknown.text
    assert session.query(IntervisionSession).count() == 0


def test_who_presses_second_joins_what_the_first_began(session, client_as, begin, members, group, now):
    _, path = begin()
    second = client_as(session.get_one(User, members[1].user_id))
    answer = second.post(f"/peergroepen/{group.id}/intervisie", data={"method": "incidentmethode"})
    assert answer.headers["Location"] == path
    assert "Ga naar de stap van nu" in second.get(f"/peergroepen/{group.id}/intervisie").text
    # What nobody ended is over the next day.
    talk(session, path).started_at -= timedelta(hours=9)
    session.flush()
    answer = second.post(f"/peergroepen/{group.id}/intervisie", data={"method": "incidentmethode"})
    assert answer.headers["Location"] != path
    assert talk(session, path).ended_at is not None


def test_two_who_press_next_at_once_go_one_step(session, begin):
    client, path = begin()
    assert "Vertel je verhaal" in steer(client, path, "next", 0)
    assert "Vertel je verhaal" in steer(client, path, "next", 0)
    assert (talk(session, path).step, talk(session, path).revision) == (1, 1)
    assert "Kies een casus" in steer(client, path, "previous", 1)
    assert "Kies een casus" in steer(client, path, "previous", 0)
    for nonsense in ({"move": "sprong", "step": "0"}, {"move": "next", "step": "x"}, {}):
        assert client.post(path, data=nonsense).status_code == 303
    assert talk(session, path).step == 0


def test_a_pause_holds_the_clock(session, begin, now):
    with time_machine.travel(now, tick=False) as clock:
        client, path = begin()
        clock.shift(60)
        assert ">3:00<" in client.get(path).text
        steer(client, path, "pause", 0)
        clock.shift(600)
        page = client.get(path).text
        assert ">3:00<" in page
        assert "Pauze. De klok staat stil." in page
        steer(client, path, "resume", 0)
        clock.shift(200)
        page = client.get(path).text
        assert ">+0:20<" in page
        assert "Rond rustig af" in page


def test_at_the_end_nothing_is_kept_of_whose_case_it_was(session, begin, members, counted):
    client, path = begin(case=str(members[1].id))
    name = session.get_one(User, members[1].user_id).given_name
    assert f"{name} is aan het woord" in steer(client, path, "next", 0)
    assert talk(session, path).case_enrolment_id == members[1].id
    before = client.get(f"{path}/stand").json
    for step in range(1, 7):
        page = steer(client, path, "next", step)
    assert "Jullie zijn klaar." in page
    ended = talk(session, path)
    assert ended.ended_at is not None
    assert ended.case_enrolment_id is None
    after = client.get(f"{path}/stand").json
    assert after["ended"]
    assert after["revision"] > before["revision"]
    assert "Jullie zijn klaar." in steer(client, path, "next", 6)


def test_a_phone_that_asks_costs_two_statements(begin, counted):
    client, path = begin()
    client.get(f"{path}/stand")
    with counted() as found:
        client.get(f"{path}/stand")
    assert found.number == 2, "who is it, and where is the group"


def test_a_case_is_brought_by_somebody_of_the_group(session, client_as, cohort, members, group):
    client = client_as(session.get_one(User, members[0].user_id))
    for case in (make_participant(session, cohort).id, "nee"):
        answer = client.post(
            f"/peergroepen/{group.id}/intervisie", data={"method": "roddelmethode", "case": str(case)}
        )
        assert answer.status_code == 404


@pytest.mark.parametrize("locale", ["nl", "en"])
def test_a_method_says_on_an_english_page_that_it_is_in_dutch(
    session, client_as, begin, members, group, locale
):
    user = session.get_one(User, members[0].user_id)
    user.locale = locale
    page = client_as(user).get(f"/peergroepen/{group.id}/intervisie").text
    assert (' lang="nl"><p>' in page) == (locale == "en")
    client, path = begin()
    [words] = re.findall(r'<p class="pg-talk__instruction"([^>]*)>', client.get(path).text)
    assert words == (' lang="nl"' if locale == "en" else "")
