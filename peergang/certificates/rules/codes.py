"""The code of a certificate: 95 bits nobody can guess, one check digit, in letters that nobody mistakes for each other.

The alphabet is Crockford's: digits and capitals without I, L, O and U. Who types one of those means 1, 1, 0 and V. The check
digit is a sum over GF(32): it finds every wrong digit and every two that were swapped, so a slip of the pen never looks like
another certificate.
"""

import secrets
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 20
"""With the check digit."""
GROUP = 4
_MEANT = str.maketrans("OILU", "011V")
_REDUCED = 0b00101
"""x⁵ in GF(32), where x⁵ + x² + 1 is zero."""


def make_code() -> str:
    """A new code."""
    return with_check("".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1)))


def with_check(digits: str) -> str:
    """`digits` with the check digit behind them."""
    return digits + ALPHABET[_sum(digits)]


def parse_code(typed: str) -> str:
    """The code that somebody meant, as it stands in the table; '' when it cannot be one.

    Spaces, hyphens, small letters and letters that look like a digit do not matter.
    """
    letters = unicodedata.normalize("NFKC", typed[:200]).upper().translate(_MEANT)
    code = "".join(one for one in letters if one.isalnum())
    if len(code) != LENGTH or any(one not in ALPHABET for one in code):
        return ""
    return code if with_check(code[:-1]) == code else ""


def show_code(code: str) -> str:
    """The code in groups of four: "7K3M-9Q2T-XV5B-8W4D-J6RF"."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def _sum(digits: str) -> int:
    total = 0
    for one in digits:
        total = _doubled(total ^ ALPHABET.index(one))
    return total


def _doubled(value: int) -> int:
    value <<= 1
    return (value & 0b11111) ^ _REDUCED if value & 0b100000 else value
