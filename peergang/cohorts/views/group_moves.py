"""Moving people between peer groups, keeping them there, and taking the last change back."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from peergang.cohorts.actions.group_changes import pin_member, undo_group_change
from peergang.cohorts.actions.groups import move_to_group
from peergang.cohorts.policy import can_arrange_groups
from peergang.cohorts.queries.peers import list_seats
from peergang.cohorts.queries.people import list_groups
from peergang.cohorts.rules.groups import SMALLEST
from peergang.cohorts.views import bp
from peergang.cohorts.views.group_labels import GROUP_REFUSALS
from peergang.core import clock
from peergang.core.db import AnyRow
from peergang.core.errors import Conflict, NotFound
from peergang.core.i18n import gettext as _, ngettext
from peergang.core.permissions import require
from peergang.identity.rules import full_name
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor

NEW = "nieuw"


@bp.post("/cohorten/<uuid:cohort_id>/groepen/verplaats")
def arrange_groups(cohort_id: UUID) -> ResponseReturnValue:
    """Do something with the person that was chosen: to another group, to a new one, keep here, or let go."""
    require(can_arrange_groups(current_actor(), cohort_id))
    enrolment_id = _uuid(request.form.get("enrolment", ""))
    if enrolment_id is None:
        flash(str(GROUP_REFUSALS["nobody_chosen"]), "risk")
        return redirect(url_for("cohorts.groups", cohort_id=cohort_id), code=303)
    before = _find(cohort_id, enrolment_id)
    target = request.form.get("to") or request.form.get("group", "")
    name = full_name(before.given_name, before.name_particle, before.family_name)
    try:
        if target in ("pin", "unpin"):
            _pin(enrolment_id, name, pinned=target == "pin")
        elif not target:
            flash(str(GROUP_REFUSALS["nowhere"]) % {"name": name}, "risk")
        else:
            _move(cohort_id, before, name, target)
    except Conflict as error:
        if error.reason not in GROUP_REFUSALS:
            raise
        flash(str(GROUP_REFUSALS[error.reason]), "risk")
    here = url_for("cohorts.groups", cohort_id=cohort_id, gekozen=enrolment_id)
    return redirect(f"{here}#wie-{enrolment_id}", code=303)


@bp.post("/cohorten/<uuid:cohort_id>/groepen/terug")
def undo_groups(cohort_id: UUID) -> ResponseReturnValue:
    """Take the last change back."""
    require(can_arrange_groups(current_actor(), cohort_id))
    try:
        with transaction() as session:
            moved = undo_group_change(
                session,
                current_actor(),
                cohort_id,
                _uuid(request.form.get("change", "")) or UUID(int=0),
                now=clock.now(),
            )
    except Conflict as error:
        if error.reason not in GROUP_REFUSALS:
            raise
        flash(str(GROUP_REFUSALS[error.reason]), "risk")
    else:
        flash(
            ngettext("%(num)s deelnemer is terug.", "%(num)s deelnemers zijn terug.", moved)
            if moved
            else _("Er was niets meer terug te draaien."),
            "ok",
        )
    return redirect(url_for("cohorts.groups", cohort_id=cohort_id), code=303)


def _pin(enrolment_id: UUID, name: str, *, pinned: bool) -> None:
    with transaction() as session:
        pin_member(session, current_actor(), enrolment_id, pinned=pinned, now=clock.now())
    text = _("%(name)s zit nu vast in deze groep.") if pinned else _("%(name)s zit niet meer vast.")
    flash(text % {"name": name}, "ok")


def _move(cohort_id: UUID, before: AnyRow, name: str, target: str) -> None:
    group_id = None if target == NEW else _uuid(target) or UUID(int=0)
    with transaction() as session:
        move_to_group(session, current_actor(), before.enrolment_id, group_id, now=clock.now())
    names = {row.peer_group_id: row.name for row in list_groups(reading(), cohort_id)}
    seats = list_seats(reading(), cohort_id)
    now_in = next((row.peer_group_id for row in seats if row.enrolment_id == before.enrolment_id), None)
    flash(_("%(name)s zit nu in %(group)s.", name=name, group=names.get(now_in, "")), "ok")
    left = sum(1 for row in seats if row.peer_group_id == before.peer_group_id)
    if before.peer_group_id in names and left < SMALLEST:
        flash(_too_small(names[before.peer_group_id], left), "now")


def _too_small(group: str, people: int) -> str:
    return ngettext(
        "%(group)s heeft nog %(num)s lid. Drie is het minste: haal er iemand bij, of maak de groep leeg.",
        "%(group)s heeft nog %(num)s leden. Drie is het minste: haal er iemand bij, of maak de groep leeg.",
        people,
        group=group,
    )


def _find(cohort_id: UUID, enrolment_id: UUID) -> AnyRow:
    for row in list_seats(reading(), cohort_id):
        if row.enrolment_id == enrolment_id:
            return row
    raise NotFound


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
