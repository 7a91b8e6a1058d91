"""The ledger: what happens to a notice, whatever the mail server, the rule or another worker does."""

from collections.abc import Callable
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from time import monotonic
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import text
from sqlalchemy.orm import Session

from peergang.core.config import Settings
from peergang.core.mail import (
    MailAway,
    MailRefused,
    MailUncertain,
    Meanwhile,
    MemoryTransport,
    SentMail,
    do_nothing,
)
from peergang.notifications.actions import ahead
from peergang.notifications.actions.deliver import deliver_due
from peergang.notifications.actions.letters import Letter
from peergang.notifications.actions.opt_out import make_token
from peergang.notifications.actions.sending_run import Delivery
from peergang.notifications.models import Notice, NoticeChoice, NoticeHabits
from peergang.notifications.rules import MAX_ATTEMPTS, PAUSE, retry_after
from tests.factories.identity import make_user
from tests.factories.notifications import NAME, Script, make_notice, recipients, use_script

Deliver = Callable[..., None]


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Script:
    return use_script(monkeypatch)


class Server(MemoryTransport):
    """A mail server that does what a test tells it, message by message."""

    def __init__(self) -> None:
        self.sent: list[SentMail] = []
        self.answers: list[Exception | None] = []

    def send(self, sender: str, recipient: str, message: bytes, meanwhile: Meanwhile = do_nothing) -> None:
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer
        super().send(sender, recipient, message, meanwhile)


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def deliver(
    connection: sa.Connection, session: Session, settings: Settings, server: Server, script: Script
) -> Deliver:
    def run(now: datetime, **more: object) -> None:
        session.commit()
        deliver_due(connection, settings, server, now=now, **more)
        session.expire_all()

    return run


def test_a_due_notice_is_sent_once(session: Session, now: datetime, deliver: Deliver, server: Server) -> None:
    user = make_user(session, "Zoë", "Berg", particle="van der")
    notice = make_notice(session, user, now)
    deliver(now)
    deliver(now + timedelta(hours=1))
    assert recipients(server.sent) == [user.email]
    assert (notice.state, notice.attempts, notice.reason) == ("sent", 1, "")
    assert notice.finished_at is not None


def test_the_mail_says_why_and_how_to_stop(
    session: Session, now: datetime, deliver: Deliver, server: Server, settings: Settings
) -> None:
    user = make_user(session, "Zoë", "Berg", particle="van der")
    notice = make_notice(session, user, now)
    deliver(now)
    mail = message_from_bytes(server.sent[0].message, policy=policy.default)
    stop = f"http://peergang.test/afmelden/{make_token(settings.secret_key, user.id, NAME)}"
    assert mail["List-Unsubscribe"] == f"<{stop}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == f"<{notice.id}@peergang.example>"
    assert mail["Subject"] == "2 reflecties wachten op je reactie"
    assert mail["To"].addresses[0].display_name == "Zoë van der Berg"
    for kind in ("plain", "html"):
        words = mail.get_body((kind,)).get_content()
        assert "Je krijgt dit bericht omdat je trainer bent" in " ".join(words.split())
        assert stop in words
        assert "http://peergang.test/beoordelen" in words
    assert "img" not in mail.get_body(("html",)).get_content().split("<style>")[0]


