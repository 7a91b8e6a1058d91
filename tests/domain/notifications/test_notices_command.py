"""`peergang notices …` on a real database."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from peergang.cli import main
from peergang.core import db
from peergang.notifications.models import Notice
from tests.factories.identity import make_user
from tests.factories.notifications import make_notice

pytestmark = [pytest.mark.database, pytest.mark.committed]

Run = Callable[..., Result]


@pytest.fixture
def run(committed: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("PEERGANG_ENV", "test")
    monkeypatch.setenv("PEERGANG_DATABASE_URL", committed.url.render_as_string(hide_password=False))
    monkeypatch.setenv("PEERGANG_REDIS_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setenv("PEERGANG_PUBLIC_URL", "http://peergang.test")
    return lambda *words: CliRunner().invoke(main, ["notices", *words])


def test_a_human_finds_and_decides(run: Run, committed: sa.Engine) -> None:
    moment = datetime.now(UTC)
    with db.transaction(committed) as session:
        user = make_user(session, email="amira@school.example")
        more = {"finished_at": moment, "reason": "timeout"}
        ids = [
            str(make_notice(session, user, moment, state=state, **more).id)
            for state in ("uncertain", "uncertain", "failed")
        ]
        old = str(
            make_notice(session, user, moment, state="failed", expires_at=moment - timedelta(days=1)).id
        )
        sent = str(make_notice(session, user, moment, state="sent").id)
    listed = run("list")
    assert all(one in listed.output for one in (*ids, old, "amira@school.example", "timeout"))
    assert sent not in listed.output
    assert [one in run("list", "--state", "failed").output for one in (ids[0], ids[2])] == [False, True]
    for one, flag in zip(ids, ("--sent", "--again", "--drop"), strict=True):
        done = run("settle", one, flag)
        assert done.exit_code == 0, done.output
    with db.reading(committed) as session:
        states = {str(one.id): one.state for one in session.scalars(sa.select(Notice))}
    assert [states[one] for one in ids] == ["sent", "queued", "suppressed"]
    for words, said in (
        (("settle", sent, "--sent"), "this message is sent"),
        (("settle", old, "--again"), "Too late"),
        (("settle", str(uuid4()), "--drop"), "no such message"),
        (("settle", old), "--sent, --again and --drop"),
    ):
        refused = run(*words)
        assert refused.exit_code != 0
        assert said in refused.output


def test_an_operator_holds_back_lets_go_and_sends_again(run: Run, committed: sa.Engine) -> None:
    moment = datetime.now(UTC)
    more = {"state": "failed", "reason": "552 full", "finished_at": moment, "attempts": 6}
    with db.transaction(committed) as session:
        ids = [make_notice(session, make_user(session), moment, **more).id for _ in range(2)]
        make_notice(session, make_user(session), moment, expires_at=moment - timedelta(hours=1), **more)
        make_notice(session, make_user(session), moment - timedelta(minutes=5))
    assert "due 1, the oldest since" in run("queue").output
    assert "552 full" in run("queue").output
    assert run("pause", "--rule", "nowhere", "--why", "x").exit_code == 1
    assert run("pause", "--rule", "review_waiting", "--why", "A wrong link").exit_code == 0
    assert "already" in run("pause", "--rule", "review_waiting", "--why", "Again").output
    listed = run("queue").output
    assert "due 0;" in listed
    assert "held 1" in listed
    assert "held: rule review_waiting since" in listed
    assert "A wrong link" in listed
    assert run("resume").exit_code == 1, "not everything is held, one rule is"
    assert run("resume", "--rule", "review_waiting").exit_code == 0
    assert "held 0" in run("queue").output
    assert "2 messages are queued again" in run("replay", "--reason", "552 full", "--yes").output
    assert "0 messages" in run("replay", "--reason", "552 full", "--yes").output
    with db.reading(committed) as session:
        states = {one.id: one.state for one in session.scalars(sa.select(Notice))}
    assert {states[one] for one in ids} == {"queued"}
