"""A due date of a person is asked in one place, so that nobody forgets who has more time."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
OWN = ("peergang/cohorts/", "peergang/demo/")
"""Where the dates of the cohort itself are kept and made."""

WHOLE_COHORT = {"peergang/progress/queries/facts.py"}
"""Facts count per cohort what is due, and take off what a person has more time for, or what was due before they joined."""


def test_only_cohorts_reads_the_due_date_of_an_activity() -> None:
    found = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "peergang").rglob("*.py")
        if re.search(r"\bCohortActivity\.due_at\b", path.read_text(encoding="utf-8"))
    }
    others = {name for name in found if not name.startswith(OWN)} - WHOLE_COHORT
    assert not others, f"ask peergang.cohorts.queries.due for the date of a person: {sorted(others)}"
    assert found >= WHOLE_COHORT
