"""Reading the mailbox over a real socket: once, whatever breaks, and believing nobody who merely says so."""

import ssl
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy.orm import Session

from peergang.core.config import Settings
from peergang.core.imap import ImapMailbox, MailboxAway
from peergang.identity.models import User
from peergang.notifications.actions import mailbox as mailbox_actions
from peergang.notifications.actions.mailbox import read_mailbox, visit_mailbox
from peergang.notifications.actions.stop_by_mail import write_address
from peergang.notifications.models import AddressSuspension, MailBounce, NoticeChoice, NoticeHabits
from tests.factories.bounces import report
from tests.factories.identity import make_user
from tests.factories.imap import Post, open_post
from tests.factories.notifications import make_notice

pytestmark = pytest.mark.database

Read = Callable[[], dict[str, int]]


@pytest.fixture
def post() -> Iterator[Post]:
    with open_post() as running:
        yield running


@pytest.fixture
def read(connection: sa.Connection, session: Session, settings: Settings, post: Post, now: datetime) -> Read:
    def act() -> dict[str, int]:
        session.commit()
        box = ImapMailbox(post.url, post.password, timeout=30)
        try:
            return dict(read_mailbox(connection, settings, box, now=now))
        finally:
            box.close()
            session.expire_all()

    return act


@pytest.fixture
def user(session: Session) -> User:
    return make_user(session)


def sent(session: Session, user: User, now: datetime) -> UUID:
    mail_id = uuid4()
    make_notice(session, user, now, mail_id=mail_id, handed_over_at=now, state="sent")
    return mail_id


def bounces(session: Session) -> list[tuple[str, str, str]]:
    rows = session.execute(sa.select(MailBounce.address, MailBounce.kind, MailBounce.code))
    return [tuple(row) for row in rows.all()]


@pytest.mark.parametrize(
    ("name", "kind", "code"),
    [
        ("postfix", "hard", "5.1.1"),
        ("exchange", "hard", "5.1.10"),
        ("google", "soft", "5.2.2"),
        ("google_old", "hard", "5.1.1"),
    ],
)
def test_a_report_is_written_down_once(
    session: Session, user: User, post: Post, read: Read, now: datetime, name: str, kind: str, code: str
) -> None:
    post.put(report(name, sent(session, user, now), user.email))
    assert read() == {"came_back": 1}
    assert post.seen == {1}
    assert read() == {}
    post.seen.clear()
    assert read() == {"came_back": 1}, "somebody marked it as unread"
    assert bounces(session) == [(user.email, kind, code)]
    suspended = session.get(AddressSuspension, user.email)
    assert (suspended is not None) == (kind == "hard")
    assert {one.split()[0] for one in post.commands} <= {"CAPABILITY", "LOGIN", "SELECT", "UID", "LOGOUT"}


def test_what_says_nothing_is_left_alone(
    session: Session, user: User, post: Post, read: Read, now: datetime
) -> None:
    mail = sent(session, user, now)
    post.put(
        report("out_of_office", mail, user.email),
        report("postfix", uuid4(), user.email),
        report("complaint", uuid4(), user.email),
        b"",
        b"\xff\x00rubbish",
        b"Subject: hallo\r\n\r\nIk heb een vraag.\r\n",
    )
    post.put(report("postfix_later", mail, user.email))
    assert read() == {"ignored": 7}
    assert post.seen == set(range(1, 8))
    assert bounces(session) == []


def test_nobody_can_silence_somebody_else(
    session: Session, user: User, post: Post, read: Read, now: datetime
) -> None:
    """Who has a mail of ours knows its id, and can write a report; it is only ever about themselves."""
    victim = make_user(session)
    post.put(report("postfix", sent(session, user, now), victim.email))
    assert read() == {"came_back": 1}
    assert session.scalars(sa.select(AddressSuspension.address)).all() == [user.email]


def test_a_complaint_stops_all_reminders(
    session: Session, user: User, post: Post, read: Read, now: datetime
) -> None:
    post.put(report("complaint", sent(session, user, now), user.email))
    assert read() == {"complaint": 1}
    assert session.get(NoticeHabits, user.id).rhythm == "in_app"
    assert bounces(session) == [(user.email, "complaint", "complaint")]


@pytest.mark.parametrize("header", ["To", "Delivered-To", "X-Original-To"])
def test_a_mail_to_an_address_that_stops_something_stops_it(
    session: Session, user: User, post: Post, read: Read, settings: Settings, header: str
) -> None:
    address = write_address("afmelden@peergang.example", settings.secret_key, user.id, "meeting_tomorrow")
    post.put(f"{header}: {address.upper()}\r\nFrom: iemand@elders.example\r\n\r\n\r\n".encode())
    assert read() == {"stopped": 1}
    stops = sa.select(NoticeChoice.rule, NoticeChoice.delivery).where(NoticeChoice.user_id == user.id)
    assert session.execute(stops).all() == [("meeting_tomorrow", "off")]


