"""Passwords, addresses, BRIN numbers and devices."""

import pytest

from peergang.identity.rules import device_name, is_brin, is_email, match_key, normal_brin
from peergang.identity.rules.passwords import COMMON, PASSWORD_MIN_LENGTH, password_problem

EMAIL = "amira.veldhaver@zevenbruggen.example"


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("drie groene fietsen", None),
        ("zonder hoofdletters", None),
        ("éénëntwintig", None),
        ("kort", "password_short"),
        ("", "password_short"),
        ("x" * 9, "password_short"),
        ("abc" * 67, "password_long"),
        (EMAIL, "password_email"),
        (EMAIL.upper(), "password_email"),
        ("amira.veldhaver", "password_email"),
        ("Welkom2026", "password_common"),
        (" wachtwoord ", "password_common"),
        ("aaaaaaaaaaaa", "password_common"),
        ("abababababab", "password_common"),
    ],
)
def test_what_a_password_must_be(password: str, problem: str | None) -> None:
    assert password_problem(password, EMAIL) == problem


def test_the_list_of_common_passwords_has_no_idle_lines() -> None:
    assert all(len(word) >= PASSWORD_MIN_LENGTH and word == word.casefold() for word in COMMON)


@pytest.mark.parametrize(
    "address", ["a@b.nl", "naam.van+iets@school.example", "o'neill@x-y.co.uk", f"{'a' * 60}@school.example"]
)
def test_addresses_we_can_write_to(address: str) -> None:
    assert is_email(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "naam",
        "naam@",
        "@school.nl",
        "naam@school",
        "naam @school.nl",
        "naam@school.nl\n",
        "naam@school.nl\x00",
        "a@b@c.nl",
        "naam@school..nl",
        "naam@-school.nl",
        "näam@school.nl",
        "naam@school.nl, ander@school.nl",
        f"{'a' * 250}@b.nl",
    ],
)
def test_what_is_no_address(address: str) -> None:
    assert not is_email(address)


def test_brin_numbers() -> None:
    assert is_brin(normal_brin(" 25lx "))
    assert not any(is_brin(text) for text in ("25L", "2LXX", "25LXX", "25L1", "", "25lx", "25LX\n"))


def test_two_spellings_of_a_name_match() -> None:
    assert match_key("ROC  de\tWaterkant ") == match_key("roc De Waterkant")
    assert match_key("ROC de Waterkant") != match_key("ROC Waterkant")
    assert match_key("Roc-de-Wáterkant.") == match_key("ROC de Waterkant")
    assert match_key("школа  А") == match_key("Школа а") != match_key("школа Б")
    assert match_key(" ") == ""


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15",
         "Safari, macOS"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("curl/8", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_devices_are_named_as_their_owner_knows_them(agent: str, name: str) -> None:
    assert device_name(agent) == name
