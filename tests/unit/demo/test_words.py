"""The texts of the demo hold together with the content they answer."""

from pathlib import Path

import pytest

from peergang.curriculum.content.source import read_programmes
from peergang.demo.cast import PEOPLE
from peergang.demo.words import Words, read_words
from peergang.practice.actions.writing import NEEDED

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def words() -> Words:
    return read_words()


@pytest.fixture(scope="module")
def activities() -> dict[str, dict]:
    found = {}
    for programme in read_programmes(Path("content")):
        for module in programme.modules:
            for activity in module.activities:
                found[activity.header.slug] = activity.settings.model_dump()
    return found


def test_there_is_enough_to_read(words: Words) -> None:
    texts = [text for some in words.reflections.values() for text in some]
    assert len({text.title for text in texts}) == len(texts) >= 60
    notes = [*(text.feedback for text in texts), *words.feedback]
    assert len(set(notes)) == len(notes) >= 40
    assert len({text.trainer for text in texts}) == len(texts)
    assert 18 <= sum(not one.draft for one in words.examples) <= 24
    outcomes = [tried.outcome for one in words.examples for tried in one.tried]
    assert outcomes.count("did_not") >= 4


def test_every_sentence_is_written_once(words: Words) -> None:
    texts = [text for some in words.reflections.values() for text in some]
    answers = [answer for text in texts for answer in text.answers]
    assert len(set(answers)) == len(answers)


def test_answers_fit_the_prompts(words: Words, activities: dict[str, dict]) -> None:
    for name, texts in words.reflections.items():
        prompts = activities[f"{name}-reflectie"]["prompts"]
        questions = activities[f"{name}-feedback"]["questions"]
        for text in texts:
            assert len(text.answers) == len(prompts), (name, text.title)
            assert len(text.feedback) == len(questions), (name, text.title)


def test_comments_quote_what_stands_there(words: Words) -> None:
    for texts in words.reflections.values():
        for text in texts:
            if text.comment:
                assert text.comment.quote in text.answers[text.comment.answer - 1], text.title
            if text.first:
                assert text.first.text not in (text.answers[text.first.answer - 1], "")


def test_examples_are_by_the_cast_and_complete(words: Words, activities: dict[str, dict]) -> None:
    for one in words.examples:
        assert one.by in PEOPLE
        assert one.activity in activities
        assert {tried.who for tried in one.tried} <= PEOPLE.keys() - {one.by}
        if not one.draft:
            assert all(str(getattr(one, name)).strip() for name in NEEDED), one.title


def test_addresses_are_plain_and_each_is_somebodys() -> None:
    addresses = [one.email for one in PEOPLE.values()]
    assert len(set(addresses)) == len(addresses)
    assert all(address.isascii() and address.endswith(".example") for address in addresses)
    assert PEOPLE["malgorzata"].email == "malgorzata.zwaluw@wilgenbos.example"
    assert PEOPLE["noelle"].email == "noelle.vantkerkepad@zevenbruggen.example"
