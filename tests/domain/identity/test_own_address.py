"""Somebody changes their own address: nothing moves before the new mailbox and its owner are both seen, and then all does."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier, Thread
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.core import db
from peergang.core.errors import Conflict, Forbidden, Invalid, NotFound
from peergang.core.jobs import Job
from peergang.core.permissions import Actor
from peergang.identity.actions import addresses, links, signing_in
from peergang.identity.actions.cleaning import forget_what_is_over
from peergang.identity.models import (
    AuditEvent,
    EmailChange,
    InstitutionAccount,
    SingleUseToken,
    User,
)
from peergang.identity.personal_data import erase, export
from peergang.identity.queries import find_signed_in
from peergang.identity.queries.addresses import find_wanted_address
from peergang.identity.rules import PROOF_INTERVAL, TOKEN_LIFETIME, TokenPurpose
from tests.factories.identity import make_token, make_user, make_user_with_password

pytestmark = pytest.mark.database

PROOF = TokenPurpose.ADDRESS_PROOF
NEW = "noor@nieuw.example"


@pytest.fixture
def noor(session: Session) -> User:
    return make_user_with_password(session, "Noor", email="noor@oud.example")


@pytest.fixture
def heard() -> Iterator[list[tuple[str, str]]]:
    """The changes, as a higher feature hears them."""
    found: list[tuple[str, str]] = []

    def callback(session: Session, old: str, new: str, now: datetime) -> None:
        found.append((old, new))

    addresses.when_address_changed(callback)
    yield found
    addresses._when_changed.remove(callback)


def want(session: Session, user: User, now: datetime, email: str = NEW) -> str:
    """Ask, and give the secret in the mail that goes out now."""
    addresses.want_address(session, Actor(user.id), user.id, email, now=now)
    wanted = find_wanted_address(session, user.id, now)
    assert wanted is not None
    return links.issue_token_secret(session, wanted.id, now=now)


def verbs(session: Session, user: User) -> list[str]:
    return sorted(session.scalars(sa.select(AuditEvent.verb).where(AuditEvent.subject_id == user.id)))


def test_asking_moves_nothing_and_plans_a_mail(session: Session, noor: User, now: datetime) -> None:
    addresses.want_address(session, Actor(noor.id), noor.id, "  Noor@Nieuw.example ", now=now)
    session.expire_all()
    assert noor.email == "noor@oud.example"
    wanted = find_wanted_address(session, noor.id, now)
    assert wanted is not None
    assert (wanted.address, wanted.expires_at) == (NEW, now + timedelta(hours=24))
    assert session.get_one(SingleUseToken, wanted.id).token_hash is None, "no secret waits in a queue"
    assert (Job.NOTICES_PLAN_RULE, ("address_proof",)) in session.info["jobs"]
    assert verbs(session, noor) == ["address_wanted"]


@pytest.mark.parametrize(
    ("email", "code"),
    [("geen adres", "email_shape"), ("", "email_shape"), ("a\x00@b.example", "email_shape"),
     (" NOOR@oud.example", "email_same")],
)  # fmt: skip
def test_what_cannot_be_an_address_of_theirs(
    session: Session, noor: User, now: datetime, email: str, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        addresses.want_address(session, Actor(noor.id), noor.id, email, now=now)
    assert refused.value.problems == {"email": code}
    assert find_wanted_address(session, noor.id, now) is None


def test_everybody_only_their_own(session: Session, noor: User, now: datetime) -> None:
    for actor in (Actor(make_user(session).id), Actor(make_user(session).id, is_admin=True)):
        with pytest.raises(Forbidden):
            addresses.want_address(session, actor, noor.id, NEW, now=now)
        with pytest.raises(Forbidden):
            addresses.want_address_again(session, actor, noor.id, now=now)
        with pytest.raises(Forbidden):
            addresses.give_up_address(session, actor, noor.id, now=now)


def test_an_address_that_is_taken_is_wanted_like_any_other(
    session: Session, noor: User, now: datetime
) -> None:
    """Who asks cannot tell the two apart, in an answer, in the log or in their own data."""
    make_user(session, email="bezet@b.example")
    other = make_user(session)
    for user, email in ((noor, "bezet@b.example"), (other, "vrij@b.example")):
        want(session, user, now, email)
    seen = [
        (verbs(session, user), [row | {"address": ""} for row in export(session, user.id)["links_by_mail"]])
        for user in (noor, other)
    ]
    assert seen[0] == seen[1]


def test_the_link_moves_everything_at_once(
    session: Session, noor: User, now: datetime, heard: list[tuple[str, str]]
) -> None:
    cookie = signing_in.open_session(session, noor.id, now=now)
    account = InstitutionAccount(
        user_id=noor.id, provider="p", issuer="i", subject="s", organisation="", created_at=now
    )
    session.add(account)
    for purpose in (TokenPurpose.PASSWORD_RESET, TokenPurpose.INVITATION):
        make_token(session, noor, purpose, now, secret=purpose)
    secret = want(session, noor, now)
    assert addresses.confirm_address(session, Actor(noor.id), secret, now=now) == NEW
    session.expire_all()
    assert noor.email == NEW
    assert heard == [("noor@oud.example", NEW)]
    change = session.scalars(sa.select(EmailChange)).one()
    assert (change.old_email, change.changed_by_id) == ("noor@oud.example", noor.id)
    assert find_signed_in(session, signing_in.hash_token(cookie), now) is not None, "browsers stay"
    assert session.scalars(sa.select(InstitutionAccount.user_id)).one() == noor.id
    assert (Job.NOTICES_PLAN_RULE, ("address_changed",)) in session.info["jobs"]
    assert verbs(session, noor) == ["address_wanted", "own_address_changed"]
    for purpose, use in (("password_reset", links.reset_password), ("invitation", links.accept_invitation)):
        with pytest.raises(Conflict, match="token_gone"):
            use(session, purpose, "vier blauwe bruggen", now=now)
    with pytest.raises(Conflict, match="token_gone"):
        addresses.confirm_address(session, Actor(noor.id), secret, now=now)


def test_a_stranger_with_the_mail_gets_no_account(session: Session, noor: User, now: datetime) -> None:
    secret = want(session, noor, now)
    with pytest.raises(Conflict, match="other_account"):
        addresses.confirm_address(session, Actor(make_user(session).id), secret, now=now)
    with pytest.raises(Forbidden):
        addresses.confirm_address(session, Actor(user_id=None), secret, now=now)
    addresses.confirm_address(session, Actor(noor.id), secret, now=now)


def test_a_link_lives_a_day_and_serves_nothing_else(session: Session, noor: User, now: datetime) -> None:
    secret = want(session, noor, now)
    with pytest.raises(Conflict, match="token_gone"):
        links.reset_password(session, secret, "vier blauwe bruggen", now=now)
    make_token(session, noor, TokenPurpose.PASSWORD_RESET, now, secret="reset")
    later = now + TOKEN_LIFETIME[PROOF]
    for wrong, moment in ((secret, later), ("reset", now), ("nooit", now), ("", now)):
        with pytest.raises(Conflict, match="token_gone"):
            addresses.confirm_address(session, Actor(noor.id), wrong, now=moment)
    addresses.confirm_address(session, Actor(noor.id), secret, now=later - timedelta(seconds=1))


def test_a_later_wish_ends_the_earlier_and_two_clicks_are_one(
    session: Session, noor: User, now: datetime
) -> None:
    first = want(session, noor, now)
    addresses.want_address(session, Actor(noor.id), noor.id, NEW, now=now + timedelta(seconds=5))
    assert session.query(SingleUseToken).count() == 1
    again = now + PROOF_INTERVAL
    assert addresses.want_address_again(session, Actor(noor.id), noor.id, now=again) == NEW
    with pytest.raises(Conflict, match="token_gone"):
        addresses.confirm_address(session, Actor(noor.id), first, now=again)
    second = want(session, noor, again, "anders@nieuw.example")
    assert addresses.confirm_address(session, Actor(noor.id), second, now=again) == "anders@nieuw.example"


def test_what_was_taken_back_does_nothing(session: Session, noor: User, now: datetime) -> None:
    secret = want(session, noor, now)
    addresses.give_up_address(session, Actor(noor.id), noor.id, now=now)
    addresses.give_up_address(session, Actor(noor.id), noor.id, now=now)
    assert verbs(session, noor) == ["address_given_up", "address_wanted"]
    with pytest.raises(NotFound):
        addresses.want_address_again(session, Actor(noor.id), noor.id, now=now)
    with pytest.raises(Conflict, match="token_gone"):
        addresses.confirm_address(session, Actor(noor.id), secret, now=now)


def test_an_address_that_was_taken_meanwhile_changes_nothing(
    session: Session, noor: User, now: datetime, heard: list[tuple[str, str]]
) -> None:
    secret = want(session, noor, now)
    make_user(session, email=NEW)
    with pytest.raises(Conflict, match="address_taken"):
        addresses.confirm_address(session, Actor(noor.id), secret, now=now)
    session.expire_all()
    assert (noor.email, heard, session.query(EmailChange).count()) == ("noor@oud.example", [], 0)


def test_it_is_exported_erased_and_forgotten(session: Session, noor: User, now: datetime) -> None:
    want(session, noor, now)
    assert [row["address"] for row in export(session, noor.id)["links_by_mail"]] == [NEW]
    other = make_user(session)
    want(session, other, now, "ander@nieuw.example")
    noor.deactivated_at = noor.erased_at = now
    erase(session, noor.id)
    assert session.scalars(sa.select(SingleUseToken.address)).all() == ["ander@nieuw.example"]
    forget_what_is_over(session, now=now + timedelta(days=32))
    assert session.query(SingleUseToken).count() == 0


def at_once(committed: sa.Engine, clicks: list[tuple[UUID, str]], now: datetime) -> list[str]:
    outcomes: list[str] = []
    ready = Barrier(len(clicks))

    def click(user_id: UUID, secret: str) -> None:
        ready.wait()
        try:
            with db.transaction(committed) as session:
                addresses.confirm_address(session, Actor(user_id), secret, now=now)
            outcomes.append("changed")
        except Conflict as error:
            outcomes.append(error.reason)

    threads = [Thread(target=click, args=one) for one in clicks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


@pytest.mark.committed
def test_two_people_claim_one_address_at_once(committed: sa.Engine, now: datetime) -> None:
    clicks = []
    with db.transaction(committed) as session:
        for _ in range(3):
            user = make_user_with_password(session)
            clicks.append((user.id, want(session, user, now)))
    assert at_once(committed, clicks, now) == ["address_taken", "address_taken", "changed"]
    with db.reading(committed) as session:
        assert session.scalar(sa.select(sa.func.count()).where(User.email == NEW)) == 1
        assert session.query(EmailChange).count() == 1


@pytest.mark.committed
def test_two_clicks_on_one_link_at_once(committed: sa.Engine, now: datetime) -> None:
    with db.transaction(committed) as session:
        user = make_user_with_password(session)
        click = (user.id, want(session, user, now))
    assert at_once(committed, [click] * 3, now) == ["changed", "token_gone", "token_gone"]
    with db.reading(committed) as session:
        assert session.query(EmailChange).count() == 1


@pytest.mark.committed
def test_two_wishes_at_once_leave_one(committed: sa.Engine, now: datetime) -> None:
    with db.transaction(committed) as session:
        user_id = make_user_with_password(session).id

    def ask(number: int) -> None:
        with db.transaction(committed) as session:
            addresses.want_address(session, Actor(user_id), user_id, f"n{number}@nieuw.example", now=now)

    # The pool ends with an error of any of them: a deadlock once came in about one round of ten.
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(120)))
    with db.reading(committed) as session:
        open_ones = sa.select(sa.func.count()).where(SingleUseToken.used_at.is_(None))
        assert session.scalar(open_ones) == 1
