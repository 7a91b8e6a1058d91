"""Peer groups: who is in which, and their names."""

from dataclasses import dataclass
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.cohorts.actions import group_names, groups as actions
from peergang.cohorts.labels import FORM_PROBLEMS, GROUP_NAME_PROBLEMS
from peergang.cohorts.policy import (
    can_arrange_groups,
    can_look_back_at_groups,
    can_manage_cohort,
    can_train,
    can_view_cohort,
    is_about_self,
)
from peergang.cohorts.queries.cohorts import get_cohort
from peergang.cohorts.queries.group_changes import find_last_change, list_changed
from peergang.cohorts.queries.peers import list_seats
from peergang.cohorts.queries.people import get_group, list_groups
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.cohorts.rules import CHANGEABLE
from peergang.cohorts.rules.groups import LARGEST, SMALLEST, USUAL
from peergang.cohorts.views import bp
from peergang.cohorts.views.group_labels import GROUP_CHANGES, GROUP_REFUSALS
from peergang.cohorts.views.group_words import cards, total
from peergang.core import clock
from peergang.core.db import AnyRow
from peergang.core.errors import Conflict, Invalid
from peergang.core.i18n import gettext as _, ngettext
from peergang.core.permissions import require
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor

MOST_BUTTONS = 8
"""With more groups, a list to choose from takes less room than a button each."""


@dataclass(frozen=True, slots=True)
class Misnamed:
    """A name that was typed for a group and refused."""

    group_id: UUID
    name: str
    problem: str


@bp.get("/cohorten/<uuid:cohort_id>/groepen")
def groups(cohort_id: UUID) -> ResponseReturnValue:
    """Who is in which group, with what it takes to move somebody, keep them there, take a change back and name a group; of a
    cohort that is over, who were together.
    """
    require(can_look_back_at_groups(current_actor(), cohort_id))
    cohort = get_cohort(reading(), cohort_id)
    if cohort.state not in CHANGEABLE:
        return _look_back(cohort)
    require(can_arrange_groups(current_actor(), cohort_id))
    return _page(cohort)


def _look_back(cohort: AnyRow) -> str:
    """The groups as they were at the end; who took part sees their own."""
    actor, session = current_actor(), reading()
    found = cards(list_groups(session, cohort.cohort_id), list_seats(session, cohort.cohort_id, TAKES_PART))
    views_all = can_view_cohort(actor, cohort.cohort_id)
    if not views_all:
        found = [card for card in found if any(is_about_self(actor, one.user_id) for one in card.people)]
    return render_template("cohorts/groups_of_then.html", cohort=cohort, cards=found, views_all=views_all)


def cohort_to_arrange(cohort_id: UUID) -> AnyRow:
    """The cohort, for who may divide it.

    Raises:
        Forbidden, NotFound: for others, and when there is none.
        Conflict: `cohort_state` when it is closed or cancelled.
    """
    require(can_arrange_groups(current_actor(), cohort_id))
    cohort = get_cohort(reading(), cohort_id)
    if cohort.state not in CHANGEABLE:
        raise Conflict("cohort_state")
    return cohort


def _page(cohort: AnyRow, misnamed: Misnamed | None = None) -> str:
    cohort_id, actor = cohort.cohort_id, current_actor()
    seats = list_seats(reading(), cohort_id)
    found = cards(list_groups(reading(), cohort_id), seats)
    change = find_last_change(reading(), cohort_id)
    return render_template(
        "cohorts/groups.html",
        cohort=cohort,
        cards=found,
        total=total(found),
        without=[row for row in seats if row.peer_group_id is None],
        change=change,
        change_words=str(GROUP_CHANGES[change.kind]) if change else "",
        moved=[row for row in list_changed(reading(), change.change_id) if row.joined] if change else [],
        now=clock.now(),
        chosen=request.args.get("gekozen", type=UUID),
        manages=can_manage_cohort(actor),
        trains=can_train(actor, cohort_id),
        smallest=SMALLEST,
        largest=LARGEST,
        usual=USUAL,
        buttons=len(found) <= MOST_BUTTONS,
        sizes=range(SMALLEST, LARGEST + 1),
        misnamed=misnamed,
        longest_name=group_names.NAME_MAX_LENGTH,
    )


@bp.post("/cohorten/<uuid:cohort_id>/groepen")
def make_groups(cohort_id: UUID) -> ResponseReturnValue:
    """Make the proposal that was looked at true, or place only who has no group yet."""
    here = url_for("cohorts.groups", cohort_id=cohort_id)
    require(can_arrange_groups(current_actor(), cohort_id))
    newcomers = request.form.get("action") == "newcomers"
    size, seen = read_size(request.form.get("size", "")), request.form.get("seen")
    if not newcomers and not seen:
        return redirect(url_for("cohorts.propose_groups", cohort_id=cohort_id, grootte=size), code=303)
    try:
        done = _place_newcomers(cohort_id) if newcomers else _divide(cohort_id, size, seen)
    except Invalid as error:
        flash(str(FORM_PROBLEMS[error.problems["people"]]), "risk")
    except Conflict as error:
        if error.reason != "groups_changed":
            raise
        flash(str(GROUP_REFUSALS[error.reason]), "risk")
        here = url_for("cohorts.propose_groups", cohort_id=cohort_id, grootte=size)
    else:
        flash(done, "ok")
    return redirect(here, code=303)


def _place_newcomers(cohort_id: UUID) -> str:
    with transaction() as session:
        placed = actions.place_newcomers(session, current_actor(), cohort_id, now=clock.now())
    return ngettext("%(num)s deelnemer kreeg een groep.", "%(num)s deelnemers kregen een groep.", placed)


def _divide(cohort_id: UUID, size: int, seen: str | None) -> str:
    with transaction() as session:
        made = actions.make_peer_groups(
            session, current_actor(), cohort_id, size=size, seen=seen, now=clock.now()
        )
    return ngettext("De verdeling staat: %(num)s groep.", "De verdeling staat: %(num)s groepen.", made)


@bp.post("/peergroepen/<uuid:group_id>/naam")
def rename_group(group_id: UUID) -> ResponseReturnValue:
    """Give a group a name of its own."""
    name = request.form.get("name", "")
    group = get_group(reading(), group_id)
    require(can_arrange_groups(current_actor(), group.cohort_id))
    try:
        with transaction() as session:
            group_names.rename_group(session, current_actor(), group_id, name, now=clock.now())
    except Invalid as error:
        problem = str(GROUP_NAME_PROBLEMS[error.problems["name"]])
        page = _page(cohort_to_arrange(group.cohort_id), Misnamed(group_id, name, problem))
        return page, 422
    flash(_("De groep heet nu %(name)s.", name=" ".join(name.split())), "ok")
    return redirect(url_for("cohorts.groups", cohort_id=group.cohort_id), code=303)


def read_size(text: str) -> int:
    """A number of people per group that can be, from what an address or a form says."""
    return min(max(int(text), SMALLEST), LARGEST) if text.isdecimal() and len(text) < 4 else USUAL
