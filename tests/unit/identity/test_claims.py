"""What claims of all kinds say about somebody."""

import pytest
from hypothesis import given, strategies as st

from peergang.core.oidc_settings import PROFILES
from peergang.identity.rules.claims import read_told
from tests.factories.provider import ENTREE, SURFCONEXT

SURF, ENTREE_NAMES = PROFILES["surfconext"][2], PROFILES["entree"][2]


def test_surfconext() -> None:
    told = read_told(SURFCONEXT | {"sub": "a"}, SURF)
    assert told is not None
    assert (told.given_name, told.particle, told.family_name) == ("Femke", "van der", "Zeggelaar")
    assert (told.email, told.domain, told.brin) == (
        "femke.zeggelaar@waterkant.example",
        "waterkant.example",
        "",
    )
    assert (told.is_student, told.locale, told.organisation) == (False, "nl", "Waterkant.example")


def test_entree() -> None:
    told = read_told(ENTREE | {"sub": "a"}, ENTREE_NAMES)
    assert told is not None
    assert (told.given_name, told.family_name, told.email) == ("Femke", "", "")
    assert (told.brin, told.domain, told.organisation) == ("25LX", "waterkant.example", "ROC Waterkant")


@pytest.mark.parametrize(
    ("claims", "names"),
    [
        ({"given_name": "Femke", "family_name": "van der Berg"}, ("Femke", "van der", "Berg")),
        ({"given_name": "Bart", "family_name": "Van Damme"}, ("Bart", "", "Van Damme")),
        ({"given_name": "Noor", "family_name": "de"}, ("Noor", "", "de")),
        ({"name": "Noor d'Arcy"}, ("Noor", "d'", "Arcy")),
        ({"given_name": ["Noor", "N."], "family_name": None}, ("Noor", "", "")),
        ({"given_name": 3, "family_name": {"a": 1}}, ("", "", "")),
        ({"given_name": "  \x00 "}, ("", "", "")),
    ],
)
def test_names(claims: dict[str, object], names: tuple[str, str, str]) -> None:
    told = read_told({"sub": "a", **claims}, SURF)
    assert told is not None
    assert (told.given_name, told.particle, told.family_name) == names


@pytest.mark.parametrize(
    ("claim", "brin"),
    [("25LX", "25LX"), ("25lx", "25LX"), ("25LX00", "25LX"), ("25LX0", ""), ("LX25", ""), (25, ""), ([], "")],
)
def test_brin(claim: object, brin: str) -> None:
    told = read_told({"sub": "a", "nlEduPersonHomeOrganizationId": claim}, ENTREE_NAMES)
    assert told is not None
    assert told.brin == brin


@pytest.mark.parametrize("verified", [False, "false"])
def test_an_address_that_the_provider_doubts_is_none(verified: object) -> None:
    told = read_told({"sub": "a", "email": "a@school.example", "email_verified": verified}, SURF)
    assert told is not None
    assert told.email == ""


@pytest.mark.parametrize(
    ("claims", "locale"),
    [
        ({"locale": "en-GB"}, "en"),
        ({"preferred_language": "nl"}, "nl"),
        ({"locale": "de"}, ""),
        ({"locale": 3}, ""),
        ({}, ""),
    ],
)
def test_language(claims: dict[str, object], locale: str) -> None:
    told = read_told({"sub": "a", **claims}, SURF)
    assert told is not None
    assert told.locale == locale


@pytest.mark.parametrize("subject", [None, "", 3, "x" * 256, "a\x00b", ["a"]])
def test_who_cannot_be_known_is_nobody(subject: object) -> None:
    assert read_told({"sub": subject}, SURF) is None


odd = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=300),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
every_claim = sorted({name for names in (*SURF.values(), *ENTREE_NAMES.values()) for name in names})


@given(st.dictionaries(st.sampled_from(every_claim), odd))
def test_nothing_that_is_told_breaks_the_reading(claims: dict[str, object]) -> None:
    for names in (SURF, ENTREE_NAMES):
        told = read_told({"sub": "a", **claims}, names)
        assert told is not None
        for text in (told.given_name, told.particle, told.family_name, told.email, told.organisation):
            assert "\x00" not in text
            assert len(text) <= 254
