"""Names on certificates, and the reasons that go with them."""

from peergang.core.errors import Invalid
from peergang.identity.rules.names import initials, split_name

NAME_MAX_LENGTH = 120
REASON_MIN_LENGTH = 10
REASON_MAX_LENGTH = 500
ACCOUNT_MAX_LENGTH = 200


def hidden_name(name: str) -> str:
    """Only the first letters: "A. B." for Anna van der Berg."""
    given, _particle, family = split_name(name)
    return " ".join(f"{initials(part, '')}." for part in (given, family) if part)


def check_reason(reason: str) -> str:
    """The reason as it will be kept.

    Raises:
        Invalid: {"reason": "short" | "long"}.
    """
    words = " ".join(reason.split())
    if len(words) < REASON_MIN_LENGTH:
        raise Invalid({"reason": "short"})
    if len(words) > REASON_MAX_LENGTH:
        raise Invalid({"reason": "long"})
    return words


def check_name(name: str) -> str:
    """The name as it will be printed.

    Raises:
        Invalid: {"name": "empty" | "long" | "letters"}.
    """
    words = " ".join(name.split())
    if not words:
        raise Invalid({"name": "empty"})
    if len(words) > NAME_MAX_LENGTH:
        raise Invalid({"name": "long"})
    if not any(one.isalpha() for one in words) or not words.isprintable():
        raise Invalid({"name": "letters"})
    return words


def check_account(account: str) -> str:
    """Somebody's account at their institution (EPPN), as name@institution; '' when there is none.

    Raises:
        Invalid: {"badge_account": "account"}.
    """
    typed = account.strip()
    name, at, home = typed.partition("@")
    good = name and at and "." in home and "@" not in home and not home.startswith(".")
    if typed and (not good or len(typed) > ACCOUNT_MAX_LENGTH or any(one in typed for one in " ;,\"'\t\n")):
        raise Invalid({"badge_account": "account"})
    return typed
