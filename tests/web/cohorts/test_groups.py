"""The groups page: a name of one's own for a group."""

import re

import pytest

from peergang.cohorts.models import PeerGroupChange
from peergang.cohorts.queries.peers import list_seats
from tests.factories.cohorts import make_cohort, make_participant, make_peer_group
from tests.factories.identity import make_organiser, make_user

pytestmark = pytest.mark.database


@pytest.fixture
def cohort(session, now):
    return make_cohort(session, now)


@pytest.fixture
def group(session, cohort, now):
    return make_peer_group(session, cohort, make_participant(session, cohort), since=now)


def test_an_organiser_gives_a_group_a_name(session, client_as, cohort, group):
    client = client_as(make_organiser(session))
    page = client.get(f"/cohorten/{cohort.id}/groepen").text
    assert f'action="/peergroepen/{group.id}/naam"' in page
    answer = client.post(
        f"/peergroepen/{group.id}/naam", data={"name": " De  Ophaalbrug "}, follow_redirects=True
    )
    assert "De groep heet nu De Ophaalbrug." in answer.text
    assert "De Ophaalbrug <span" in answer.text


def test_a_refused_name_stays_in_its_field(session, client_as, cohort, group, now):
    taken = make_peer_group(session, cohort, make_participant(session, cohort), since=now).name
    client = client_as(make_organiser(session))
    for name, words in (
        (taken, "Er is in dit cohort al een groep met deze naam."),
        ("  ", "Geef de groep een naam."),
        ("<b>" * 30, "Houd de naam korter dan 60 tekens."),
    ):
        answer = client.post(f"/peergroepen/{group.id}/naam", data={"name": name})
        assert answer.status_code == 422
        assert answer.text.count(words) == 2
        assert "Fout: Peergroepen" in " ".join(answer.text.split())
        assert f'href="#naam-{group.id}"' in answer.text
        assert "<b><b>" not in answer.text


def test_others_meet_no_such_page(session, client_as, group):
    client = client_as(make_user(session))
    assert client.post(f"/peergroepen/{group.id}/naam", data={"name": "X"}).status_code == 404


def crowd(session, cohort, now, groups):
    return [
        make_peer_group(session, cohort, *(make_participant(session, cohort) for _ in range(4)), since=now)
        for _ in range(groups)
    ]


def test_more_groups_take_no_more_statements(session, client_as, now, counted):
    client = client_as(make_organiser(session))
    numbers = []
    for groups in (2, 9):
        cohort = make_cohort(session, now)
        crowd(session, cohort, now, groups)
        for page in ("groepen", "groepen/voorstel?grootte=4"):
            client.get(f"/cohorten/{cohort.id}/{page}")
            with counted() as found:
                assert client.get(f"/cohorten/{cohort.id}/{page}").status_code == 200
            numbers.append(found.number)
    assert numbers[:2] == numbers[2:]


def test_nothing_is_saved_until_somebody_says_so(session, client_as, cohort, now):
    crowd(session, cohort, now, 3)
    client = client_as(make_organiser(session))
    address = f"/cohorten/{cohort.id}/groepen"
    page = client.get(f"{address}/voorstel?grootte=6").text
    assert "deelnemers veranderen van groep" in page
    assert session.query(PeerGroupChange).count() == 0
    answer = client.post(address, data={"size": "6"})
    assert answer.headers["Location"].endswith("/voorstel?grootte=6")
    seen = re.search(r'name="seen" value="(\w+)"', page)[1]
    stale = client.post(address, data={"size": "6", "seen": seen[::-1]}, follow_redirects=True).text
    assert "De groepen zijn intussen veranderd." in stale
    assert session.query(PeerGroupChange).count() == 0
    done = client.post(address, data={"size": "6", "seen": seen}, follow_redirects=True).text
    assert "De verdeling staat: 2 groepen." in done
    assert "Laatste verandering: iedereen opnieuw verdeeld" in done
    for odd in ("", "99999999999", "-1", "x"):
        assert client.get(f"{address}/voorstel?grootte={odd}").status_code == 200


def test_what_is_refused_is_said_on_the_page(session, client_as, cohort, now):
    first, second, third = crowd(session, cohort, now, 3)
    people = [row for row in list_seats(session, cohort.id) if row.peer_group_id == first.id]
    client = client_as(make_organiser(session))
    address = f"/cohorten/{cohort.id}/groepen/verplaats"

    def post(**form):
        return " ".join(client.post(address, data=form, follow_redirects=True).text.split())

    one, two, three = (str(row.enrolment_id) for row in people[:3])
    assert "Kies eerst wie je wilt verplaatsen." in post(group=str(second.id))
    assert "Kies de groep waar" in post(enrolment=one, group="")
    post(enrolment=one, group=str(second.id))
    assert f"{first.name} heeft nog 2 leden." in post(enrolment=two, to=str(second.id))
    assert "Deze groep heeft al zes mensen." in post(enrolment=three, group=str(second.id))
    assert "zit nu vast in deze groep" in post(enrolment=three, to="pin")
    assert "zit vast in de groep. Maak die eerst los." in post(enrolment=three, group=str(third.id))
    assert client.post(address, data={"enrolment": three, "group": "x"}).status_code == 404
    elsewhere = make_participant(session, make_cohort(session, now))
    assert client.post(address, data={"enrolment": str(elsewhere.id)}).status_code == 404
