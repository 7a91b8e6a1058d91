"""What comes by itself: when, once, with what changed, for how long, and how it ends."""

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.orm import Session

from peergang.core.clock import AMSTERDAM
from peergang.core.config import Settings
from peergang.core.errors import Forbidden, NotFound
from peergang.core.pdf import TooMuch
from peergang.core.permissions import SYSTEM, Actor
from peergang.core.signing import sign_id
from peergang.core.storage import Files
from peergang.identity.actions.roles import revoke_role, when_role_ended
from peergang.identity.models import RoleGrant, User
from peergang.identity.rules import Role
from peergang.notifications.catalog import Claim, get_rule
from peergang.notifications.models import Notice
from peergang.progress.rules.figures import percent
from peergang.reports.actions import making
from peergang.reports.actions.asking import note_fetched, retry_report
from peergang.reports.actions.making import make_report
from peergang.reports.actions.subscribing import (
    ask_for_subscribers,
    end_by_token,
    end_subscription,
    end_what_may_not,
    pause_subscription,
    resume_subscription,
    subscribe,
)
from peergang.reports.kinds import get_kind
from peergang.reports.models import Report, Subscription
from peergang.reports.rules.changes import compare
from peergang.reports.rules.lasting import lasting
from peergang.reports.rules.rhythm import day_that_is_due, latest_day, next_day
from peergang.reports.rules.states import Format
from tests.domain.reminders.reading import list_planned, plan, read, verdicts
from tests.domain.reports.conftest import Make, Network, actor_of
from tests.factories.cohorts import make_participant
from tests.factories.identity import make_organiser, make_user
from tests.factories.progress import compile_now

pytestmark = pytest.mark.database

SECRET = "geheim" * 8
MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=AMSTERDAM).astimezone(UTC)
"""Six in the morning, of the Monday after the tests' Tuesday."""


def begin(session: Session, actor: Actor, now: datetime, weekday: int | None = 1, query: str = "") -> Any:
    found = subscribe(
        session,
        actor,
        "participation",
        query,
        Format.CSV,
        weekday,
        locale="nl",
        role="organiser",
        now=now,
    )
    session.commit()
    return found


def days_of(session: Session) -> list[date]:
    return list(session.scalars(select(Report.for_day).order_by(Report.for_day)))


@pytest.mark.parametrize(
    ("weekday", "after", "expected"),
    [
        (1, date(2026, 11, 17), date(2026, 11, 23)),
        (1, date(2026, 11, 23), date(2026, 11, 30)),
        (3, date(2026, 11, 17), date(2026, 11, 18)),
        (7, date(2026, 12, 31), date(2027, 1, 3)),
        (None, date(2026, 11, 17), date(2026, 12, 1)),
        (None, date(2026, 12, 1), date(2027, 1, 1)),
        (None, date(2027, 1, 31), date(2027, 2, 1)),
    ],
)
def test_the_next_day(weekday: int | None, after: date, expected: date) -> None:
    assert next_day(weekday, after) == expected


@pytest.mark.parametrize("day", [date(2027, 3, 28), date(2026, 10, 25), date(2026, 12, 25)])
def test_at_six_on_the_clock_also_when_it_changes(day: date) -> None:
    six = datetime(day.year, day.month, day.day, 6, tzinfo=AMSTERDAM).astimezone(UTC)
    assert day_that_is_due(six) == day
    assert day_that_is_due(six - timedelta(seconds=1)) == day - timedelta(days=1)


def test_after_a_standstill_only_the_latest_comes() -> None:
    assert latest_day(1, date(2026, 11, 23), date(2026, 12, 20)) == date(2026, 12, 14)
    assert latest_day(None, date(2026, 12, 1), date(2026, 12, 31)) == date(2026, 12, 1)


def test_it_is_asked_for_once_a_week_at_its_time(session: Session, organiser: Actor, now: datetime) -> None:
    begin(session, organiser, now)
    assert ask_for_subscribers(session, now=MONDAY - timedelta(seconds=1)) == 0
    assert ask_for_subscribers(session, now=MONDAY) == 1
    assert ask_for_subscribers(session, now=MONDAY + timedelta(days=3)) == 0
    assert ask_for_subscribers(session, now=MONDAY + timedelta(days=7)) == 1
    # Three weeks in which nothing ran.
    assert ask_for_subscribers(session, now=MONDAY + timedelta(days=30)) == 1
    assert days_of(session) == [date(2026, 11, 23), date(2026, 11, 30), date(2026, 12, 21)]


