"""The page with messages: what stands on it, what it says, and what reading does to mail that waits."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, insert, select, text
from sqlalchemy.orm import Session

from peergang.cohorts.models import CohortActivity
from peergang.core.config import Settings
from peergang.core.db import reading, transaction
from peergang.core.errors import Forbidden, NotFound
from peergang.core.permissions import SYSTEM, Actor
from peergang.identity.models import AuditEvent, User
from peergang.notifications import catalog
from peergang.notifications.actions import inbox
from peergang.notifications.actions.glance import rules_on_site
from peergang.notifications.actions.plan import plan_rule
from peergang.notifications.catalog import Claim, Content, list_rules
from peergang.notifications.models import Notice
from peergang.notifications.rules import Kind
from peergang.notifications.rules.inbox import MANY, PAGE, STILL_TRUE, Glance
from tests.factories.course import make_course
from tests.factories.identity import make_user
from tests.factories.notifications import NAME, Script, make_notice, use_script

pytestmark = pytest.mark.database


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Script:
    return use_script(monkeypatch)


def actor(user: User) -> Actor:
    return Actor(user_id=user.id)


@pytest.fixture
def read(session: Session, settings: Settings, now: datetime) -> Any:
    def read(user: User, locale: str = "nl", **more: Any) -> list[inbox.Message]:
        session.flush()
        more = {"unread_only": False, "number": 1, "now": now} | more
        found = inbox.read_inbox(session, actor(user), settings, locale, **more)
        return [one for _, messages in found.days for one in messages]

    return read


def test_a_message_stands_there_whatever_happened_to_its_mail(
    session: Session, script: Script, read: Any, now: datetime
) -> None:
    user = make_user(session)
    shown = {
        make_notice(session, user, now, state=state).id
        for state in ("queued", "claimed", "sent", "uncertain", "failed", "expired")
    }
    shown |= {make_notice(session, user, now, state="suppressed", reason=one).id for one in STILL_TRUE}
    for reason in ("unsubscribed", "done", "withdrawn", "gone", "deactivated", "no_such_rule", "dropped"):
        make_notice(session, user, now, state="suppressed", reason=reason)
    make_notice(session, user, now, ready_at=now + timedelta(seconds=1))
    make_notice(session, make_user(session), now)
    make_notice(session, user, now, rule="of_old")
    assert {one.id for one in read(user)} == shown


def test_account_mail_stands_in_the_mailbox_alone() -> None:
    """But for what changed about signing in: that is for whoever uses the account, and holds no key to it."""
    account = {rule.name for rule in list_rules() if rule.kind is Kind.ACCOUNT}
    assert {"invitation", "password_reset", "institution_proof"} <= account
    assert account & set(rules_on_site()) == {"security_notice"}
    assert "meeting_tomorrow" in rules_on_site()


def test_what_a_message_says_follows_its_matter_and_its_reader(
    session: Session, script: Script, read: Any, now: datetime
) -> None:
    people = [make_user(session) for _ in range(3)]
    for user in people:
        make_notice(session, user, now, state="sent")
    script.blocked = {people[1].id: "done", people[2].id: "withdrawn"}
    said = [read(user)[0].said for user in people]
    assert [one.state for one in said] == [Glance.OPEN, Glance.DONE, Glance.OVER]
    assert said[0].words == said[1].words == "2 reflecties wachten op je reactie"
    assert said[0].path == "/beoordelen"
    assert said[2].words == str(catalog.get_rule(NAME).title)
    assert said[2].path == "", "what is over cannot be opened"
    assert read(people[0], "en")[0].said.words != said[0].words


@pytest.mark.parametrize(("locale", "name"), [("nl", "Kijk mee"), ("en", "Look along")])
def test_of_what_is_over_the_name_is_told_where_its_rule_says_it_may(
    session: Session, read: Any, now: datetime, locale: str, name: str
) -> None:
    course = make_course(session, now)
    activity = course.activity("conversation")
    activity.title, activity.title_en = "Kijk mee", "Look along"
    due_at = session.scalars(
        select(CohortActivity.due_at).where(CohortActivity.activity_id == activity.id)
    ).one()
    plan_rule(session, "activity_due_soon", now=due_at - timedelta(hours=20))
    said = [one.said for one in read(course.user, locale, now=due_at + timedelta(days=1))]
    assert {one.state for one in said} == {Glance.OVER}
    assert {one.path for one in said} == {""}
    assert name in {one.more for one in said}


def test_a_matter_that_moved_or_whose_words_are_gone_is_over(
    session: Session, script: Script, read: Any, now: datetime
) -> None:
    user = make_user(session)
    make_notice(session, user, now)
    script.missing = {user.id}
    assert read(user)[0].said.state is Glance.OVER
    script.missing, script.raises = set(), {user.id}
    assert read(user)[0].said.state is Glance.OVER, "a broken rule breaks no page"


def test_as_many_statements_for_a_full_page_as_for_one_message(
    session: Session, script: Script, read: Any, now: datetime, counted: Any
) -> None:
    few, many = make_user(session), make_user(session)
    make_notice(session, few, now)
    for number in range(PAGE * 2):
        make_notice(session, many, now, ready_at=now - timedelta(hours=number))
    numbers = []
    for user in (few, many):
        read(user)
        with counted() as found:
            read(user)
        numbers.append(found.number)
    assert numbers[0] == numbers[1] <= 3


def test_pages_go_from_new_to_old(session: Session, script: Script, read: Any, now: datetime) -> None:
    user = make_user(session)
    notices = [make_notice(session, user, now, ready_at=now - timedelta(hours=n)) for n in range(PAGE + 3)]
    first, second, third = read(user), read(user, number=2), read(user, number=3)
    assert [one.id for one in first + second] == [one.id for one in notices]
    assert (len(first), len(second), third) == (PAGE, 3, [])


class Writing(Script):
    """Words that leave a trace in the database, as a link with a new secret does."""

    def content(self, session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
        values = {
            "verb": "trace",
            "subject_type": "notice",
            "subject_id": claims[0].id,
            "details": {},
            "at": now,
        }
        session.execute(insert(AuditEvent), [values])
        return super().content(session, claims, now)


@pytest.mark.parametrize("recalls", [False, True])
def test_reading_never_writes_even_when_a_rule_would(
    session: Session, monkeypatch: pytest.MonkeyPatch, read: Any, now: datetime, recalls: bool
) -> None:
    script = Writing()
    quiet = Script().content if recalls else None
    rules = {**catalog._all_rules(), NAME: replace(script.rule(), recall=quiet)}
    monkeypatch.setattr(catalog, "_all_rules", lambda: rules)
    user = make_user(session)
    make_notice(session, user, now)
    said = read(user)[0].said
    assert said.state is (Glance.OPEN if recalls else Glance.OVER)
    assert session.scalars(select(AuditEvent.id).where(AuditEvent.verb == "trace")).all() == []
    session.execute(
        insert(AuditEvent),
        [{"verb": "x", "subject_type": "y", "subject_id": user.id, "details": {}, "at": now}],
    )


def test_no_rule_on_the_site_writes_when_it_is_asked_for_words(
    session: Session, settings: Settings, now: datetime
) -> None:
    """With nobody to ask about, so this finds rules that write in any case."""
    from peergang.notifications.actions.glance import only_reading

    for rule in rules_on_site().values():
        claims = [Claim(*[UUID(int=n) for n in (1, 2, 3)], "")]
        with only_reading(session):
            (rule.recall or rule.content)(session, claims, now)
            session.execute(rule.standing(now).limit(0))


def test_opening_marks_it_read_and_saves_the_mail(
    session: Session, settings: Settings, script: Script, now: datetime
) -> None:
    user = make_user(session)
    notice, other = make_notice(session, user, now), make_notice(session, user, now)
    said = inbox.open_message(session, actor(user), settings, "nl", notice.id, now=now)
    session.expire_all()
    assert said.path == "/beoordelen"
    assert (notice.read_at, notice.state, notice.reason, notice.finished_at) == (
        now,
        "suppressed",
        "read",
        now,
    )
    assert (other.read_at, other.state) == (None, "queued")
    later = now + timedelta(hours=1)
    inbox.open_message(session, actor(user), settings, "nl", notice.id, now=later)
    session.expire_all()
    assert notice.read_at == now, "the first time counts"


@pytest.mark.parametrize("state", ["claimed", "sent", "uncertain", "failed"])
def test_a_mail_that_is_on_its_way_stays_what_it_is(
    session: Session, settings: Settings, script: Script, now: datetime, state: str
) -> None:
    user = make_user(session)
    notice = make_notice(session, user, now, state=state)
    inbox.open_message(session, actor(user), settings, "nl", notice.id, now=now)
    session.expire_all()
    assert (notice.read_at, notice.state, notice.reason) == (now, state, "")


@pytest.mark.parametrize("rule", ["security_notice", "meeting_moved"])
def test_a_security_notice_and_a_file_for_the_calendar_are_mailed_all_the_same(
    session: Session, settings: Settings, now: datetime, rule: str
) -> None:
    user = make_user(session)
    notice = make_notice(session, user, now, rule=rule)
    inbox.open_message(session, actor(user), settings, "nl", notice.id, now=now)
    session.expire_all()
    assert (notice.read_at, notice.state) == (now, "queued")


def test_nobody_opens_or_marks_the_messages_of_others(
    session: Session, settings: Settings, script: Script, now: datetime
) -> None:
    notice = make_notice(session, make_user(session), now, read_at=now)
    me = actor(make_user(session))
    with pytest.raises(NotFound):
        inbox.open_message(session, me, settings, "nl", notice.id, now=now)
    with pytest.raises(NotFound):
        inbox.mark_unread(session, me, notice.id, now=now)
    assert inbox.mark_all_read(session, me, now=now) == 0
    assert inbox.undo_mark_all_read(session, me, now, now=now) == 0
    session.expire_all()
    assert notice.read_at == now
    for act in (
        lambda: inbox.mark_all_read(session, SYSTEM, now=now),
        lambda: inbox.undo_mark_all_read(session, SYSTEM, now, now=now),
        lambda: inbox.mark_unread(session, SYSTEM, notice.id, now=now),
        lambda: inbox.open_message(session, SYSTEM, settings, "nl", notice.id, now=now),
    ):
        with pytest.raises(Forbidden):
            act()


def test_one_can_be_unread_again(session: Session, settings: Settings, script: Script, now: datetime) -> None:
    user = make_user(session)
    notice = make_notice(session, user, now)
    inbox.open_message(session, actor(user), settings, "nl", notice.id, now=now)
    inbox.mark_unread(session, actor(user), notice.id, now=now)
    session.expire_all()
    assert (notice.read_at, notice.state) == (None, "suppressed"), (
        "it is a note to oneself, not a wish for mail"
    )


def test_a_rule_with_an_error_in_its_select_breaks_its_own_messages_alone(
    session: Session, script: Script, read: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def content(session: Session, *_: object) -> Mapping[UUID, Content]:
        session.execute(select(func.sqrt(-1))).all()
        return {}

    known = catalog._all_rules()
    broken = replace(known[NAME], name="trainer_monday", content=content)
    monkeypatch.setattr(catalog, "_all_rules", lambda: known | {"trainer_monday": broken})
    user = make_user(session)
    make_notice(session, user, now, rule="trainer_monday", ready_at=now - timedelta(minutes=1))
    make_notice(session, user, now, ready_at=now - timedelta(minutes=2))
    said = {one.rule: one.said for one in read(user)}
    assert (said["trainer_monday"].state, said["trainer_monday"].broken) == (Glance.OVER, True)
    assert said[NAME].state is Glance.OPEN


def test_all_are_marked_at_once_and_back(session: Session, script: Script, now: datetime) -> None:
    user = make_user(session)
    before = now - timedelta(hours=1)
    waits, sent = make_notice(session, user, now), make_notice(session, user, now, state="sent")
    old = make_notice(
        session, user, now, read_at=before, state="suppressed", reason="read", finished_at=before
    )
    late = make_notice(session, user, now, expires_at=now + timedelta(minutes=1))
    later = make_notice(session, user, now, ready_at=now + timedelta(hours=1))
    assert inbox.mark_all_read(session, actor(user), now=now) == 3
    session.expire_all()
    assert [one.read_at for one in (waits, sent, old, late, later)] == [now, now, before, now, None]
    assert (waits.state, sent.state) == ("suppressed", "sent")
    soon = now + timedelta(minutes=2)
    assert inbox.undo_mark_all_read(session, actor(user), now, now=soon) == 3
    session.expire_all()
    assert [one.read_at for one in (waits, sent, old, late)] == [None, None, before, None]
    assert (waits.state, waits.reason, waits.finished_at) == ("queued", "", None), "its mail waits again"
    assert late.state == "suppressed", "too late to be mailed"
    assert inbox.undo_mark_all_read(session, actor(user), now, now=soon) == 0


def test_the_bell_counts_what_the_page_shows(
    session: Session, script: Script, read: Any, now: datetime
) -> None:
    user = make_user(session)
    for reason in ("in_app", "done"):
        make_notice(session, user, now, state="suppressed", reason=reason)
    make_notice(session, user, now, read_at=now)
    make_notice(session, user, now, rule="password_reset")
    make_notice(session, user, now, ready_at=now + timedelta(hours=1))

    def count() -> int:
        session.flush()
        moment = select(text("0")).with_only_columns(inbox.select_unread(User.id, _literal(now)))
        return int(session.scalar(moment.select_from(User).where(User.id == user.id)) or 0)

    assert count() == len(read(user, unread_only=True)) == 1
    for _ in range(MANY + 20):
        make_notice(session, user, now)
    assert count() == MANY + 1
    assert (inbox.shown_count(MANY), inbox.shown_count(MANY + 1)) == ("99", "99+")


def test_the_bell_is_served_by_its_index(session: Session, now: datetime) -> None:
    user = make_user(session)
    session.flush()
    asked = select(inbox.select_unread(User.id, _literal(now))).select_from(User).where(User.id == user.id)
    session.execute(text("SET LOCAL enable_seqscan = off"))
    compiled = asked.compile(session.connection().engine, compile_kwargs={"literal_binds": True})
    plan = "\n".join(row[0] for row in session.execute(text(f"EXPLAIN {compiled}")))
    assert "ix__notice__of_person" in plan


def _literal(now: datetime) -> Any:
    from sqlalchemy import DateTime, literal

    return literal(now, DateTime(timezone=True))


def test_notice_is_where_the_words_come_from(session: Session, script: Script, now: datetime) -> None:
    """Nothing of what a message says is stored, so erasing somebody leaves none of it."""
    assert not {"subject", "words", "text", "title"} & set(Notice.__table__.columns.keys())


def test_a_session_for_reading_as_the_site_has_it_says_the_words(
    committed: Engine, script: Script, settings: Settings, now: datetime
) -> None:
    """It stands in AUTOCOMMIT, which a test's own connection never does: no savepoint is possible there."""
    with transaction(committed) as session:
        user = make_user(session)
        make_notice(session, user, now)
        person = actor(user)
    with reading(committed) as session:
        found = inbox.read_inbox(session, person, settings, "nl", unread_only=False, number=1, now=now)
        ((_, (message,)),) = found.days
        assert message.said.words == "2 reflecties wachten op je reactie"
        assert message.said.state is Glance.OPEN
