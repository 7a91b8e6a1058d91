"""Nothing changes in a cohort that was closed meanwhile: who says yes waits for who closes."""

from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.cohorts.actions.invitations import accept_invitation, activate_invited
from peergang.cohorts.actions.lifecycle import close_cohort
from peergang.cohorts.models import Enrolment
from peergang.core.db import make_engine, transaction
from peergang.core.errors import Conflict
from peergang.core.permissions import Actor
from tests.factories.cohorts import make_cohort, make_participant
from tests.factories.identity import make_organiser

pytestmark = pytest.mark.database


@pytest.mark.parametrize("how", ["button", "link"])
def test_a_yes_that_comes_while_the_cohort_closes_is_too_late(committed, postgres, now, how):
    engine = make_engine(postgres.url, pool_size=4)
    with transaction(engine) as session:
        actor = Actor(user_id=make_organiser(session).id, is_organiser=True)
        one = make_participant(session, make_cohort(session, now), state="invited")
        cohort_id, enrolment_id, user_id = one.cohort_id, one.id, one.user_id

    def say_yes():
        with transaction(engine) as session:
            if how == "link":
                return activate_invited(session, user_id, now)
            try:
                return accept_invitation(session, Actor(user_id=user_id), enrolment_id, now=now)
            except Conflict as error:
                return error.reason

    with ThreadPoolExecutor(1) as pool, Session(engine) as closing:
        close_cohort(closing, actor, cohort_id, now=now)
        answer = pool.submit(say_yes)
        sleep(0.5)
        closing.commit()
        assert answer.result(timeout=120) == ("invitation_closed" if how == "button" else None)
    with Session(engine) as session:
        assert session.scalar(sa.select(Enrolment.state)) == "invited"
    engine.dispose()
