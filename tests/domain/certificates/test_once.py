"""One certificate for one person and programme, also when they go over to another cohort, and none for who is erased."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.certificates.actions import issuing
from peergang.certificates.actions.issuing import issue_by_hand, issue_earned
from peergang.certificates.models import Certificate
from peergang.certificates.queries import candidates
from peergang.certificates.queries.candidates import find_line, list_places_in
from peergang.certificates.queries.certificates import (
    find_public,
    list_certificates_in,
    list_certificates_of,
    list_own_certificates,
)
from peergang.certificates.queries.figures import get_figures
from peergang.cohorts.actions.attendance import record_attendance, write_attendance
from peergang.cohorts.actions.leaving import withdraw_enrolment
from peergang.cohorts.actions.overriding import override_completion, take_back_override
from peergang.cohorts.actions.transfer import transfer_enrolment
from peergang.cohorts.models import Cohort, Enrolment, Meeting
from peergang.core.errors import Conflict
from peergang.core.permissions import SYSTEM
from peergang.privacy.actions.erasing import erase_person
from tests.factories.certificates import ISSUER, Finish, make_certificate, make_finish
from tests.factories.cohorts import make_cohort, make_meeting, make_participant
from tests.factories.identity import make_user
from tests.factories.progress import attend, compile_now, list_activities

WHY = "Was ziek bij twee bijeenkomsten en haalde alles in."


@pytest.fixture
def finish(session: Session, now: datetime) -> Finish:
    return make_finish(session, now)


def go_to_another(finish: Finish, *, linked: bool = False) -> tuple[Cohort, Enrolment]:
    """They go on in a cohort of the same programme that has five meetings as well."""
    session, now = finish.session, finish.now
    there = make_cohort(session, now, edition=finish.edition)
    activity = meeting_activity(finish)
    for number in range(1, 6):
        meeting = make_meeting(session, there, now - timedelta(days=number), number=number)
        if linked and number == 3:
            meeting.activity_id = activity
    session.flush()
    new = transfer_enrolment(
        session, finish.actor(finish.organiser), finish.participant.id, there.id, now=now
    )
    compile_now(session, now)
    return there, session.get_one(Enrolment, new, populate_existing=True)


def take_part(finish: Finish, cohort: Cohort) -> Enrolment:
    """The participant takes part in another cohort too, without a transfer."""
    first = finish.participant
    place = Enrolment(
        cohort_id=cohort.id,
        user_id=first.user_id,
        role=first.role,
        state=first.state,
        affiliation_id=first.affiliation_id,
        activated_at=first.activated_at,
    )
    finish.session.add(place)
    finish.session.flush()
    return place


def meeting_activity(finish: Finish) -> UUID:
    return next(one.id for one in list_activities(finish.session, finish.edition) if one.kind == "meeting")


def attended(finish: Finish, who: Enrolment) -> int:
    finish.session.flush()
    return get_figures(finish.session, [who.id])[who.id].meetings_attended


def test_who_has_it_gets_no_second_one_elsewhere(finish: Finish, session: Session, now: datetime) -> None:
    first = make_certificate(finish)
    there, new = go_to_another(finish)
    assert attended(finish, new) == 4, "all that it takes"
    assert finish.issue() == 0
    with pytest.raises(Conflict, match="has_certificate"):
        issue_by_hand(session, finish.actor(finish.organiser), new.id, WHY, ISSUER, now=now)
    assert [one.certificate_id for one in list_own_certificates(session, new.user_id)] == [first.id]
    [row] = list_certificates_of(session, [new.id])
    assert (row.certificate_id, row.enrolment_id) == (first.id, new.id), "the new place shows the first one"
    assert [one.certificate_id for one in list_certificates_in(session, there.id)] == [first.id]
    line = find_line(session, new.id)
    assert line is not None
    assert line.has


def test_one_of_another_programme_is_another(finish: Finish, session: Session, now: datetime) -> None:
    make_certificate(finish)
    other = make_finish(session, now)
    mine = take_part(finish, other.cohort)
    assert list_certificates_of(session, [mine.id]) == []
    other.finish(mine)
    assert other.issue() == 1
    assert len(list_own_certificates(session, mine.user_id)) == 2


def test_two_who_issue_for_two_places_of_one_person_give_one(committed: sa.Engine, now: datetime) -> None:
    with Session(committed) as session:
        finish = make_finish(session, now)
        second = take_part(finish, make_cohort(session, now, edition=finish.edition))
        actor, places = finish.actor(finish.organiser), [finish.participant.id, second.id]
        session.commit()
    together = threading.Barrier(2)

    def give(enrolment_id: UUID) -> bool:
        with Session(committed) as session:
            together.wait()
            try:
                issue_by_hand(session, actor, enrolment_id, WHY, ISSUER, now=now)
                session.commit()
            except Conflict:
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(give, places)) == [False, True]
    with Session(committed) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Certificate)) == 1


def test_meetings_of_before_a_transfer_count(finish: Finish, session: Session) -> None:
    finish.finish(meetings=3)
    there, new = go_to_another(finish)
    assert finish.issue() == 0, "three of five"
    again, fourth = (
        session.scalars(
            sa.select(Meeting).where(Meeting.cohort_id == there.id, Meeting.number == number)
        ).one()
        for number in (3, 4)
    )
    attend(session, again, new)
    assert attended(finish, new) == 3, "the third one counts once"
    attend(session, fourth, new)
    assert finish.issue() == 1
    assert finish.certificate(new).basis["figures"]["meetings_attended"] == 4


def test_a_meeting_that_was_judged_counts_as_it_does_for_progress(
    finish: Finish, session: Session, now: datetime
) -> None:
    finish.finish(meetings=3)
    finish.meetings[4].activity_id = meeting_activity(finish)
    session.flush()
    assert finish.issue() == 0
    trainer = finish.actor(finish.trainer)
    override_completion(session, trainer, finish.participant.id, meeting_activity(finish), WHY, now=now)
    assert attended(finish, finish.participant) == 4
    assert finish.issue() == 1


def test_a_judged_meeting_that_nobody_planned_counts_for_one_without_an_activity(
    finish: Finish, session: Session, now: datetime
) -> None:
    finish.finish(meetings=3)
    trainer, person = finish.actor(finish.trainer), finish.participant
    made = override_completion(session, trainer, person.id, meeting_activity(finish), WHY, now=now)
    assert attended(finish, person) == 4
    take_back_override(session, trainer, made, now=now)
    assert attended(finish, person) == 3
    override_completion(session, trainer, person.id, meeting_activity(finish), WHY, now=now)
    for meeting in finish.meetings[3:]:
        attend(session, meeting, person)
    assert attended(finish, person) == 5, "never more than there are"
    finish.meetings[4].activity_id = meeting_activity(finish)
    session.flush()
    assert attended(finish, person) == 5


def test_a_judgment_does_not_count_for_a_meeting_of_its_own_and_another_one(
    finish: Finish, session: Session, now: datetime
) -> None:
    finish.finish(meetings=2)
    finish.meetings[4].activity_id = meeting_activity(finish)
    session.flush()
    trainer = finish.actor(finish.trainer)
    override_completion(session, trainer, finish.participant.id, meeting_activity(finish), WHY, now=now)
    assert attended(finish, finish.participant) == 3
    finish.meetings[4].state = "cancelled"
    assert attended(finish, finish.participant) == 3, "what was judged was not that it was held"


def test_a_corrected_list_still_says_who_was_there(finish: Finish, session: Session, now: datetime) -> None:
    meeting = finish.meetings[0]
    meeting.activity_id = meeting_activity(finish)
    for state, number in (("present", 1), ("absent", 0)):
        record_attendance(
            session, finish.actor(finish.trainer), meeting.id, {finish.participant.id: state}, now=now
        )
        assert attended(finish, finish.participant) == number


def test_a_fact_that_came_along_counts_for_the_meeting_of_its_activity(finish: Finish) -> None:
    session, meeting = finish.session, finish.meetings[0]
    meeting.activity_id = meeting_activity(finish)
    session.flush()
    write_attendance(
        session, finish.actor(finish.trainer), meeting, {finish.participant.id: "present"}, now=finish.now
    )
    _there, new = go_to_another(finish, linked=True)
    assert attended(finish, new) == 2, (
        "the third, of the same activity; and the first, which has none, by its number"
    )


def test_who_left_with_a_certificate_stays_on_the_list(
    finish: Finish, session: Session, now: datetime
) -> None:
    certificate = make_certificate(finish)
    gone = make_participant(session, finish.cohort, user=make_user(session, "Bram", "Weg"))
    organiser = finish.actor(finish.organiser)
    for one in (finish.participant, gone):
        withdraw_enrolment(session, organiser, one.id, now=now)
    assert [one.enrolment_id for one in list_places_in(session, finish.cohort.id)] == [finish.participant.id]
    [row] = list_certificates_in(session, finish.cohort.id)
    assert row.certificate_id == certificate.id


def test_one_odd_row_keeps_nobody_waiting(finish: Finish, session: Session) -> None:
    people = [finish.participant, *(make_participant(session, finish.cohort) for _ in range(4))]
    for one in people:
        finish.finish(one)
    odd = f"ALTER TABLE certificate ADD CONSTRAINT odd CHECK (enrolment_id <> '{people[2].id}')"
    session.execute(sa.text(odd))
    assert finish.issue() == 4
    assert list_certificates_of(session, [people[2].id]) == []


def test_who_is_erased_meanwhile_gets_none(
    committed: sa.Engine, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The erasure is done between the judging and the writing."""
    with Session(committed) as session:
        finish = make_finish(session, now)
        finish.finish()
        finish.cohort.state = "closed"
        user = finish.user(finish.participant)
        user_id, email = user.id, user.email
        session.commit()
    judge = candidates.judge_places

    def judge_and_erase(session: Session, places: object) -> object:
        found = judge(session, places)  # type: ignore[arg-type]
        with Session(committed) as other:
            erase_person(other, SYSTEM, user_id, "Vroeg er zelf om vandaag.", email, now=now)
            other.commit()
        return found

    monkeypatch.setattr(issuing, "judge_places", judge_and_erase)
    with Session(committed) as session:
        assert issue_earned(session, ISSUER, now=now)[0] == 0


