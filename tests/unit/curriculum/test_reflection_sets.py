"""The sets of questions for a reflection, as they are read from their files."""

from pathlib import Path

import pytest

from peergang.curriculum.content.reflection_sets import find_set, list_sets, read_sets
from peergang.curriculum.content.source import ContentError

GOOD = """---
slug: vier
title: {nl: "Vier", en: "Four"}
summary: {nl: "Kort.", en: "Short."}
prompts:
  - slug: vier-een
    question: {nl: "Wat zag je?", en: "What did you see?"}
    hint: {nl: "Kort.", en: "Short."}
    min_words: 5
    max_words: 50
---
Uitleg.
"""


def write(folder: Path, text: str, name: str = "vier.md") -> Path:
    (folder / "reflection-sets").mkdir(exist_ok=True)
    (folder / "reflection-sets" / name).write_text(text)
    return folder


def test_starr_and_alact_ask_what_they_are_named_after() -> None:
    assert [one.slug for one in list_sets()] == ["starr", "alact"]
    starr, alact = (find_set(slug) for slug in ("starr", "alact"))
    assert starr
    assert alact
    assert [one["slug"].split("-")[1] for one in starr.prompts()] == [
        *("situatie", "taak", "actie", "resultaat", "reflectie")
    ]
    assert len(alact.prompts()) == 5
    for prompt in [*starr.prompts(), *alact.prompts()]:
        assert all(prompt[key] for key in ("question", "question_en", "hint", "hint_en", "max_words"))
        assert prompt["question"] != prompt["question_en"]
    assert find_set("") is None


def test_no_folder_means_no_sets(tmp_path: Path) -> None:
    assert read_sets(tmp_path) == []


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ("slug: vier\n", "slug: drie\n", "vier.md:2: slug 'drie' is not the name of the file"),
        ("vier-een", "een", "vier.md:6: slug 'een' must start with vier-"),
        ("max_words: 50", "max_words: 3", "vier.md:6: prompts.0: max_words is less than min_words"),
        (', en: "What did you see?"', "", "vier.md:7: prompts.0.question.en is missing; add it"),
        ("hint:", "hints:", "vier.md:8: prompts.0.hints is an unknown key"),
        ("Uitleg.\n", "", "has no text below its header"),
        ("---\nslug", "slug", "vier.md:1: has no header"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, old: str, new: str, mistake: str) -> None:
    assert read_sets(write(tmp_path, GOOD))
    with pytest.raises(ContentError) as caught:
        read_sets(write(tmp_path, GOOD.replace(old, new, 1)))
    assert any(mistake in str(one) for one in caught.value.mistakes), [
        str(one) for one in caught.value.mistakes
    ]


def test_a_name_used_twice_is_refused(tmp_path: Path) -> None:
    prompt = GOOD[GOOD.index("  - slug") : GOOD.index("---\nUitleg")]
    with pytest.raises(ContentError) as caught:
        read_sets(write(tmp_path, GOOD.replace(prompt, prompt * 2)))
    assert "vier.md:11: slug 'vier-een' is used twice" in str(caught.value.mistakes[0])