def test_it_speaks_the_language_of_its_reader(
    session: Session, now: datetime, deliver: Deliver, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    from peergang.core import i18n

    class English(i18n.Catalogue):
        def gettext(self, message: str) -> str:
            return f"EN {message}"

        def ngettext(self, one: str, many: str, number: int) -> str:
            return f"EN {many}"

    monkeypatch.setattr(i18n, "catalogue", lambda locale: English() if locale == "en" else i18n._DUTCH)
    make_notice(session, make_user(session, locale="en"), now)
    make_notice(session, make_user(session), now)
    deliver(now)
    subjects = {message_from_bytes(mail.message, policy=policy.default)["Subject"] for mail in server.sent}
    assert subjects == {"2 reflecties wachten op je reactie", "EN 2 reflecties wachten op je reactie"}
    assert i18n.current_locale() == "nl", "the language of a mail ends with the mail"


def test_not_yet_and_too_late_stay_where_they_are(
    session: Session, now: datetime, deliver: Deliver, server: Server
) -> None:
    user = make_user(session)
    early = make_notice(session, user, now, not_before=now + timedelta(minutes=1))
    late = make_notice(session, user, now, expires_at=now)
    deliver(now)
    assert (early.state, late.state, server.sent) == ("queued", "queued", [])


@pytest.mark.parametrize("why", ["done", "withdrawn", "read", "closed"])
def test_what_is_true_no_more_is_suppressed_with_why(
    session: Session, now: datetime, deliver: Deliver, server: Server, script: Script, why: str
) -> None:
    user, other = make_user(session), make_user(session)
    notice, fine = make_notice(session, user, now), make_notice(session, other, now)
    script.blocked[user.id] = why
    deliver(now)
    assert (notice.state, notice.reason, fine.state) == ("suppressed", why, "sent")
    assert recipients(server.sent) == [other.email]


def test_a_matter_that_moved_is_gone(
    session: Session, now: datetime, deliver: Deliver, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = sa.select(
        Notice.subject_id, Notice.recipient_id, Notice.occurrence, sa.literal("").label("blocked")
    )
    script = use_script(monkeypatch)
    script.standing = lambda now: nothing.where(sa.false())  # type: ignore[method-assign]
    rules = {NAME: script.rule()}
    monkeypatch.setattr("peergang.notifications.catalog._all_rules", lambda: rules)
    notice = make_notice(session, make_user(session), now)
    deliver(now)
    assert (notice.state, notice.reason, server.sent) == ("suppressed", "gone", [])


def test_who_stopped_or_left_gets_nothing_that_was_queued(
    session: Session, now: datetime, deliver: Deliver, server: Server
) -> None:
    stopped, left = make_user(session), make_user(session)
    notices = make_notice(session, stopped, now), make_notice(session, left, now)
    session.add(NoticeChoice(user_id=stopped.id, rule=NAME, delivery="off", since=now))
    left.deactivated_at = now
    deliver(now)
    assert [notice.reason for notice in notices] == ["unsubscribed", "deactivated"]
    assert not server.sent


def test_a_stop_for_another_rule_stops_nothing(
    session: Session, now: datetime, deliver: Deliver, server: Server
) -> None:
    user = make_user(session)
    notice = make_notice(session, user, now)
    session.add(NoticeChoice(user_id=user.id, rule="meeting_tomorrow", delivery="off", since=now))
    deliver(now)
    assert notice.state == "sent"


def test_a_rule_that_was_taken_away_suppresses(session: Session, now: datetime, deliver: Deliver) -> None:
    notice = make_notice(session, make_user(session), now, rule="of_old")
    deliver(now)
    assert (notice.state, notice.reason) == ("suppressed", "no_such_rule")


def test_a_temporary_refusal_comes_back_and_ends(
    session: Session, now: datetime, deliver: Deliver, server: Server
) -> None:
    notice = make_notice(session, make_user(session), now, expires_at=now + timedelta(days=30))
    moment = now
    for attempt in range(1, MAX_ATTEMPTS):
        server.answers = [MailRefused("451 RCPT", permanent=False)]
        deliver(moment)
        assert (notice.state, notice.attempts) == ("queued", attempt)
        assert abs(notice.not_before - (moment + retry_after(attempt, notice.id))) < timedelta(seconds=5)
        deliver(notice.not_before - timedelta(seconds=5))
        assert notice.attempts == attempt, "nothing happens before its time"
        moment = notice.not_before + timedelta(seconds=1)
    server.answers = [MailRefused("451 RCPT", permanent=False)]
    deliver(moment)
    assert (notice.state, notice.reason, server.sent) == ("failed", "451 RCPT", [])


def test_a_permanent_refusal_ends_and_stops_no_other(
    session: Session, now: datetime, deliver: Deliver, server: Server
) -> None:
    first = make_notice(session, make_user(session), now - timedelta(minutes=1))
    second = make_notice(session, make_user(session), now)
    server.answers = [MailRefused("550 RCPT", permanent=True)]
    deliver(now)
    assert (first.state, first.reason, second.state) == ("failed", "550 RCPT", "sent")


def test_a_server_that_is_away_costs_no_attempt(
    session: Session, now: datetime, deliver: Deliver, server: Server
) -> None:
    notices = [make_notice(session, make_user(session), now) for _ in range(25)]
    server.answers = [None, None, MailAway("ConnectionRefusedError")]
    deliver(now)
    assert sorted(notice.state for notice in notices) == ["queued"] * 23 + ["sent"] * 2
    waiting = [notice for notice in notices if notice.state == "queued"]
    assert {notice.attempts for notice in waiting} == {0}
    assert {notice.handed_over_at for notice in waiting} == {None}
    assert min(notice.not_before for notice in waiting) >= now + PAUSE
    deliver(now + PAUSE * 2)
    assert {notice.state for notice in notices} == {"sent"}
    assert len(server.sent) == 25


def test_a_broken_end_is_uncertain_and_never_sent_again(
    session: Session, now: datetime, deliver: Deliver, server: Server
) -> None:
    first = make_notice(session, make_user(session), now, not_before=now - timedelta(minutes=1))
    rest = [make_notice(session, make_user(session), now) for _ in range(3)]
    server.answers = [MailUncertain("SMTPServerDisconnected")]
    deliver(now)
    assert (first.state, first.reason) == ("uncertain", "SMTPServerDisconnected")
    assert {notice.state for notice in rest} == {"queued"}, "the run ends, so that not all become uncertain"
    deliver(now + timedelta(days=0, hours=2))
    assert first.state == "uncertain"
    assert {notice.state for notice in rest} == {"sent"}


def test_one_bad_record_stops_no_other(
    session: Session, now: datetime, deliver: Deliver, server: Server, script: Script
) -> None:
    users = [make_user(session) for _ in range(5)]
    notices = [make_notice(session, user, now) for user in users]
    script.raises.add(users[1].id)
    script.missing.add(users[3].id)
    deliver(now)
    assert [notice.state for notice in notices] == ["sent", "queued", "sent", "queued", "sent"]
    assert (notices[1].reason, notices[3].reason) == ("ZeroDivisionError", "no_content")
    assert notices[1].attempts == 1
    assert notices[1].not_before > now


def test_a_broken_template_stops_no_other_rule(
    session: Session, now: datetime, deliver: Deliver, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    from peergang.notifications.actions.writing import Writer

    poor = make_user(session, "Stuk")
    notices = make_notice(session, poor, now), make_notice(session, make_user(session), now)
    write = Writer.write

    def fragile(self: Writer, letter: Letter, moment: datetime) -> bytes:
        if letter.recipient.given_name == "Stuk":
            raise KeyError("title")
        return write(self, letter, moment)

    monkeypatch.setattr(Writer, "write", fragile)
    deliver(now)
    assert [notice.state for notice in notices] == ["queued", "sent"]
    assert notices[0].reason == "KeyError"


def test_a_bad_row_at_the_front_does_not_block_the_rest(
    session: Session,
    now: datetime,
    deliver: Deliver,
    server: Server,
    script: Script,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("peergang.notifications.actions.claims.CLAIM_SIZE", 2)
    bad = [make_user(session) for _ in range(4)]
    for user in bad:
        make_notice(session, user, now, not_before=now - timedelta(hours=1))
    script.raises |= {user.id for user in bad}
    good = make_notice(session, make_user(session), now)
    deliver(now)
    assert good.state == "sent"


def test_account_mail_passes_the_line(
    session: Session, now: datetime, deliver: Deliver, server: Server
) -> None:
    from peergang.identity.actions.links import invite_user, request_password_reset
    from peergang.notifications.actions.plan import plan_rule

    for _ in range(3):
        make_notice(session, make_user(session), now, not_before=now - timedelta(hours=3))
    user = make_user(session)
    invite_user(session, user.id, now=now)
    request_password_reset(session, None, user.email, now=now)
    assert plan_rule(session, "password_reset", now=now) == 1
    deliver(now)
    assert server.sent[0].recipient == user.email
    mail = message_from_bytes(server.sent[0].message, policy=policy.default)
    assert mail["List-Unsubscribe"] is None
    assert "/afmelden/" not in str(mail)


def test_mails_go_out_in_the_order_in_which_they_were_due(
    session: Session, now: datetime, deliver: Deliver, server: Server
) -> None:
    people = [make_user(session) for _ in range(40)]
    # Which way PostgreSQL joins is its own choice and decides in which order an UPDATE returns; this is the unkind one.
    session.execute(text("SET LOCAL enable_nestloop = off"))
    for number, user in enumerate(people):
        make_notice(session, user, now, not_before=now - timedelta(minutes=number + 1))
    deliver(now)
    assert [mail.recipient for mail in server.sent] == [user.email for user in reversed(people)]


def test_a_run_ends_when_it_is_asked_to(
    session: Session, now: datetime, deliver: Deliver, server: Server
) -> None:
    notices = [make_notice(session, make_user(session), now) for _ in range(55)]
    deliver(now, keep_on=lambda: len(server.sent) < 25)
    assert len(server.sent) == 25, "the message that is being sent is finished, and no other"
    assert sorted(notice.state for notice in notices) == ["queued"] * 30 + ["sent"] * 25
    assert {notice.handed_over_at for notice in notices if notice.state == "queued"} == {None}


def test_the_time_of_a_run_also_ends_a_batch(
    session: Session, now: datetime, deliver: Deliver, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow mail server: a batch of two hundred would take far longer than the run may."""
    notices = [make_notice(session, make_user(session), now) for _ in range(30)]
    # This clock stands still but for the messages, and is a little ahead of the one at which the run begins.
    passed, begin = [1.9], monotonic()
    monkeypatch.setattr("peergang.notifications.actions.sending_run.monotonic", lambda: begin + passed[0])
    send = server.send

    def slowly(sender: str, recipient: str, message: bytes, *_: object) -> None:
        passed[0] += 4
        send(sender, recipient, message)

    monkeypatch.setattr(server, "send", slowly)
    deliver(now)
    assert len(server.sent) == 8, "30 seconds at four seconds a message"
    assert sorted(notice.state for notice in notices) == ["queued"] * 22 + ["sent"] * 8


@pytest.mark.parametrize("takes", [11, 16, 31])
def test_a_check_that_takes_long_does_not_keep_everything_from_being_sent(
    session: Session,
    now: datetime,
    deliver: Deliver,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    takes: int,
) -> None:
    for _ in range(20):
        make_notice(session, make_user(session), now)
    clock, passed, prepare = Delivery.now, [0], ahead.prepare
    monkeypatch.setattr(Delivery, "now", lambda run: clock(run) + timedelta(seconds=passed[0]))

    def slow(*given: Any, **named: Any) -> Any:
        passed[0] += takes
        return prepare(*given, **named)

    monkeypatch.setattr(ahead, "prepare", slow)
    deliver(now)
    assert server.sent


def test_a_mark_of_a_hand_over_that_was_broken_off_takes_no_room(
    session: Session,
    now: datetime,
    deliver: Deliver,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for _ in range(40):
        user = make_user(session)
        session.add(NoticeHabits(user_id=user.id, per_week=1))
        make_notice(session, user, now)
    clock, passed = Delivery.now, [0]
    monkeypatch.setattr(Delivery, "now", lambda run: clock(run) + timedelta(seconds=passed[0]))
    send = server.send

    def slowly(sender: str, recipient: str, message: bytes, *_: object) -> None:
        passed[0] += 1
        send(sender, recipient, message)

    monkeypatch.setattr(server, "send", slowly)
    deliver(now, budget=None)
    assert len(server.sent) == 40, "what is marked, and then checked again, was not mailed yet"


def test_counts_of_queries_do_not_grow(
    session: Session, now: datetime, deliver: Deliver, connection: sa.Connection, server: Server
) -> None:
    def statements(number: int) -> int:
        for _ in range(number):
            make_notice(session, make_user(session), now)
        session.flush()
        seen: list[str] = []

        def note(conn: object, cursor: object, statement: str, *rest: object) -> None:
            if (
                not statement.startswith(("SAVEPOINT", "RELEASE", "INSERT"))
                and "handed_over_at = " not in statement
            ):
                seen.append(statement)

        sa.event.listen(connection, "before_cursor_execute", note)
        deliver(now)
        sa.event.remove(connection, "before_cursor_execute", note)
        return len([one for one in seen if "SET state = " not in one])

    assert statements(3) == statements(60)