def test_two_workers_ask_for_it_once(committed: Engine, now: datetime) -> None:
    with Session(committed) as session:
        begin(session, actor_of(session, make_organiser(session).id), now)
    with Session(committed) as one, Session(committed) as other:
        assert ask_for_subscribers(one, now=MONDAY) == 1
        assert ask_for_subscribers(other, now=MONDAY) == 0
        one.commit()
        other.commit()
        assert other.scalar(select(func.count()).select_from(Report)) == 1


def test_pressed_twice_there_is_one_and_the_last_choice_counts(
    session: Session, organiser: Actor, now: datetime
) -> None:
    first = begin(session, organiser, now)
    assert begin(session, organiser, now, weekday=None) == first
    one = session.get_one(Subscription, first, populate_existing=True)
    assert (one.weekday, one.next_on) == (None, date(2026, 12, 1))
    assert begin(session, organiser, now, query="maat=voortgang") != first


def test_paused_it_does_not_come_and_what_was_missed_neither(
    session: Session, organiser: Actor, now: datetime
) -> None:
    one = begin(session, organiser, now)
    pause_subscription(session, organiser, one, now=now)
    session.flush()
    assert ask_for_subscribers(session, now=MONDAY) == 0
    resume_subscription(session, organiser, one, now=MONDAY + timedelta(days=1))
    session.flush()
    assert ask_for_subscribers(session, now=MONDAY + timedelta(days=2)) == 0
    assert ask_for_subscribers(session, now=MONDAY + timedelta(days=7)) == 1


def test_who_lost_the_role_has_it_ended(session: Session, organiser: Actor, now: datetime) -> None:
    one = begin(session, organiser, now)
    session.query(RoleGrant).filter_by(user_id=organiser.user_id).delete()
    session.flush()
    assert ask_for_subscribers(session, now=MONDAY) == 0
    ended = session.get_one(Subscription, one, populate_existing=True)
    assert (ended.ended_at, ended.ended_because) == (MONDAY, "not_allowed")
    assert days_of(session) == []


def test_a_closed_account_gets_nothing(session: Session, organiser: Actor, now: datetime) -> None:
    begin(session, organiser, now)
    session.get_one(User, organiser.user_id).deactivated_at = now
    session.flush()
    assert ask_for_subscribers(session, now=MONDAY) == 0


def test_only_its_owner_ends_it_or_who_has_the_mail(
    session: Session, organiser: Actor, now: datetime
) -> None:
    one = begin(session, organiser, now)
    other = actor_of(session, make_organiser(session, "Ander").id)
    for act in (end_subscription, pause_subscription, resume_subscription):
        with pytest.raises(NotFound):
            act(session, other, one, now=now)
    token = sign_id(SECRET, "end_report", one)
    for guessed in ("geraden", "", "é", "x" * 43, sign_id("y" * 40, "end_report", one), f"{token}AAAA"):
        with pytest.raises(NotFound):
            end_by_token(session, SECRET, guessed, now=now)
    assert session.get_one(Subscription, one).ended_at is None
    assert end_by_token(session, SECRET, token, now=now) == end_by_token(session, SECRET, token, now=MONDAY)
    assert session.get_one(Subscription, one).ended_at == now
    assert ask_for_subscribers(session, now=MONDAY) == 0
    with pytest.raises(NotFound):
        end_subscription(session, organiser, one, now=now)
    # And begun again it is another one.
    assert begin(session, organiser, now) != one


def test_the_link_in_a_mail_of_before_links_were_signed_still_ends_it(
    session: Session, organiser: Actor, now: datetime
) -> None:
    one = session.get_one(Subscription, begin(session, organiser, now))
    one.old_end_token = sha256(b"uit-een-oude-mail").digest()
    session.flush()
    assert end_by_token(session, SECRET, "uit-een-oude-mail", now=now) == one.title
    assert one.ended_at == now


def test_nobody_subscribes_to_what_they_may_not_see(
    network: Network, session: Session, now: datetime
) -> None:
    with pytest.raises(Forbidden):
        begin(session, actor_of(session, network.trainer.id), now)


