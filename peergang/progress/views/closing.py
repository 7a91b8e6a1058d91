"""What is still open before a cohort is closed, so that closing is a decision and not a surprise."""

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from peergang.cohorts.policy import can_manage_cohort, can_train
from peergang.cohorts.queries.cohorts import get_cohort
from peergang.cohorts.rules import CohortState
from peergang.core import clock
from peergang.core.db import AnyRow
from peergang.core.errors import Conflict
from peergang.core.i18n import ngettext
from peergang.core.permissions import require
from peergang.identity.rules import full_name
from peergang.progress.queries.closing import get_open_ends, list_unfinished
from peergang.progress.views import bp
from peergang.progress.views.trail import leave_opening
from peergang.web.database import reading
from peergang.web.trail import ask_reason
from peergang.web.viewer import current_actor


@bp.get("/cohorten/<uuid:cohort_id>/afsluiten")
def closing(cohort_id: UUID) -> ResponseReturnValue:
    """Everything that will stay as it is, for organisers; the button at the end closes."""
    actor = current_actor()
    require(can_manage_cohort(actor))
    if (ask := ask_reason(actor, has_another_role=can_train(actor, cohort_id))) is not None:
        return ask
    session, now = reading(), clock.now()
    cohort = get_cohort(session, cohort_id)
    if cohort.state != CohortState.RUNNING:
        raise Conflict("cohort_state", state=cohort.state)
    ends = get_open_ends(session, cohort_id, now)
    people = list_unfinished(session, cohort_id)
    leave_opening(actor, (one.user_id for one in people), "cohort_progress", now)
    return render_template(
        "progress/closing.html",
        cohort=cohort,
        ends=ends,
        work=_work(ends),
        people=[
            (full_name(one.given_name, one.name_particle, one.family_name), one.completed, one.required)
            for one in people
        ],
    )


def _work(ends: AnyRow) -> list[str]:
    """What nobody can finish any more after closing, in sentences; nothing is left out that is above zero."""
    said = (
        (
            ends.reflections_waiting,
            ngettext(
                "%(num)s reflectie wacht op een trainer",
                "%(num)s reflecties wachten op een trainer",
                ends.reflections_waiting,
            ),
        ),
        (
            ends.reviews_unsent,
            ngettext(
                "%(num)s beoordeling is begonnen en niet verstuurd",
                "%(num)s beoordelingen zijn begonnen en niet verstuurd",
                ends.reviews_unsent,
            ),
        ),
        (
            ends.reflections_returned,
            ngettext(
                "%(num)s reflectie kan nog worden aangevuld",
                "%(num)s reflecties kunnen nog worden aangevuld",
                ends.reflections_returned,
            ),
        ),
        (
            ends.drafts,
            ngettext(
                "%(num)s concept is niet ingeleverd", "%(num)s concepten zijn niet ingeleverd", ends.drafts
            ),
        ),
        (
            ends.feedback_unsent,
            ngettext(
                "%(num)s keer feedback is begonnen en niet verstuurd",
                "%(num)s keer feedback is begonnen en niet verstuurd",
                ends.feedback_unsent,
            ),
        ),
    )
    return [words for number, words in said if number] + _around(ends)


def _around(ends: AnyRow) -> list[str]:
    said = (
        (
            ends.meetings_unrecorded,
            ngettext(
                "Van %(num)s bijeenkomst is niet opgeschreven wie er was",
                "Van %(num)s bijeenkomsten is niet opgeschreven wie er was",
                ends.meetings_unrecorded,
            ),
        ),
        (
            ends.meetings_ahead,
            ngettext(
                "%(num)s bijeenkomst moet nog komen en wordt afgezegd",
                "%(num)s bijeenkomsten moeten nog komen en worden afgezegd",
                ends.meetings_ahead,
            ),
        ),
        (
            ends.invited,
            ngettext(
                "%(num)s uitnodiging is niet aangenomen",
                "%(num)s uitnodigingen zijn niet aangenomen",
                ends.invited,
            ),
        ),
        (
            ends.waitlisted,
            ngettext(
                "%(num)s persoon staat op de wachtlijst",
                "%(num)s personen staan op de wachtlijst",
                ends.waitlisted,
            ),
        ),
    )
    return [words for number, words in said if number]
