"""Which examples Hypothesis tries: the same ones every time in the gate, new ones for whoever runs the tests."""

import os

from hypothesis import HealthCheck, settings


def load_profile() -> None:
    """Load the profile called HYPOTHESIS_PROFILE; without it what Hypothesis itself takes: `ci` where CI is set, or `default`.

    `.ci/run` asks for `ci`, Hypothesis' own profile, which derandomizes: who changes one thing is not refused for a rare
    history of another. What is found elsewhere becomes an @example beside its repair.
    """
    # A machine that is busy with other things makes no invariant false, so no example has a time limit.
    calm = settings(
        settings.get_profile("default"), deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    settings.register_profile("default", calm)
    # `make fast` asks for it: a first look, where `make test` takes all the examples.
    settings.register_profile("quick", calm, max_examples=20)
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or settings.get_current_profile_name())
