"""Going over to a newer edition: what was done goes along, and nothing is lost."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from peergang.cohorts.actions.completion import record_completion
from peergang.cohorts.actions.editions import upgrade_edition
from peergang.cohorts.actions.meetings import MeetingDetails, change_meeting, undo_meeting
from peergang.cohorts.models import (
    ActivityCompletion,
    Cohort,
    CohortActivity,
    CohortModule,
    EditionUpgrade,
    Enrolment,
    Extension,
    TopicRead,
)
from peergang.cohorts.personal_data import export
from peergang.core.errors import Conflict, Forbidden
from peergang.core.permissions import Actor
from peergang.curriculum.models import Activity, Edition, Module, Topic
from peergang.notifications.models import Notice
from peergang.progress.actions.compile import compile_dirty
from peergang.progress.models import EnrolmentProgress
from tests.factories.cohorts import make_cohort, make_meeting, make_participant
from tests.factories.coursework import actor_of, make_submitted
from tests.factories.curriculum import make_edition, make_next_edition
from tests.factories.identity import make_organiser

SLUG = "m1-reflection"


@pytest.fixture
def organiser(session: Session) -> Actor:
    return actor_of(session, make_organiser(session))


@pytest.fixture
def cohort(session: Session, now: datetime) -> Cohort:
    return make_cohort(session, now, edition=make_edition(session, modules=2))


@pytest.fixture
def newer(session: Session, cohort: Cohort) -> Edition:
    return make_next_edition(session, session.get_one(Edition, cohort.edition_id), modules=2)


def activity(session: Session, edition_id: object, slug: str = SLUG) -> Activity:
    return session.scalars(
        select(Activity).where(Activity.edition_id == edition_id, Activity.slug == slug)
    ).one()


def upgrade(session: Session, organiser: Actor, cohort: Cohort, newer: Edition, now: datetime) -> None:
    upgrade_edition(
        session, organiser, cohort.id, from_edition_id=cohort.edition_id, to_edition_id=newer.id, now=now
    )
    session.expire_all()


def facts(session: Session, enrolment: Enrolment) -> dict[object, datetime]:
    rows = session.execute(
        select(ActivityCompletion.activity_id, ActivityCompletion.completed_at).where(
            ActivityCompletion.enrolment_id == enrolment.id
        )
    )
    return dict(rows.all())


def complete(session: Session, enrolment: Enrolment, one: Activity, at: datetime) -> None:
    record_completion(session, enrolment.id, one.id, completed_at=at, evidence_kind="read")


def test_a_completion_goes_along_with_its_date_and_the_old_fact_stays(
    session, now, organiser, cohort, newer
) -> None:
    person = make_participant(session, cohort)
    old = activity(session, cohort.edition_id)
    done_at = now - timedelta(days=3)
    complete(session, person, old, done_at)
    upgrade(session, organiser, cohort, newer, now)
    assert facts(session, person) == {old.id: done_at, activity(session, newer.id).id: done_at}


def test_progress_counts_the_new_edition_alone(session, now, organiser, cohort, newer) -> None:
    person = make_participant(session, cohort)
    gone = activity(session, cohort.edition_id, "m1-read")
    for slug in ("m1-read", SLUG):
        complete(session, person, activity(session, cohort.edition_id, slug), now)
    session.delete(activity(session, newer.id, "m1-read"))
    session.flush()
    upgrade(session, organiser, cohort, newer, now)
    compile_dirty(session, now=now)
    progress = session.get_one(EnrolmentProgress, person.id)
    required = session.scalar(select(func.count()).where(Activity.edition_id == newer.id, Activity.required))
    assert (progress.completed, progress.required) == (1, required)
    assert gone.id in facts(session, person)
    told = session.scalars(select(EditionUpgrade)).one()
    assert (told.carried, told.left_behind) == (1, 1)


def test_what_comes_back_in_a_later_edition_counts_again(session, now, organiser, cohort, newer) -> None:
    person = make_participant(session, cohort)
    complete(session, person, activity(session, cohort.edition_id), now - timedelta(days=9))
    session.delete(activity(session, newer.id))
    session.flush()
    upgrade(session, organiser, cohort, newer, now)
    third = make_next_edition(session, newer, modules=2)
    upgrade(session, organiser, cohort, third, now)
    assert facts(session, person)[activity(session, third.id).id] == now - timedelta(days=9)


def test_another_kind_is_not_proven(session, now, organiser, cohort, newer) -> None:
    person = make_participant(session, cohort)
    complete(session, person, activity(session, cohort.edition_id), now)
    new = activity(session, newer.id)
    new.kind = "read"
    session.flush()
    upgrade(session, organiser, cohort, newer, now)
    assert new.id not in facts(session, person)


def test_topics_read_go_along(session, now, organiser, cohort, newer) -> None:
    person = make_participant(session, cohort)
    of = select(Topic).join(Module, Module.id == Topic.module_id).order_by(Module.position, Topic.position)
    old = session.scalars(of.where(Module.edition_id == cohort.edition_id)).first()
    session.add(TopicRead(enrolment_id=person.id, topic_id=old.id, read_at=now))
    session.flush()
    upgrade(session, organiser, cohort, newer, now)
    new = session.scalars(of.where(Module.edition_id == newer.id)).first()
    assert session.get_one(TopicRead, (person.id, new.id)).read_at == now


def test_pinned_dates_and_extensions_go_along(session, now, organiser, cohort, newer) -> None:
    person = make_participant(session, cohort)
    old = activity(session, cohort.edition_id)
    pinned = session.get_one(CohortModule, (cohort.id, old.module_id))
    pinned.pinned, due_at = True, pinned.due_at
    later = now + timedelta(days=90)
    session.add(
        Extension(enrolment_id=person.id, activity_id=old.id, due_at=later, reason="Ziek", granted_at=now)
    )
    session.flush()
    upgrade(session, organiser, cohort, newer, now)
    new = activity(session, newer.id)
    kept = session.get_one(CohortModule, (cohort.id, new.module_id))
    assert (kept.pinned, kept.due_at) == (True, due_at)
    assert session.scalars(select(Extension)).one().activity_id == new.id


def test_every_activity_has_a_date_and_none_of_the_old(session, now, organiser, cohort, newer) -> None:
    session.delete(activity(session, newer.id, "m1-read"))
    session.flush()
    upgrade(session, organiser, cohort, newer, now)
    dated = set(
        session.scalars(select(CohortActivity.activity_id).where(CohortActivity.cohort_id == cohort.id))
    )
    assert dated == set(session.scalars(select(Activity.id).where(Activity.edition_id == newer.id)))


def test_a_meeting_whose_activity_was_renamed_still_counts_for_who_was_there(
    session, now, organiser, cohort, newer
) -> None:
    person = make_participant(session, cohort)
    old = activity(session, cohort.edition_id, "m1-meeting")
    meeting = make_meeting(
        session, cohort, now - timedelta(days=2), module_id=old.module_id, activity_id=old.id
    )
    session.execute(
        text(
            "INSERT INTO attendance (meeting_id, enrolment_id, state, recorded_at) VALUES (:m, :e, 'present', :n)"
        ),
        {"m": meeting.id, "e": person.id, "n": now},
    )
    new = activity(session, newer.id, "m1-meeting")
    new.slug = "m1-terugkijken"
    session.flush()
    upgrade(session, organiser, cohort, newer, now)
    assert (meeting.activity_id, meeting.module_id) == (new.id, new.module_id)
    assert facts(session, person)[new.id] == meeting.ends_at


@pytest.mark.parametrize("dropped", [False, True])
def test_a_change_of_a_meeting_is_taken_back_within_the_new_edition(
    session, now, organiser, cohort, newer, dropped
) -> None:
    old = activity(session, cohort.edition_id, "m2-meeting")
    meeting = make_meeting(
        session, cohort, now + timedelta(days=9), module_id=old.module_id, activity_id=old.id
    )
    later = meeting.starts_at + timedelta(days=3)
    details = MeetingDetails(meeting.title, old.module_id, later, later + timedelta(hours=3))
    change_meeting(session, organiser, meeting.id, details, now=now)
    new = activity(session, newer.id, "m2-meeting")
    if dropped:
        session.get_one(Module, new.module_id).slug = "iets-anders"
        session.flush()
    upgrade(session, organiser, cohort, newer, now)
    undo_meeting(session, organiser, meeting.id, revision=1, now=now)
    assert meeting.starts_at == now + timedelta(days=9)
    kept = (None, None) if dropped else (new.module_id, new.id)
    assert (meeting.module_id, meeting.activity_id) == kept


def test_a_notice_about_the_old_activity_counts_for_the_new(session, now, organiser, cohort, newer) -> None:
    person = make_participant(session, cohort)
    old = activity(session, cohort.edition_id)
    session.add(
        Notice(
            rule="activity_due_soon",
            subject_id=old.id,
            recipient_id=person.user_id,
            occurrence="2026-12-01",
            planned_at=now,
            not_before=now,
            ready_at=now,
            expires_at=now + timedelta(days=1),
            state="sent",
        )
    )
    session.flush()
    upgrade(session, organiser, cohort, newer, now)
    assert session.scalars(select(Notice.subject_id)).one() == activity(session, newer.id).id


def test_another_cohort_of_the_old_edition_is_left_alone(session, now, organiser, cohort, newer) -> None:
    other = make_cohort(session, now, edition=session.get_one(Edition, cohort.edition_id))
    person = make_participant(session, other)
    version = make_submitted(session, person, now)
    complete(session, person, activity(session, other.edition_id), now)
    upgrade(session, organiser, cohort, newer, now)
    assert session.get_one(Cohort, other.id).edition_id != newer.id
    assert set(facts(session, person)) == {activity(session, other.edition_id).id}
    assert version.answers


def test_a_fact_that_comes_a_moment_later_lands_in_the_new_edition(
    session, now, organiser, cohort, newer
) -> None:
    person = make_participant(session, cohort)
    old = activity(session, cohort.edition_id)
    upgrade(session, organiser, cohort, newer, now)
    complete(session, person, old, now)
    assert set(facts(session, person)) == {activity(session, newer.id).id}


def test_only_what_was_compared_is_done(session, now, organiser, cohort, newer) -> None:
    before = cohort.edition_id
    third = make_next_edition(session, newer, modules=2)
    with pytest.raises(Conflict, match="edition_moved_on"):
        upgrade(session, organiser, cohort, newer, now)
    upgrade(session, organiser, cohort, third, now)
    with pytest.raises(Conflict, match="edition_moved_on"):
        upgrade_edition(
            session, organiser, cohort.id, from_edition_id=before, to_edition_id=third.id, now=now
        )


def test_only_organisers(session, now, cohort, newer) -> None:
    with pytest.raises(Forbidden):
        upgrade(session, actor_of(session, make_participant(session, cohort)), cohort, newer, now)


def test_not_after_closing(session, now, organiser, cohort, newer) -> None:
    cohort.state = "closed"
    session.flush()
    with pytest.raises(Conflict, match="cohort_state"):
        upgrade(session, organiser, cohort, newer, now)


def test_the_download_tells_a_completion_once_after_an_upgrade(
    session, now, organiser, cohort, newer
) -> None:
    person = make_participant(session, cohort)
    done_at = now - timedelta(days=3)
    complete(session, person, activity(session, cohort.edition_id), done_at)
    gone = activity(session, cohort.edition_id, "m1-read")
    activity(session, newer.id, "m1-read").slug = "m1-read-anders"
    complete(session, person, gone, done_at)
    upgrade(session, organiser, cohort, newer, now)
    title = activity(session, newer.id).title
    found = export(session, person.user_id)["completed_activities"]
    assert sorted(one["title"] for one in found) == sorted([title, gone.title])
    assert {one["completed_at"] for one in found} == {done_at.isoformat()}
