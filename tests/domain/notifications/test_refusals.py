"""What delivery remembers of a refusal, and the headers by which mail programs show one thread a matter."""

from collections.abc import Callable
from datetime import datetime, timedelta
from email import message_from_bytes
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.core.answers import Answer, Refusal
from peergang.core.config import Settings
from peergang.core.mail import MailRefused, Meanwhile, MemoryTransport, SentMail, do_nothing
from peergang.notifications.actions.deliver import deliver_due
from peergang.notifications.models import AddressSuspension, MailBounce
from tests.factories.identity import make_user
from tests.factories.notifications import make_notice, use_script

pytestmark = pytest.mark.database


class Server(MemoryTransport):
    """Answers to each address what a test tells it."""

    def __init__(self) -> None:
        self.sent: list[SentMail] = []
        self.answers: dict[str, Answer] = {}

    def send(self, sender: str, recipient: str, message: bytes, meanwhile: Meanwhile = do_nothing) -> None:
        if recipient in self.answers:
            raise MailRefused("refused", answer=self.answers[recipient])
        super().send(sender, recipient, message, meanwhile)


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def deliver(
    connection: sa.Connection,
    session: Session,
    settings: Settings,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[datetime], None]:
    use_script(monkeypatch)

    def run(now: datetime) -> None:
        session.commit()
        deliver_due(connection, settings, server, now=now)
        session.expire_all()

    return run


Deliver = Callable[[datetime], None]


def test_an_unknown_address_is_suspended_and_stops_no_other(
    session: Session, now: datetime, server: Server, deliver: Deliver
) -> None:
    users = [make_user(session) for _ in range(4)]
    notices = [make_notice(session, user, now) for user in users]
    server.answers = {
        users[0].email: Answer(Refusal.UNKNOWN, "5.1.1"),
        users[1].email: Answer(Refusal.POLICY, "5.7.1"),
        users[2].email: Answer(Refusal.DEAD, "550"),
    }
    deliver(now)
    assert [notice.state for notice in notices] == ["failed", "failed", "failed", "sent"]
    assert session.scalars(sa.select(AddressSuspension.address)).all() == [users[0].email]
    found = session.execute(sa.select(MailBounce.kind, MailBounce.code, MailBounce.mail_id)).all()
    assert sorted(map(tuple, found)) == sorted(
        [
            ("hard", "5.1.1", notices[0].id),
            ("policy", "5.7.1", notices[1].id),
            ("hard", "550", notices[2].id),
        ]
    )
    make_notice(session, users[0], now)
    second = make_notice(session, users[2], now)
    deliver(now + timedelta(minutes=1))
    assert second.state == "failed"
    assert session.get(AddressSuspension, users[2].email).reason == "refused"
    third = make_notice(session, users[2], now)
    deliver(now + timedelta(minutes=2))
    assert (third.state, third.reason) == ("suppressed", "suspended")


def test_a_full_mailbox_is_remembered_when_we_give_up_and_not_before(
    session: Session, now: datetime, server: Server, deliver: Deliver
) -> None:
    user = make_user(session)
    notice = make_notice(session, user, now, expires_at=now + timedelta(days=9))
    server.answers = {user.email: Answer(Refusal.FULL, "5.2.2")}
    moment = now
    while notice.state == "queued":
        assert session.scalar(sa.select(sa.func.count(MailBounce.id))) == 0
        deliver(moment)
        moment = notice.not_before + timedelta(seconds=1)
    assert (notice.state, notice.attempts) == ("failed", 6)
    assert session.execute(sa.select(MailBounce.kind, MailBounce.source)).one() == ("soft", "smtp")
    assert session.get(AddressSuspension, user.email) is None


def test_one_thread_a_matter_and_reader(
    session: Session, now: datetime, server: Server, deliver: Deliver
) -> None:
    anna, bram = make_user(session), make_user(session)
    matter, other = uuid4(), uuid4()
    for user, subject in ((anna, matter), (anna, matter), (anna, other), (bram, matter)):
        make_notice(session, user, now, subject_id=subject)
        deliver(now)
    mails = [message_from_bytes(one.message) for one in server.sent]
    roots = [mail["References"] for mail in mails]
    assert len(mails) == 4
    assert roots[0] == roots[1]
    assert len(set(roots)) == 3
    assert [mail["In-Reply-To"] for mail in mails] == roots
    assert len({mail["Message-ID"] for mail in mails}) == 4
    assert all(root.startswith("<thread.") and root.endswith("@peergang.example>") for root in roots)
    assert not any(name.lower().startswith(("feedback-id", "x-campaign")) for mail in mails for name in mail)


def test_several_matters_in_one_mail_answer_none(
    session: Session, now: datetime, server: Server, deliver: Deliver
) -> None:
    user = make_user(session)
    for _ in range(2):
        make_notice(session, user, now, subject_id=uuid4())
    deliver(now)
    (mail,) = map(message_from_bytes, (one.message for one in server.sent))
    assert mail["References"] is mail["In-Reply-To"] is None


def test_a_mail_that_is_tried_again_has_the_same_name(
    session: Session, now: datetime, server: Server, deliver: Deliver
) -> None:
    user = make_user(session)
    notices = [make_notice(session, user, now) for _ in range(2)]
    server.answers = {user.email: Answer(Refusal.LATER, "451")}
    deliver(now)
    assert notices[0].not_before == notices[1].not_before, "they find each other again"
    server.answers = {}
    deliver(notices[0].not_before + timedelta(seconds=1))
    assert notices[0].mail_id == notices[1].mail_id
    (mail,) = map(message_from_bytes, (one.message for one in server.sent))
    assert mail["Message-ID"] == f"<{notices[0].mail_id}@peergang.example>"
