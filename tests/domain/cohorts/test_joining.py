"""Asking for a place by link, the order of the list, and going to another cohort."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from peergang.cohorts.actions.completion import record_completion
from peergang.cohorts.actions.extensions import extend_activity
from peergang.cohorts.actions.invitations import accept_invitation
from peergang.cohorts.actions.join_requests import approve_requests, decline_request
from peergang.cohorts.actions.joining import Asking, ask_own_place, ask_place, renew_link, set_joining
from peergang.cohorts.actions.leaving import invite_again, withdraw_enrolment
from peergang.cohorts.actions.transfer import transfer_enrolment
from peergang.cohorts.actions.waiting import move_to_front
from peergang.cohorts.models import ActivityCompletion, CohortActivity, Enrolment, JoinRequest, TopicRead
from peergang.cohorts.queries.joining import list_own_waits, list_requests, list_targets, list_waiting
from peergang.core.errors import Conflict, Forbidden, Invalid, NotFound
from peergang.core.permissions import Actor
from peergang.curriculum.models import Topic
from peergang.identity.models import Affiliation, AuditEvent, User
from tests.factories.cohorts import make_cohort, make_participant
from tests.factories.identity import make_institution, make_organiser, make_user

pytestmark = pytest.mark.database


@pytest.fixture
def organiser(session):
    return Actor(user_id=make_organiser(session).id, is_organiser=True)


@pytest.fixture
def school(session):
    return make_institution(session, "ROC Zilverkade")


@pytest.fixture
def cohort(session, organiser, now):
    cohort = make_cohort(session, now, capacity=2)
    set_joining(session, organiser, cohort.id, is_open=True, until=None, now=now)
    return cohort


def asking(email="noor@b.example", institution="ROC Zilverkade", **more):
    return Asking("Noor", "van", "Dijk", email, institution, **more)


def states(session, cohort):
    rows = session.execute(
        sa.select(User.email, Enrolment.state)
        .join(Enrolment, Enrolment.user_id == User.id)
        .where(Enrolment.cohort_id == cohort.id, Enrolment.role == "participant")
    )
    return dict(rows.all())


def test_asking_twice_is_asking_once_and_approval_empties_what_was_written(
    session, organiser, cohort, school, now
):
    for _ in range(2):
        ask_place(session, cohort.id, 0, asking("Noor@B.example", motivation="Graag"), now=now)
    [one] = list_requests(session, cohort.id)
    assert (one.email, one.institution_id, one.motivation) == ("noor@b.example", school.id, "Graag")
    assert session.query(User).filter_by(email="noor@b.example").count() == 0
    approved = approve_requests(session, organiser, cohort.id, now=now)
    assert (len(approved.enrolled.invited), approved.unclear) == (1, [])
    assert states(session, cohort) == {"noor@b.example": "invited"}
    kept = session.query(JoinRequest).one()
    assert (kept.state, kept.email, kept.given_name, kept.motivation) == ("approved", "", "", "")
    assert approve_requests(session, organiser, cohort.id, now=now).enrolled.invited == []


def test_seats_go_in_the_order_of_asking_and_the_rest_waits(session, organiser, cohort, school, now):
    for number in range(4):
        ask_place(session, cohort.id, 0, asking(f"p{number}@b.example"), now=now + timedelta(minutes=number))
    approved = approve_requests(session, organiser, cohort.id, now=now)
    assert (len(approved.enrolled.invited), len(approved.enrolled.waitlisted)) == (2, 2)
    assert [row.email for row in list_waiting(session, cohort.id)] == ["p2@b.example", "p3@b.example"]


def test_an_unknown_school_asks_the_organiser_first(session, organiser, cohort, school, now):
    ask_place(session, cohort.id, 0, asking(institution="Een andere school"), now=now)
    [one] = list_requests(session, cohort.id)
    assert approve_requests(session, organiser, cohort.id, now=now).unclear == [one.request_id]
    chosen = {one.request_id: school.id}
    assert approve_requests(session, organiser, cohort.id, [one.request_id], chosen, now=now).unclear == []
    assert session.query(Affiliation).one().institution_id == school.id


def test_a_form_that_anybody_can_fill_in_moves_nobody_to_another_school(session, organiser, cohort, now):
    known = make_participant(session, make_cohort(session, now))
    user = session.get(User, known.user_id)
    make_institution(session, "ROC Elders")
    ask_place(session, cohort.id, 0, asking(user.email, "ROC Elders"), now=now)
    approve_requests(session, organiser, cohort.id, now=now)
    enrolment = session.scalars(sa.select(Enrolment).where(Enrolment.cohort_id == cohort.id)).one()
    assert enrolment.affiliation_id == known.affiliation_id
    assert session.query(Affiliation).filter_by(user_id=user.id).count() == 1


def test_the_link_lets_nobody_in_when_it_is_closed_over_or_renewed(session, organiser, cohort, now):
    renew_link(session, organiser, cohort.id, now=now)
    with pytest.raises(Conflict, match="join_closed"):
        ask_place(session, cohort.id, 0, asking(), now=now)
    ask_place(session, cohort.id, 1, asking(), now=now)
    set_joining(session, organiser, cohort.id, is_open=True, until=now.date(), now=now)
    ask_place(session, cohort.id, 1, asking("b@b.example"), now=now)
    for is_open, later in ((True, timedelta(days=1)), (False, timedelta(0))):
        set_joining(session, organiser, cohort.id, is_open=is_open, until=now.date(), now=now)
        with pytest.raises(Conflict, match="join_closed"):
            ask_place(session, cohort.id, 1, asking("c@b.example"), now=now + later)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "geen adres"}, "email"),
        ({"institution": " "}, "institution"),
        ({"motivation": "x" * 1001}, "motivation"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(session, cohort, now, change, field):
    with pytest.raises(Invalid) as refused:
        ask_place(session, cohort.id, 0, asking(**change), now=now)
    assert list(refused.value.problems) == [field]


def test_who_is_signed_in_asks_once_and_nobody_approves_their_own(session, organiser, cohort, school, now):
    ask_own_place(session, organiser, cohort.id, 0, now=now)
    ask_own_place(session, organiser, cohort.id, 0, now=now)
    [one] = list_requests(session, cohort.id)
    approved = approve_requests(session, organiser, cohort.id, None, {one.request_id: school.id}, now=now)
    assert (approved.unclear, states(session, cohort)) == ([one.request_id], {})
    person = session.get(User, organiser.user_id)
    colleague = Actor(user_id=make_organiser(session).id, is_organiser=True)
    approve_requests(session, colleague, cohort.id, None, {one.request_id: school.id}, now=now)
    assert states(session, cohort) == {person.email: "invited"}
    ask_own_place(session, organiser, cohort.id, 0, now=now)
    assert list_requests(session, cohort.id) == []


def test_a_kind_no_keeps_nothing_of_what_was_written(session, organiser, cohort, now):
    ask_place(session, cohort.id, 0, asking(motivation="Graag"), now=now)
    [one] = list_requests(session, cohort.id)
    decline_request(session, organiser, cohort.id, one.request_id, now=now)
    kept = session.query(JoinRequest).one()
    assert (kept.state, kept.motivation) == ("declined", "")
    assert session.get(User, kept.user_id).email == "noor@b.example"
    assert {ids[0] for _, ids in session.info["jobs"] if ids} == {"join_declined"}
    with pytest.raises(NotFound):
        decline_request(session, organiser, cohort.id, one.request_id, now=now)
    ask_place(session, cohort.id, 0, asking(), now=now)
    assert len(list_requests(session, cohort.id)) == 1


def test_only_organisers_decide(session, organiser, cohort, now):
    other = Actor(user_id=make_user(session).id)
    for forbidden in (
        lambda: set_joining(session, other, cohort.id, is_open=True, until=None, now=now),
        lambda: renew_link(session, other, cohort.id, now=now),
        lambda: approve_requests(session, other, cohort.id, now=now),
        lambda: decline_request(session, other, cohort.id, cohort.id, now=now),
        lambda: move_to_front(session, other, cohort.id, "x", now=now),
        lambda: transfer_enrolment(session, other, cohort.id, cohort.id, now=now),
    ):
        with pytest.raises(Forbidden):
            forbidden()


def test_who_is_put_in_front_gets_the_next_seat_and_everybody_knows_their_place(
    session, organiser, cohort, now
):
    seats = [make_participant(session, cohort) for _ in range(2)]
    waiting = [
        make_participant(session, cohort, state="waitlisted", at=now + timedelta(minutes=n)) for n in range(3)
    ]
    with pytest.raises(Invalid):
        move_to_front(session, organiser, waiting[2].id, " ", now=now)
    move_to_front(session, organiser, waiting[2].id, "Begon eerder", now=now)
    assert [row.enrolment_id for row in list_waiting(session, cohort.id)] == [
        waiting[2].id,
        waiting[0].id,
        waiting[1].id,
    ]
    [own] = list_own_waits(session, Actor(user_id=waiting[1].user_id))
    assert own.place == 3
    event = session.query(AuditEvent).filter_by(verb="waiting_moved_up").one()
    assert event.details == {"reason": "Begon eerder"}
    left = withdraw_enrolment(session, organiser, seats[0].id, reason="work", now=now)
    assert left.promoted == [waiting[2].id]
    session.expire_all()
    assert (seats[0].withdrawn_reason, waiting[2].moved_up) == ("work", 0)
    with pytest.raises(Conflict):
        move_to_front(session, organiser, waiting[2].id, "nog eens", now=now)


def test_coming_back_forgets_why_somebody_left(session, organiser, now):
    cohort = make_cohort(session, now)
    one = make_participant(session, cohort)
    withdraw_enrolment(session, organiser, one.id, reason="iets anders", now=now)
    assert one.withdrawn_reason == ""
    invite_again(session, organiser, one.id, now=now)
    withdraw_enrolment(session, organiser, one.id, reason="time", now=now)
    invite_again(session, organiser, one.id, now=now)
    session.refresh(one)
    assert (one.state, one.withdrawn_reason) == ("invited", "")


def test_a_transfer_takes_along_what_was_done_and_leaves_it_where_it_was(session, organiser, now):
    old = make_cohort(session, now, capacity=1)
    new = make_cohort(session, now, edition=_edition(session, old))
    one = make_participant(session, old)
    waits = make_participant(session, old, state="waitlisted")
    activity = session.scalars(
        sa.select(CohortActivity.activity_id).where(CohortActivity.cohort_id == old.id)
    ).first()
    done_at = now - timedelta(days=3)
    session.add(
        ActivityCompletion(
            enrolment_id=one.id, activity_id=activity, completed_at=done_at, evidence_kind="conversation"
        )
    )
    topic = session.scalars(sa.select(Topic).where(Topic.slug == "onderwerp-1-1")).first()
    session.add(TopicRead(enrolment_id=one.id, topic_id=topic.id, read_at=done_at))
    session.flush()
    assert [row.cohort_id for row in list_targets(session, old.id)] == [new.id]
    moved = transfer_enrolment(session, organiser, one.id, new.id, now=now)
    session.expire_all()
    there = session.get(Enrolment, moved)
    assert (there.state, there.cohort_id, there.activated_at) == ("active", new.id, now)
    assert (one.state, one.withdrawn_reason, waits.state) == ("withdrawn", "transferred", "invited")
    facts = session.execute(sa.select(ActivityCompletion.enrolment_id, ActivityCompletion.completed_at)).all()
    assert {tuple(fact) for fact in facts} == {(one.id, done_at), (moved, done_at)}
    read = session.execute(sa.select(TopicRead.enrolment_id, TopicRead.read_at)).all()
    assert {tuple(one) for one in read} == {(one.id, done_at), (moved, done_at)}
    assert session.query(AuditEvent).filter_by(verb="enrolment_transferred").count() == 1
    with pytest.raises(Conflict):
        transfer_enrolment(session, organiser, one.id, new.id, now=now)


@pytest.mark.parametrize("what", ["facts", "more time", "nothing"])
def test_who_leaves_a_planned_cohort_leaves_what_came_along(session, organiser, now, what):
    """Facts stay for ever (invariant 2), so a place in which they stand does not disappear."""
    old = make_cohort(session, now)
    new = make_cohort(session, now, edition=_edition(session, old), state="planned")
    one = make_participant(session, old)
    activity = session.scalars(
        sa.select(CohortActivity.activity_id).where(CohortActivity.cohort_id == old.id)
    ).first()
    if what == "facts":
        record_completion(session, one.id, activity, completed_at=now, evidence_kind="conversation")
    moved = transfer_enrolment(session, organiser, one.id, new.id, now=now)
    if what == "more time":
        day = now.date() + timedelta(days=300)
        extend_activity(session, organiser, moved, activity, due_on=day, reason="Verlof", now=now)
    withdraw_enrolment(session, organiser, moved, now=now)
    session.expire_all()
    there = session.get(Enrolment, moved)
    assert (there.state if there else "gone") == ("gone" if what == "nothing" else "withdrawn")


def _edition(session, cohort):
    from peergang.curriculum.models import Edition

    return session.get_one(Edition, cohort.edition_id)


@pytest.mark.parametrize("reason", ["cohort_full", "already_there", "other_programme", "own_place"])
def test_a_transfer_that_cannot_be_changes_nothing(session, organiser, now, reason):
    old = make_cohort(session, now)
    edition = None if reason == "other_programme" else _edition(session, old)
    new = make_cohort(session, now, edition=edition, capacity=1 if reason == "cohort_full" else 9)
    user = session.get(User, organiser.user_id) if reason == "own_place" else None
    one = make_participant(session, old, user=user)
    if reason == "cohort_full":
        make_participant(session, new)
    if reason == "already_there":
        session.add(
            Enrolment(
                cohort_id=new.id,
                user_id=one.user_id,
                affiliation_id=one.affiliation_id,
                role="participant",
                state="active",
            )
        )
        session.flush()
    with pytest.raises(Conflict, match=reason):
        transfer_enrolment(session, organiser, one.id, new.id, now=now)
    assert one.state == "active"


def test_who_was_only_invited_is_invited_there_and_can_say_yes(session, organiser, now):
    old = make_cohort(session, now)
    new = make_cohort(session, now, edition=_edition(session, old))
    one = make_participant(session, old, state="invited")
    moved = transfer_enrolment(session, organiser, one.id, new.id, now=now)
    assert session.get(Enrolment, moved).state == "invited"
    accept_invitation(session, Actor(user_id=one.user_id), moved, now=now)


def test_asking_works_as_well_once_the_statement_is_prepared(session, cohort, school, now):
    """The driver prepares after five times, and PostgreSQL plans for any value after five more."""
    for _ in range(15):
        ask_own_place(session, Actor(user_id=make_user(session).id), cohort.id, 0, "Graag", now=now)
    assert len(list_requests(session, cohort.id)) == 15
