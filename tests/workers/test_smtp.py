"""The SMTP port against a real server: what it refuses, where it hangs, and what of that is certain."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from peergang.core.answers import Refusal
from peergang.core.mail import MailAway, MailRefused, MailUncertain
from peergang.core.smtp import SmtpTransport
from tests.factories.sink import Sink, open_sink

MESSAGE = b"Subject: Dag\r\n\r\nEerste regel\r\n.\r\n..twee punten\r\n.een punt\r\n"


@pytest.fixture
def sink() -> Iterator[Sink]:
    with open_sink() as running:
        yield running


@pytest.fixture
def transport(sink: Sink, request: pytest.FixtureRequest) -> Iterator[SmtpTransport]:
    """Impatient only where the server hangs: a busy machine also answers late."""
    hangs = "hang" in getattr(request.node, "callspec", SimpleNamespace(params={})).params.values()
    transport = SmtpTransport(sink.url, timeout=1 if hangs else 30)
    yield transport
    transport.close()


def calm_down(transport: SmtpTransport, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server hangs no more, and may be late."""
    monkeypatch.setattr(transport, "_timeout", 30)


def send(transport: SmtpTransport, to: str = "anna@school.example", message: bytes = MESSAGE) -> None:
    transport.send("noreply@peergang.example", to, message)


def test_messages_arrive_as_they_are_over_one_connection(sink: Sink, transport: SmtpTransport) -> None:
    for number in range(5):
        send(transport, f"nummer{number}@school.example")
    assert [to for to, _ in sink.messages] == [f"nummer{number}@school.example" for number in range(5)]
    assert {content for _, content in sink.messages} == {MESSAGE}
    assert sink.connections == 1


def test_a_message_that_begins_with_a_dot(sink: Sink, transport: SmtpTransport) -> None:
    send(transport, message=b".\r\nX: y\r\n\r\n")
    assert sink.messages[0][1] == b".\r\nX: y\r\n\r\n"


@pytest.mark.parametrize("step", ["RCPT", "DATA", "END"])
@pytest.mark.parametrize(("answer", "permanent"), [("451 later", False), ("550 never", True)])
def test_a_refused_message_keeps_the_connection(
    sink: Sink, transport: SmtpTransport, step: str, answer: str, permanent: bool
) -> None:
    send(transport)
    sink.answers[step] = [answer]
    with pytest.raises(MailRefused) as refused:
        send(transport)
    assert refused.value.permanent is permanent
    assert answer[:3] in str(refused.value)
    send(transport)
    assert len(sink.messages) == 2
    assert sink.connections == 1, "a refused address must not cost the kept connection"


@pytest.mark.parametrize(("step", "answer"), [("RCPT", "550 never"), ("END", "hang")])
def test_the_time_in_which_the_server_takes_a_message_in_is_given_away(
    sink: Sink, transport: SmtpTransport, step: str, answer: str
) -> None:
    sink.answers[step] = [answer]
    called: list[str] = []
    with pytest.raises((MailRefused, MailUncertain)):
        transport.send(
            "noreply@peergang.example", "anna@school.example", MESSAGE, lambda: called.append(step)
        )
    assert called == (["END"] if step == "END" else []), "before its answer, and only when it has all of it"


def test_what_goes_wrong_in_that_time_ends_the_connection(sink: Sink, transport: SmtpTransport) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        transport.send("noreply@peergang.example", "anna@school.example", MESSAGE, interrupt)
    send(transport)
    assert sink.connections == 2, "an answer that nobody read is taken for no other"


