"""What is read in a report, of whichever server, and in whatever else arrives."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given, strategies as st

from peergang.core.answers import Refusal
from peergang.notifications.rules.returned import read_returned
from tests.factories.bounces import report

MAIL = UUID("5b1f0c1e-7a53-4f2e-9d52-0d8f1c1b2a3d")
ADDRESS = "anna@school.example"
OURS = "peergang.example"


@pytest.mark.parametrize(
    ("name", "refusal", "code"),
    [
        ("postfix", Refusal.UNKNOWN, "5.1.1"),
        ("exchange", Refusal.UNKNOWN, "5.1.10"),
        ("google", Refusal.FULL, "5.2.2"),
        ("google_old", Refusal.UNKNOWN, "5.1.1"),
    ],
)
def test_a_report_names_the_mail_the_address_and_the_reason(name: str, refusal: Refusal, code: str) -> None:
    found = read_returned(report(name, MAIL, ADDRESS), OURS)
    assert found.mail_ids == (MAIL,)
    ((address, answer),) = found.failed
    assert (address, answer.refusal, answer.code) == (ADDRESS, refusal, code)
    assert found.automatic
    assert not found.complaint
    assert found.addressed == ("noreply@peergang.example",)
    assert found.message_id


def test_what_is_still_tried_has_not_failed() -> None:
    assert read_returned(report("postfix_later", MAIL, ADDRESS), OURS).failed == ()


def test_a_complaint_is_one() -> None:
    found = read_returned(report("complaint", MAIL, ADDRESS), OURS)
    assert (found.complaint, found.mail_ids, found.failed) == (True, (MAIL,), ())


def test_out_of_office_is_automatic_and_reports_nothing() -> None:
    found = read_returned(report("out_of_office", MAIL, ADDRESS), OURS)
    assert (found.automatic, found.failed, found.complaint) == (True, (), False)


def test_the_mail_that_came_back_goes_before_others_that_are_named() -> None:
    other = uuid4()
    raw = report("exchange", MAIL, ADDRESS).replace(
        b"not delivered: nobody", f"(<{other}@{OURS}>) not".encode()
    )
    assert read_returned(raw, OURS).mail_ids == (MAIL, other)
    assert read_returned(raw, "elders.example").mail_ids == ()


def test_a_report_that_was_cut_off_is_read_as_far_as_it_goes() -> None:
    whole = report("exchange", MAIL, ADDRESS)
    found = read_returned(whole[: whole.index(b"message/rfc822")], OURS)
    assert found.mail_ids == (MAIL,)
    assert found.failed[0][1].code == "5.1.10"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n",
        b"\xff\xfe\x00\x01" * 50,
        b"Content-Type: multipart/report; boundary=a\r\n\r\n--a\r\nContent-Type: message/delivery-status\r\n\r\n",
        b"Content-Type: message/delivery-status\r\n\r\nAction: failed\r\n\r\nAction: failed\r\nFinal-Recipient: x\r\n",
        b"Content-Type: message/delivery-status\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!",
        b"X-Failed-Recipients: \xe9\xe9, <a@b>, c\r\nTo: =?utf-9?q?x?= <z@y>\r\n\r\nniets",
        b"Content-Type: text/rfc822-headers; charset=klingon\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=E9",
        b"Content-Type: message/feedback-report\r\n\r\n",
    ],
)
def test_rubbish_says_nothing(raw: bytes) -> None:
    found = read_returned(raw, OURS)
    assert found.mail_ids == ()
    assert not found.complaint


@given(st.binary(max_size=400), st.integers(min_value=0, max_value=1500))
def test_whatever_is_put_into_a_report_it_is_read(rubbish: bytes, place: int) -> None:
    whole = report("exchange", MAIL, ADDRESS)
    read_returned(whole[:place] + rubbish + whole[place:], OURS)
