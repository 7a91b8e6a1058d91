"""`peergang migrate` says in one sentence that the database cannot be reached."""

import pytest
from click.testing import CliRunner

from peergang.cli import main


def test_a_database_that_does_not_let_us_in_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEERGANG_ENV", "test")
    # Nothing listens on port 1.
    monkeypatch.setenv("PEERGANG_DATABASE_URL", "postgresql+psycopg://peergang:sesam@127.0.0.1:1/peergang")
    monkeypatch.setenv("PEERGANG_REDIS_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setenv("PEERGANG_PUBLIC_URL", "http://peergang.test")
    said = CliRunner().invoke(main, ["migrate"])
    assert said.exit_code == 1
    assert said.output.startswith("Error: The database does not let us in: connection failed")
    assert "sesam" not in said.output