def test_the_mail_says_the_figures_what_changed_and_no_names(
    network: Network,
    session: Session,
    connection: Connection,
    settings: Settings,
    files: Files,
    organiser: Actor,
    now: datetime,
) -> None:
    begin(session, organiser, now)

    def make(moment: datetime) -> None:
        assert ask_for_subscribers(session, now=moment) == 1
        session.commit()
        for report_id in session.scalars(select(Report.id).where(Report.state == "requested")):
            assert make_report(connection, files, report_id, lambda: moment)
        session.expire_all()

    make(MONDAY)
    assert plan(session, "scheduled_report", MONDAY) == {organiser.user_id}
    (notice,) = list_planned(session, "scheduled_report")
    assert notice.not_before == MONDAY + timedelta(hours=1)
    assert notice.occurrence == "2026-11-23"
    (words,) = read(session, settings, "scheduled_report", MONDAY).values()
    assert "Dit is de eerste keer." in words.text
    assert "Deelnemers nu: 3\n" in words.text
    session.query(Notice).delete()
    make_participant(session, network.cohort, institution=network.meadow)
    compile_now(session, now)
    make(MONDAY + timedelta(days=7))
    plan(session, "scheduled_report", MONDAY + timedelta(days=7))
    assert verdicts(session, "scheduled_report", MONDAY + timedelta(days=7)) == {""}
    latest = list_planned(session, "scheduled_report")[-1]
    session.query(Notice).filter(Notice.id != latest.id).delete()
    (words,) = read(session, settings, "scheduled_report", MONDAY + timedelta(days=7)).values()
    assert "Deelnemers nu: 4, 1 meer dan de vorige keer" in words.text
    assert "Instellingen: 2, gelijk aan de vorige keer" in words.text
    own = session.scalars(select(Subscription.id)).one()
    for text in (words.text, words.html):
        assert "Zonneveld" not in text
        assert f"/rapporten/stoppen/{sign_id(settings.secret_key, 'end_report', own)}" in text
    note_fetched(session, organiser, latest.subject_id, now=MONDAY)
    assert verdicts(session, "scheduled_report", MONDAY + timedelta(days=7)) == {"read"}


def test_ready_is_told_to_who_waited_long_or_went_away(
    session: Session, made: Make, organiser: Actor, now: datetime
) -> None:
    report = made()
    rule = "report_ready"
    assert plan(session, rule, now + timedelta(minutes=4)) == set()
    assert plan(session, rule, now + timedelta(minutes=5)) == {organiser.user_id}
    note_fetched(session, organiser, report.id, now=now)
    assert verdicts(session, rule, now + timedelta(minutes=6)) == {"read"}
    slow = made(query="maat=voortgang")
    slow.asked_at = now - timedelta(seconds=61)
    session.flush()
    plan(session, rule, now)
    assert len(list_planned(session, rule)) == 2
    fetched = made(query="maat=ingeleverd")
    note_fetched(session, organiser, fetched.id, now=now)
    plan(session, rule, now + timedelta(hours=1))
    assert len(list_planned(session, rule)) == 2


def test_what_changed_in_numbers() -> None:
    changes = compare({"people": 3, "new": 1, "gone": None}, {"people": 5, "gone": 2})
    assert [(one.key, one.moved, one.up) for one in changes] == [
        ("people", True, -2),
        ("new", False, 0),
        ("gone", False, 0),
    ]


def made_on_monday(
    session: Session, connection: Connection, files: Files, moment: datetime = MONDAY
) -> Report:
    ask_for_subscribers(session, now=moment)
    session.commit()
    for report_id in session.scalars(select(Report.id).where(Report.state == "requested")):
        make_report(connection, files, report_id, lambda: moment)
    session.expire_all()
    return session.scalars(select(Report).order_by(Report.for_day.desc()).limit(1)).one()


def test_who_lost_the_role_after_it_was_made_is_mailed_no_figures(
    session: Session, connection: Connection, files: Files, organiser: Actor, now: datetime
) -> None:
    one, rule = begin(session, organiser, now), get_rule("scheduled_report")
    made_on_monday(session, connection, files)
    plan(session, rule.name, MONDAY)
    # However it was lost: also where nobody was told.
    session.query(RoleGrant).filter_by(user_id=organiser.user_id).delete()
    session.commit()
    claims = [
        Claim(row.id, row.subject_id, row.recipient_id, row.occurrence)
        for row in list_planned(session, rule.name)
    ]
    assert rule.recall is not None
    assert rule.recall(session, claims, MONDAY) == {}
    assert session.get_one(Subscription, one, populate_existing=True).ended_at is None, (
        "reading writes nothing"
    )
    assert rule.content(session, claims, MONDAY) == {}
    ended = session.get_one(Subscription, one, populate_existing=True)
    assert (ended.ended_at, ended.ended_because) == (MONDAY, "not_allowed")
    assert verdicts(session, rule.name, MONDAY) == {"not_allowed"}


