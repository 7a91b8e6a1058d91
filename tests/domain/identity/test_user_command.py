"""`peergang user …` on a real database."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from sqlalchemy import select

from peergang.cli import main
from peergang.core import db
from peergang.core.sealing import Seal
from peergang.identity.actions.passwords import verify_password
from peergang.identity.models import AuditEvent, RoleGrant, SignInSession, User
from peergang.identity.queries.factors import find_factors
from tests.factories.factors import make_passkey, make_totp
from tests.factories.identity import make_user, sign_in_session

pytestmark = [pytest.mark.database, pytest.mark.committed]

Run = Callable[..., Result]


@pytest.fixture
def run(committed: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("PEERGANG_ENV", "test")
    monkeypatch.setenv("PEERGANG_DATABASE_URL", committed.url.render_as_string(hide_password=False))
    monkeypatch.setenv("PEERGANG_REDIS_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setenv("PEERGANG_PUBLIC_URL", "http://peergang.test")
    return lambda *words, **more: CliRunner().invoke(main, ["user", *words], **more)


def test_the_first_admin_of_an_empty_installation(run: Run, committed: sa.Engine) -> None:
    added = run("add", "Beheer@school.example", "Lotte", "Vlierstruik", "--role", "admin")
    assert added.exit_code == 0, added.output
    assert "http://peergang.test/uitnodiging/" in added.output
    again = run("add", "beheer@school.example", "Lotte")
    assert again.exit_code == 1
    assert "email_taken" in again.output
    with db.reading(committed) as session:
        assert session.scalars(select(RoleGrant.role)).all() == ["admin"]
        assert session.scalars(select(User.email)).all() == ["beheer@school.example"]


def test_a_password_a_role_and_an_end(run: Run, committed: sa.Engine) -> None:
    with db.transaction(committed) as session:
        user = make_user(session, email="amira@school.example")
        sign_in_session(session, user)
    assert run("password", "amira@school.example", input="kort\nkort\n").exit_code == 1
    changed = run("password", "AMIRA@school.example", input="drie groene fietsen\ndrie groene fietsen\n")
    assert changed.exit_code == 0, changed.output
    assert "fietsen" not in changed.output
    assert run("role", "amira@school.example", "organiser").exit_code == 0
    assert run("role", "amira@school.example", "contact").exit_code == 1
    assert run("role", "amira@school.example", "contact", "--institution", "99ZZ").exit_code == 1
    assert run("role", "niemand@school.example", "organiser").exit_code == 1
    assert run("close", "amira@school.example").exit_code == 0
    with db.reading(committed) as session:
        user = session.scalars(select(User)).one()
        assert verify_password(user.password_hash, "drie groene fietsen")
        assert user.deactivated_at is not None
        assert session.scalars(select(RoleGrant.role)).all() == ["organiser"]
        assert session.scalars(select(SignInSession.revoked_at)).one() is not None
    assert run("close", "amira@school.example", "--reopen").exit_code == 0
    assert run("role", "amira@school.example", "organiser", "--revoke").exit_code == 0
    with db.reading(committed) as session:
        assert session.scalars(select(User)).one().deactivated_at is None
        assert session.scalars(select(RoleGrant)).all() == []


def test_the_last_admin_stays_in_a_sentence(run: Run, committed: sa.Engine) -> None:
    assert run("add", "beheer@school.example", "Lotte", "--role", "admin").exit_code == 0
    assert run("password", "beheer@school.example", input="drie groene fietsen\n" * 2).exit_code == 0
    for words in (("role", "beheer@school.example", "admin", "--revoke"), ("close", "beheer@school.example")):
        refused = run(*words)
        assert (refused.exit_code, "Make somebody else an admin first" in refused.output) == (1, True)
    with db.reading(committed) as session:
        assert session.scalars(select(RoleGrant.role)).all() == ["admin"]
        assert session.scalars(select(User.deactivated_at)).all() == [None]


def test_a_closed_account_gets_no_role_in_a_sentence(run: Run, committed: sa.Engine) -> None:
    with db.transaction(committed) as session:
        make_user(session, email="amira@school.example")
    assert run("close", "amira@school.example").exit_code == 0
    refused = run("role", "amira@school.example", "organiser")
    assert (refused.exit_code, "reopen it first" in refused.output) == (1, True)


def test_a_second_factor_that_was_lost_is_taken_away(run: Run, committed: sa.Engine) -> None:
    now = datetime.now(UTC)
    with db.transaction(committed) as session:
        user = make_user(session, email="amira@school.example")
        make_passkey(session, user, now)
        make_totp(session, user, Seal("a secret of tests that is long enough"), now)
        sign_in_session(session, user)
        user_id = user.id
    assert run("reset-second-factor", "niemand@school.example").exit_code == 1
    done = run("reset-second-factor", "AMIRA@school.example")
    assert (done.exit_code, "the password alone" in done.output) == (0, True)
    with db.reading(committed) as session:
        assert find_factors(session, user_id).any is False
        assert session.scalars(select(SignInSession.revoked_at)).one() is not None
        event = session.scalars(select(AuditEvent)).one()
        assert (event.verb, event.actor_id, event.subject_id) == ("second_factor_reset", None, user_id)


def test_another_address_for_who_signs_in(run: Run, committed: sa.Engine) -> None:
    for email in ("amira@school.example", "bezet@school.example"):
        with db.transaction(committed) as session:
            make_user(session, email=email)
    assert (
        run("password", "amira@school.example", input="drie groene fietsen\ndrie groene fietsen\n").exit_code
        == 0
    )
    taken = run("address", "amira@school.example", "bezet@school.example")
    assert (taken.exit_code, "email_taken" in taken.output) == (1, True)
    changed = run("address", "amira@school.example", "Amira@nieuw.example")
    assert changed.exit_code == 0, changed.output
    with db.reading(committed) as session:
        found = set(session.scalars(select(User.email)))
    assert found == {"amira@nieuw.example", "bezet@school.example"}
