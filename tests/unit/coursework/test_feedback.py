"""What a peer may fill in, and what it lacks."""

from peergang.coursework.rules.feedback import (
    MAX_WHERE_LENGTH,
    Asked,
    clean_criteria,
    criteria_fields,
    criteria_of,
    save_problems,
    send_problems,
    what_is_asked,
    what_was_asked,
)

CRITERIA = [
    {"slug": "rol", "label": "Eigen rol", "description": "Je kijkt naar je eigen rol."},
    {"slug": "stap", "label": "Volgende stap", "description": "Je kiest een stap."},
]
ABOUT = {"criteria": CRITERIA}
QUESTIONS = [{"slug": "top", "question": "Top?"}]


def slugs(asked: Asked) -> list[str]:
    return [one["slug"] for one in asked.criteria]


def test_an_activity_asks_for_all_some_or_no_criteria() -> None:
    assert slugs(what_is_asked({"questions": QUESTIONS, "criteria": True}, ABOUT)) == ["rol", "stap"]
    assert slugs(what_is_asked({"questions": QUESTIONS, "criteria": ["stap"]}, ABOUT)) == ["stap"]
    for settings in ({"questions": QUESTIONS}, {"questions": QUESTIONS, "criteria": None}, None):
        assert slugs(what_is_asked(settings, ABOUT)) == []
    assert slugs(what_is_asked({"criteria": True}, None)) == []


def test_what_was_asked_outlives_the_content() -> None:
    before = what_is_asked({"questions": QUESTIONS, "criteria": True}, ABOUT)
    now = what_is_asked({"questions": [{"slug": "nieuw", "question": "Nieuw?"}]}, None)
    kept = before.to_keep()
    again = what_was_asked(kept, now)
    assert list(again.questions) == QUESTIONS
    assert slugs(again) == ["rol", "stap"]
    assert what_was_asked({}, now) is now


def test_only_what_was_asked_is_kept() -> None:
    given = {
        "stap": {"seen": "clearly", "where": "Alinea 2\r\n\x00"},
        "rol": {"seen": "", "where": ""},
        "verzonnen": {"seen": "clearly"},
    }
    assert clean_criteria(given, CRITERIA) == {"stap": {"seen": "clearly", "where": "Alinea 2\n"}}


def test_a_strange_choice_and_a_long_place_cannot_be_saved() -> None:
    said = {"rol": {"seen": "10", "where": "x" * (MAX_WHERE_LENGTH + 1)}}
    assert save_problems({"top": "a"}, said) == {"criterion-rol": "seen_unknown", "where-rol": "too_long"}
    assert save_problems({"top": "a"}, {"rol": {"seen": "", "where": "x"}}) == {}


def test_criteria_may_be_passed_over_but_a_place_needs_a_choice() -> None:
    asked = Asked(QUESTIONS, CRITERIA)
    assert send_problems({"top": "Sterk"}, {}, asked) == {}
    assert send_problems({"top": " "}, {"rol": {"seen": "", "where": "Hier"}}, asked) == {
        "answer-top": "empty",
        "criterion-rol": "seen_missing",
    }


def test_fields_go_to_and_fro() -> None:
    said = {"rol": {"seen": "partly", "where": "Aan het eind"}}
    fields = criteria_fields(said)
    assert fields == {"criterion-rol": "partly", "where-rol": "Aan het eind"}
    assert criteria_of(fields) == said
