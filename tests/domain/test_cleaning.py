"""At night only what was over a month ago goes."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.actions.cleaning import end_abandoned_talks, forget_finished_imports
from peergang.cohorts.actions.join_requests import decline_left_over, forget_declined
from peergang.cohorts.models import IntervisionSession, JoinRequest, RosterImport
from peergang.identity.actions.cleaning import forget_what_is_over
from peergang.identity.models import SignInSession, SingleUseToken, User
from tests.factories.cohorts import make_cohort, make_participant, make_peer_group
from tests.factories.identity import make_affiliation, make_institution, make_user
from tests.factories.notifications import make_notice

pytestmark = pytest.mark.database

DAY = timedelta(days=1)


def test_sign_ins_and_links(session: Session, now: datetime) -> None:
    user = make_user(session)
    ends = {
        "lives": (now + DAY, None),
        "just expired": (now - 29 * DAY, None),
        "expired": (now - 31 * DAY, None),
        "just left": (now + DAY, now - 29 * DAY),
        "left": (now + DAY, now - 31 * DAY),
    }
    for name, (expires, ended) in ends.items():
        start = now - 60 * DAY
        common = {"user_id": user.id, "token_hash": name.encode(), "expires_at": expires}
        session.add(SignInSession(**common, created_at=start, revoked_at=ended, device=name))
        session.add(SingleUseToken(**common, requested_at=start, used_at=ended, purpose="invitation"))
    session.flush()
    assert forget_what_is_over(session, now=now) == 4
    kept = {b"lives", b"just expired", b"just left"}
    assert set(session.scalars(select(SignInSession.token_hash))) == kept
    assert set(session.scalars(select(SingleUseToken.token_hash))) == kept
    assert forget_what_is_over(session, now=now) == 0


def test_roster_files(session: Session, now: datetime) -> None:
    cohort, user = make_cohort(session, now), make_user(session)
    for name, finished in (
        ("waits", None),
        ("left", None),
        ("fresh", now - 29 * DAY),
        ("old", now - 31 * DAY),
    ):
        session.add(
            RosterImport(
                cohort_id=cohort.id,
                created_by_id=user.id,
                created_at=now - (10 if name == "waits" else 90) * DAY,
                file_name=name,
                rows=[{"name": name}],
                finished_at=finished,
            )
        )
    session.flush()
    assert forget_finished_imports(session, now=now) == 1
    assert set(session.scalars(select(RosterImport.file_name))) == {"waits", "left", "fresh"}
    session.expire_all()
    left = session.scalars(select(RosterImport).where(RosterImport.file_name == "left")).one()
    assert (left.rows, left.finished_at) == ([], now), "two thousand names do not wait for ever"
    waits = session.scalars(select(RosterImport).where(RosterImport.file_name == "waits")).one()
    assert (waits.rows, waits.finished_at) == ([{"name": "waits"}], None)


def test_requests_that_nobody_decides(session: Session, now: datetime) -> None:
    cohorts = {state: make_cohort(session, now, state=state) for state in ("running", "closed")}
    known = make_user(session)
    for name, state, days in (("new", "running", 89), ("old", "running", 91), ("over", "closed", 1)):
        session.add(
            JoinRequest(
                cohort_id=cohorts[state].id,
                user_id=known.id if name == "over" else None,
                given_name=name,
                particle="",
                family_name="",
                email=known.email if name == "over" else f"{name}@b.example",
                institution_text="",
                job_title="",
                motivation="",
                requested_at=now - days * DAY,
            )
        )
    session.flush()
    make_affiliation(session, known, make_institution(session))
    assert decline_left_over(session, now=now) == 2
    assert decline_left_over(session, now=now) == 0
    waiting = session.scalars(select(JoinRequest.email).where(JoinRequest.state == "waiting")).all()
    assert waiting == ["new@b.example"]
    stranger = session.scalars(select(User).where(User.email == "old@b.example")).one()
    make_notice(session, stranger, now, rule="join_declined")
    assert forget_declined(session, now=now + 90 * DAY) == 0
    assert forget_declined(session, now=now + 91 * DAY) == 2
    addresses = set(session.scalars(select(User.email)))
    assert (known.email in addresses, "old@b.example" in addresses) == (True, False)


def test_whose_case_it_was_is_forgotten_also_when_nobody_ended_the_talk(
    session: Session, now: datetime
) -> None:
    cohort = make_cohort(session, now)
    talks = {}
    for name, hours in (("tonight", 2), ("yesterday", 20)):
        member = make_participant(session, cohort)
        group = make_peer_group(session, cohort, member, since=now)
        talks[name] = IntervisionSession(
            peer_group_id=group.id,
            method="balint",
            case_enrolment_id=member.id,
            started_at=now - timedelta(hours=hours),
            step_started_at=now - timedelta(hours=hours),
            paused_at=now - timedelta(hours=1),
        )
    session.add_all(talks.values())
    session.flush()
    assert end_abandoned_talks(session, now=now) == 1
    session.expire_all()
    assert talks["yesterday"].ended_at == now
    assert talks["yesterday"].case_enrolment_id is None
    assert talks["tonight"].case_enrolment_id is not None
