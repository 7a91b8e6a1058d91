"""A certificate beyond the cohort: of who left, in the next cohort, and who saw whose name on the way."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peergang.certificates.actions.changing import choose_sharing
from peergang.certificates.models import Certificate
from peergang.cohorts.actions.leaving import withdraw_enrolment
from peergang.cohorts.actions.transfer import transfer_enrolment
from peergang.core import clock
from peergang.identity.models import DataOpening, User
from tests.factories.certificates import Finish, make_certificate, make_finish
from tests.factories.cohorts import make_cohort, make_trainer

Browser = Callable[[User], FlaskClient]


@pytest.fixture
def now(now: datetime, monkeypatch: pytest.MonkeyPatch) -> datetime:
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=1))
    return now


@pytest.fixture
def finish(session: Session, now: datetime) -> Finish:
    return make_finish(session, now)


@pytest.fixture
def certificate(finish: Finish, session: Session, now: datetime) -> Certificate:
    """Its owner would like a badge."""
    made, owner = make_certificate(finish), finish.actor(finish.participant)
    choose_sharing(session, owner, made.id, shows_name=True, wants_badge=True, badge_account="", now=now)
    return made


def html_of(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.status_code
    return " ".join(answer.get_data(as_text=True).split())


@pytest.mark.parametrize(
    "page",
    [
        "/certificaten/{certificate}/intrekken",
        "/certificaten/{certificate}/naam",
        "/inschrijvingen/{place}/certificaat",
    ],
)
def test_forms_with_a_name_leave_a_line(
    finish: Finish, client_as: Browser, session: Session, certificate: Certificate, page: str
) -> None:
    path = page.format(certificate=certificate.id, place=finish.participant.id)
    assert "Anna" in html_of(client_as(finish.organiser), path)
    opening = session.scalars(sa.select(DataOpening)).one()
    assert (opening.viewer_id, opening.user_id) == (finish.organiser.id, finish.participant.user_id)
    assert opening.page == "certificate"


def test_who_left_can_still_lose_it_and_get_the_badge(
    finish: Finish, client_as: Browser, session: Session, certificate: Certificate, now: datetime
) -> None:
    withdraw_enrolment(session, finish.actor(finish.organiser), finish.participant.id, now=now)
    path = f"/cohorten/{finish.cohort.id}/certificaten"
    html = html_of(client_as(finish.organiser), path)
    for words in ("Anna van der Berg", "Gestopt", f"/certificaten/{certificate.id}/intrekken"):
        assert words in html
    assert "Berg" in html_of(client_as(finish.organiser), f"{path}/edubadges.csv?vorm=naam")


def test_in_the_next_cohort_it_shows_and_is_no_second_badge(
    finish: Finish, client_as: Browser, session: Session, certificate: Certificate, now: datetime
) -> None:
    organiser = finish.actor(finish.organiser)
    there = make_cohort(session, now, edition=finish.edition)
    trainer = make_trainer(session, there)
    new = transfer_enrolment(session, organiser, finish.participant.id, there.id, now=now)
    path = f"/cohorten/{there.id}/certificaten"
    html = html_of(client_as(finish.user(trainer)), path)
    assert "<b>1</b> van de 1 deelnemer" in html
    document = f"/certificaten/{certificate.id}/download"
    assert document not in html, "that is for the trainers of then"
    assert document in html_of(client_as(finish.organiser), path)
    assert "Berg" not in html_of(client_as(finish.organiser), f"{path}/edubadges.csv?vorm=naam")
    form = html_of(client_as(finish.organiser), f"/inschrijvingen/{new}/certificaat")
    assert "heeft het certificaat al" in form
    mine = html_of(client_as(finish.user(finish.participant)), "/mijn-certificaat")
    assert document in mine
    assert there.name not in mine, "nothing is asked there any more"
