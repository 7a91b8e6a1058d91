"""The log stays as it is, is read page by page, and tells who opened whose data."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from peergang.core.errors import Forbidden, Invalid
from peergang.core.permissions import Actor
from peergang.identity.actions.audit import record_audit
from peergang.identity.actions.openings import forget_old_audit, record_opening
from peergang.identity.actions.signing_in import sign_in
from peergang.identity.models import AuditEvent, DataOpening
from peergang.privacy.actions.own_data import READ_ON_BEHALF, export_audit, read_on_behalf, write_reason
from peergang.privacy.audit_lines import describe
from peergang.privacy.queries import PAGE, AuditFilter, list_events, list_openings, read_names
from tests.factories.identity import PASSWORD, make_institution, make_user, make_user_with_password

pytestmark = pytest.mark.database

DAY = timedelta(days=1)


def admin_of(session: Session) -> Actor:
    return Actor(make_user(session, "Ada", "Beheer").id, is_admin=True)


@pytest.mark.parametrize("change", [update(AuditEvent).values(verb="nothing"), delete(AuditEvent)])
def test_a_line_cannot_be_changed_or_removed(change: object, session: Session, now: datetime) -> None:
    record_audit(session, None, "cohort_started", "cohort", None, now=now)
    session.flush()
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(change)  # type: ignore[call-overload]


def test_cleaning_removes_what_is_past_its_time_and_then_the_log_is_shut_again(
    session: Session, now: datetime
) -> None:
    viewer, person = make_user(session), make_user(session)
    for days in (729, 731):
        record_audit(session, None, "cohort_started", "cohort", None, now=now - days * DAY)
        record_opening(session, Actor(viewer.id), [person.id], "person", now=now - days * DAY)
    session.flush()
    assert forget_old_audit(session, keep_days=730, now=now) == 2
    assert session.scalars(select(AuditEvent.at)).all() == [now - 729 * DAY]
    assert session.scalars(select(DataOpening.at)).all() == [now - 729 * DAY]
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(delete(AuditEvent))


def test_pages_go_on_where_the_last_one_ended_whatever_came_on_top(session: Session, now: datetime) -> None:
    # All at one moment: the id decides, so nothing is shown twice or left out.
    for _ in range(PAGE + 20):
        record_audit(session, None, "cohort_started", "cohort", None, now=now)
    session.flush()
    first = list_events(session, AuditFilter())
    assert len(first) == PAGE + 1
    record_audit(session, None, "cohort_started", "cohort", None, now=now + DAY)
    session.flush()
    last = first[PAGE - 1]
    second = list_events(session, AuditFilter(), below=(last.at, last.id))
    ids = [row.id for row in first[:PAGE]] + [row.id for row in second]
    assert len(ids) == len(set(ids)) == PAGE + 20


def test_the_filter(session: Session, now: datetime) -> None:
    user, other = make_user(session), make_user(session)
    record_audit(session, Actor(other.id), "role_granted", "user", user.id, {"role": "organiser"}, now=now)
    record_audit(session, Actor(user.id), "sign_out_everywhere", "user", user.id, now=now - DAY)
    record_audit(session, Actor(other.id), "sign_out_everywhere", "user", other.id, now=now - 2 * DAY)
    session.flush()

    def verbs(**wanted: object) -> list[str]:
        return [row.verb for row in list_events(session, AuditFilter(**wanted))]  # type: ignore[arg-type]

    assert verbs(user_id=user.id) == ["role_granted", "sign_out_everywhere"]
    assert verbs(verbs=("role_granted",)) == ["role_granted"]
    assert verbs(since=date(2026, 11, 16)) == ["role_granted", "sign_out_everywhere"]
    assert verbs(until=date(2026, 11, 16)) == ["sign_out_everywhere"] * 2
    assert verbs(since=date(2026, 11, 16), until=date(2026, 11, 16)) == ["sign_out_everywhere"]


def test_sentences(session: Session, now: datetime) -> None:
    admin, user, school = (
        admin_of(session),
        make_user(session, "Anna", "Berg"),
        make_institution(session, "ROC Zuid"),
    )
    details = {"role": "contact", "institution_id": str(school.id)}
    record_audit(session, admin, "role_granted", "user", user.id, details, now=now)
    record_audit(session, admin, "institution_changed", "institution", school.id, now=now - DAY)
    record_audit(session, None, "an_old_verb", "user", user.id, now=now - 2 * DAY)
    session.flush()
    events = list_events(session, AuditFilter())
    names = read_names(session, events)
    assert [describe(event, names) for event in events] == [
        "Ada Beheer gaf Anna Berg de rol contactpersoon van ROC Zuid.",
        "Ada Beheer veranderde de instelling ROC Zuid.",
        "Het platform deed iets waarvoor hier nog geen woorden zijn: an_old_verb.",
    ]


def test_a_failed_sign_in_of_a_known_account_is_written_down(session: Session, now: datetime) -> None:
    user = make_user_with_password(session)
    assert sign_in(session, user.email, "mis", now=now) is None
    assert sign_in(session, "niemand@school.example", PASSWORD, now=now) is None
    session.flush()
    events = session.scalars(select(AuditEvent)).all()
    assert [(one.verb, one.actor_id, one.subject_id) for one in events] == [("sign_in_failed", None, user.id)]


def test_one_opening_a_person_viewer_and_day(session: Session, now: datetime) -> None:
    viewer, people = make_user(session), [make_user(session) for _ in range(3)]
    ids = [one.id for one in people]
    actor = Actor(viewer.id, is_organiser=True)
    for _ in range(3):
        record_opening(session, actor, [*ids, viewer.id], "participation_cell", now=now)
    assert len(session.scalars(select(DataOpening)).all()) == 3
    record_opening(session, actor, ids[:1], "cohort_export", now=now, exported=True)
    record_opening(session, actor, ids[:1], "participation_cell", now=now)
    record_opening(session, actor, ids[:1], "participation_cell", now=now + DAY)
    found = [(row.opened_on, row.page, row.exported) for row in list_openings(session, ids[0])]
    assert found == [
        (date(2026, 11, 18), "participation_cell", False),
        (date(2026, 11, 17), "cohort_export", True),
    ]
    record_opening(session, Actor(None), ids, "person", now=now)
    record_opening(session, actor, [], "person", now=now)
    assert len(session.scalars(select(DataOpening)).all()) == 4


def test_reading_on_behalf_needs_a_reason_and_leaves_two_traces(session: Session, now: datetime) -> None:
    admin, user = admin_of(session), make_user(session, "Anna", "Berg")
    for words, code in (("", "short"), ("vraag", "short"), ("x" * 201, "long")):
        with pytest.raises(Invalid) as refused:
            read_on_behalf(session, admin, user.id, words, now=now)
        assert refused.value.problems == {"reason": code}
        with pytest.raises(Invalid):
            write_reason(session, admin, words, now=now)
    found = read_on_behalf(session, admin, user.id, "Anna vroeg  om inzage.", now=now)
    assert found["account"][0]["email"] == user.email
    event = session.scalars(select(AuditEvent)).one()
    assert (event.verb, event.details) == ("read_on_behalf", {"reason": "Anna vroeg om inzage."})
    assert list_openings(session, user.id)[0].reason == "Anna vroeg om inzage."


def test_nobody_else_reads_on_behalf_or_takes_the_log_along(session: Session, now: datetime) -> None:
    user = make_user(session)
    for actor in (
        Actor(make_user(session).id, is_organiser=True),
        Actor(user.id),
        Actor(user.id, is_admin=True),
    ):
        with pytest.raises(Forbidden):
            read_on_behalf(session, actor, user.id, "een goede reden", now=now)
    with pytest.raises(Forbidden):
        export_audit(session, Actor(user.id, is_organiser=True), AuditFilter(), now=now)


def test_words_of_people_are_not_among_what_an_admin_reads() -> None:
    assert not {"coursework", "conversations", "practice", "profiles", "scan"} & set(READ_ON_BEHALF)


def test_taking_the_log_along_is_a_line_of_it(session: Session, now: datetime) -> None:
    assert [row.verb for row in export_audit(session, admin_of(session), AuditFilter(), now=now)] == [
        "audit_exported"
    ]
