"""Links that carry what they are about: only who has the secret makes one, and for one purpose."""

from uuid import UUID, uuid4

import pytest

from peergang.core.signing import read_id, sign_id

SECRET = "geheim" * 8


def test_a_link_is_about_what_was_signed() -> None:
    about = uuid4()
    token = sign_id(SECRET, "end_report", about)
    assert read_id(SECRET, "end_report", token) == about
    assert token == sign_id(SECRET, "end_report", about), "the same in every mail"
    assert token.replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize("token", ["", "x", "é", "=", "A" * 43, "A" * 200, "\ud800", "a b", "%00"])
def test_what_is_no_link_of_ours_is_about_nothing(token: str) -> None:
    assert read_id(SECRET, "end_report", token) is None


def test_another_secret_another_purpose_or_another_record_is_no_signature() -> None:
    one, other = UUID(int=1), UUID(int=2)
    good = sign_id(SECRET, "end_report", one)
    assert read_id("y" * 48, "end_report", good) is None
    assert read_id(SECRET, "seen", good) is None
    assert read_id(SECRET, "end_report", good[:21] + sign_id(SECRET, "end_report", other)[21:]) is None
    assert read_id(SECRET, "end_report", good + "AAAA") is None
