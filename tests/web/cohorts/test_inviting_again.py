"""What an organiser is told after asking for another invitation, or taking somebody out, is what happened."""

import pytest

from tests.factories.cohorts import make_cohort, make_participant, make_trainer
from tests.factories.identity import make_organiser

pytestmark = pytest.mark.database
SENT = "gaat opnieuw de deur uit"


@pytest.fixture
def organiser(session, client_as):
    return client_as(make_organiser(session))


def again(client, place):
    return client.post(f"/inschrijvingen/{place.id}/opnieuw-uitnodigen", follow_redirects=True).text


@pytest.mark.parametrize(
    ("cohort_state", "state", "words"),
    [
        ("running", "invited", SENT),
        ("planned", "invited", "zodra je het cohort opent"),
        ("running", "active", "doet al mee"),
        ("running", "waitlisted", "op de wachtlijst"),
    ],
)
def test_it_says_what_was_sent(session, organiser, now, cohort_state, state, words):
    place = make_participant(session, make_cohort(session, now, state=cohort_state), state=state)
    session.commit()
    page = again(organiser, place)
    assert words in page
    assert (SENT in page) == (words == SENT)


def test_a_trainer_leaves_in_words_of_their_own(session, organiser, now):
    cohort = make_cohort(session, now)
    trainer, _stays = make_trainer(session, cohort), make_trainer(session, cohort)
    session.commit()
    url = f"/inschrijvingen/{trainer.id}/stoppen"
    page = organiser.get(url).text
    assert ("wachtlijst" in page, "andere trainers" in page) == (False, True)
    page = organiser.post(url, follow_redirects=True).text
    assert ("De trainer begeleidt dit cohort niet meer." in page, "De deelnemer is uit" in page) == (
        True,
        False,
    )
    page = again(organiser, trainer)
    assert ("Er is niets verstuurd" in page, SENT in page) == (True, False)
