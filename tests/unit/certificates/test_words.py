"""What is still to do for a certificate, in few words."""

import pytest

from peergang.certificates.rules.criteria import Criterion, Line
from peergang.certificates.views.words import progress_of


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (Line(Criterion.ACTIVITIES, 3, 9, 10), "3 van de 9 opdrachten af"),
        (Line(Criterion.ACTIVITIES, 0, 1, 1), "0 van de 1 opdracht af"),
        (Line(Criterion.ACTIVITIES, 0, 0, 0), "opdrachten die nog komen"),
        (Line(Criterion.MEETINGS, 2, 4, 5), "bij 2 van de 4 bijeenkomsten geweest"),
        (Line(Criterion.MEETINGS, 0, 0, 0), "bijeenkomsten die nog gepland worden"),
        (Line(Criterion.EXAMPLES, 0, 2, 0), "nog 2 praktijkvoorbeelden te delen"),
        (Line(Criterion.EXAMPLES, 1, 2, 0), "nog 1 praktijkvoorbeeld te delen"),
    ],
)
def test_how_far_it_is(line: Line, words: str) -> None:
    assert progress_of(line) == words
