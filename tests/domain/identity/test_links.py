"""Links by mail: they work once, for a while, and for one person."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from threading import Thread
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.core import db
from peergang.core.errors import Conflict, Invalid, NotFound
from peergang.core.jobs import Job
from peergang.core.permissions import SYSTEM, Actor
from peergang.identity.actions import account, links, signing_in
from peergang.identity.actions.passwords import verify_password
from peergang.identity.models import AuditEvent, InstitutionAccount, RoleGrant, SingleUseToken, User
from peergang.identity.queries import find_signed_in
from peergang.identity.rules import RESET_INTERVAL, TOKEN_LIFETIME, TokenPurpose
from tests.factories.identity import PASSWORD, make_token, make_user, make_user_with_password

pytestmark = pytest.mark.database

NEW = "vier blauwe bruggen"
RESET, INVITATION = TokenPurpose.PASSWORD_RESET, TokenPurpose.INVITATION


@pytest.fixture
def accepted() -> Iterator[list[UUID]]:
    """Who accepted, as a higher feature hears it."""
    heard: list[UUID] = []

    def callback(session: Session, user_id: UUID, now: datetime) -> None:
        heard.append(user_id)

    links.when_accepted(callback)
    yield heard
    links._when_accepted.remove(callback)


def requests(session: Session) -> list[SingleUseToken]:
    return list(session.scalars(select(SingleUseToken)))


def test_a_request_makes_a_row_without_a_secret_and_plans_the_mail(session: Session, now: datetime) -> None:
    user = make_user_with_password(session, email="amira@school.example")
    links.request_password_reset(session, None, " AMIRA@school.example", now=now)
    (token,) = requests(session)
    assert (token.user_id, token.purpose, token.token_hash) == (user.id, RESET, None)
    assert (Job.NOTICES_PLAN_RULE, ("password_reset",)) in session.info["jobs"]


def test_an_unknown_or_closed_account_makes_nothing(session: Session, now: datetime) -> None:
    make_user(session, email="weg@school.example", deactivated_at=now)
    for email in ("weg@school.example", "nooit@school.example", "", "\x00"):
        links.request_password_reset(session, None, email, now=now)
    assert requests(session) == []
    # The broker is asked all the same, so that its time tells nothing.
    assert (Job.NOTICES_PLAN_RULE, ("password_reset",)) in session.info["jobs"]


@pytest.mark.parametrize("way", ["password", "invited", "long ago", "role", "institution", "nothing"])
def test_who_was_never_let_in_gets_no_link(session: Session, now: datetime, way: str) -> None:
    """A form that anybody can fill in makes people known here; that must not be a door."""
    user = make_user_with_password(session) if way == "password" else make_user(session)
    if way in ("invited", "long ago"):
        make_token(session, user, INVITATION, now - timedelta(days=50 if way == "long ago" else 1))
    elif way == "role":
        session.add(RoleGrant(user_id=user.id, role="organiser"))
    elif way == "institution":
        session.add(
            InstitutionAccount(
                user_id=user.id, provider="p", issuer="i", subject="s", organisation="", created_at=now
            )
        )
    session.flush()
    links.request_password_reset(session, None, user.email, now=now)
    assert [one.purpose for one in requests(session) if one.purpose == RESET] == [RESET] * (way != "nothing")


def test_one_open_request_in_five_minutes(session: Session, now: datetime) -> None:
    user = make_user_with_password(session)
    for seconds in (0, 1, RESET_INTERVAL.seconds - 1):
        links.request_password_reset(session, None, user.email, now=now + timedelta(seconds=seconds))
    assert len(requests(session)) == 1
    links.request_password_reset(session, None, user.email, now=now + RESET_INTERVAL)
    assert len(requests(session)) == 2


def test_a_secret_is_kept_as_its_hash_and_a_second_one_replaces_it(session: Session, now: datetime) -> None:
    token = make_token(session, make_user(session), RESET, now)
    first = links.issue_token_secret(session, token.id, now=now)
    second = links.issue_token_secret(session, token.id, now=now)
    assert first != second
    assert token.token_hash == signing_in.hash_token(second)
    with pytest.raises(Conflict):
        links.reset_password(session, first, NEW, now=now)
    links.reset_password(session, second, NEW, now=now)


def test_no_secret_for_what_is_unknown_used_or_expired(session: Session, now: datetime) -> None:
    used, old = (make_token(session, make_user(session), RESET, now) for _ in range(2))
    used.used_at = now
    with pytest.raises(NotFound):
        links.issue_token_secret(session, uuid4(), now=now)
    with pytest.raises(Conflict, match="token_gone"):
        links.issue_token_secret(session, used.id, now=now)
    with pytest.raises(Conflict, match="token_gone"):
        links.issue_token_secret(session, old.id, now=now + TOKEN_LIFETIME[RESET])


def test_a_new_password_ends_every_session_and_every_other_link(session: Session, now: datetime) -> None:
    user = make_user_with_password(session)
    cookie = signing_in.open_session(session, user.id, now=now)
    for secret in ("een", "twee"):
        make_token(session, user, RESET, now, secret=secret)
    assert links.reset_password(session, "twee", NEW, now=now) == user.id
    assert verify_password(user.password_hash, NEW)
    assert find_signed_in(session, signing_in.hash_token(cookie), now) is None
    for secret in ("een", "twee"):
        with pytest.raises(Conflict, match="token_gone"):
            links.reset_password(session, secret, NEW, now=now)
    assert "password_reset" in session.scalars(select(AuditEvent.verb)).all()


@pytest.mark.parametrize("purpose", [RESET, INVITATION])
def test_a_link_works_until_it_expires(session: Session, now: datetime, purpose: TokenPurpose) -> None:
    use = links.reset_password if purpose == RESET else links.accept_invitation
    make_token(session, make_user(session), purpose, now, secret="geheim")
    with pytest.raises(Conflict, match="token_gone"):
        use(session, "geheim", NEW, now=now + TOKEN_LIFETIME[purpose])
    use(session, "geheim", NEW, now=now + TOKEN_LIFETIME[purpose] - timedelta(seconds=1))


def test_a_link_for_one_purpose_does_not_serve_the_other(session: Session, now: datetime) -> None:
    user = make_user_with_password(session)
    make_token(session, user, INVITATION, now, secret="geheim")
    with pytest.raises(Conflict):
        links.reset_password(session, "geheim", NEW, now=now)


def test_a_link_of_a_closed_account_does_not_work(session: Session, now: datetime) -> None:
    user = make_user(session, deactivated_at=now)
    make_token(session, user, INVITATION, now, secret="geheim")
    with pytest.raises(Conflict):
        links.accept_invitation(session, "geheim", NEW, now=now)


def test_an_invitation_gives_a_password_and_is_heard_above(
    session: Session, now: datetime, accepted: list[UUID]
) -> None:
    user = make_user(session)
    make_token(session, user, INVITATION, now, secret="geheim")
    assert links.accept_invitation(session, "geheim", NEW, now=now) == user.id
    assert verify_password(user.password_hash, NEW)
    assert accepted == [user.id]
    with pytest.raises(Conflict):
        links.accept_invitation(session, "geheim", NEW, now=now)


def test_an_invitation_never_replaces_a_password(
    session: Session, now: datetime, accepted: list[UUID]
) -> None:
    user = make_user_with_password(session)
    before = user.password_hash
    make_token(session, user, INVITATION, now, secret="geheim")
    links.accept_invitation(session, "geheim", NEW, now=now)
    assert user.password_hash == before
    assert accepted == [user.id]


def test_who_was_invited_and_asks_for_a_password_accepts(
    session: Session, now: datetime, accepted: list[UUID]
) -> None:
    new, known = make_user(session), make_user_with_password(session)
    for user, secret in ((new, "een"), (known, "twee")):
        make_token(session, user, RESET, now, secret=secret)
        links.reset_password(session, secret, NEW, now=now)
    assert accepted == [new.id]


@pytest.mark.parametrize("password", [None, "", "kort", "Welkom2026"])
def test_a_password_that_will_not_do_leaves_the_link_working(
    session: Session, now: datetime, password: str | None
) -> None:
    user = make_user(session)
    make_token(session, user, INVITATION, now, secret="geheim")
    with pytest.raises(Invalid):
        links.accept_invitation(session, "geheim", password, now=now)
    assert user.password_hash is None
    links.accept_invitation(session, "geheim", NEW, now=now)


def test_many_are_invited_at_once(session: Session, now: datetime) -> None:
    users = [make_user(session) for _ in range(3)]
    tokens = links.invite_users(session, [user.id for user in users], now=now)
    assert [tokens[user.id].user_id for user in users] == [user.id for user in users]
    assert all(token.purpose == INVITATION and token.token_hash is None for token in tokens.values())
    assert links.invite_user(session, users[0].id, now=now).id != tokens[users[0].id].id


@pytest.mark.committed
def test_two_clicks_at_once_use_a_link_once(committed: sa.Engine, now: datetime) -> None:
    with db.transaction(committed) as session:
        make_token(session, make_user(session), RESET, now, secret="geheim")
    outcomes: list[str] = []

    def click(password: str) -> None:
        try:
            with db.transaction(committed) as session:
                links.reset_password(session, "geheim", password, now=now)
            outcomes.append("changed")
        except Conflict:
            outcomes.append("gone")

    threads = [Thread(target=click, args=(f"{NEW} {number}",)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["changed", "gone", "gone"]


@pytest.mark.committed
def test_two_requests_at_once_make_one_mail(committed: sa.Engine, now: datetime) -> None:
    with db.transaction(committed) as session:
        email = make_user_with_password(session).email

    def ask() -> None:
        with db.transaction(committed) as session:
            links.request_password_reset(session, None, email, now=now)

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.reading(committed) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(SingleUseToken)) == 1
        assert session.scalar(sa.select(sa.func.count()).select_from(User)) == 1


@pytest.mark.parametrize("way", ["changed", "set", "invited"])
def test_a_new_password_closes_every_open_reset_link(session: Session, now: datetime, way: str) -> None:
    user = make_user(session) if way == "invited" else make_user_with_password(session)
    links.invite_user(session, user.id, now=now)
    other = make_user_with_password(session)
    links.request_password_reset(session, None, user.email, now=now)
    links.request_password_reset(session, None, other.email, now=now)
    by_user = {token.user_id: token.id for token in requests(session) if token.purpose == RESET}
    secret = links.issue_token_secret(session, by_user[user.id], now=now)
    if way == "changed":
        actor = Actor(user_id=user.id)
        account.change_password(session, actor, user.id, current=PASSWORD, new="zes groene sluizen", now=now)
    elif way == "set":
        account.set_password(session, SYSTEM, user.id, "zes groene sluizen", now=now)
    else:
        invitation = links.invite_user(session, user.id, now=now)
        link = links.issue_token_secret(session, invitation.id, now=now)
        links.accept_invitation(session, link, "zes groene sluizen", now=now)
    with pytest.raises(Conflict, match="token_gone"):
        links.reset_password(session, secret, "van iemand anders", now=now)
    assert links.issue_token_secret(session, by_user[other.id], now=now), "nobody else's link is touched"
