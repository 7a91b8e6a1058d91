"""The demo keeps its promises: what is in it, twice is once, a killed run goes on, and two weeks later all still holds.

One filled database serves all checks here, in their order: filling takes its time.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from peergang.certificates.models import Certificate
from peergang.cohorts.models import (
    ActivityCompletion,
    Cohort,
    CompletionOverride,
    Enrolment,
    Extension,
    JoinRequest,
    MeetingAction,
    SignOff,
)
from peergang.core import clock, db
from peergang.core.config import Settings, load_settings
from peergang.core.mail import FileTransport
from peergang.core.permissions import SYSTEM
from peergang.coursework.models import (
    Attachment,
    Calibration,
    Comment,
    FeedbackAssignment,
    HandOver,
    PeerFeedback,
    PromotionConsent,
    Reflection,
    ReflectionVersion,
    Review,
    ReviewPhrase,
    TrainerAbsence,
)
from peergang.coursework.queries.gaps import is_gap
from peergang.coursework.queries.phases import get_progress
from peergang.coursework.rules.phases import Phase
from peergang.curriculum.actions import load_edition
from peergang.curriculum.content.source import read_programmes
from peergang.curriculum.models import Activity, Module
from peergang.demo import days
from peergang.demo.accounts import DEMO_ACCOUNTS, DEMO_PASSWORD
from peergang.demo.cast import SUCCESSOR
from peergang.demo.fast_forward import CannotMove, Week, fast_forward
from peergang.demo.fill import fill_demo
from peergang.demo.memory import find_memory
from peergang.discussion.models import Mention, Post
from peergang.identity.actions.passwords import verify_password
from peergang.identity.models import Affiliation, Institution, InstitutionMerger, RoleGrant, User
from peergang.identity.queries import find_user_by_email
from peergang.notifications.models import Notice
from peergang.practice.models import Adoption, PracticeExample
from peergang.profiles.models import Profile
from peergang.progress.models import CallNote, EnrolmentProgress, OwnHours, ProgressSnapshot, RiskDismissal
from peergang.progress.queries.compiled import get_marks
from peergang.progress.queries.differences import list_differences
from peergang.progress.queries.own_institution import get_own_participation
from peergang.progress.queries.risks import list_risks
from peergang.progress.rules.risks import RiskState
from peergang.reports.models import Subscription
from peergang.tables import load_metadata

pytestmark = [pytest.mark.database, pytest.mark.committed, pytest.mark.slow]


@dataclass
class Demo:
    engine: sa.Engine
    settings: Settings
    mail: FileTransport
    folder: Path
    filled: days.Happened
    said: list[str]

    def count(self, statement: sa.Select[int]) -> int:
        with db.reading(self.engine) as session:
            return session.scalar(statement) or 0


class _Killed(BaseException):
    pass


@pytest.fixture
def demo(engine: sa.Engine, tmp_path: Path) -> Iterator[Demo]:
    folder = tmp_path
    with db.transaction(engine) as session:
        for programme in read_programmes(Path("content")):
            load_edition(session, SYSTEM, programme, now=clock.now() - timedelta(days=400))
    settings = load_settings(
        {
            "PEERGANG_ENV": "demo",
            "PEERGANG_DATABASE_URL": engine.url.render_as_string(hide_password=False),
            "PEERGANG_REDIS_URL": "redis://127.0.0.1:1/0",
            "PEERGANG_MAIL_URL": f"file:{folder / 'mail'}",
            "PEERGANG_CLOCK_FILE": str(folder / "clock"),
            "PEERGANG_FILES_URL": str(folder / "files"),
        }
    )
    mail, said = FileTransport(folder / "mail"), []
    try:
        _fill_and_kill(engine, settings, mail)
        filled = fill_demo(engine, settings, mail, said.append, now=clock.now())
        assert filled is not None
        yield Demo(engine, settings, mail, folder, filled, said)
    finally:
        clock.use_offset_file(None)
        names = ", ".join(f'"{table.name}"' for table in load_metadata().sorted_tables)
        with engine.begin() as connection:
            connection.execute(sa.text(f"TRUNCATE {names} CASCADE"))


def _fill_and_kill(engine: sa.Engine, settings: Settings, mail: FileTransport) -> None:
    """A first run that dies in the middle of a day."""
    acts = dict(days.ACTS)
    calls = iter(range(10_000))

    def dying(stage: object, event: object) -> bool:
        if next(calls) == 60:
            raise _Killed
        return acts["read"](stage, event)

    days.ACTS["read"] = dying
    try:
        with pytest.raises(_Killed):
            fill_demo(engine, settings, mail, lambda line: None, now=clock.now())
    finally:
        days.ACTS.update(acts)


def check_a_killed_run_is_taken_up(demo: Demo) -> None:
    assert demo.said[0] == "Going on where an earlier run stopped"
    with db.reading(demo.engine) as session:
        memory = find_memory(session)
    assert memory is not None
    assert memory.filled


def check_nothing_was_refused(demo: Demo) -> None:
    assert dict(demo.filled.refused) == {}


def check_three_cohorts_twelve_schools_and_everybody(demo: Demo) -> None:
    with db.reading(demo.engine) as session:
        states = session.scalars(sa.select(Cohort.state)).all()
        accounts = [find_user_by_email(session, email) for email, _ in DEMO_ACCOUNTS]
    assert sorted(states) == ["closed", "open", "running"]
    assert demo.count(sa.select(sa.func.count()).select_from(Institution)) == 13
    assert 60 <= demo.count(sa.select(sa.func.count()).select_from(User)) <= 80
    assert all(user and verify_password(user.password_hash, DEMO_PASSWORD) for user in accounts)


def check_reflections_stand_everywhere(demo: Demo) -> None:
    with db.reading(demo.engine) as session:
        rows = session.execute(
            sa.select(Reflection.state, Reflection.audience, sa.func.count())
            .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
            .join(Cohort, Cohort.id == Enrolment.cohort_id)
            .where(Cohort.state == "running")
            .group_by(Reflection.state, Reflection.audience)
        ).all()
    assert {row[0] for row in rows} == {
        "draft",
        "submitted",
        "in_review",
        "returned",
        "approved",
        "withdrawn",
    }
    assert {row[1] for row in rows} >= {"trainer", "peer_group", "cohort"}
    assert demo.count(sa.select(sa.func.count()).select_from(Comment).where(Comment.quote != "")) >= 20
    assert demo.count(sa.select(sa.func.count()).select_from(Review).where(Review.sent_at.is_(None))) >= 1


def check_nobody_in_the_finished_cohort_is_without_feedback(demo: Demo) -> None:
    given = (
        sa.select(PeerFeedback.id)
        .join(ReflectionVersion, ReflectionVersion.id == PeerFeedback.version_id)
        .where(ReflectionVersion.reflection_id == Reflection.id, PeerFeedback.sent_at.is_not(None))
        .exists()
    )
    finished = (
        sa.select(sa.func.count())
        .select_from(Reflection)
        .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Cohort.state == "closed", Enrolment.state != "withdrawn")
    )
    assert demo.count(finished) == 60
    assert demo.count(finished.where(~given)) == 0


def check_the_running_story_is_amiras(demo: Demo) -> None:
    with db.reading(demo.engine) as session:
        rows = session.execute(
            sa.select(User.given_name, Reflection.state, Reflection.draft)
            .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
            .join(User, User.id == Enrolment.user_id)
            .join(Activity, Activity.id == Reflection.activity_id)
            .join(Module, Module.id == Activity.module_id)
            .where(Module.code == "2b", User.given_name.in_(["Amira", "Teun", "Yara"]))
        ).all()
    found = {name: (state, draft) for name, state, draft in rows}
    assert found["Amira"][0] == "returned"
    assert found["Amira"][1]["meenemen"] == ""
    assert found["Teun"][0] == found["Yara"][0] == "submitted"


def check_reflections_are_in_every_phase(demo: Demo) -> None:
    now = clock.now()
    with db.reading(demo.engine) as session:
        ids = session.scalars(
            sa.select(Reflection.id)
            .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
            .join(Cohort, Cohort.id == Enrolment.cohort_id)
            .where(Cohort.state == "running")
        ).all()
        progress = [get_progress(session, one) for one in ids]
    assert {one.phase(now) for one in progress} == set(Phase)
    assert any(is_gap(one, now) for one in progress)
    assigned = sa.select(sa.func.count()).select_from(FeedbackAssignment)
    assert demo.count(assigned.where(FeedbackAssignment.state == "given")) >= 80
    assert demo.count(assigned.where(FeedbackAssignment.state == "open")) >= 3


def check_people_answer_each_other(demo: Demo) -> None:
    given = sa.select(sa.func.count()).select_from(PeerFeedback)
    assert demo.count(given.where(PeerFeedback.criteria != sa.cast("{}", JSONB))) >= 80
    assert demo.count(given.where(PeerFeedback.thanked_at.is_not(None))) >= 10
    assert demo.count(given.where(PeerFeedback.helpfulness == "not_really")) >= 1
    asked = sa.select(sa.func.count()).select_from(PromotionConsent)
    assert demo.count(asked.where(PromotionConsent.answer.is_(None))) >= 2
    assert demo.count(sa.select(sa.func.count()).select_from(Post)) >= 8
    assert demo.count(sa.select(sa.func.count()).select_from(Mention)) >= 3


def check_trainers_are_at_work(demo: Demo) -> None:
    for table, number in ((ReviewPhrase, 5), (TrainerAbsence, 1), (HandOver, 1), (Calibration, 1)):
        assert demo.count(sa.select(sa.func.count()).select_from(table)) == number, table
    covered = sa.select(sa.func.count()).select_from(Reflection)
    assert demo.count(covered.where(Reflection.prompt_set == "starr")) >= 2
    files = list((demo.folder / "files").rglob("*"))
    assert demo.count(sa.select(sa.func.count()).select_from(Attachment)) == 4
    assert len([one for one in files if one.is_file()]) >= 4


def check_invitations_are_out(demo: Demo) -> None:
    with db.reading(demo.engine) as session:
        rows = session.execute(
            sa.select(Enrolment.state, sa.func.count())
            .join(Cohort, Cohort.id == Enrolment.cohort_id)
            .where(Cohort.state == "open", Enrolment.role == "participant")
            .group_by(Enrolment.state)
        ).all()
    states = dict(rows)
    assert states["active"] >= 15
    assert states["invited"] >= 3
    assert states["withdrawn"] == 1
    assert states["waitlisted"] == 1
    failed = sa.select(sa.func.count()).select_from(Notice)
    assert demo.count(failed.where(Notice.state == "failed", Notice.reason.startswith("550"))) >= 1
    assert demo.count(failed.where(Notice.state == "failed", ~Notice.reason.startswith("550"))) == 0


def check_what_changes_on_the_way_is_there(demo: Demo) -> None:
    assert set(demo.filled.done) >= {
        *("sign_off", "write_up", "extend", "pin", "tell", "change_school", "merge", "open_joining", "ask")
    }
    assert demo.count(sa.select(sa.func.count()).select_from(SignOff)) >= 3
    assert demo.count(sa.select(sa.func.count()).select_from(Extension)) == 1
    assert demo.count(sa.select(sa.func.count()).select_from(MeetingAction)) == 2
    assert demo.count(sa.select(sa.func.count()).select_from(InstitutionMerger)) == 2
    waiting = sa.select(sa.func.count()).select_from(JoinRequest).where(JoinRequest.state == "waiting")
    assert demo.count(waiting) == 1
    assert demo.count(sa.select(sa.func.count()).select_from(Profile)) == 6
    ravi = sa.select(sa.func.count()).select_from(Affiliation).join(User, User.id == Affiliation.user_id)
    assert demo.count(ravi.where(User.given_name == "Ravi")) == 2


def check_the_library_is_worth_a_visit(demo: Demo) -> None:
    examples = sa.select(sa.func.count()).select_from(PracticeExample)
    assert 18 <= demo.count(examples.where(PracticeExample.state == "published")) <= 24
    assert demo.count(examples.where(PracticeExample.state == "draft")) == 4
    failures = sa.select(sa.func.count()).select_from(Adoption).where(Adoption.outcome == "did_not")
    assert demo.count(failures) >= 3


def check_progress_is_of_facts_with_evidence(demo: Demo) -> None:
    over = sa.select(sa.func.count()).select_from(EnrolmentProgress)
    assert demo.count(over.where(EnrolmentProgress.completed > EnrolmentProgress.required)) == 0
    bare = sa.select(sa.func.count()).select_from(ActivityCompletion)
    # Reading has its marks as evidence, which are many rows and no single one.
    bare = bare.where(
        ActivityCompletion.evidence_id.is_(None), ActivityCompletion.evidence_kind != "topics_read"
    )
    assert demo.count(bare) == 0
    future = sa.select(sa.func.count()).select_from(ActivityCompletion)
    assert demo.count(future.where(ActivityCompletion.completed_at > clock.now())) == 0
    completed = sa.select(sa.func.count()).select_from(Enrolment).where(Enrolment.state == "completed")
    assert demo.count(completed) >= 2
    assert demo.count(sa.select(sa.func.count(ProgressSnapshot.day.distinct()))) >= 40


def check_it_is_seen_how_it_goes(demo: Demo) -> None:
    assert set(demo.filled.done) >= {"keep_hours", "override", "dismiss", "call", "subscribe"}
    for table, number in ((OwnHours, 4), (CompletionOverride, 1), (RiskDismissal, 1), (CallNote, 1)):
        assert demo.count(sa.select(sa.func.count()).select_from(table)) == number, table
    assert demo.count(sa.select(sa.func.count()).select_from(Subscription)) == 1
    with db.reading(demo.engine) as session:
        found = list_risks(session, rules=["no_contact"])
        aside = list_risks(session, states=[RiskState.DISMISSED])
    assert {one.institution_name for one in found} == {SUCCESSOR.name}
    assert {one.given_name for one in aside} == {"Iris"}


def check_the_contact_has_something_to_read(demo: Demo) -> None:
    email = next(email for email, role in DEMO_ACCOUNTS if role == "contact")
    with db.reading(demo.engine) as session:
        contact = find_user_by_email(session, email)
        assert contact is not None
        school = session.scalar(sa.select(RoleGrant.institution_id).where(RoleGrant.user_id == contact.id))
        assert school is not None
        own = get_own_participation(session, school, clock.now())
    told = {cohort.state: figures for cohort, figures in own.cohorts}
    assert told["running"] is not None
    assert told["running"].people == 5
    assert told["closed"] is None


def check_who_finished_has_a_certificate(demo: Demo) -> None:
    with db.reading(demo.engine) as session:
        rows = session.execute(
            sa.select(User.given_name, Cohort.state, Certificate.issued_at)
            .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
            .join(User, User.id == Enrolment.user_id)
            .join(Cohort, Cohort.id == Enrolment.cohort_id)
        ).all()
    names = {row.given_name for row in rows}
    assert {"Saar", "Stijn", "Aya", "Lieke"} <= names
    assert not names & {"Geert", "Joris", "Daniël"}
    assert {row.state for row in rows} == {"closed"}
    # As soon as they were earned, not when the demo came to its busy weeks.
    assert max(row.issued_at for row in rows) < clock.now() - timedelta(days=60)


def check_mail_is_of_two_weeks_only(demo: Demo) -> None:
    oldest = clock.now() - timedelta(days=16)
    old = sa.select(sa.func.count()).select_from(Notice).where(Notice.planned_at < oldest)
    assert demo.count(old) == 0
    sent = demo.count(sa.select(sa.func.count(Notice.mail_id.distinct())).where(Notice.state == "sent"))
    assert sent == len(list((demo.folder / "mail").glob("*.eml")))
    assert 40 <= sent <= 250


def check_twice_is_once(demo: Demo) -> None:
    before = demo.count(sa.select(sa.func.count()).select_from(ActivityCompletion))
    said: list[str] = []
    assert fill_demo(demo.engine, demo.settings, demo.mail, said.append, now=clock.now()) is None
    assert said == ["The demo is filled already; nothing was done."]
    assert demo.count(sa.select(sa.func.count()).select_from(ActivityCompletion)) == before


def check_time_moves_only_where_it_may(demo: Demo) -> None:
    still = replace(demo.settings, clock_file=None)
    with pytest.raises(CannotMove, match="PEERGANG_CLOCK_FILE"):
        fast_forward(demo.engine, still, demo.mail, print, weeks=1)


def check_two_weeks_later(demo: Demo) -> None:
    clock.use_offset_file(demo.settings.clock_file)
    started = clock.now()
    weeks = fast_forward(demo.engine, demo.settings, demo.mail, lambda line: None, weeks=2)
    assert timedelta(days=14) <= clock.now() - started < timedelta(days=14, minutes=10)
    assert _together(weeks, "submit") >= 2
    assert _together(weeks, "decide") >= 3
    assert all(not week.refused for week in weeks), [week.refused for week in weeks]
    assert sum(week.meetings for week in weeks) == 1
    with db.reading(demo.engine) as session:
        assert _sent_twice(session) == []
        assert _reminded_after_completion(session) == []
        assert not [row for row in list_differences(session, get_marks(session)) if not row.was_dirty]


def _together(weeks: list[Week], what: str) -> int:
    return sum(week.done[what] for week in weeks)


def _sent_twice(session: Session) -> list[object]:
    once = (Notice.rule, Notice.subject_id, Notice.recipient_id, Notice.occurrence)
    return list(session.execute(sa.select(*once).group_by(*once).having(sa.func.count() > 1)))


def _reminded_after_completion(session: Session) -> list[tuple[str, datetime]]:
    """Mail about an activity that its reader had done when it went out."""
    rows = session.execute(
        sa.select(Notice.rule, Notice.finished_at)
        .join(Enrolment, Enrolment.user_id == Notice.recipient_id)
        .join(
            ActivityCompletion,
            (ActivityCompletion.enrolment_id == Enrolment.id)
            & (ActivityCompletion.activity_id == Notice.subject_id),
        )
        .where(
            Notice.rule.in_(["activity_due_soon", "activity_overdue"]),
            Notice.state == "sent",
            Notice.finished_at > ActivityCompletion.completed_at,
        )
    )
    return [(row[0], row[1]) for row in rows]


CHECKS = (
    check_a_killed_run_is_taken_up,
    check_nothing_was_refused,
    check_three_cohorts_twelve_schools_and_everybody,
    check_reflections_stand_everywhere,
    check_nobody_in_the_finished_cohort_is_without_feedback,
    check_the_running_story_is_amiras,
    check_reflections_are_in_every_phase,
    check_people_answer_each_other,
    check_trainers_are_at_work,
    check_invitations_are_out,
    check_what_changes_on_the_way_is_there,
    check_the_library_is_worth_a_visit,
    check_progress_is_of_facts_with_evidence,
    check_it_is_seen_how_it_goes,
    check_the_contact_has_something_to_read,
    check_who_finished_has_a_certificate,
    check_mail_is_of_two_weeks_only,
    check_twice_is_once,
    check_time_moves_only_where_it_may,
    check_two_weeks_later,
)


def test_the_demo_from_filling_to_two_weeks_later(demo: Demo) -> None:
    """One test, because the last check moves the clock and the suite shuffles its tests."""
    for check in CHECKS:
        check(demo)
