"""What mail servers say, in their own wording, and what we make of it."""

import pytest

from peergang.core.answers import Refusal, read_answer, read_status

UNKNOWN, DEAD, FULL, LATER, POLICY, MESSAGE = (
    Refusal.UNKNOWN,
    Refusal.DEAD,
    Refusal.FULL,
    Refusal.LATER,
    Refusal.POLICY,
    Refusal.MESSAGE,
)

AT_RECIPIENT = [
    # Exchange Online
    (550, "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", UNKNOWN, "5.1.10"),
    (550, "5.4.1 Recipient address rejected: Access denied. AS(201806281) [AM7EUR06FT045]", DEAD, "5.4.1"),
    (550, "5.1.1 RESOLVER.ADR.ExRecipNotFound; not found", UNKNOWN, "5.1.1"),
    (554, "5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException", FULL, "5.2.2"),
    (550, "5.7.606 Access denied, banned sending IP [192.0.2.9]. To request removal", POLICY, "5.7.606"),
    (550, "5.7.708 Service unavailable. Access denied, traffic not accepted from this IP.", POLICY, "5.7.708"),
    (550, "5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required", POLICY, "5.7.133"),
    (550, "5.1.8 Access denied, bad outbound sender AS(42003)", POLICY, "5.1.8"),
    (451, "4.7.500 Server busy. Please try again later from [192.0.2.9]. (S77719)", LATER, "4.7.500"),
    (550, "5.4.310 DNS domain school.example does not exist", DEAD, "5.4.310"),
    (554, "5.4.14 Hop count exceeded - possible mail loop ATTR34", MESSAGE, "5.4.14"),
    # Google
    (550, "5.1.1 The email account that you tried to reach does not exist. Try\n5.1.1 double-checking", UNKNOWN, "5.1.1"),
    (550, "5.2.1 The email account that you tried to reach is inactive. f12si345", DEAD, "5.2.1"),
    (452, "4.2.2 The recipient's inbox is out of storage space. Please direct the", FULL, "4.2.2"),
    (552, "5.2.2 The email account that you tried to reach is over quota. Please direct", FULL, "5.2.2"),
    (450, "4.2.1 The user you are trying to contact is receiving mail at a rate that", LATER, "4.2.1"),
    (553, "5.1.2 We weren't able to find the recipient domain. Please check for any", DEAD, "5.1.2"),
    (553, "5.1.3 The recipient address <anna> is not a valid RFC 5321 address.", UNKNOWN, "5.1.3"),
    # Postfix
    (550, "5.1.1 <anna@school.example>: Recipient address rejected: User unknown in local recipient table", UNKNOWN, "5.1.1"),
    (450, "4.1.1 <anna@school.example>: Recipient address rejected: unverified address", LATER, "4.1.1"),
    (450, "4.2.0 <anna@school.example>: Recipient address rejected: Greylisted, see help", LATER, "4.2.0"),
    (452, "4.3.1 Insufficient system storage", LATER, "4.3.1"),
    (454, "4.7.1 <anna@school.example>: Relay access denied", LATER, "4.7.1"),
    (554, "5.7.1 <anna@school.example>: Relay access denied", POLICY, "5.7.1"),
    (554, "5.7.1 Service unavailable; Client host [192.0.2.9] blocked using zen.spamhaus.org", POLICY, "5.7.1"),
    # others, and the old ones without a second code
    (550, "#5.1.0 Address rejected.", DEAD, "5.1.0"),
    (550, "5.0.0 <anna@school.example>... User unknown", DEAD, "550"),
    (550, "No such user here", DEAD, "550"),
    (551, "User not local; please try <anna@elders.example>", DEAD, "551"),
    (552, "Requested mail action aborted: exceeded storage allocation", FULL, "552"),
    (550, "Rejected: 192.0.2.9 is on a blacklist", POLICY, "550"),
    (550, "SPF check failed", POLICY, "550"),
    (554, "Go away", MESSAGE, "554"),
    (571, "", MESSAGE, "571"),
    (450, "mailbox unavailable", LATER, "450"),
    (451, "", LATER, "451"),
    # the first digit decides, whatever else is said
    (450, "5.1.1 User unknown, says who is not sure", LATER, "5.1.1"),
    (550, "4.2.0 try again, says who is not sure", DEAD, "550"),
    (550, "5.1.1234 nonsense", DEAD, "550"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "words", "refusal", "written"), AT_RECIPIENT)
def test_what_is_said_about_a_recipient(code: int, words: str, refusal: Refusal, written: str) -> None:
    answer = read_answer(code, words, at_recipient=True)
    assert (answer.refusal, answer.code) == (refusal, written)


@pytest.mark.parametrize(
    ("code", "words", "refusal"),
    [
        (550, "5.7.26 Unauthenticated email from peergang.example is not accepted due to DMARC", POLICY),
        (550, "5.7.1 [192.0.2.9 12] Our system has detected that this message is likely spam", POLICY),
        (552, "5.3.4 Message size exceeds fixed limit", MESSAGE),
        (552, "5.2.3 Message too large", MESSAGE),
        (550, "5.1.1 user unknown, says a gateway that asks late", UNKNOWN),
        (550, "no", MESSAGE),
        (552, "too much", MESSAGE),
        (554, "Transaction failed", MESSAGE),
        (554, "Message rejected as spam", POLICY),
        (452, "4.2.2 over quota", FULL),
        (451, "4.3.0 queue file write error", LATER),
    ],
)
def test_what_is_said_about_the_message_blames_no_address_without_a_code(
    code: int, words: str, refusal: Refusal
) -> None:
    assert read_answer(code, words, at_recipient=False).refusal is refusal


@pytest.mark.parametrize(
    ("status", "words", "refusal", "soft"),
    [
        ("5.1.1", "", UNKNOWN, False),
        ("5.4.1", "550 5.4.1 Recipient address rejected: Access denied", DEAD, False),
        ("5.4.1", "no answer from host", MESSAGE, False),
        ("5.2.2", "", FULL, True),
        ("4.2.2", "", FULL, True),
        ("4.4.7", "message expired", LATER, False),
        ("4.2.1", "", LATER, True),
        ("5.7.1", "", POLICY, False),
    ],
)
def test_the_status_of_a_report(status: str, words: str, refusal: Refusal, soft: bool) -> None:
    answer = read_status(status, words)
    assert answer.refusal is refusal
    assert answer.is_soft is soft


def test_only_what_may_pass_is_tried_again() -> None:
    assert {one for one in Refusal if not one.is_permanent} == {FULL, LATER}
    assert {one for one in Refusal if one.is_of_address} == {UNKNOWN, DEAD}
