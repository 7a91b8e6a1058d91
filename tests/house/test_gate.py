"""What `.ci/run` promises: every check and every test, with examples that are the same every time, and elsewhere new ones."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAY = (
    "from hypothesis import settings; from tests.examples import load_profile; load_profile();"
    "print(settings.get_current_profile_name(), settings().derandomize, settings().deadline)"
)


def test_the_gate_checks_and_tests_with_the_profile_of_hypothesis_for_it() -> None:
    steps = [
        line
        for line in (ROOT / ".ci/run").read_text().splitlines()
        if line.startswith(("export ", "make ", "HYPOTHESIS"))
    ]
    assert steps == ["export HYPOTHESIS_PROFILE=ci", "make check", "make test"]


@pytest.mark.parametrize(
    ("given", "profile"),
    [
        ({}, "default False None"),
        ({"HYPOTHESIS_PROFILE": "ci"}, "ci True None"),
        # What Hypothesis sees by itself on a machine that says it is there for this.
        ({"CI": "true"}, "ci True None"),
        ({"HYPOTHESIS_PROFILE": "default", "CI": "true"}, "default False None"),
    ],
)
def test_examples_are_the_same_in_the_gate_and_new_elsewhere(given: dict[str, str], profile: str) -> None:
    # Whoever runs this may be a machine for tests itself.
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", SAY], cwd=ROOT, env=kept | given, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == profile, done.stderr
