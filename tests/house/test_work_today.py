"""Where somebody works is asked in one way. A period without an end may begin later; one that has an end may hold today."""

import re
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "peergang"
# The constraint, the condition itself, and who moves all periods that are not over.
ALLOWED = {"identity/queries/affiliations.py", "identity/actions/mergers.py"}


def test_nobody_takes_an_open_period_for_the_present_one() -> None:
    found = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if re.search(r"Affiliation\.valid_until\s*(\.is_\(|==\s*None)", path.read_text(encoding="utf-8"))
    }
    assert found == ALLOWED, "Use holds_on(day) of identity/queries/affiliations.py."
