"""What a fact rests on, as pages tell it."""

import pytest

from peergang.progress.labels.story import evidence_of


@pytest.mark.parametrize(
    ("kind", "version", "words"),
    [
        ("scan", 1, "Omdat: de scan ingevuld."),
        ("scan", 2, "Omdat: de scan ingevuld (regel versie 2)."),
        ("something_new", 1, ""),
        ("something_new", 2, "Vastgelegd (regel versie 2)."),
    ],
)
def test_a_version_is_told_from_the_second_on(kind: str, version: int, words: str) -> None:
    assert evidence_of(kind, version) == words
