"""Participation and progress: organisers and admins; the grid of a cohort also for who trains it."""

from tests.house.expecting import only

ORGANISERS = ("organiser", "admin")

EXPECTATIONS = {
    "progress.participation": only(ORGANISERS, 200),
    "progress.annual": only(ORGANISERS, 200),
    "progress.export": only(ORGANISERS, 200),
    "progress.own_institution": only(("contact",), 200),
    # Names: an admin who is no organiser is first asked why.
    "progress.cell": only(("organiser",), 200, admin=303),
    "progress.institution": only(ORGANISERS, 200),
    "progress.closing": only(("organiser",), 200, admin=303),
    "progress.cohort": only(("organiser", "trainer"), 200, admin=303),
}
