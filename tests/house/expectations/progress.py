"""Participation and progress: organisers and admins; the grid of a cohort also for who trains it."""

from tests.house.expecting import only

ORGANISERS = ("organiser", "admin")

EXPECTATIONS = {
    "progress.participation": only(ORGANISERS, 200),
    "progress.export": only(ORGANISERS, 200),
    "progress.cell": only(ORGANISERS, 200),
    "progress.institution": only(ORGANISERS, 200),
    "progress.cohort": only((*ORGANISERS, "trainer"), 200),
}
