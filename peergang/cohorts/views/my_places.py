"""The cohorts somebody is in, was in or waits for."""

from flask import render_template
from flask.typing import ResponseReturnValue

from peergang.cohorts.labels import COHORT_STATES, ENROLMENT_STATES
from peergang.cohorts.queries.enrolments import list_places_of
from peergang.cohorts.rules import CHANGEABLE, EnrolmentState
from peergang.cohorts.views import bp
from peergang.web.database import reading
from peergang.web.viewer import current_actor

STOPPABLE = (EnrolmentState.INVITED, EnrolmentState.WAITLISTED, EnrolmentState.ACTIVE)


@bp.get("/mijn-cohorten")
def my_places() -> ResponseReturnValue:
    """One's own cohorts of now and then, with the way to each and the way out."""
    return render_template(
        "cohorts/my_places.html",
        places=list_places_of(reading(), current_actor()),
        states=ENROLMENT_STATES,
        cohort_states=COHORT_STATES,
        changeable=CHANGEABLE,
        stoppable=STOPPABLE,
    )
