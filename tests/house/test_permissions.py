"""docs/permissions.md says what the policies answer. Run as a program, this file writes its tables."""

import inspect
from pathlib import Path
from typing import Any

import pytest

from peergang.core.permissions import Actor
from tests.house import permission_table
from tests.house.permission_table import ACTORS, ME, Uncovered, answer, list_policies, write_table

PAGE = Path(__file__).parents[2] / "docs" / "permissions.md"
BEGIN, END = "<!-- policies -->\n", "<!-- /policies -->"


def renewed(page: str) -> str:
    """`page` with the tables as they should be."""
    before, rest = page.split(BEGIN)
    return before + BEGIN + write_table() + END + rest.split(END)[1]


def test_the_page_about_permissions_is_current() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == renewed(page), "run .venv/bin/python -m tests.house.test_permissions"


def test_every_policy_function_is_in_the_table() -> None:
    written = set()
    for path in permission_table.ROOT.glob("*/policy*"):
        for file in [path] if path.suffix == ".py" else path.glob("*.py") if path.is_dir() else []:
            source = file.read_text(encoding="utf-8")
            written |= {line.split("(")[0][4:] for line in source.splitlines() if line.startswith("def can_")}
    assert {name.partition(".")[2] for name in list_policies()} == written
    assert len(written) > 20


def test_a_policy_takes_the_actor_first_and_says_what_it_is_about() -> None:
    for name, policy in list_policies().items():
        assert next(iter(inspect.signature(policy).parameters)) == "actor", name
        assert inspect.getdoc(policy), name


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        (lambda actor, user_id: actor.user_id == user_id, "oneself"),
        (lambda actor, user_id: actor.user_id != user_id, "somebody else"),
        (lambda actor, user_id: True, "yes"),
        (lambda actor, user_id: False, "no"),
        (lambda actor, user_id, cohort_id: actor.user_id == user_id, "oneself"),
        (
            lambda actor, user_id, is_member: is_member and actor.user_id != user_id,
            "somebody else, as a member",
        ),
        (
            lambda actor, user_id, is_member: is_member or actor.user_id != user_id,
            "all but oneself, as no member",
        ),
        (
            lambda actor, user_id, is_member: is_member == (actor.user_id == user_id),
            "oneself, as a member; somebody else, as no member",
        ),
    ],
)
def test_the_words_are_what_the_policy_answers(policy: Any, words: str) -> None:
    assert answer("test.can_try", policy, Actor(ME)) == words


def test_an_unknown_thing_is_named_and_not_guessed() -> None:
    def can_juggle(actor: Actor, ball: Path) -> bool:
        return True

    with pytest.raises(Uncovered, match=r"ball: Path"):
        answer("test.can_juggle", can_juggle, Actor(ME))


def test_no_role_of_the_network_opens_a_reflection() -> None:
    policies = list_policies()
    for name in ("can_read_reflection", "can_read_reactions", "can_comment_on_reflection"):
        for role in ("admin", "organiser", "contact", "signed in"):
            said = answer(f"coursework.{name}", policies[f"coursework.{name}"], ACTORS[role])
            assert said in {"no", "own"}, f"{role}: {said}"


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
