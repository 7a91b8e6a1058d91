"""The last steps of every sign-in: is this enough, and if not, the second step."""

from dataclasses import dataclass
from datetime import datetime
from secrets import token_urlsafe
from typing import Literal
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from peergang.core.permissions import Actor
from peergang.core.sealing import Seal
from peergang.identity.actions.audit import record_audit
from peergang.identity.actions.recovery_codes import use_code
from peergang.identity.actions.security import lock_user
from peergang.identity.actions.signing_in import Browser, hash_token, open_session
from peergang.identity.actions.totp import check_totp
from peergang.identity.models import HalfSignIn
from peergang.identity.queries.factors import find_factors, find_half, has_duty
from peergang.identity.rules.second_factor import HALF_ATTEMPTS, HALF_LIFETIME, Method, asks_second_step


@dataclass(frozen=True, slots=True)
class Step:
    """Where a sign-in stands. `token` belongs in the browser's cookie: of a session when `done`, else of half a sign-in."""

    token: str
    done: bool


@dataclass(frozen=True, slots=True)
class Second:
    """What came of a second step: a session's token and where it leads; or why not: gone, wrong, over."""

    token: str = ""
    remember: bool = False
    target: str = ""
    problem: str = ""


def finish_sign_in(
    session: Session,
    user_id: UUID,
    method: Method,
    *,
    browser: Browser,
    demanded: bool,
    now: datetime,
    remember: bool = False,
    target: str = "",
    second_proved: bool = False,
) -> Step:
    """Let somebody in whose identity was just proved by `method`, or ask for the second step. Whoever proved it calls this.

    `demanded` says whether this installation wants a second factor of who has a duty; `second_proved` that the institution
    told that it asked for one.
    """
    factors = find_factors(session, user_id)
    must = demanded and has_duty(session, user_id)
    if second_proved or not asks_second_step(method, factors, must=must):
        verb = "demo_sign_in" if method is Method.DEMO else "sign_in"
        token = open_session(
            session, user_id, now=now, browser=browser, remember=remember, verb=verb, method=method
        )
        return Step(token, done=True)
    token = token_urlsafe(32)
    half = HalfSignIn(
        user_id=user_id,
        token_hash=hash_token(token),
        method=str(method),
        remember=remember,
        target=target[:2000],
        created_at=now,
        expires_at=now + HALF_LIFETIME,
    )
    session.add(half)
    session.flush()
    return Step(token, done=False)


def answer_second_step(
    session: Session,
    half_token: str,
    code: str,
    seal: Seal,
    *,
    kind: Literal["totp", "recovery"],
    browser: Browser,
    now: datetime,
) -> Second:
    """Finish half a sign-in with a code; whoever holds its token. After five wrong codes it is over."""
    half = _lock_half(session, hash_token(half_token), now)
    if half is None:
        return Second(problem="gone")
    check = check_totp if kind == "totp" else use_code
    if not check(session, half.user_id, code, seal, now=now):
        return _wrong(session, half, kind, now)
    session.execute(delete(HalfSignIn).where(HalfSignIn.user_id == half.user_id))
    token = open_session(
        session,
        half.user_id,
        now=now,
        browser=browser,
        remember=half.remember,
        method=half.method,
        second=kind,
    )
    return Second(token=token, remember=half.remember, target=half.target)


def _lock_half(session: Session, token_hash: bytes, now: datetime) -> HalfSignIn | None:
    """The half sign-in, held. Its person is held first: whoever gets in ends the other halves of that person."""
    half = find_half(session, token_hash, now)
    if half is None:
        return None
    lock_user(session, half.user_id)
    return find_half(session, token_hash, now, lock=True)


def _wrong(session: Session, half: HalfSignIn, kind: str, now: datetime) -> Second:
    half.attempts += 1
    details = {"kind": kind, "attempt": half.attempts}
    record_audit(
        session, Actor(user_id=half.user_id), "second_step_failed", "user", half.user_id, details, now=now
    )
    if half.attempts < HALF_ATTEMPTS:
        session.flush()
        return Second(problem="wrong")
    session.delete(half)
    session.flush()
    return Second(problem="over")
