"""Which activity is proposed when a trainer reminds several participants at once."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from peergang.progress.views.bulk_preview import first_subject

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)


def activity(name: str, opened: int, due: int, module: str = "1", kind: str = "read") -> Any:
    return SimpleNamespace(
        activity_id=name,
        module_code=module,
        kind=kind,
        required=True,
        opens_at=NOW + timedelta(days=opened),
        due_at=NOW + timedelta(days=due),
    )


@pytest.mark.parametrize(
    ("dues", "expected"),
    [((18, 22, 40), "activity:0"), ((-3, 4, 20), "activity:0"), ((-9, -2, 20), "activity:1"), ((), "")],
    ids=["due next", "due last", "the latest of two", "nothing"],
)
def test_what_was_due_last_is_proposed_else_what_is_due_next(dues: tuple[int, ...], expected: str) -> None:
    """A module of seven weeks opened a week ago: nobody is to be reminded of the feedback that closes it."""
    opened = [activity(str(number), -20, due) for number, due in enumerate(dues)]
    later = [activity("later", 5, 9, "2"), activity("meeting", -20, -1, kind="meeting")]
    assert first_subject([*opened, *later], "", NOW) == expected


def test_a_module_that_is_shown_goes_before() -> None:
    both = [activity("one", -20, -3), activity("two", 5, 30, "2")]
    assert first_subject(both, "2", NOW) == "activity:two"
