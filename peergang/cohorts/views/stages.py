"""The five steps of setting up a cohort, and which of them are done."""

from dataclasses import dataclass
from uuid import UUID

from flask import url_for

from peergang.cohorts.labels import LACKS
from peergang.cohorts.policy import can_manage_cohort
from peergang.cohorts.queries.cohorts import get_cohort
from peergang.cohorts.queries.readiness import read_readiness
from peergang.cohorts.rules import CHANGEABLE, CohortState
from peergang.cohorts.rules.opening import Lack, Readiness, find_lacks
from peergang.core import clock
from peergang.core.db import AnyRow
from peergang.core.errors import Conflict
from peergang.core.i18n import LazyText, gettext as _, lazy_gettext
from peergang.core.permissions import require
from peergang.web.database import reading
from peergang.web.viewer import current_actor

STEPS: tuple[tuple[str, LazyText], ...] = (
    ("cohorts.setup_details", lazy_gettext("Gegevens")),
    ("cohorts.setup_meetings", lazy_gettext("Bijeenkomsten")),
    ("cohorts.setup_trainers", lazy_gettext("Trainers")),
    ("cohorts.setup_participants", lazy_gettext("Deelnemers")),
    ("cohorts.setup_check", lazy_gettext("Controleren en openen")),
)

OF_MEETINGS = (
    Lack.NOWHERE,
    Lack.MODULE_WITHOUT_MEETING,
    Lack.OUTSIDE_PERIOD,
    Lack.DUE_AFTER_END,
    Lack.IN_THE_PAST,
)


@dataclass(frozen=True, slots=True)
class Stage:
    """A step as the page shows it; `state` is done, now or later, `attention` says what is odd about it, if anything."""

    url: str
    label: LazyText
    state: str
    attention: str = ""


def cohort_to_set_up(cohort_id: UUID) -> AnyRow:
    """The cohort of a step, for who may change it.

    Raises:
        Forbidden, NotFound: for others, and when there is none.
        Conflict: `cohort_state` when it is closed or cancelled.
    """
    require(can_manage_cohort(current_actor()))
    cohort = get_cohort(reading(), cohort_id)
    if cohort.state not in CHANGEABLE:
        raise Conflict("cohort_state")
    return cohort


def list_stages(cohort: AnyRow, current: str, readiness: Readiness | None = None) -> list[Stage]:
    """The steps with a link each; `current` is the endpoint of this page. `readiness` when it was read already."""
    done = _done(cohort)
    odd = _odd(cohort, readiness or read_readiness(reading(), cohort.cohort_id))
    return [
        Stage(
            url_for(endpoint, cohort_id=cohort.cohort_id),
            label,
            "now" if endpoint == current else ("done" if is_done else "later"),
            odd.get(endpoint, ""),
        )
        for (endpoint, label), is_done in zip(STEPS, done, strict=True)
    ]


def resume_url(cohort: AnyRow) -> str:
    """Where setting up goes on: the first step that is not done."""
    steps = zip(STEPS, _done(cohort), strict=True)
    endpoint = next((endpoint for (endpoint, _), is_done in steps if not is_done), "cohorts.setup_check")
    return url_for(endpoint, cohort_id=cohort.cohort_id)


def _done(cohort: AnyRow) -> tuple[bool, ...]:
    return (
        True,
        cohort.meetings > 0,
        bool(cohort.trainers),
        cohort.active + cohort.invited + cohort.waitlisted > 0,
        cohort.state != CohortState.PLANNED,
    )


def _odd(cohort: AnyRow, readiness: Readiness) -> dict[str, str]:
    """The first odd thing about each step that has one. What is merely not done yet is not odd."""
    found: dict[str, str] = {}
    for lack in find_lacks(readiness, clock.now()):
        past = lack == Lack.IN_THE_PAST and cohort.state != CohortState.PLANNED
        if lack in OF_MEETINGS and not past:
            found.setdefault("cohorts.setup_meetings", str(LACKS[lack]))
    if cohort.waitlisted and cohort.state == CohortState.PLANNED:
        found["cohorts.setup_details"] = _("Er staan mensen op de wachtlijst.")
    return found
