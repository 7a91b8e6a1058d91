"""The page about privacy says of everything about people what is kept, who sees it and how long; the periods are the code's."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from peergang.progress.actions import forgetting, hours
from peergang.reports.rules import states

pytestmark = pytest.mark.database

SAYS = {
    "nl": (
        "Je certificaat, met je naam",
        "Iedereen die de code heeft, kan op de site nagaan of het klopt",
        "dan vertelt de code alleen nog dat er ooit een certificaat was",
        "zien alleen je trainers en de organisatoren",
        "tot een jaar na het einde van je cohort",
        "De uren die je zelf bijhoudt, zie jij alleen.",
        "Een dag lang kun je ze dan nog terugzetten.",
        "Een tabel als bestand: een week",
        "veertig dagen",
    ),
    "en": (
        "Your certificate, with your name",
        "Anybody who has the code can check on the site whether it is right",
        "the code only tells that there once was a certificate",
        "seen by your trainers and the organisers only",
        "until a year after the end of your cohort",
        "The hours you keep track of yourself are seen by you alone.",
        "For a day you can then still bring them back.",
        "A table as a file: a week",
        "forty days",
    ),
}


@pytest.mark.parametrize("locale", list(SAYS))
def test_it_says_what_is_kept_who_sees_it_and_how_long(client: FlaskClient, locale: str) -> None:
    text = " ".join(client.get("/privacy", headers={"Accept-Language": locale}).text.split())
    assert f'<html lang="{locale}"' in text
    assert [words for words in SAYS[locale] if words not in text] == []


def test_the_periods_are_those_of_the_code() -> None:
    kept = {
        "notes, after the cohort": forgetting.KEPT,
        "hours that were removed": hours.KEPT,
        "a file": states.KEPT,
        "that it was asked for": states.LISTED,
    }
    assert list(kept.values()) == [timedelta(days=days) for days in (365, 1, 7, 40)]