@pytest.mark.parametrize("answer", ["451 later", "550 never"])
def test_a_refused_sender_is_no_fault_of_the_message(
    sink: Sink, transport: SmtpTransport, answer: str
) -> None:
    send(transport)
    sink.answers["MAIL"] = [answer, answer]
    with pytest.raises(MailAway):
        send(transport)
    send(transport)
    assert len(sink.messages) == 2
    assert sink.connections == 1


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("trouble", ["hang", "hangup"])
def test_trouble_before_the_message_is_certain(
    sink: Sink, transport: SmtpTransport, step: str, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink.answers[step] = [trouble]
    with pytest.raises(MailAway):
        send(transport)
    assert not sink.messages
    calm_down(transport, monkeypatch)
    send(transport)
    assert len(sink.messages) == 1


@pytest.mark.parametrize("trouble", ["hang", "hangup"])
def test_trouble_after_the_message_is_uncertain(
    sink: Sink, transport: SmtpTransport, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink.answers["END"] = [trouble]
    with pytest.raises(MailUncertain):
        send(transport)
    calm_down(transport, monkeypatch)
    send(transport)
    assert sink.connections == 2


def test_an_idle_connection_that_was_closed_is_opened_anew(sink: Sink, transport: SmtpTransport) -> None:
    send(transport)
    sink.answers["MAIL"] = ["hangup"]
    send(transport)
    assert len(sink.messages) == 2
    assert sink.connections == 2


def test_a_server_that_says_421_is_away_and_comes_back(sink: Sink, transport: SmtpTransport) -> None:
    sink.answers["RCPT"] = ["421 busy"]
    with pytest.raises(MailAway):
        send(transport)
    send(transport)
    assert len(sink.messages) == 1


def test_nobody_listens() -> None:
    with pytest.raises(MailAway):
        send(SmtpTransport("smtp://127.0.0.1:1", timeout=30))


@pytest.mark.parametrize("address", ["zoë@school.example", "a@b.example>\r\nDATA", "a b@school.example"])
def test_an_address_that_cannot_be_said_is_refused_for_good(
    sink: Sink, transport: SmtpTransport, address: str
) -> None:
    with pytest.raises(MailRefused) as refused:
        send(transport, address)
    assert refused.value.permanent
    assert not sink.messages


def test_elsewhere_a_server_without_tls_gets_nothing(sink: Sink) -> None:
    """Whoever sits in between could take STARTTLS out of the server's answer and read every invitation."""
    port = sink.url.rpartition(":")[2].strip("/")
    for url in (f"smtp://user:secret@127.0.0.1:{port}", f"smtp://mail.school.example:{port}"):
        transport = SmtpTransport(url, timeout=30)
        transport._host = "127.0.0.1"
        with pytest.raises(MailAway, match="tls=none"):
            send(transport)
    assert sink.messages == []


def test_without_tls_when_that_is_asked_for(sink: Sink) -> None:
    port = sink.url.rpartition(":")[2].strip("/")
    transport = SmtpTransport(f"smtp://mail.school.example:{port}?tls=none", timeout=30)
    transport._host = "127.0.0.1"
    send(transport)
    transport.close()
    assert len(sink.messages) == 1


@pytest.mark.parametrize(
    ("step", "answer", "refusal", "code"),
    [
        ("RCPT", "550 5.1.1 <anna@school.example> User unknown", Refusal.UNKNOWN, "5.1.1"),
        ("RCPT", "552 5.2.2 over quota", Refusal.FULL, "5.2.2"),
        ("END", "550 5.7.26 not accepted due to DMARC", Refusal.POLICY, "5.7.26"),
        ("END", "554 no", Refusal.MESSAGE, "554"),
    ],
)
def test_a_refusal_says_what_it_is_about_and_repeats_no_words(
    sink: Sink, transport: SmtpTransport, step: str, answer: str, refusal: Refusal, code: str
) -> None:
    sink.answers[step] = [answer]
    with pytest.raises(MailRefused) as refused:
        send(transport)
    assert (refused.value.answer.refusal, refused.value.answer.code) == (refusal, code)
    assert refused.value.permanent is refusal.is_permanent
    assert "school.example" not in str(refused.value), "the ledger and the log keep no address"
    send(transport)
    assert len(sink.messages) == 1
