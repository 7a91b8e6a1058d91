"""Peer groups."""

from dataclasses import dataclass
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.cohorts.actions import groups as actions
from peergang.cohorts.labels import FORM_PROBLEMS, GROUP_NAME_PROBLEMS, OWN_PLACE
from peergang.cohorts.policy import can_manage_cohort
from peergang.cohorts.queries.people import PLACED, get_group, list_groups, list_participants
from peergang.cohorts.rules.groups import LARGEST, SMALLEST, USUAL
from peergang.cohorts.views import bp
from peergang.cohorts.views.stages import cohort_to_set_up
from peergang.core import clock
from peergang.core.errors import Conflict, Invalid, NotFound
from peergang.core.i18n import gettext as _, ngettext
from peergang.core.permissions import require
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


@dataclass(frozen=True, slots=True)
class Misnamed:
    """A name that was typed for a group and refused."""

    group_id: UUID
    name: str
    problem: str


@bp.get("/cohorten/<uuid:cohort_id>/groepen")
def groups(cohort_id: UUID) -> ResponseReturnValue:
    """Who is in which group, and small forms to move somebody and to name a group."""
    return _page(cohort_id)


def _page(cohort_id: UUID, misnamed: Misnamed | None = None) -> str:
    cohort = cohort_to_set_up(cohort_id)
    people = [row for row in list_participants(reading(), cohort_id) if row.state in PLACED]
    found = list_groups(reading(), cohort_id)
    return render_template(
        "cohorts/groups.html",
        cohort=cohort,
        groups=[(one, [row for row in people if row.peer_group_id == one.peer_group_id]) for one in found],
        without=[row for row in people if row.peer_group_id is None],
        smallest=SMALLEST,
        largest=LARGEST,
        usual=USUAL,
        sizes=range(SMALLEST, LARGEST + 1),
        misnamed=misnamed,
        longest_name=actions.NAME_MAX_LENGTH,
    )


@bp.post("/cohorten/<uuid:cohort_id>/groepen")
def make_groups(cohort_id: UUID) -> ResponseReturnValue:
    """Divide everybody, or only who has no group yet."""
    here = url_for("cohorts.groups", cohort_id=cohort_id)
    try:
        with transaction() as session:
            if request.form.get("action") == "newcomers":
                placed = actions.place_newcomers(session, current_actor(), cohort_id, now=clock.now())
                done = ngettext(
                    "%(num)s deelnemer kreeg een groep.", "%(num)s deelnemers kregen een groep.", placed
                )
            else:
                made = actions.make_peer_groups(
                    session,
                    current_actor(),
                    cohort_id,
                    size=_size(request.form.get("size", "")),
                    prefix=_("Groep"),
                    now=clock.now(),
                )
                done = ngettext("Er is %(num)s groep gemaakt.", "Er zijn %(num)s groepen gemaakt.", made)
    except Invalid as error:
        flash(str(FORM_PROBLEMS[error.problems["people"]]), "risk")
    else:
        flash(done, "ok")
    return redirect(here, code=303)


@bp.post("/inschrijvingen/<uuid:enrolment_id>/groep")
def move_to_group(enrolment_id: UUID) -> ResponseReturnValue:
    """Put somebody in another group."""
    try:
        group_id = UUID(request.form.get("group", ""))
    except ValueError:
        raise NotFound from None
    try:
        with transaction() as session:
            cohort_id = actions.move_to_group(
                session, current_actor(), enrolment_id, group_id, now=clock.now()
            )
    except Conflict as error:
        if error.reason != "own_place":
            raise
        flash(str(OWN_PLACE), "risk")
        cohort_id = error.details["cohort_id"]
    else:
        flash(_("De groepen zijn bijgewerkt."), "ok")
    return redirect(url_for("cohorts.groups", cohort_id=cohort_id), code=303)


@bp.post("/peergroepen/<uuid:group_id>/naam")
def rename_group(group_id: UUID) -> ResponseReturnValue:
    """Give a group a name of its own."""
    name = request.form.get("name", "")
    require(can_manage_cohort(current_actor()))
    group = get_group(reading(), group_id)
    try:
        with transaction() as session:
            actions.rename_group(session, current_actor(), group_id, name, now=clock.now())
    except Invalid as error:
        problem = str(GROUP_NAME_PROBLEMS[error.problems["name"]])
        return _page(group.cohort_id, Misnamed(group_id, name, problem)), 422
    flash(_("De groep heet nu %(name)s.", name=" ".join(name.split())), "ok")
    return redirect(url_for("cohorts.groups", cohort_id=group.cohort_id), code=303)


def _size(text: str) -> int:
    return min(max(int(text), SMALLEST), LARGEST) if text.isdecimal() and len(text) < 4 else USUAL