def test_a_role_that_ends_ends_what_it_brought(
    network: Network, session: Session, organiser: Actor, now: datetime
) -> None:
    when_role_ended(end_what_may_not)
    one = begin(session, organiser, now)
    contact = make_user(session)
    session.add_all(
        [
            RoleGrant(user_id=contact.id, role="contact", institution_id=network.meadow.id),
            RoleGrant(user_id=contact.id, role="organiser"),
        ]
    )
    session.flush()
    kept = begin(session, actor_of(session, contact.id), now)
    revoke_role(session, SYSTEM, contact.id, Role.CONTACT, network.meadow.id, now=now)
    assert session.get_one(Subscription, kept, populate_existing=True).ended_at is None
    assert organiser.user_id
    revoke_role(session, SYSTEM, organiser.user_id, Role.ORGANISER, now=now)
    assert session.get_one(Subscription, one, populate_existing=True).ended_because == "not_allowed"


def test_saved_again_in_the_same_rhythm_no_day_is_lost(
    session: Session, organiser: Actor, now: datetime
) -> None:
    one = begin(session, organiser, now)
    assert begin(session, organiser, MONDAY - timedelta(hours=3)) == one
    assert ask_for_subscribers(session, now=MONDAY) == 1
    pause_subscription(session, organiser, one, now=MONDAY)
    session.flush()
    begin(session, organiser, MONDAY + timedelta(days=9))
    going = session.get_one(Subscription, one, populate_existing=True)
    assert (going.paused_at, going.next_on) == (None, date(2026, 12, 7)), "what was missed does not come"


def test_what_comes_by_itself_is_never_of_one_past_day(
    session: Session, organiser: Actor, now: datetime
) -> None:
    one = begin(session, organiser, now, query="maat=voortgang&op=2026-09-01")
    assert session.get_one(Subscription, one).query == "maat=voortgang"
    assert begin(session, organiser, now, query="maat=voortgang") == one


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ""),
        ("maat=voortgang&naam=de+brug", "maat=voortgang&naam=de+brug"),
        ("op=2026-09-01", ""),
        ("naam=de+brug&op=2026-09-01", "naam=de+brug"),
        ("periode=schooljaar-2026", "periode=schooljaar-2026"),
        ("periode=schooljaar-2025&programma=1", "programma=1"),
        ("periode=onzin", "periode=onzin"),
    ],
)
def test_a_choice_without_its_past(query: str, expected: str, now: datetime) -> None:
    assert lasting(query, now) == expected


def test_all_people_have_figures_too(
    network: Network, session: Session, organiser: Actor, now: datetime
) -> None:
    sheet = get_kind("people").open(session, {}, now)
    going = [row for row in sheet.rows if row[-1] is None]
    completed, required = (sum(int(str(row[at] or 0)) for row in going) for at in (4, 5))
    assert organiser.user_id
    assert sheet.figures["people"] == len(going)
    assert sheet.figures["progress"] == percent(completed, required)
    assert sheet.figures["attendance"] is not None


def test_no_file_is_told_as_well(
    session: Session,
    connection: Connection,
    settings: Settings,
    files: Files,
    organiser: Actor,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one, rule = begin(session, organiser, now), "report_failed"
    with monkeypatch.context() as patch:
        patch.setitem(making.WRITERS, "csv", too_much)
        failed = made_on_monday(session, connection, files)
    assert failed.state == "failed"
    assert plan(session, rule, MONDAY + timedelta(minutes=4)) == set()
    assert plan(session, rule, MONDAY + timedelta(minutes=5)) == {organiser.user_id}
    assert plan(session, rule, MONDAY + timedelta(hours=5)) == {organiser.user_id}
    (notice,) = list_planned(session, rule)
    assert notice.not_before == MONDAY + timedelta(hours=1), "in the morning, like the report itself"
    (words,) = read(session, settings, rule, MONDAY).values()
    assert "Kies Excel of csv" in words.text
    assert verdicts(session, rule, MONDAY) == {""}
    end_subscription(session, organiser, one, now=MONDAY)
    assert verdicts(session, rule, MONDAY) == {"withdrawn"}
    retry_report(session, organiser, failed.id, now=MONDAY)
    assert verdicts(session, rule, MONDAY) == {"done"}


def too_much(*_: object) -> None:
    raise TooMuch
