"""`peergang user add --institution` and `peergang user invite`."""

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from sqlalchemy import select

from peergang.cli import main
from peergang.core import clock, db
from peergang.identity.actions.links import accept_invitation
from peergang.identity.models import Affiliation
from tests.factories.identity import make_institution, make_user, make_user_with_password

pytestmark = [pytest.mark.database, pytest.mark.committed]


@pytest.fixture(autouse=True)
def environment(committed: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEERGANG_ENV", "test")
    monkeypatch.setenv("PEERGANG_DATABASE_URL", committed.url.render_as_string(hide_password=False))
    monkeypatch.setenv("PEERGANG_REDIS_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setenv("PEERGANG_PUBLIC_URL", "http://peergang.test")


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["user", *words])


def test_a_new_link_works_once(committed: sa.Engine) -> None:
    with db.transaction(committed) as session:
        user = make_user(session, email="amira@school.example")
    invited = run("invite", "Amira@school.example")
    assert invited.exit_code == 0, invited.output
    secret = invited.output.strip().rpartition("/uitnodiging/")[2]
    with db.transaction(committed) as session:
        assert accept_invitation(session, secret, "drie groene fietsen", now=clock.now()) == user.id
    again = run("invite", "amira@school.example")
    assert again.exit_code == 1
    assert "has a password already" in again.output


def test_who_cannot_be_invited(committed: sa.Engine) -> None:
    with db.transaction(committed) as session:
        make_user_with_password(session, email="bilal@school.example", deactivated_at=clock.now())
    assert "is closed" in run("invite", "bilal@school.example").output
    assert "Nobody has the address" in run("invite", "niemand@school.example").output


def test_a_new_person_works_somewhere(committed: sa.Engine) -> None:
    with db.transaction(committed) as session:
        school = make_institution(session, brin="25LX")
    unknown = run("add", "yara@school.example", "Yara", "--institution", "99ZZ")
    assert unknown.exit_code == 1
    assert "no institution 99ZZ" in unknown.output
    added = run("add", "yara@school.example", "Yara", "Windvaan", "--institution", "25lx")
    assert added.exit_code == 0, added.output
    with db.reading(committed) as session:
        assert session.scalars(select(Affiliation.institution_id)).all() == [school.id]
