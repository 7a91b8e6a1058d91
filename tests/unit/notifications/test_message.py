"""The bytes of a mail: what a mail program reads out of ours is what EmailMessage would have said."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from peergang.notifications.actions.message import build_message
from peergang.notifications.actions.quoting import quote_body

ID = UUID("6f1c1f1e-0000-4000-8000-000000000001")
NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=300)


def build(
    subject: str = "Dag", name: str = "Anna", text: str = "Hallo\n", html: str = "<p>Hallo</p>\n"
) -> bytes:
    return build_message(
        notice_id=ID,
        sender="Peergang <noreply@peergang.example>",
        recipient=(name, "anna@school.example"),
        subject=subject,
        text=quote_body(text),
        html=quote_body(html),
        locale="nl",
        now=NOW,
        more=(("Auto-Submitted", "auto-generated"),),
    )


def read(message: bytes) -> EmailMessage:
    return message_from_bytes(message, policy=policy.default)


def words(message: EmailMessage, kind: str) -> str:
    return message.get_body((kind,)).get_content().replace("\r\n", "\n")


def reference(subject: str, name: str, text: str, html: str) -> EmailMessage:
    """The same mail by the standard library."""
    message = EmailMessage(policy=policy.SMTP)
    message["Subject"] = subject
    message["To"] = Address(name, addr_spec="anna@school.example")
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    return read(bytes(message))


CASES = [
    ("Dag", "Anna"),
    ("Reflectie van Zoë: ‘één ding’", "Zoë van der Berg"),
    (
        "Vrijdag 20 november: Van losse hulp naar een aanpak die in het hele team werkt en blijft werken",
        "Jan",
    ),
    ("x" * 200, "x" * 100),
    ("日本語の件名" * 20, "日本語" * 30),
    ("=?utf-8?b?ZGl0?= is gewone tekst", 'O"Neill, Sean (ROC) <x>'),
    ("👩🏽‍🏫 " * 30, "Bakker, Piet"),
    ("een  twee   spaties", "back\\slash"),
]


# Python 3.11 puts a space between the encoded words of a long name when it reads one, its own included; and it writes a
# subject that looks like an encoded word, or ends in a space, as it is.
MISREAD = {"x" * 100, "日本語" * 30}
MISWRITTEN = {"=?utf-8?b?ZGl0?= is gewone tekst", "👩🏽‍🏫 " * 30}


def decoded_name(message: bytes) -> str:
    raw = message_from_bytes(message)["To"].rpartition("<")[0].strip()
    if "=?" in raw:
        return str(make_header(decode_header(raw)))
    return parseaddr(f"{raw} <a@b.example>")[0]


@pytest.mark.parametrize(("subject", "name"), CASES)
def test_reads_as_what_the_standard_library_writes(subject: str, name: str) -> None:
    text, html = f"Dag {name}\n\nregel. met punt\n.\n..\n", f"<p>{subject} = é</p>\n"
    ours, theirs = read(build(subject, name, text, html)), reference(subject, name, text, html)
    assert str(ours["Subject"]) == subject.strip()
    assert decoded_name(build(subject, name)) == name
    if name not in MISREAD:
        assert ours["To"].addresses[0].display_name == theirs["To"].addresses[0].display_name == name
    if subject not in MISWRITTEN:
        assert str(ours["Subject"]) == str(theirs["Subject"])
    assert ours["To"].addresses[0].addr_spec == "anna@school.example"
    for kind in ("plain", "html"):
        mine = ours.get_body((kind,)).get_content()
        assert mine == theirs.get_body((kind,)).get_content()
    assert ours.get_content_type() == theirs.get_content_type() == "multipart/alternative"
    assert not ours.defects
    assert not [part.defects for part in ours.walk() if part.defects]


@given(subject=TEXT, name=TEXT, text=TEXT, html=TEXT)
def test_any_words_survive(subject: str, name: str, text: str, html: str) -> None:
    message = build(subject, name, text, html)
    assert max(map(len, message.split(b"\r\n"))) <= 998
    assert b"\n" not in message.replace(b"\r\n", b"")
    ours = read(message)
    assert words(ours, "plain") == text + "\n"
    assert words(ours, "html") == html + "\n"
    assert str(ours["Subject"]).split() == subject.split()


def test_no_line_is_longer_than_it_may_be() -> None:
    message = build("Een onderwerp dat doorloopt " * 20, "Naam " * 20, "lang " * 500, "<p>" + "é" * 5000)
    head, _, body = message.partition(b"\r\n\r\n")
    assert max(map(len, head.split(b"\r\n"))) <= 78
    assert max(map(len, body.split(b"\r\n"))) <= 78


def test_a_title_cannot_add_a_header() -> None:
    message = read(
        build("Dag\r\nBcc: iedereen@school.example\n\nen meer", "Anna\r\nBcc: iemand@school.example")
    )
    assert message["Bcc"] is None
    assert str(message["Subject"]) == "Dag Bcc: iedereen@school.example en meer"


def test_headers_of_every_mail() -> None:
    message = read(build())
    assert message["Message-ID"] == "<6f1c1f1e-0000-4000-8000-000000000001@peergang.example>"
    assert message["Date"].datetime == NOW
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "nl"
    assert message["From"].addresses[0].display_name == "Peergang"
    assert build() == build(), "the same notice makes the same message"
