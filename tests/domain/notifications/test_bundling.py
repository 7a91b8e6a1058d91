"""Several matters for one person: one message, within their week, at a moment that suits them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.core.config import Settings
from peergang.core.mail import MailAway, MailRefused, Meanwhile, MemoryTransport, SentMail, do_nothing
from peergang.core.permissions import SYSTEM
from peergang.identity.models import SignInSession
from peergang.notifications.actions.deliver import deliver_due
from peergang.notifications.actions.opt_out import make_token
from peergang.notifications.actions.replaying import settle_notice
from peergang.notifications.models import AddressSuspension, NoticeChoice, NoticeHabits, SendingPause
from peergang.notifications.rules import CLAIM_SIZE, Outcome
from tests.factories.identity import make_user
from tests.factories.notifications import NAME, Script, make_notice, recipients, use_script

Deliver = Callable[..., None]


class Refusing(MemoryTransport):
    """Refuses for a while as often as it is told to."""

    def __init__(self) -> None:
        self.sent: list[SentMail] = []
        self.refusals = 0
        self.refused: list[SentMail] = []
        self.hangs_up_at = ""
        self.away = False

    def send(self, sender: str, recipient: str, message: bytes, meanwhile: Meanwhile = do_nothing) -> None:
        if self.away or recipient == self.hangs_up_at:
            raise MailAway("421", over_message=not self.away)
        if self.refusals:
            self.refusals -= 1
            self.refused.append(SentMail(sender, recipient, message))
            raise MailRefused("451 later", permanent=False)
        super().send(sender, recipient, message, meanwhile)


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Script:
    return use_script(monkeypatch)


@pytest.fixture
def server() -> Refusing:
    return Refusing()


@pytest.fixture
def deliver(
    connection: sa.Connection, session: Session, settings: Settings, server: Refusing, script: Script
) -> Deliver:
    def run(now: datetime) -> None:
        session.commit()
        deliver_due(connection, settings, server, now=now)
        session.expire_all()

    return run


def read(mail: SentMail) -> EmailMessage:
    return message_from_bytes(mail.message, policy=policy.default)


def words(mail: SentMail, kind: str = "plain") -> str:
    body = read(mail).get_body((kind,))
    assert body is not None
    return " ".join(body.get_content().split())


def test_what_is_due_together_goes_in_one_message(
    session: Session, now: datetime, deliver: Deliver, server: Refusing, settings: Settings
) -> None:
    user, other = make_user(session, "Zoë"), make_user(session)
    three = [make_notice(session, user, now) for _ in range(3)]
    make_notice(session, other, now)
    deliver(now)
    assert recipients(server.sent) == sorted([user.email, other.email])
    mail = next(mail for mail in server.sent if mail.recipient == user.email)
    assert read(mail)["Subject"] == "2 reflecties wachten op je reactie, en nog 2 berichten"
    assert words(mail).count("http://peergang.test/beoordelen") == 3
    assert "Dag Zoë, dit staat voor je klaar" in words(mail)
    assert "http://peergang.test/berichten" in words(mail, "html")
    everything = f"http://peergang.test/afmelden/{make_token(settings.secret_key, user.id, '*')}"
    assert read(mail)["List-Unsubscribe"].startswith(f"<{everything}>")
    assert make_token(settings.secret_key, user.id, NAME) in words(mail)
    assert {(one.state, one.mail_id is None) for one in three} == {("sent", False)}
    assert len({one.mail_id for one in three}) == 1
    assert read(mail)["Message-ID"] == f"<{three[0].mail_id}@peergang.example>"


def test_a_refused_bundle_is_tried_again_under_the_same_id(
    session: Session, now: datetime, deliver: Deliver, server: Refusing
) -> None:
    user = make_user(session)
    two = [make_notice(session, user, now) for _ in range(2)]
    server.refusals = 1
    deliver(now)
    assert [(one.state, one.attempts) for one in two] == [("queued", 1)] * 2
    deliver(now + timedelta(hours=1))
    assert {f"<{one.mail_id}@peergang.example>" for one in two} == {read(server.refused[0])["Message-ID"]}
    assert [(one.state, one.attempts) for one in two] == [("sent", 2)] * 2


def test_what_was_left_out_of_a_bundle_does_not_go_out_under_its_id(
    session: Session, now: datetime, deliver: Deliver, server: Refusing, script: Script
) -> None:
    """A mailbox would take the second for a copy of the first, and throw it away."""
    user = make_user(session)
    first, second = (make_notice(session, user, now) for _ in range(2))
    server.refusals = 1
    deliver(now)
    together = read(server.refused[0])["Message-ID"]
    second.not_before = now + timedelta(hours=5)
    deliver(now + timedelta(hours=1))
    deliver(now + timedelta(hours=6))
    assert (first.state, second.state) == ("sent", "sent")
    assert len({together, *(read(mail)["Message-ID"] for mail in server.sent)}) == 3


def test_what_may_have_arrived_goes_again_whole_and_under_its_name(
    session: Session, now: datetime, deliver: Deliver, server: Refusing
) -> None:
    """Somebody says "again" of one part; the rest of that message comes along, and what is new does not."""
    user = make_user(session)
    two = [make_notice(session, user, now) for _ in range(2)]
    deliver(now)
    for one in two:
        one.state, one.finished_at = "uncertain", now
    session.flush()
    settle_notice(session, SYSTEM, two[1].id, Outcome.AGAIN, now=now)
    assert {one.state for one in two} == {"queued"}
    new = make_notice(session, user, now)
    deliver(now + timedelta(hours=1))
    ids = [read(mail)["Message-ID"] for mail in server.sent]
    assert ids == [ids[0], ids[0], f"<{new.id}@peergang.example>"] or ids == [
        ids[0],
        f"<{new.id}@peergang.example>",
        ids[0],
    ]


def test_a_part_that_cannot_be_written_holds_up_no_other(
    session: Session, now: datetime, deliver: Deliver, server: Refusing, script: Script
) -> None:
    user = make_user(session)
    good, bad = (make_notice(session, user, now) for _ in range(2))
    script.odd.add(bad.id)
    deliver(now)
    assert (good.state, bad.state, bad.attempts) == ("sent", "queued", 1)
    assert read(server.sent[0])["Message-ID"] == f"<{good.id}@peergang.example>"


def test_what_was_read_while_its_mail_was_on_its_way_is_not_sent_later(
    session: Session, now: datetime, deliver: Deliver, server: Refusing
) -> None:
    notice = make_notice(session, make_user(session), now)
    server.refusals = 1
    deliver(now)
    notice.read_at = now
    deliver(now + timedelta(hours=1))
    assert (notice.state, notice.reason, server.sent) == ("suppressed", "read", [])


def test_nobody_waits_behind_people_whose_mail_another_worker_holds(
    session: Session, now: datetime, deliver: Deliver, server: Refusing
) -> None:
    held = [make_user(session) for _ in range(CLAIM_SIZE // 2)]
    for user in held:
        make_notice(session, user, now, state="claimed", claimed_at=now, claimed_by="dead/1")
        for _ in range(3):
            make_notice(session, user, now - timedelta(hours=1), not_before=now - timedelta(hours=1))
    other = make_user(session)
    make_notice(session, other, now)
    deliver(now)
    assert recipients(server.sent) == [other.email]


def test_the_night_is_left_alone(session: Session, now: datetime, deliver: Deliver, server: Refusing) -> None:
    late = datetime(2026, 11, 17, 21, 30, tzinfo=UTC)
    notice = make_notice(session, make_user(session), now, not_before=late)
    deliver(late)
    assert (notice.state, notice.reason) == ("queued", "quiet")
    assert notice.not_before == datetime(2026, 11, 18, 7, 0, tzinfo=UTC)
    assert server.sent == []
    deliver(notice.not_before)
    assert notice.state == "sent"


def test_choices_habits_and_a_dead_address_are_asked_at_sending(
    session: Session, now: datetime, deliver: Deliver, server: Refusing
) -> None:
    weekly, on_site, away, dead, here = (make_user(session) for _ in range(5))
    session.add(NoticeChoice(user_id=weekly.id, rule=NAME, delivery="weekly", since=now))
    session.add(NoticeChoice(user_id=on_site.id, rule=NAME, delivery="in_app", since=now))
    session.add(
        NoticeHabits(user_id=away.id, away_from=now.date(), away_until=now.date() + timedelta(days=3))
    )
    session.add(AddressSuspension(address=dead.email, user_id=dead.id, since=now, reason="550"))
    session.add(
        SignInSession(
            user_id=here.id,
            token_hash=b"here",
            created_at=now,
            expires_at=now + timedelta(days=1),
            last_used_at=now - timedelta(minutes=3),
        )
    )
    found = {
        user.email: make_notice(session, user, now, expires_at=now + timedelta(days=20))
        for user in (weekly, on_site, away, dead, here)
    }
    deliver(now)
    assert server.sent == []
    assert {email: (one.state, one.reason) for email, one in found.items()} == {
        weekly.email: ("queued", "weekly"),
        on_site.email: ("suppressed", "in_app"),
        away.email: ("queued", "quiet"),
        dead.email: ("suppressed", "suspended"),
        here.email: ("queued", "here"),
    }
    deliver(now + timedelta(minutes=20))
    assert recipients(server.sent) == [here.email]


def test_the_week_is_full_after_five_and_free_again_later(
    session: Session, now: datetime, deliver: Deliver, server: Refusing
) -> None:
    """The borrowed rule is of high urgency, so it may use all five."""
    user = make_user(session)
    for hours in range(7):
        at = now + timedelta(hours=hours)
        make_notice(session, user, at, expires_at=now + timedelta(days=30))
        deliver(at)
    assert len(server.sent) == 5
    # The other two wait for Monday morning, when the week of the first five is not over, and then for the one after.
    deliver(datetime(2026, 11, 23, 7, 0, tzinfo=UTC))
    assert len(server.sent) == 5
    deliver(datetime(2026, 11, 30, 7, 0, tzinfo=UTC))
    assert len(server.sent) == 6
    assert "en nog 1 bericht" in str(read(server.sent[-1])["Subject"])


@pytest.mark.parametrize("scope", ["all", "rule", "cohort"])
def test_what_is_held_back_waits_and_goes_later(
    session: Session, now: datetime, deliver: Deliver, server: Refusing, scope: str
) -> None:
    user = make_user(session)
    notice = make_notice(session, user, now, cohort_id=user.id)
    key = {"all": "", "rule": NAME, "cohort": str(user.id)}[scope]
    pause = SendingPause(scope=scope, key=key, since=now)
    session.add(pause)
    session.add(SendingPause(scope="rule", key="another", since=now))
    deliver(now)
    assert (notice.state, server.sent) == ("queued", [])
    session.delete(pause)
    deliver(now)
    assert notice.state == "sent"


def test_nobody_waits_for_ever_behind_one_at_whom_the_server_hangs_up(
    session: Session, now: datetime, deliver: Deliver, server: Refusing
) -> None:
    first, second, third = (make_user(session) for _ in range(3))
    notices = [make_notice(session, user, now) for user in (first, second, third)]
    server.hangs_up_at = min(notices, key=lambda one: (one.not_before, one.id)).recipient_id  # type: ignore[assignment]
    blocked = next(user for user in (first, second, third) if user.id == server.hangs_up_at)
    server.hangs_up_at = blocked.email
    for minutes in range(0, 10, 2):
        deliver(now + timedelta(minutes=minutes))
    others = sorted(user.email for user in (first, second, third) if user is not blocked)
    assert recipients(server.sent) == others
    (mine,) = [one for one in notices if one.recipient_id == blocked.id]
    assert (mine.state, mine.attempts > 0) == ("queued", True)


def test_what_certainly_did_not_go_is_bound_to_no_message(
    session: Session, now: datetime, deliver: Deliver, server: Refusing
) -> None:
    """A server that is away costs no attempt, and what waited goes together with what is new."""
    user = make_user(session)
    old = make_notice(session, user, now)
    server.away = True
    deliver(now)
    assert (old.state, old.attempts, old.mail_id) == ("queued", 0, None)
    server.away = False
    new = make_notice(session, user, now)
    deliver(now + timedelta(minutes=5))
    assert len(server.sent) == 1
    assert old.mail_id == new.mail_id


def test_a_part_left_behind_has_a_name_of_its_own(
    session: Session, now: datetime, deliver: Deliver, server: Refusing, script: Script
) -> None:
    user = make_user(session)
    good, bad = (make_notice(session, user, now) for _ in range(2))
    deliver(now)
    for one in (good, bad):
        one.state, one.finished_at = "uncertain", now
    session.flush()
    settle_notice(session, SYSTEM, good.id, Outcome.AGAIN, now=now)
    script.odd.add(bad.id)
    deliver(now + timedelta(minutes=1))
    script.odd.clear()
    deliver(now + timedelta(minutes=20))
    first, again, left_behind = (read(mail)["Message-ID"] for mail in server.sent)
    assert first == again
    assert left_behind != first
