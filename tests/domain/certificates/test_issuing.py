"""A certificate comes once, when everything is met or somebody says why it is fair, and never changes."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from peergang.certificates.actions.issuing import LOOK_BACK, issue_by_hand, issue_earned, issue_to_all
from peergang.certificates.models import Certificate, CertificateDocument
from peergang.certificates.queries import list_certificates_of
from peergang.cohorts.actions.editions import upgrade_edition
from peergang.cohorts.models import Meeting
from peergang.core.errors import Conflict, Forbidden, Invalid, NotFound
from peergang.core.permissions import SYSTEM
from peergang.curriculum.models import Edition
from peergang.identity.models import AuditEvent
from tests.factories.certificates import ISSUER, TERMS, Finish, make_certificate, make_finish
from tests.factories.cohorts import make_participant
from tests.factories.curriculum import make_next_edition
from tests.factories.progress import attend

WHY = "Was ziek bij twee bijeenkomsten en haalde alles in."


@pytest.fixture
def finish(session: Session, now: datetime) -> Finish:
    return make_finish(session, now)


def go_over(finish: Finish, following: Edition, now: datetime) -> None:
    upgrade_edition(
        finish.session,
        finish.actor(finish.organiser),
        finish.cohort.id,
        from_edition_id=finish.edition.id,
        to_edition_id=following.id,
        now=now,
    )


def test_it_comes_when_everything_is_met_and_once(finish: Finish, session: Session, now: datetime) -> None:
    assert finish.issue() == 0, "nothing was done yet"
    finish.finish()
    assert finish.issue() == 1
    assert finish.issue() == 0
    [row] = list_certificates_of(session, [finish.participant.id])
    assert row.name == "Anna van der Berg"
    assert (row.programme_title, row.hours, row.issuer) == ("Peergang i-coaches", 40, ISSUER)
    assert row.issued_at == now
    assert re.fullmatch("[0-9A-Z]{20}", row.code)
    assert row.basis["figures"]["meetings_attended"] == 4
    assert row.basis["terms"] == TERMS


@pytest.mark.parametrize(("meetings", "leave"), [(3, 0), (5, 1)])
def test_it_does_not_come_before(finish: Finish, meetings: int, leave: int) -> None:
    finish.finish(meetings=meetings, leave=leave)
    assert finish.issue() == 0


def test_a_cancelled_meeting_asks_nothing_and_proves_nothing(finish: Finish, session: Session) -> None:
    finish.finish(meetings=3)
    session.execute(sa.update(Meeting).where(Meeting.id == finish.meetings[0].id).values(state="cancelled"))
    assert finish.issue() == 0, "two of four"
    attend(session, finish.meetings[3], finish.participant)
    assert finish.issue() == 0, "three of four is not 80 %"
    attend(session, finish.meetings[4], finish.participant)
    assert finish.issue() == 1


@pytest.mark.parametrize("state", ["withdrawn", "invited", "waitlisted"])
def test_only_who_takes_part_gets_one(finish: Finish, session: Session, state: str) -> None:
    finish.finish()
    finish.participant.state = state
    session.flush()
    assert finish.issue() == 0


def test_a_programme_without_terms_gives_none(session: Session, now: datetime) -> None:
    finish = make_finish(session, now, terms=None)
    finish.finish()
    assert finish.issue() == 0


def test_the_quick_run_looks_at_who_was_compiled_of_late(
    finish: Finish, session: Session, now: datetime
) -> None:
    finish.finish()
    later = now + LOOK_BACK + timedelta(minutes=1)
    assert issue_earned(session, ISSUER, now=later, since=later - LOOK_BACK)[0] == 0
    assert issue_earned(session, ISSUER, now=later)[0] == 1


def test_batches_go_on_where_the_last_one_ended(finish: Finish, session: Session, now: datetime) -> None:
    others = [make_participant(session, finish.cohort) for _ in range(3)]
    for one in (finish.participant, *others):
        finish.finish(one)
    total, after = 0, None
    for _ in range(5):
        issued, after = issue_earned(session, ISSUER, now=now, after=after, limit=2)
        total += issued
        if after is None:
            break
    assert total == 4
    assert session.scalar(sa.select(sa.func.count()).select_from(CertificateDocument)) == 4


def test_the_statements_do_not_grow_with_the_people(finish: Finish, session: Session, counted) -> None:
    finish.finish()
    with counted() as few:
        assert finish.issue() == 1
    for _ in range(6):
        finish.finish(make_participant(session, finish.cohort))
    with counted() as many:
        assert finish.issue() == 6
    assert many.number == few.number


def test_two_issuers_at_once_give_one(committed: sa.Engine, now: datetime) -> None:
    with Session(committed) as session:
        finish = make_finish(session, now)
        finish.finish()
        for _ in range(20):
            finish.finish(make_participant(session, finish.cohort))
        session.commit()

    def run(_number: int) -> int:
        return issue_to_all(committed, ISSUER, now=now, everybody=True)

    with ThreadPoolExecutor(4) as pool:
        issued = list(pool.map(run, range(4)))
    assert sum(issued) == 21
    with Session(committed) as session:
        certificates = session.scalars(sa.select(Certificate)).all()
        assert len({one.enrolment_id for one in certificates}) == len(certificates) == 21
        assert session.scalar(sa.select(sa.func.count()).select_from(CertificateDocument)) == 21


def test_it_stays_through_an_upgrade_and_leaving(finish: Finish, session: Session, now: datetime) -> None:
    certificate = make_certificate(finish)
    following = make_next_edition(session, finish.edition)
    following.title = "Een andere naam"
    following.certificate = TERMS | {"hours": 99}
    session.flush()
    go_over(finish, following, now + timedelta(days=1))
    assert finish.issue(now + timedelta(days=2)) == 0
    finish.participant.state = "withdrawn"
    session.flush()
    [row] = list_certificates_of(session, [finish.participant.id])
    assert (row.certificate_id, row.hours, row.programme_title) == (certificate.id, 40, "Peergang i-coaches")
    assert row.edition_id == finish.edition.id


def test_after_an_upgrade_what_was_done_before_counts(
    finish: Finish, session: Session, now: datetime
) -> None:
    finish.edition.certificate = None
    session.flush()
    finish.finish()
    assert finish.issue() == 0, "the edition of then gives none"
    following = make_next_edition(session, finish.edition)
    following.certificate = TERMS
    session.flush()
    go_over(finish, following, now)
    assert finish.issue() == 1


@pytest.mark.parametrize(
    "change",
    [{"hours": 41}, {"code": "0" * 20}, {"programme_title": "Anders"}, {"basis": {}}, {"erased": True}],
)
def test_what_was_printed_cannot_be_changed(
    finish: Finish, session: Session, change: dict[str, object]
) -> None:
    certificate = make_certificate(finish)
    with pytest.raises(IntegrityError, match="stays as it was issued"), session.begin_nested():
        session.execute(sa.update(Certificate).where(Certificate.id == certificate.id).values(**change))
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(sa.update(CertificateDocument).values(name="Anders"))
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(sa.delete(CertificateDocument))
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(sa.delete(Certificate))


@pytest.mark.parametrize("who", ["trainer", "organiser"])
def test_by_hand_with_a_reason(finish: Finish, session: Session, now: datetime, who: str) -> None:
    finish.finish(meetings=2)
    actor = finish.actor(getattr(finish, who))
    with pytest.raises(Invalid):
        issue_by_hand(session, actor, finish.participant.id, "ziek", ISSUER, now=now)
    issue_by_hand(session, actor, finish.participant.id, WHY, ISSUER, now=now)
    certificate = finish.certificate()
    assert (certificate.issued_by_id, certificate.issue_reason) == (actor.user_id, WHY)
    with pytest.raises(Conflict, match="has_certificate"):
        issue_by_hand(session, actor, finish.participant.id, WHY, ISSUER, now=now)
    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.verb == "certificate_issued")).one()
    assert WHY not in str(event.details)


def test_by_hand_where_the_programme_asks_nothing_has_its_own_hours(session: Session, now: datetime) -> None:
    finish = make_finish(session, now, terms=None)
    issue_by_hand(session, finish.actor(finish.trainer), finish.participant.id, WHY, ISSUER, now=now)
    assert finish.certificate().hours == 3, "six activities of half an hour"


def test_nobody_else_gives_one_and_nobody_to_oneself(finish: Finish, session: Session, now: datetime) -> None:
    other = make_finish(session, now)
    for actor in (finish.actor(finish.participant), finish.actor(other.trainer), SYSTEM):
        with pytest.raises(Forbidden):
            issue_by_hand(session, actor, finish.participant.id, WHY, ISSUER, now=now)
    own = make_participant(session, finish.cohort, user=finish.organiser)
    with pytest.raises(Forbidden):
        issue_by_hand(session, finish.actor(finish.organiser), own.id, WHY, ISSUER, now=now)
    with pytest.raises(NotFound):
        issue_by_hand(session, finish.actor(finish.organiser), finish.trainer.id, WHY, ISSUER, now=now)