def test_an_erasure_waits_for_a_certificate_and_takes_its_name(committed: sa.Engine, now: datetime) -> None:
    """By hand, for an account that was closed before: then nothing of the erasure touches the account until its end."""
    with Session(committed) as session:
        finish = make_finish(session, now)
        user = finish.user(finish.participant)
        user.deactivated_at = now
        enrolment_id, trainer = finish.participant.id, finish.actor(finish.trainer)
        user_id, email = user.id, user.email
        session.commit()

    def erase() -> None:
        with Session(committed) as other:
            erase_person(other, SYSTEM, user_id, "Vroeg er zelf om vandaag.", email, now=now)
            other.commit()

    with ThreadPoolExecutor(1) as pool, Session(committed) as session:
        issue_by_hand(session, trainer, enrolment_id, WHY, ISSUER, now=now)
        erasing = pool.submit(erase)
        wait_for_a_lock(committed)
        session.commit()
        erasing.result()
    with Session(committed) as session:
        code = session.scalars(sa.select(Certificate.code)).one()
        assert find_public(session, code) == {"code": code, "erased": True}


def wait_for_a_lock(engine: sa.Engine) -> None:
    """Until somebody waits for somebody else."""
    waiting = sa.text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    for _ in range(100_000):
        with engine.connect() as connection:
            if connection.scalar(waiting):
                return
    raise AssertionError("nobody waits")