def test_a_large_mail_is_read_as_far_as_needed(
    session: Session, user: User, post: Post, read: Read, now: datetime
) -> None:
    post.put(report("exchange", sent(session, user, now), user.email) + b"x" * 3_000_000)
    assert read() == {"came_back": 1}
    assert f"<0.{mailbox_actions.LARGEST}>" in " ".join(post.commands)


def test_one_run_reads_so_many_and_the_next_takes_the_next(
    session: Session, post: Post, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox_actions, "AT_ONCE", 3)
    post.put(*[b"Subject: x\r\n\r\n"] * 5)
    assert (read(), read(), read()) == ({"ignored": 3}, {"ignored": 2}, {})


@pytest.mark.parametrize("where", ["LOGIN", "SELECT", "UID SEARCH", "UID FETCH", "UID STORE"])
def test_a_mailbox_that_breaks_off_loses_nothing(
    session: Session, user: User, post: Post, read: Read, now: datetime, where: str
) -> None:
    post.put(report("postfix", sent(session, user, now), user.email))
    post.break_at = where
    with pytest.raises(MailboxAway):
        read()
    assert post.seen == set()
    assert len(bounces(session)) == (where == "UID STORE"), "seen only after what it told is committed"
    post.break_at = ""
    assert read() == {"came_back": 1}
    assert len(bounces(session)) == 1


def test_what_could_not_be_committed_is_read_again(
    session: Session, user: User, post: Post, read: Read, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    post.put(report("postfix", sent(session, user, now), user.email))

    def fail(*_: object, **__: object) -> str:
        raise sa.exc.OperationalError("", {}, Exception())

    with monkeypatch.context() as patch:
        patch.setattr(mailbox_actions, "take_returned", fail)
        with pytest.raises(sa.exc.OperationalError):
            read()
    assert post.seen == set()
    assert read() == {"came_back": 1}


def test_what_cannot_be_read_at_all_is_not_in_the_way(
    session: Session, user: User, post: Post, read: Read, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    post.put(b"vergiftigd", report("postfix", sent(session, user, now), user.email))
    real = mailbox_actions.read_returned

    def picky(raw: bytes, domain: str) -> object:
        if raw.startswith(b"vergiftigd"):
            raise RecursionError
        return real(raw, domain)

    monkeypatch.setattr(mailbox_actions, "read_returned", picky)
    assert read() == {"unreadable": 1, "came_back": 1}
    assert post.seen == {1, 2}


def test_an_address_without_end_is_not_in_the_way(
    session: Session, user: User, post: Post, read: Read, now: datetime
) -> None:
    """Read once it is an address, read again a comment in a comment: that stopped the mailbox for good."""
    post.put(b'To: "' + b"(" * 1_800 + b"@b\r\n\r\n", report("postfix", sent(session, user, now), user.email))
    assert read() == {"ignored": 1, "came_back": 1}
    assert post.seen == {1, 2}


def test_a_wrong_password_is_not_repeated(post: Post) -> None:
    with pytest.raises(MailboxAway) as away:
        ImapMailbox(post.url, 'fout"en\\geheim', timeout=30)
    assert "fout" not in str(away.value)


def test_nobody_listens() -> None:
    with pytest.raises(MailboxAway):
        ImapMailbox("imaps://terug@127.0.0.1:1", "x", timeout=30)


def test_without_tls_no_password_is_said(post: Post) -> None:
    with pytest.raises(MailboxAway):
        ImapMailbox(post.url.partition("?")[0], post.password, timeout=30)
    assert not [one for one in post.commands if one.startswith("LOGIN")]


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        # The tests travel in time; TLS looks at the real clock and nowhere else.
        .not_valid_before(today - timedelta(days=2000))
        .not_valid_after(today + timedelta(days=2000))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "cert.pem").write_bytes(made.public_bytes(pem))
    plain = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(key.private_bytes(pem, *plain))
    return folder / "cert.pem", folder / "key.pem"


def test_over_tls_and_only_with_a_certificate_that_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, key = _certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with open_post(context) as post:
        post.put(b"Subject: x\r\n\r\n")
        with pytest.raises(MailboxAway):
            ImapMailbox(post.url, post.password, timeout=30)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        box = ImapMailbox(post.url, post.password, timeout=30)
        assert box.list_unseen(5) == ["1"]
        box.close()


def test_the_job_says_when_it_cannot_read_and_goes_on_the_next_time(
    connection: sa.Connection, session: Session, user: User, settings: Settings, post: Post, now: datetime
) -> None:
    post.put(report("postfix", sent(session, user, now), user.email))
    session.commit()
    assert visit_mailbox(connection, settings, now=now) == {}, "nothing was configured"
    here = replace(settings, bounce_imap=post.url, bounce_password="fout")
    assert visit_mailbox(connection, here, now=now) == {}
    assert visit_mailbox(connection, replace(here, bounce_password=post.password), now=now) == {
        "came_back": 1
    }
    assert post.seen == {1}
