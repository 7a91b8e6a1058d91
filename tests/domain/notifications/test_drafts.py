"""Mails that are written while the server takes in the mail before: the same mails, and the same troubles."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.core.config import Settings
from peergang.core.mail import Meanwhile, MemoryTransport, SentMail, do_nothing
from peergang.notifications.actions.deliver import deliver_due
from peergang.notifications.actions.letters import Letter, Part, Recipient
from peergang.notifications.actions.writing import DRAFTS, Writer
from peergang.notifications.catalog import get_rule
from peergang.notifications.models import Notice
from peergang.notifications.rules import HAND_OVER_SIZE
from tests.factories.identity import make_user
from tests.factories.notifications import NAME, Script, make_notice, recipients, use_script


class Server(MemoryTransport):
    """A mail server that leaves time to write, or answers at once."""

    def __init__(self, *, leaves_time: bool = True) -> None:
        self.sent: list[SentMail] = []
        self.is_busy = False
        self._leaves_time = leaves_time

    def send(self, sender: str, recipient: str, message: bytes, meanwhile: Meanwhile = do_nothing) -> None:
        self.is_busy = True
        super().send(sender, recipient, message, meanwhile if self._leaves_time else do_nothing)
        self.is_busy = False


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Script:
    return use_script(monkeypatch)


def watch(monkeypatch: pytest.MonkeyPatch, server: Server) -> list[tuple[str, bool]]:
    """To whom mails are written from now on, and whether the server takes in another at that moment."""
    found: list[tuple[str, bool]] = []
    write = Writer._written

    def watched(writer: Writer, letter: Letter, now: datetime) -> bytes:
        found.append((letter.recipient.email, server.is_busy))
        return write(writer, letter, now)

    monkeypatch.setattr(Writer, "_written", watched)
    return found


def letter_to(session: Session, now: datetime) -> Letter:
    """A letter with two matters."""
    user = make_user(session)
    notices = [make_notice(session, user, now) for _ in range(2)]
    content = {"path": "/beoordelen", "waiting": 2, "late": 0, "promised_on": now.date()}
    person = Recipient(user.id, user.email, user.given_name, user.given_name, "nl", True)
    return Letter(person, tuple(Part(one.id, get_rule(NAME), 0, content, user.id) for one in notices))


@pytest.mark.parametrize("leaves_time", [True, False])
def test_each_mail_is_written_once_and_goes_to_its_reader(
    connection: sa.Connection,
    session: Session,
    settings: Settings,
    now: datetime,
    script: Script,
    monkeypatch: pytest.MonkeyPatch,
    leaves_time: bool,
) -> None:
    users = [make_user(session) for _ in range(HAND_OVER_SIZE * 3 + 5)]
    for user in users:
        make_notice(session, user, now)
    server = Server(leaves_time=leaves_time)
    written = watch(monkeypatch, server)
    deliver_due(connection, settings, server, now=now)
    assert recipients(server.sent) == sorted(to for to, _ in written) == sorted(user.email for user in users)
    beforehand = [to for to, is_busy in written if is_busy]
    assert len(beforehand) == (len(users) - HAND_OVER_SIZE if leaves_time else 0), "all but the first"
    for mail in server.sent:
        assert f"<{mail.recipient}>\r\n".encode() in mail.message


def test_what_cannot_be_written_is_tried_later_and_holds_up_nobody(
    connection: sa.Connection, session: Session, settings: Settings, now: datetime, script: Script
) -> None:
    notices = [make_notice(session, make_user(session), now) for _ in range(HAND_OVER_SIZE * 2)]
    bad = notices[HAND_OVER_SIZE + 1 :: 3]
    script.odd.update(one.id for one in bad)
    server = Server()
    counts = deliver_due(connection, settings, server, now=now)
    assert counts == {"sent": len(notices) - len(bad), "broken": len(bad)}
    session.expire_all()
    assert {(one.state, one.attempts) for one in bad} == {("queued", 1)}
    script.odd.clear()
    deliver_due(connection, settings, server, now=now + timedelta(hours=2))
    assert session.scalars(sa.select(Notice.state).distinct()).all() == ["sent"]


def test_nothing_is_written_twice_when_a_provider_slows_us_down(
    connection: sa.Connection,
    session: Session,
    settings: Settings,
    now: datetime,
    script: Script,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in range(HAND_OVER_SIZE * 4):
        domain = "mail.example" if number % HAND_OVER_SIZE < 10 else "school.example"
        make_notice(session, make_user(session, email=f"nummer{number}@{domain}"), now)
    server = Server()
    written = watch(monkeypatch, server)
    deliver_due(connection, replace(settings, mail_rates=(("mail.example", 4),)), server, now=now)
    assert len(server.sent) == 6 * 4 + 4
    assert len(written) == len(set(written))


def test_a_letter_that_lost_a_part_is_written_anew(
    session: Session, settings: Settings, now: datetime
) -> None:
    whole = letter_to(session, now)
    writer = Writer(settings)
    writer.draft([whole], now)
    rest = replace(whole, parts=whole.parts[:1])
    assert writer.write(rest, now) == Writer(settings).write(rest, now) != writer.write(whole, now)


def test_drafts_of_letters_that_never_go_do_not_pile_up(
    session: Session, settings: Settings, now: datetime
) -> None:
    one, writer = letter_to(session, now), Writer(settings)
    for _ in range(DRAFTS * 3):
        writer.draft([letter_to(session, now)], now)
    assert len(writer._drafts) <= DRAFTS
    writer.draft([one], now)
    assert writer.write(one, now) == Writer(settings).write(one, now)
