"""Anybody can write to the address that our mail comes from. What they send is read in little time, whatever stands in it."""

from time import process_time
from uuid import uuid4

import pytest

from peergang.notifications.actions.mailbox import LARGEST
from peergang.notifications.rules.returned import MOST_NAMED, read_returned

OURS = "peergang.example"
LONGEST = 3.0
"""Seconds; the worst below take less than one, and each took from four to forty."""


def nested(depth: int) -> bytes:
    """Parts within parts: every line is compared with the boundary of each of them."""
    heads = (b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(depth))
    return b"".join(heads)


@pytest.mark.parametrize(
    "raw",
    [
        b'Content-Type: multipart/mixed; boundary="' + b";" * LARGEST,
        b'Content-Type: multipart/mixed;\n boundary="' + b";\n " * LARGEST,
        nested(900) + b"\nx" * LARGEST,
        nested(900).upper() + b"\nx" * LARGEST,
    ],
    ids=("one field", "one field on many lines", "nested", "nested in capitals"),
)
def test_a_mail_that_is_slow_to_read_is_not_read_that_far(raw: bytes) -> None:
    before = process_time()
    try:
        found = read_returned(raw[:LARGEST], OURS)
    except ValueError:
        found = None
    assert process_time() - before < LONGEST
    assert found is None or found.failed == ()


def test_a_report_names_a_few_people_and_no_crowd() -> None:
    """Each of them, and each mail that it names, is asked of the database."""
    named = b"To: a@b\n" * 5_000 + b"X-Failed-Recipients: a@b\n" * 5_000
    mails = "".join(f"<{uuid4()}@{OURS}> " for _ in range(50)).encode()
    found = read_returned(named + b"\n550 5.1.1 gone " + mails, OURS)
    assert len(found.failed) == len(found.addressed) == len(found.mail_ids) == MOST_NAMED
    block = b"Action: failed\nFinal-Recipient: rfc822; a@b\nStatus: 5.1.1\n\n"
    found = read_returned(b"Content-Type: message/delivery-status\n\n" + block * 500, OURS)
    assert len(found.failed) == MOST_NAMED
