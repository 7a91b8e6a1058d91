"""Hashing and checking passwords with argon2id, at the second recommended setting of RFC 9106 (64 MiB, three passes)."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from peergang.core.errors import Invalid
from peergang.identity.rules.passwords import PASSWORD_MAX_LENGTH, normal_password, password_problem

_hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


def hash_password(password: str) -> str:
    """The hash to store, with its parameters and a new salt. Takes about 0.1 s and 64 MiB."""
    return _hasher.hash(normal_password(password))


@cache
def _nobody() -> str:
    """A hash that is checked when there is no account, so that the answer takes as long as for one that exists."""
    return hash_password("niemand heeft dit wachtwoord")


def verify_password(stored: str | None, password: str) -> bool:
    """Whether `password` belongs to `stored`. Without a stored hash the same work is done, and the answer is no."""
    plain = normal_password(password[: PASSWORD_MAX_LENGTH + 1])
    try:
        _hasher.verify(stored or _nobody(), plain)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def needs_rehash(stored: str) -> bool:
    """Whether `stored` was made with other parameters than the present ones."""
    return _hasher.check_needs_rehash(stored)


def check_new_password(password: str, email: str, *, field: str = "password") -> None:
    """Refuse a password that will not do.

    Raises:
        Invalid: {field: code}, with a code of `rules.passwords.password_problem`.
    """
    problem = password_problem(password, email)
    if problem is not None:
        raise Invalid({field: problem})
