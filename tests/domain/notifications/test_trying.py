"""Trying rules: who would get what, and why not; nothing is written by looking."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import InternalError
from sqlalchemy.orm import Session

from peergang.cohorts.models import CohortActivity
from peergang.core.config import Settings
from peergang.core.db import dry_run
from peergang.core.errors import Forbidden, NotFound
from peergang.core.permissions import SYSTEM, Actor
from peergang.notifications import catalog
from peergang.notifications.actions.coming import DAYS, look_ahead, moments_ahead
from peergang.notifications.actions.outlooks import NOT_PRIVATE, Outlook, discreet
from peergang.notifications.actions.plan import plan_all
from peergang.notifications.actions.trying import explain_person, try_rule
from peergang.notifications.catalog import get_rule, list_rules
from peergang.notifications.models import AddressSuspension, Notice, NoticeChoice, NoticeHabits
from peergang.notifications.rules import Section
from peergang.reminders.labels import REASONS
from tests.factories.cohorts import make_cohort, make_meeting, make_participant, make_trainer
from tests.factories.identity import make_user
from tests.factories.notifications import make_notice

ADMIN = Actor(None, is_admin=True)


@pytest.fixture
def organiser(session: Session) -> Actor:
    return Actor(make_user(session).id, is_organiser=True)


def tried(session: Session, name: str, now: datetime, actor: Actor = ADMIN) -> dict[str, Outlook]:
    trial = try_rule(session, actor, get_rule(name), page=1, size=50, now=now)
    return {one.email: one.outlook for one in trial.people}


def choose(
    session: Session, user_id: object, delivery: str, now: datetime, rule: str = "meeting_tomorrow"
) -> None:
    session.add(NoticeChoice(user_id=user_id, rule=rule, delivery=delivery, since=now))
    session.flush()


def test_who_gets_it_about_what_and_when(session: Session, now: datetime) -> None:
    cohort = make_cohort(session, now)
    one, two = make_participant(session, cohort), make_participant(session, cohort)
    make_participant(session, cohort, state="withdrawn")
    make_meeting(session, cohort, now + timedelta(days=1), title="De eerste keer")
    before = session.scalar(sa.select(sa.func.count()).select_from(Notice))
    trial = try_rule(session, ADMIN, get_rule("meeting_tomorrow"), page=1, size=50, now=now)
    assert {person.user_id for person in trial.people} == {one.user_id, two.user_id}
    assert {person.about for person in trial.people} == {"De eerste keer"}
    assert (trial.total, trial.open) == (2, 2)
    assert {(person.outlook.how, person.planned) for person in trial.people} == {("mail", False)}
    assert session.scalar(sa.select(sa.func.count()).select_from(Notice)) == before == 0


def test_what_is_planned_and_sent_is_said(session: Session, now: datetime) -> None:
    cohort = make_cohort(session, now)
    people = [make_participant(session, cohort) for _ in range(3)]
    make_meeting(session, cohort, now + timedelta(days=1))
    plan_all(session, now=now)
    notices = {
        one.recipient_id: one
        for one in session.scalars(sa.select(Notice).where(Notice.rule == "meeting_tomorrow"))
    }
    first, second = (notices[one.user_id] for one in people[:2])
    first.state, first.finished_at, first.mail_id = "sent", now, first.id
    second.state, second.finished_at, second.reason = "suppressed", now, "excused"
    session.flush()
    trial = try_rule(session, ADMIN, get_rule("meeting_tomorrow"), page=1, size=50, now=now)
    assert (trial.total, trial.open) == (3, 1)
    assert trial.people[0].outlook.how == "mail", "what has not ended stands first"
    assert {(one.outlook.how, one.outlook.reason) for one in trial.people[1:]} == {
        ("sent", ""),
        ("ended", "excused"),
    }


def test_an_organiser_never_learns_what_somebody_chose(
    session: Session, now: datetime, organiser: Actor
) -> None:
    cohort = make_cohort(session, now)
    off, site, away, refused, plain = (make_participant(session, cohort).user_id for _ in range(5))
    make_meeting(session, cohort, now + timedelta(days=1))
    choose(session, off, "off", now)
    choose(session, site, "in_app", now)
    session.add(NoticeHabits(user_id=away, away_from=now.date(), away_until=now.date() + timedelta(days=9)))
    address = session.execute(
        sa.text('SELECT email FROM "user" WHERE id = :id'), {"id": refused}
    ).scalar_one()
    session.add(AddressSuspension(address=address, user_id=refused, since=now, reason="550"))
    session.flush()
    names = {
        one.user_id: one.outlook
        for one in try_rule(session, organiser, get_rule("meeting_tomorrow"), page=1, size=50, now=now).people
    }
    assert {one: (names[one].how, names[one].reason) for one in (off, site, away, refused)} == {
        off: ("not", ""),
        site: ("not", ""),
        away: ("not", ""),
        refused: ("not", ""),
    }, "one answer for all, or a stop could be told from the rest"
    assert names[plain].how == "mail"
    known = {
        one.user_id: one.outlook.reason
        for one in try_rule(session, ADMIN, get_rule("meeting_tomorrow"), page=1, size=50, now=now).people
    }
    assert [known[one] for one in (off, site, away, refused)] == [
        "unsubscribed",
        "in_app",
        "quiet",
        "suspended",
    ]


PRIVATE = (
    "unsubscribed",
    "in_app",
    "suspended",
    "quiet",
    "budget",
    "daily",
    "weekly",
    "here",
    "read",
    "away",
    "active",
)
REFUSED = (
    "550 5.1.1 RCPT unknown",
    "452 4.2.2 mailbox full",
    "silent",
    "uncertain",
    "failed",
    "dropped",
    "UndefinedError",
)


@pytest.mark.parametrize("reason", PRIVATE + REFUSED)
@pytest.mark.parametrize("how", ["mail", "site", "not", "ended"])
def test_nothing_private_is_left_of_an_outlook(reason: str, how: str, now: datetime) -> None:
    assert discreet(Outlook(how, now, reason)) == Outlook("not")


@pytest.mark.parametrize("reason", sorted(NOT_PRIVATE))
def test_what_an_organiser_sees_of_a_cohort_anyway_is_said(reason: str, now: datetime) -> None:
    assert discreet(Outlook("ended", now, reason)) == Outlook("ended", now, reason)
    assert reason in REASONS


def test_why_a_mail_failed_is_not_for_organisers(session: Session, now: datetime, organiser: Actor) -> None:
    cohort = make_cohort(session, now)
    person = make_participant(session, cohort).user_id
    make_meeting(session, cohort, now + timedelta(days=1))
    plan_all(session, now=now)
    notice = session.scalars(sa.select(Notice).where(Notice.rule == "meeting_tomorrow")).one()
    notice.state, notice.reason, notice.finished_at = "failed", "550 5.1.1 RCPT unknown", now
    session.flush()
    (shown,) = try_rule(session, organiser, get_rule("meeting_tomorrow"), page=1, size=50, now=now).people
    (why,) = (
        one
        for one in explain_person(session, organiser, person, now=now)
        if one.rule.name == "meeting_tomorrow"
    )
    assert shown.outlook == Outlook("not")
    assert why.outlooks == (Outlook("not"),)


def test_organisers_try_only_what_they_know_anyway(session: Session, now: datetime, organiser: Actor) -> None:
    for rule in list_rules():
        if rule.known_to_organisers:
            try_rule(session, organiser, rule, page=1, size=5, now=now)
        else:
            with pytest.raises(Forbidden):
                try_rule(session, organiser, rule, page=1, size=5, now=now)
    assert not [
        one.name for one in list_rules() if one.known_to_organisers and one.section == Section.SHARING
    ]
    named = {"security_notice", "password_reset", "feedback_received", "consent_asked"}
    assert named.isdisjoint(one.name for one in list_rules() if one.known_to_organisers)


@pytest.mark.parametrize("actor", [SYSTEM, Actor(None, trains=frozenset()), Actor(None)])
def test_nobody_else_tries(session: Session, now: datetime, actor: Actor) -> None:
    with pytest.raises(Forbidden):
        try_rule(session, actor, get_rule("meeting_tomorrow"), page=1, size=5, now=now)
    with pytest.raises(Forbidden):
        explain_person(session, actor, make_user(session).id, now=now)


def test_every_rule_can_be_tried_and_none_of_them_writes(
    session: Session, connection: sa.Connection, now: datetime
) -> None:
    cohort = make_cohort(session, now)
    user = make_participant(session, cohort).user_id
    make_trainer(session, cohort)
    make_participant(session, cohort, state="invited")
    make_meeting(session, cohort, now + timedelta(days=1))
    session.execute(sa.update(CohortActivity).values(due_at=now + timedelta(days=2)))
    session.commit()
    with dry_run(connection) as dry:
        for rule in list_rules():
            try_rule(dry, ADMIN, rule, page=1, size=50, now=now)
        kinds = {why.rule.name: why.kind for why in explain_person(dry, ADMIN, user, now=now)}
    assert kinds.keys() == {rule.name for rule in list_rules()}
    assert "broken" not in kinds.values()
    assert session.scalar(sa.select(sa.func.count()).select_from(Notice)) == 0


def test_the_database_refuses_who_writes_in_a_trial(
    session: Session, connection: sa.Connection, now: datetime
) -> None:
    user = make_user(session)
    session.commit()
    with pytest.raises(InternalError, match="read-only"), dry_run(connection) as dry:
        make_notice(dry, user, now)
    make_notice(session, user, now)


def test_a_rule_that_fails_takes_nothing_else_along(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    from dataclasses import replace

    def wrong(_: datetime) -> catalog.Rows:
        return sa.select(sa.literal_column("1 / 0").label("subject_id"), sa.literal_column("nothing"))

    broken = replace(get_rule("review_waiting"), due=wrong)
    rules = {**catalog._all_rules(), broken.name: broken}
    monkeypatch.setattr(catalog, "_all_rules", lambda: rules)
    user = make_user(session)
    found = {why.rule.name: why.kind for why in explain_person(session, ADMIN, user.id, now=now)}
    assert found[broken.name] == "broken"
    assert found["meeting_tomorrow"] == "nothing"
    actor = Actor(user.id, trains=frozenset([user.id]))
    assert look_ahead(session, actor, settings, "nl", now=now).broken


def test_why_somebody_gets_nothing(session: Session, now: datetime) -> None:
    cohort = make_cohort(session, now)
    person = make_participant(session, cohort).user_id
    stopped = make_participant(session, cohort).user_id
    gone = make_participant(session, cohort, state="withdrawn").user_id
    make_meeting(session, cohort, now + timedelta(days=1))
    choose(session, stopped, "off", now)

    def kind(user_id: object) -> tuple[str, tuple[str, ...]]:
        rows = explain_person(session, ADMIN, user_id, now=now)  # type: ignore[arg-type]
        (why,) = (one for one in rows if one.rule.name == "meeting_tomorrow")
        return why.kind, why.reasons

    assert kind(person)[0] == "told"
    assert kind(stopped)[0] == "stopped"
    assert kind(gone) == ("blocked", ("withdrawn",))
    assert kind(make_user(session).id) == ("nothing", ())


def test_a_stop_is_hidden_from_an_organiser(session: Session, now: datetime, organiser: Actor) -> None:
    """Who stopped it looks like who is away, and where there is nothing to tell like everybody else."""
    cohort = make_cohort(session, now)
    stopped, away, plain = (make_participant(session, cohort).user_id for _ in range(3))
    choose(session, stopped, "off", now)
    session.add(NoticeHabits(user_id=away, away_from=now.date(), away_until=now.date() + timedelta(days=9)))
    session.flush()

    def seen(user_id: UUID) -> tuple[str, list[Outlook], tuple[str, ...]]:
        rows = explain_person(session, organiser, user_id, now=now)
        assert "password_reset" not in {one.rule.name for one in rows}
        (why,) = (one for one in rows if one.rule.name == "meeting_tomorrow")
        return why.kind, list(why.outlooks), why.reasons

    assert seen(stopped) == seen(away) == seen(plain) == ("nothing", [], ())
    make_meeting(session, cohort, now + timedelta(days=1))
    assert seen(stopped) == seen(away) == ("told", [Outlook("not")], ())
    assert seen(plain)[1][0].how == "mail"


def test_the_coming_weeks_hold_what_the_engine_will_send(
    session: Session, now: datetime, settings: Settings
) -> None:
    cohort = make_cohort(session, now)
    session.execute(sa.update(CohortActivity).values(due_at=now + timedelta(days=90)))
    user_id = make_participant(session, cohort).user_id
    make_meeting(session, cohort, now + timedelta(days=6), title="Over een week")
    actor = Actor(user_id, follows=frozenset([cohort.id]))
    found = look_ahead(session, actor, settings, "nl", now=now)
    ahead = [
        message
        for message in found.messages
        if "meeting_tomorrow" in {one.rule.name for one in message.matters}
    ]
    assert len(ahead) == 1, "once, however many days it is looked at"
    assert ahead[0].at.date() == (now + timedelta(days=3)).date(), "a working day before Monday"
    assert not found.broken
    assert session.scalar(sa.select(sa.func.count()).select_from(Notice)) == 0


def test_what_waits_in_the_ledger_comes_once(session: Session, now: datetime, settings: Settings) -> None:
    cohort = make_cohort(session, now)
    session.execute(sa.update(CohortActivity).values(due_at=now + timedelta(days=90)))
    user_id = make_participant(session, cohort).user_id
    make_meeting(session, cohort, now + timedelta(days=1))
    plan_all(session, now=now)
    actor = Actor(user_id, follows=frozenset([cohort.id]))
    found = look_ahead(session, actor, settings, "nl", now=now)
    names = [one.rule.name for message in found.messages for one in message.matters]
    assert names.count("meeting_tomorrow") == 1
    choose(session, user_id, "off", now)
    found = look_ahead(session, actor, settings, "nl", now=now)
    assert "meeting_tomorrow" not in [one.rule.name for message in found.messages for one in message.matters]
    assert "meeting_tomorrow" in [rule.name for rule in found.stopped]


def test_the_coming_weeks_are_ones_own(session: Session, now: datetime, settings: Settings) -> None:
    with pytest.raises(NotFound):
        look_ahead(session, SYSTEM, settings, "nl", now=now)


def test_the_number_of_statements_does_not_depend_on_what_is_found(
    session: Session, now: datetime, settings: Settings, counted: Callable[..., object]
) -> None:
    cohort = make_cohort(session, now)
    session.execute(sa.update(CohortActivity).values(due_at=now + timedelta(days=90)))
    user_id = make_participant(session, cohort).user_id
    actor = Actor(user_id, follows=frozenset([cohort.id]))
    numbers = []
    make_meeting(session, cohort, now + timedelta(days=1))
    for turn in (1, 2):
        for more in range(5):
            make_meeting(session, cohort, now + timedelta(days=2 + more), number=10 * turn + more)
        with counted() as found:  # type: ignore[attr-defined]
            look_ahead(session, actor, settings, "nl", now=now)
        numbers.append(found.number)
        with counted() as found:  # type: ignore[attr-defined]
            try_rule(session, ADMIN, get_rule("meeting_tomorrow"), page=1, size=50, now=now)
        numbers.append(found.number)
        make_participant(session, cohort)
    assert numbers[:2] == numbers[2:]


def test_the_days_that_are_looked_at(now: datetime) -> None:
    moments = moments_ahead(now)
    assert moments[0] == now
    assert moments == sorted(set(moments))
    assert moments[-1] <= now + timedelta(days=DAYS)
    assert all(one.weekday() < 5 for one in moments)
