"""People, institutions, affiliations and signed-in browsers."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import count
from secrets import token_urlsafe

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from peergang.identity.actions.signing_in import hash_token
from peergang.identity.models import Affiliation, Institution, RoleGrant, SignInSession, SingleUseToken, User
from peergang.identity.rules import TOKEN_LIFETIME, TokenPurpose, sort_key

_numbers = count(1)


def make_institution(session: Session, name: str = "", *, brin: str = "") -> Institution:
    number = next(_numbers)
    letters = chr(65 + number // 26 % 26) + chr(65 + number % 26)
    institution = Institution(
        brin=brin or f"{number // 676 % 100:02d}{letters}", name=name or f"ROC Proef {number}"
    )
    session.add(institution)
    session.flush()
    return institution


def make_user(
    session: Session, given_name: str = "", family_name: str = "", *, particle: str = "", **more: object
) -> User:
    number = next(_numbers)
    given_name, family_name = given_name or f"Persoon{number}", family_name or "Proef"
    user = User(
        given_name=given_name,
        name_particle=particle,
        family_name=family_name,
        sort_key=sort_key(given_name, particle, family_name),
        email=more.pop("email", f"persoon{number}@school.example"),
        **more,
    )
    session.add(user)
    session.flush()
    return user


def make_affiliation(
    session: Session, user: User, institution: Institution, *, since: date = date(2024, 8, 1)
) -> Affiliation:
    affiliation = Affiliation(
        user_id=user.id, institution_id=institution.id, job_title="i-coach", valid_from=since
    )
    session.add(affiliation)
    session.flush()
    return affiliation


def make_organiser(session: Session, given_name: str = "Lotte", family_name: str = "Vlierstruik") -> User:
    user = make_user(session, given_name, family_name)
    session.add(RoleGrant(user_id=user.id, role="organiser"))
    session.flush()
    return user


def sign_in_session(session: Session, user: User) -> str:
    """Store a signed-in browser of `user` and return the token that belongs in its cookie."""
    token = token_urlsafe(32)
    begin = datetime.now(UTC) - timedelta(minutes=1)
    session.add(
        SignInSession(
            user_id=user.id,
            token_hash=hashlib.sha256(token.encode()).digest(),
            created_at=begin,
            expires_at=begin + timedelta(days=365),
        )
    )
    session.flush()
    return token


PASSWORD = "drie groene fietsen"


CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Takes no time, unlike the real one. Signing in with it renews the hash, unless the test uses it throughout."""


@cache
def _hash() -> str:
    return CHEAP.hash(PASSWORD)


def make_user_with_password(
    session: Session, given_name: str = "", family_name: str = "", **more: object
) -> User:
    """Somebody who can sign in with PASSWORD."""
    return make_user(session, given_name, family_name, password_hash=_hash(), **more)


def make_token(
    session: Session,
    user: User,
    purpose: TokenPurpose,
    now: datetime,
    *,
    secret: str = "",
    address: str | None = None,
) -> SingleUseToken:
    """A link that was asked for now; with `secret` it was mailed as well."""
    token = SingleUseToken(
        user_id=user.id,
        purpose=purpose,
        address=address,
        token_hash=hash_token(secret) if secret else None,
        requested_at=now,
        expires_at=now + TOKEN_LIFETIME[purpose],
    )
    session.add(token)
    session.flush()
    return token
