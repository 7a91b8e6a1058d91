"""Web tests that build their records around the fixed `now` also ask for their pages then: for the real clock what was due in
three weeks is over one day, and a test that holds in November fails in March.
"""

from collections.abc import Iterator

import pytest
import time_machine


@pytest.fixture(autouse=True)
def at_that_moment(request: pytest.FixtureRequest) -> Iterator[None]:
    """Before anybody signs in."""
    if "now" not in request.fixturenames:
        yield
        return
    with time_machine.travel(request.getfixturevalue("now"), tick=True):
        yield
