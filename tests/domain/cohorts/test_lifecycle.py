"""Opening, accepting, starting, closing and cancelling."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from peergang.cohorts.actions.completion import record_completion
from peergang.cohorts.actions.invitations import accept_invitation, activate_invited
from peergang.cohorts.actions.leaving import withdraw_enrolment
from peergang.cohorts.actions.lifecycle import cancel_cohort, close_cohort, open_cohort, start_due_cohorts
from peergang.cohorts.actions.trainers import assign_trainer, remove_trainer
from peergang.cohorts.models import ActivityCompletion, Cohort, Enrolment
from peergang.cohorts.queries.cohorts import list_cohorts
from peergang.core.clock import at_local, local_date
from peergang.core.errors import Conflict, Forbidden, Invalid, NotFound
from peergang.core.permissions import Actor
from peergang.curriculum.models import Activity, Edition
from peergang.identity.models import SingleUseToken
from tests.factories.cohorts import (
    list_cohort_activities,
    make_cohort,
    make_meeting,
    make_participant,
    make_trainer,
)
from tests.factories.curriculum import make_edition
from tests.factories.identity import make_organiser, make_user

pytestmark = pytest.mark.database


@pytest.fixture
def organiser(session):
    return Actor(user_id=make_organiser(session).id, is_organiser=True)


@pytest.fixture
def ready(session, now):
    """A planned cohort that begins in a week, with all it needs."""
    cohort = make_cohort(session, now, state="planned")
    cohort.starts_on = local_date(now) + timedelta(days=7)
    make_meeting(session, cohort, now + timedelta(days=14))
    make_trainer(session, cohort)
    for _ in range(2):
        make_participant(session, cohort, state="invited").invited_at = None
    session.flush()
    return cohort


def test_opening_invites_everybody_once(session, organiser, ready, now):
    assert open_cohort(session, organiser, ready.id, now=now) == "open"
    assert ready.opened_at == now
    invited = session.scalars(
        sa.select(Enrolment.invited_at).where(Enrolment.state == "invited", Enrolment.role == "participant")
    ).all()
    assert invited == [now, now]
    assert session.query(SingleUseToken).count() == 2
    assert [(str(job), ids) for job, ids in session.info["jobs"]] == [("notices.plan_rule", ("invitation",))]
    with pytest.raises(Conflict):
        open_cohort(session, organiser, ready.id, now=now)


def test_a_cohort_whose_day_has_come_starts_at_once(session, organiser, ready, now):
    ready.starts_on = local_date(now)
    session.flush()
    assert open_cohort(session, organiser, ready.id, now=now) == "running"


def test_what_is_missing_stops_the_opening(session, organiser, now):
    cohort = make_cohort(session, now, state="planned")
    with pytest.raises(Conflict) as refused:
        open_cohort(session, organiser, cohort.id, now=now)
    assert refused.value.details["lacks"] == ["no_meetings", "no_trainers", "no_participants"]


def test_a_cohort_starts_on_its_first_day_in_amsterdam(session, organiser, ready, now):
    open_cohort(session, organiser, ready.id, now=now)
    midnight = at_local(ready.starts_on, now.time().replace(hour=0, minute=0))
    assert start_due_cohorts(session, now=midnight - timedelta(seconds=1)) == []
    assert start_due_cohorts(session, now=midnight) == [ready.id]
    assert start_due_cohorts(session, now=midnight) == []
    assert session.get(Cohort, ready.id).state == "running"


def test_only_open_cohorts_start(session, now):
    for state in ("planned", "closed", "cancelled"):
        make_cohort(session, now, state=state)
    assert start_due_cohorts(session, now=now) == []


def test_accepting_is_for_oneself_and_twice_is_once(session, now):
    cohort = make_cohort(session, now, state="open")
    enrolment = make_participant(session, cohort, state="invited")
    with pytest.raises(NotFound):
        accept_invitation(session, Actor(user_id=make_user(session).id), enrolment.id, now=now)
    actor = Actor(user_id=enrolment.user_id)
    assert accept_invitation(session, actor, enrolment.id, now=now) == cohort.id
    assert (enrolment.state, enrolment.activated_at) == ("active", now)
    accept_invitation(session, actor, enrolment.id, now=now + timedelta(days=1))
    assert enrolment.activated_at == now


def test_what_was_declined_or_is_over_cannot_be_accepted(session, now):
    cohort = make_cohort(session, now, state="open")
    enrolment = make_participant(session, cohort, state="invited")
    actor = Actor(user_id=enrolment.user_id)
    withdraw_enrolment(session, actor, enrolment.id, now=now)
    with pytest.raises(Conflict):
        accept_invitation(session, actor, enrolment.id, now=now)
    closed = make_participant(session, make_cohort(session, now, state="closed"), state="invited")
    with pytest.raises(Conflict):
        accept_invitation(session, Actor(user_id=closed.user_id), closed.id, now=now)
    waits = make_participant(session, cohort, state="waitlisted")
    with pytest.raises(Conflict):
        accept_invitation(session, Actor(user_id=waits.user_id), waits.id, now=now)


def test_the_link_in_the_mail_accepts_what_is_open_and_nothing_else(session, now):
    user = make_user(session)
    open_one = make_participant(session, make_cohort(session, now, state="open"), user=user, state="invited")
    rest = [
        Enrolment(
            cohort_id=make_cohort(session, now, state=cohort_state).id,
            user_id=user.id,
            affiliation_id=open_one.affiliation_id,
            role="participant",
            state=state,
        )
        for cohort_state, state in (
            ("planned", "invited"),
            ("running", "waitlisted"),
            ("cancelled", "invited"),
        )
    ]
    session.add_all(rest)
    session.flush()
    activate_invited(session, user.id, now)
    assert open_one.state == "active"
    assert [one.state for one in rest] == ["invited", "waitlisted", "invited"]


def test_closing_marks_who_did_everything_and_leaves_the_rest(session, organiser, now):
    cohort = make_cohort(session, now)
    done, busy = make_participant(session, cohort), make_participant(session, cohort)
    activities = [row.activity_id for row in list_cohort_activities(session, cohort.id)]
    for activity_id in activities:
        record_completion(session, done.id, activity_id, completed_at=now, evidence_kind="test")
    for activity_id in activities[1:]:
        record_completion(session, busy.id, activity_id, completed_at=now, evidence_kind="test")
    assert close_cohort(session, organiser, cohort.id, now=now) == 1
    session.expire_all()
    assert (done.state, done.completed_at, busy.state) == ("completed", now, "active")
    with pytest.raises(Conflict):
        cancel_cohort(session, organiser, cohort.id, now=now)


def test_a_fact_of_another_edition_counts_at_closing_through_slug_and_kind(session, organiser, now):
    """As in progress, or somebody at a hundred per cent would not have completed the cohort."""
    cohort = make_cohort(session, now)
    programme_id = session.get_one(Edition, cohort.edition_id).programme_id
    other, elsewhere = make_edition(session), make_edition(session)
    session.get_one(Edition, other.id).programme_id = programme_id
    session.get_one(Edition, other.id).number = 2
    session.flush()
    done, stranger = make_participant(session, cohort), make_participant(session, cohort)
    for person, edition in ((done, other), (stranger, elsewhere)):
        for key in session.scalars(sa.select(Activity.id).where(Activity.edition_id == edition.id)):
            session.add(
                ActivityCompletion(
                    enrolment_id=person.id, activity_id=key, completed_at=now, evidence_kind="test"
                )
            )
    session.flush()
    assert close_cohort(session, organiser, cohort.id, now=now) == 1
    session.expire_all()
    assert (done.state, stranger.state) == ("completed", "active")


@pytest.mark.parametrize("end", [cancel_cohort, close_cohort])
def test_ending_calls_off_what_was_still_to_come(session, organiser, now, end):
    cohort = make_cohort(session, now)
    held = make_meeting(session, cohort, now - timedelta(days=7), number=1)
    to_come = make_meeting(session, cohort, now + timedelta(days=7), number=2)
    end(session, organiser, cohort.id, now=now)
    assert (held.state, held.revision) == ("planned", 0)
    assert (to_come.state, to_come.revision) == ("cancelled", 1)


def test_trainers_with_an_account_start_at_once_and_others_are_invited(session, organiser, now):
    cohort = make_cohort(session, now, state="planned")
    known = make_user(session, password_hash="x")
    assert (
        assign_trainer(session, organiser, cohort.id, email=f" {known.email.upper()}", now=now).state
        == "active"
    )
    new = assign_trainer(
        session, organiser, cohort.id, email="nieuw@school.example", given_name="Noor", now=now
    )
    assert (new.state, new.invited_at) == ("invited", None)
    with pytest.raises(Invalid) as refused:
        assign_trainer(session, organiser, cohort.id, email="ander@school.example", now=now)
    assert refused.value.problems == {"given_name": "name_needed"}
    with pytest.raises(Invalid) as refused:
        assign_trainer(session, organiser, cohort.id, email=known.email, now=now)
    assert refused.value.problems == {"email": "is_trainer"}
    remove_trainer(session, organiser, cohort.id, new.id, now=now)
    assert assign_trainer(session, organiser, cohort.id, email="nieuw@school.example", now=now).id == new.id


def test_an_open_cohort_keeps_a_trainer(session, organiser, now):
    cohort = make_cohort(session, now)
    only = make_trainer(session, cohort)
    with pytest.raises(Conflict):
        remove_trainer(session, organiser, cohort.id, only.id, now=now)
    make_trainer(session, cohort)
    remove_trainer(session, organiser, cohort.id, only.id, now=now)


def test_who_may_do_none_of_this(session, ready, now):
    trainer = Actor(user_id=make_user(session).id, trains=frozenset({ready.id}))
    for step in (open_cohort, close_cohort, cancel_cohort):
        with pytest.raises(Forbidden):
            step(session, trainer, ready.id, now=now)
    assert ready.state == "planned"


def test_the_list_counts_in_one_statement_and_shows_a_trainer_only_their_own(
    session, organiser, now, counted
):
    cohorts = [make_cohort(session, now) for _ in range(3)]
    for state in ("active", "active", "invited", "waitlisted", "withdrawn"):
        make_participant(session, cohorts[0], state=state)
    make_trainer(session, cohorts[0], user=make_user(session, "Marijke", "Berg", particle="van den"))
    with counted() as statements:
        rows = list_cohorts(session, organiser)
    assert statements.number == 1
    row = next(one for one in rows if one.cohort_id == cohorts[0].id)
    assert (row.active, row.invited, row.waitlisted, row.trainers) == (2, 1, 1, "Marijke van den Berg")
    trainer = Actor(user_id=None, trains=frozenset({cohorts[1].id}))
    assert [one.cohort_id for one in list_cohorts(session, trainer)] == [cohorts[1].id]
    assert list_cohorts(session, Actor(user_id=None)) == []
