"""Finding examples as somebody who speaks Dutch would expect."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from peergang.core.permissions import Actor
from peergang.practice.queries.library import Search, find_examples
from peergang.practice.rules.search import parse_search
from tests.factories.identity import make_institution, make_user
from tests.factories.practice import make_adoption, make_example

FINDS = [
    ("coaches", "De coach kijkt mee"),
    ("coach", "Twee coaches in een team"),
    ("lessen", "Een les op afstand"),
    ("les", "Drie lessen over bronnen"),
    ("rol", "Rollen verdelen"),
    ("rollen", "Wie pakt welke rol"),
    ("toetsen", "Een toets zonder stress"),
    ("toets", "Toetsen bij elkaar leggen"),
    ("thema's", "Werken met een thema"),
    ("thema", "Thema's kiezen"),
    ("reflecties", "Reflectie in drietallen"),
    ("intervisie", "Een intervisiegroep starten"),
    ("groep", "Een intervisiegroep starten"),
    ("gesprek", "Gesprekken bij de koffie"),
    ("feedba", "Feedback op opdrachten"),
    ("geen", "Geen tijd, toch begonnen"),
    ("i-coach", "Onze i-coach telt mee"),
]


def search(text: str, **more: object) -> Search:
    return Search(terms=parse_search(text), **more)


@pytest.mark.parametrize(("query", "title"), FINDS)
def test_a_word_finds_its_other_forms(session: Session, now: datetime, query: str, title: str) -> None:
    author = make_user(session)
    make_example(session, author, now, title=title)
    make_example(session, author, now, title="Iets heel anders")
    found = find_examples(session, Actor(user_id=author.id), search(query))
    assert [row.title for row in found.rows] == [title]
    assert found.total == 1


def test_every_word_must_be_found(session: Session, now: datetime) -> None:
    author = make_user(session)
    make_example(session, author, now, title="Feedback bij Zorg")
    make_example(session, author, now, title="Feedback bij Techniek")
    found = find_examples(session, Actor(user_id=author.id), search("feedback techniek"))
    assert [row.title for row in found.rows] == ["Feedback bij Techniek"]


def test_a_word_in_the_title_weighs_more(session: Session, now: datetime) -> None:
    author = make_user(session)
    make_example(session, author, now, title="Over iets", context="Hier komt kennisbank voor.")
    make_example(session, author, now, title="De kennisbank")
    found = find_examples(session, Actor(user_id=author.id), search("kennisbank", order="relevance"))
    assert [row.title for row in found.rows] == ["De kennisbank", "Over iets"]


def test_drafts_are_not_found_even_by_their_author(session: Session, now: datetime) -> None:
    author = make_user(session)
    make_example(session, author, now, title="Nog niet af", state="draft")
    assert find_examples(session, Actor(user_id=author.id), search("af")).total == 0


def test_a_facet_counts_what_a_tick_would_give(session: Session, now: datetime) -> None:
    author = make_user(session)
    for main_question, sector in (("1", "green"), ("1", "care"), ("2b", "green")):
        make_example(session, author, now, main_question=main_question, sector=sector)
    found = find_examples(session, Actor(user_id=author.id), Search(main_question=frozenset({"1"})))
    assert found.total == 2
    assert found.counts["main_question"] == {"1": 2, "2b": 1}
    assert found.counts["sector"] == {"green": 1, "care": 1}


def test_percent_signs_and_quotes_are_only_text(session: Session, now: datetime) -> None:
    author = make_user(session)
    make_example(session, author, now)
    for text in ("100%", "'; drop table x; --", "a & b | !c:*", "\\", "%%%%%%"):
        find_examples(session, Actor(user_id=author.id), search(text))


def test_most_tried_comes_first(session: Session, now: datetime) -> None:
    author, reader = make_user(session), make_user(session)
    make_example(session, author, now, title="Ongebruikt")
    used = make_example(session, author, now, title="Gebruikt", institution=make_institution(session))
    make_adoption(session, used, reader, now)
    rows = find_examples(session, Actor(user_id=reader.id), Search(order="tried")).rows
    assert [(row.title, row.tried) for row in rows] == [("Gebruikt", 1), ("Ongebruikt", 0)]
