"""A link that anybody may have is no door: who is declined stays outside, and nobody asks in another's name."""

from threading import Event, Thread

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

import peergang.cohorts.actions.transfer as transferring
from peergang.cohorts.actions.invitations import activate_invited
from peergang.cohorts.actions.join_requests import decline_request
from peergang.cohorts.actions.joining import Asking, ask_own_place, ask_place
from peergang.cohorts.models import JoinRequest
from peergang.core.db import transaction
from peergang.core.permissions import Actor
from peergang.identity.actions import links
from peergang.identity.models import SingleUseToken
from peergang.identity.rules import TokenPurpose
from tests.factories.cohorts import make_cohort, make_participant
from tests.factories.curriculum import make_edition
from tests.factories.identity import make_organiser, make_token, make_user

pytestmark = pytest.mark.database


@pytest.fixture
def cohort(session, now):
    cohort = make_cohort(session, now)
    cohort.join_open = True
    session.flush()
    return cohort


def asking(email, **more):
    return Asking("Vreemde", "", "Vogel", email, "Nergens", **more)


def test_who_is_declined_or_undecided_gets_no_link(session, cohort, now):
    organiser = Actor(user_id=make_organiser(session).id, is_organiser=True)
    ask_place(session, cohort.id, 0, asking("vreemde@b.example"), now=now)
    links.request_password_reset(session, None, "vreemde@b.example", now=now)
    [one] = session.scalars(sa.select(JoinRequest.id))
    decline_request(session, organiser, cohort.id, one, now=now)
    links.request_password_reset(session, None, "vreemde@b.example", now=now)
    assert session.scalars(sa.select(SingleUseToken)).all() == []


def test_the_owner_of_an_address_takes_over_what_somebody_typed(session, cohort, now):
    user = make_user(session, "Noor")
    ask_place(session, cohort.id, 0, asking(user.email.upper(), motivation="flauwekul"), now=now)
    actor = Actor(user_id=user.id)
    ask_own_place(session, actor, cohort.id, 0, "echt", now=now)
    ask_place(session, cohort.id, 0, asking(user.email, motivation="nog eens"), now=now)
    session.expire_all()
    [one] = session.scalars(sa.select(JoinRequest))
    assert (one.user_id, one.given_name, one.motivation) == (user.id, "Noor", "echt")
    assert (one.institution_text, one.requested_at) == ("", now)


@pytest.mark.committed
def test_who_accepts_by_mail_and_who_moves_them_do_not_wait_for_each_other(committed, now, monkeypatch):
    links.when_accepted(activate_invited)
    with Session(committed) as session:
        edition = make_edition(session)
        here, there = (make_cohort(session, now, edition=edition, state="open") for _ in range(2))
        user = make_user(session)
        place = make_participant(session, here, user=user, state="invited")
        make_token(session, user, TokenPurpose.INVITATION, now, secret="geheim")
        organiser = Actor(user_id=make_organiser(session).id, is_organiser=True)
        target, enrolment = there.id, place.id
        session.commit()
    person_held, place_held, errors = Event(), Event(), []
    hash_password, count = links.passwords.hash_password, transferring.count_seats_taken

    def slow_hash(words):
        person_held.set()
        place_held.wait(3)
        return hash_password(words)

    def slow_count(*arguments):
        place_held.set()
        person_held.wait(3)
        return count(*arguments)

    monkeypatch.setattr(links.passwords, "hash_password", slow_hash)
    monkeypatch.setattr(transferring, "count_seats_taken", slow_count)

    def run(act):
        try:
            with transaction(committed) as session:
                act(session)
        except Exception as error:  # noqa: BLE001 whatever went wrong is shown
            errors.append(error)

    def move(session):
        transferring.transfer_enrolment(session, organiser, enrolment, target, now=now)

    threads = [
        Thread(
            target=run, args=(lambda s: links.accept_invitation(s, "geheim", "drie groene fietsen", now=now),)
        ),
        Thread(target=run, args=(move,)),
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert errors == []
