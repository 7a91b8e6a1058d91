"""The groups page: a name of one's own for a group."""

import pytest

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
