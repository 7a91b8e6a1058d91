"""Every line of a log has the same form, whoever wrote it."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from peergang.core.logs import configure_logging

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def tidy() -> Iterator[None]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield
    root.handlers[:] = before
    root.setLevel(level)
    structlog.contextvars.clear_contextvars()


def lines(capsys: Capture) -> list[dict[str, str]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize("name", ["peergang.app", "celery.app.trace", "flask-limiter"])
def test_libraries_log_as_we_do(name: str, capsys: Capture) -> None:
    configure_logging("json")
    structlog.contextvars.bind_contextvars(request_id="r-1")
    try:
        raise RuntimeError("stuk")
    except RuntimeError:
        logging.getLogger(name).exception("it broke: %s", "here")
    structlog.get_logger("peergang.request").info("request", status=200)
    theirs, ours = lines(capsys)
    assert (theirs["event"], theirs["level"], theirs["logger"]) == ("it broke: here", "error", name)
    assert "RuntimeError: stuk" in theirs["exception"]
    assert (ours["event"], ours["status"], ours["logger"]) == ("request", 200, "peergang.request")
    for line in (theirs, ours):
        assert line["request_id"] == "r-1"
        assert line["timestamp"].endswith("Z")


def test_configuring_again_writes_no_line_twice(capsys: Capture) -> None:
    configure_logging("json")
    configure_logging("json")
    logging.getLogger("x").warning("once")
    logging.getLogger("x").debug("never")
    assert [line["event"] for line in lines(capsys)] == ["once"]


def test_text_is_for_people(capsys: Capture) -> None:
    configure_logging("text")
    logging.getLogger("x").warning("said %s", "twice")
    said = capsys.readouterr().out
    assert "said twice" in said
    assert not said.startswith("{")
