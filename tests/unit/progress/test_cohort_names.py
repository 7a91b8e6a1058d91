"""Names of cohorts where there is little room."""

import pytest

from peergang.progress.labels.participation import under_sign


@pytest.mark.parametrize(
    ("sign", "name", "shown"),
    [
        ("peergang", "Peergang najaar 2026, groep Noord", "najaar 2026, groep Noord"),
        ("masterclass", "Masterclass 2026–2027", "2026–2027"),
        ("masterclass", "Peergang en meer", "Peergang en meer"),
        ("peergang", "Peergangers van 2026", "Peergangers van 2026"),
        ("peergang", "Groep Noord", "Groep Noord"),
        ("peergang", "Peergang ", "Peergang "),
    ],
)
def test_under_its_sign_a_cohort_does_not_repeat_it(sign: str, name: str, shown: str) -> None:
    assert under_sign(sign, name) == shown
