"""What belongs to no feature: standing pages, health, figures, the start."""

from tests.house.expecting import everybody, signed_in

EXPECTATIONS = {
    "home": signed_in(302),
    "pages.help": everybody(200),
    "pages.privacy": everybody(200),
    "pages.accessibility": everybody(200),
    "observe.healthz": everybody(200),
    # Without Redis the site is ready all the same.
    "observe.readyz": everybody(200),
    "observe.metrics": everybody(200),
}
