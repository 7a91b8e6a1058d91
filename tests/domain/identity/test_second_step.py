"""Coming in with a second step: codes, half sign-ins, and everything that is refused."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.core.db import transaction
from peergang.core.errors import Conflict, Forbidden, Invalid
from peergang.core.permissions import SYSTEM, Actor
from peergang.core.sealing import Seal
from peergang.identity.actions import recovery_codes, totp
from peergang.identity.actions.account import set_password
from peergang.identity.actions.entering import Second, Step, answer_second_step, finish_sign_in
from peergang.identity.actions.links import reset_password
from peergang.identity.actions.passkeys import remove_passkey
from peergang.identity.actions.signing_in import NO_BROWSER, Browser, hash_token, sign_out_everywhere
from peergang.identity.models import (
    AuditEvent,
    HalfSignIn,
    RecoveryCode,
    RoleGrant,
    SignInSession,
    Totp,
    User,
)
from peergang.identity.queries import find_signed_in
from peergang.identity.queries.factors import find_factors
from peergang.identity.rules import TokenPurpose
from peergang.identity.rules.second_factor import HALF_LIFETIME, Method
from tests.factories.factors import SECRET, code_at, make_passkey, make_recovery_codes, make_totp
from tests.factories.identity import make_organiser, make_token, make_user

SEAL = Seal("a secret of tests that is long enough")
pytestmark = pytest.mark.database


def enter(
    session: Session, user: User, now: datetime, method: Method = Method.PASSWORD, **more: object
) -> Step:
    return finish_sign_in(
        session, user.id, method, **({"browser": NO_BROWSER, "demanded": False, "now": now} | more)
    )


def answer(session: Session, token: str, code: str, now: datetime, kind: str = "totp") -> Second:
    return answer_second_step(session, token, code, SEAL, kind=kind, browser=NO_BROWSER, now=now)


def verbs(session: Session) -> list[str]:
    return list(session.scalars(sa.select(AuditEvent.verb).order_by(AuditEvent.at, AuditEvent.id)))


@pytest.fixture
def with_app(session: Session, now: datetime) -> User:
    user = make_user(session)
    make_totp(session, user, SEAL, now)
    return user


def test_a_password_alone_is_half_for_who_has_an_app(session: Session, with_app: User, now: datetime) -> None:
    step = enter(session, with_app, now, remember=True, target="/bibliotheek/")
    assert not step.done
    assert session.scalars(sa.select(SignInSession)).all() == []
    assert find_signed_in(session, hash_token(step.token), now) is None
    come_in = answer(session, step.token, code_at(now), now)
    assert (come_in.problem, come_in.remember, come_in.target) == ("", True, "/bibliotheek/")
    found = find_signed_in(session, hash_token(come_in.token), now)
    assert found is not None
    assert (found.user_id, found.has_second_factor) == (with_app.id, True)
    assert session.scalars(sa.select(HalfSignIn)).all() == []


@pytest.mark.parametrize("method", [Method.PASSKEY, Method.DEMO])
def test_a_passkey_is_both_halves(session: Session, with_app: User, now: datetime, method: Method) -> None:
    assert enter(session, with_app, now, method).done


def test_an_institution_that_asked_already_is_believed(
    session: Session, with_app: User, now: datetime
) -> None:
    assert not enter(session, with_app, now, Method.INSTITUTION).done
    assert enter(session, with_app, now, Method.INSTITUTION, second_proved=True).done


def test_a_passkey_beside_a_password_is_asked_of_who_must(session: Session, now: datetime) -> None:
    organiser, other = make_organiser(session), make_user(session)
    for user in (organiser, other):
        make_passkey(session, user, now)
    assert not enter(session, organiser, now, demanded=True).done
    assert enter(session, organiser, now, demanded=False).done
    assert enter(session, other, now, demanded=True).done


def test_a_code_works_once(session: Session, with_app: User, now: datetime) -> None:
    code = code_at(now)
    assert answer(session, enter(session, with_app, now).token, code, now).problem == ""
    again = enter(session, with_app, now)
    assert answer(session, again.token, code, now).problem == "wrong"
    # An older one of the neighbours does not work any more either; the next does.
    assert answer(session, again.token, code_at(now - timedelta(seconds=30)), now).problem == "wrong"
    assert answer(session, again.token, code_at(now + timedelta(seconds=30)), now).problem == ""


@pytest.mark.parametrize(("off", "works"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_clock_may_be_half_a_minute_off(
    session: Session, with_app: User, now: datetime, off: int, works: bool
) -> None:
    token = enter(session, with_app, now).token
    code = code_at(now + timedelta(seconds=off))
    assert (answer(session, token, f" {code[:3]} {code[3:]} ", now).problem == "") is works


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "0" * 5000])
def test_what_is_no_code_is_wrong(session: Session, with_app: User, now: datetime, code: str) -> None:
    assert answer(session, enter(session, with_app, now).token, code, now).problem == "wrong"


def test_five_wrong_codes_end_it(session: Session, with_app: User, now: datetime) -> None:
    token = enter(session, with_app, now).token
    problems = [answer(session, token, "000000", now).problem for _ in range(6)]
    assert problems == ["wrong"] * 4 + ["over", "gone"]
    assert answer(session, token, code_at(now), now).problem == "gone"
    assert verbs(session).count("second_step_failed") == 5


def test_half_a_sign_in_is_short(session: Session, with_app: User, now: datetime) -> None:
    token = enter(session, with_app, now).token
    late = now + HALF_LIFETIME
    assert answer(session, token, code_at(late), late).problem == "gone"
    assert answer(session, "unknown", code_at(now), now).problem == "gone"


def test_an_account_that_closed_meanwhile_stays_out(session: Session, with_app: User, now: datetime) -> None:
    token = enter(session, with_app, now).token
    with_app.deactivated_at = now
    session.flush()
    assert answer(session, token, code_at(now), now).problem == "gone"


def test_no_half_sign_in_outlives_the_password_it_began_with(
    session: Session, with_app: User, now: datetime
) -> None:
    """Who knew the old one is out, also where only a code was left to give."""
    me = Actor(user_id=with_app.id)
    make_token(session, with_app, TokenPurpose.PASSWORD_RESET, now, secret="geheim")
    for end in (
        lambda: reset_password(session, "geheim", "vier blauwe bruggen", now=now),
        lambda: sign_out_everywhere(session, me, with_app.id, now=now),
        lambda: set_password(session, SYSTEM, with_app.id, "vijf blauwe bruggen", now=now),
    ):
        token = enter(session, with_app, now).token
        end()
        assert answer(session, token, code_at(now), now).problem == "gone"
    assert session.scalars(sa.select(SignInSession).where(SignInSession.revoked_at.is_(None))).all() == []


def test_the_code_of_another_is_wrong(session: Session, with_app: User, now: datetime) -> None:
    other = make_user(session)
    make_recovery_codes(session, other, SEAL, now, "abcd-efgh-jkmn")
    token = enter(session, with_app, now).token
    assert answer(session, token, "abcd-efgh-jkmn", now, "recovery").problem == "wrong"


def test_a_recovery_code_works_once(session: Session, with_app: User, now: datetime) -> None:
    make_recovery_codes(session, with_app, SEAL, now, "abcd-efgh-jkmn", "pqrs-tuvw-xyz2")
    first = enter(session, with_app, now)
    assert answer(session, first.token, "ABCD efgh JKMN", now, "recovery").problem == ""
    second = enter(session, with_app, now)
    assert answer(session, second.token, "abcd-efgh-jkmn", now, "recovery").problem == "wrong"
    assert "recovery_code_used" in verbs(session)
    assert find_factors(session, with_app.id).codes == 1


def test_a_secret_that_cannot_be_read_is_no_way_in(session: Session, with_app: User, now: datetime) -> None:
    token = enter(session, with_app, now).token
    answered = answer_second_step(
        session, token, code_at(now), Seal("another" * 6), kind="totp", browser=NO_BROWSER, now=now
    )
    assert answered.problem == "wrong"


def test_one_browser_is_one_session(session: Session, now: datetime) -> None:
    user, other = make_user(session), make_user(session)
    first = enter(session, user, now, browser=Browser("Firefox", "145.100.22.7"))
    second = enter(session, other, now, browser=Browser("Firefox", "145.100.22.7", former_token=first.token))
    assert find_signed_in(session, hash_token(first.token), now) is None
    assert find_signed_in(session, hash_token(second.token), now) is not None
    addresses = set(session.scalars(sa.select(SignInSession.address)))
    assert addresses == {"145.100.x.x"}


def test_setting_up_needs_a_code_that_works(session: Session, now: datetime) -> None:
    user = make_user(session)
    actor = Actor(user_id=user.id)
    with pytest.raises(Conflict, match="totp_gone"):
        totp.confirm_totp(session, actor, user.id, "123456", SEAL, now=now)
    totp.start_totp(session, actor, user.id, SEAL, now=now)
    secret = totp.read_waiting_secret(session, actor, user.id, SEAL)
    assert secret is not None
    # Nothing is asked until it works.
    assert enter(session, user, now).done
    with pytest.raises(Invalid) as refused:
        totp.confirm_totp(session, actor, user.id, "000000", SEAL, now=now)
    assert refused.value.problems == {"code": "code_wrong"}
    totp.confirm_totp(session, actor, user.id, code_at(now, secret), SEAL, now=now)
    assert totp.read_waiting_secret(session, actor, user.id, SEAL) is None
    with pytest.raises(Conflict, match="totp_exists"):
        totp.start_totp(session, actor, user.id, SEAL, now=now)
    # The code that confirmed it is used.
    token = enter(session, user, now).token
    assert answer(session, token, code_at(now, secret), now).problem == "wrong"


def test_the_secret_in_the_table_tells_nothing(session: Session, with_app: User) -> None:
    stored = session.scalars(sa.select(Totp.secret)).one()
    assert SECRET.encode() not in stored


def test_starting_again_replaces_the_secret(session: Session, now: datetime) -> None:
    user = make_user(session)
    actor = Actor(user_id=user.id)
    secrets = set()
    for _ in range(2):
        totp.start_totp(session, actor, user.id, SEAL, now=now)
        session.expire_all()
        secrets.add(totp.read_waiting_secret(session, actor, user.id, SEAL))
    assert len(secrets) == 2


def test_nobody_touches_the_codes_of_another(session: Session, with_app: User, now: datetime) -> None:
    for actor in (Actor(user_id=make_user(session).id, is_admin=True), Actor(user_id=None)):
        for change in (
            lambda actor=actor: totp.start_totp(session, actor, with_app.id, SEAL, now=now),
            lambda actor=actor: totp.read_waiting_secret(session, actor, with_app.id, SEAL),
            lambda actor=actor: totp.confirm_totp(session, actor, with_app.id, "1", SEAL, now=now),
            lambda actor=actor: totp.remove_totp(session, actor, with_app.id, demanded=False, now=now),
            lambda actor=actor: recovery_codes.renew_codes(session, actor, with_app.id, SEAL, now=now),
        ):
            with pytest.raises(Forbidden):
                change()


@pytest.mark.parametrize("role", ["organiser", "admin"])
def test_who_must_have_a_factor_keeps_the_last(
    session: Session, with_app: User, now: datetime, role: str
) -> None:
    session.add(RoleGrant(user_id=with_app.id, role=role))
    session.flush()
    actor = Actor(user_id=with_app.id)
    with pytest.raises(Conflict, match="last_factor"):
        totp.remove_totp(session, actor, with_app.id, demanded=True, now=now)
    make_passkey(session, with_app, now)
    totp.remove_totp(session, actor, with_app.id, demanded=True, now=now)
    assert find_factors(session, with_app.id).passkeys == 1


def test_codes_go_with_the_last_factor(session: Session, with_app: User, now: datetime) -> None:
    actor = Actor(user_id=with_app.id)
    codes = recovery_codes.renew_codes(session, actor, with_app.id, SEAL, now=now)
    assert len(set(codes)) == 10
    totp.remove_totp(session, actor, with_app.id, demanded=True, now=now)
    assert session.scalars(sa.select(RecoveryCode)).all() == []
    with pytest.raises(Conflict, match="no_factor"):
        recovery_codes.renew_codes(session, actor, with_app.id, SEAL, now=now)
    with pytest.raises(Conflict, match="totp_gone"):
        totp.remove_totp(session, actor, with_app.id, demanded=False, now=now)


def test_new_codes_replace_the_old(session: Session, with_app: User, now: datetime) -> None:
    actor = Actor(user_id=with_app.id)
    old = recovery_codes.renew_codes(session, actor, with_app.id, SEAL, now=now)
    new = recovery_codes.renew_codes(session, actor, with_app.id, SEAL, now=now)
    assert not recovery_codes.use_code(session, with_app.id, old[0], SEAL, now=now)
    assert recovery_codes.are_codes_of(session, with_app.id, new, SEAL)
    assert not recovery_codes.are_codes_of(session, with_app.id, [*new, old[0]], SEAL)
    assert not recovery_codes.are_codes_of(session, with_app.id, [], SEAL)
    assert sorted(verbs(session)) == ["recovery_codes_made", "recovery_codes_renewed"]


@pytest.mark.parametrize("kind", ["totp", "recovery"])
def test_two_windows_cannot_use_one_code(committed: sa.Engine, now: datetime, kind: str) -> None:
    with transaction(committed) as session:
        user = make_user(session)
        make_totp(session, user, SEAL, now)
        make_recovery_codes(session, user, SEAL, now, "abcd-efgh-jkmn")
        tokens = [enter(session, user, now).token for _ in range(4)]
    code = code_at(now) if kind == "totp" else "abcd-efgh-jkmn"

    def come_in(token: str) -> str:
        with transaction(committed) as session:
            return answer(session, token, code, now, kind).problem

    with ThreadPoolExecutor(4) as pool:
        problems = list(pool.map(come_in, tokens))
    assert problems.count("") == 1


def test_both_of_the_last_factors_cannot_go_at_once(committed: sa.Engine, now: datetime) -> None:
    with transaction(committed) as session:
        user = make_organiser(session)
        make_totp(session, user, SEAL, now)
        passkey_id = make_passkey(session, user, now).id
        user_id = user.id
    actor = Actor(user_id=user_id)

    def drop(which: str) -> str:
        try:
            with transaction(committed) as session:
                if which == "totp":
                    totp.remove_totp(session, actor, user_id, demanded=True, now=now)
                else:
                    remove_passkey(session, actor, user_id, passkey_id, demanded=True, now=now)
        except Conflict as error:
            return error.reason
        return "gone"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(drop, ["totp", "passkey"])) == ["gone", "last_factor"]
