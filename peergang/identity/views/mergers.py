"""What became of an institution: merging, ending, and taking that back."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.errors import Conflict, Invalid
from peergang.core.i18n import gettext as _, ngettext
from peergang.core.permissions import require
from peergang.identity.actions import mergers as actions
from peergang.identity.forms.institutions import WORDS, EndForm, MergeForm, institution_choices
from peergang.identity.policy import can_manage_institutions
from peergang.identity.queries.institutions import count_people_at, get_institution, list_choices
from peergang.identity.views import bp
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


def _page(institution_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("identity.institution", institution_id=institution_id), code=303)


@bp.route("/instellingen/<uuid:institution_id>/fusie", methods=["GET", "POST"])
def institution_merge(institution_id: UUID) -> ResponseReturnValue:
    """Say in which institution this one went up."""
    require(can_manage_institutions(current_actor()))
    one = get_institution(reading(), institution_id)
    today = clock.local_date(clock.now())
    form = MergeForm(merged_on=today)
    others = [row for row in list_choices(reading()) if row.id != institution_id]
    form.successor.choices = institution_choices(others)
    if form.validate_on_submit():
        try:
            continued = _merge(form, institution_id, today)
        except Invalid as error:
            form.take(error, WORDS)
        else:
            text = ngettext(
                "De fusie staat erin. %(num)s aanstelling loopt door.",
                "De fusie staat erin. %(num)s aanstellingen lopen door.",
                continued,
            )
            flash(text, "ok")
            return _page(institution_id)
    return _show("identity/institution_merge.html", form, one, today)


def _merge(form: MergeForm, institution_id: UUID, today: date) -> int:
    """Carry it out; gives how many people go on working at the successor."""
    with transaction() as session:
        [merger] = actions.merge_institutions(
            session,
            current_actor(),
            [institution_id],
            UUID(form.successor.data),
            merged_on=form.merged_on.data or today,
            now=clock.now(),
        )
        return merger.continued


@bp.post("/instellingen/<uuid:institution_id>/fusie/ongedaan")
def institution_unmerge(institution_id: UUID) -> ResponseReturnValue:
    """Take a merger back."""
    require(can_manage_institutions(current_actor()))
    try:
        with transaction() as session:
            actions.undo_merger(session, current_actor(), institution_id, now=clock.now())
    except Conflict as error:
        if error.reason != "merger_followed":
            raise
        flash(_("Er is sinds de fusie al iets veranderd. Pas het met de hand aan."), "risk")
    else:
        flash(_("De fusie is teruggedraaid."), "ok")
    return _page(institution_id)


@bp.route("/instellingen/<uuid:institution_id>/einde", methods=["GET", "POST"])
def institution_end(institution_id: UUID) -> ResponseReturnValue:
    """Say that an institution ended."""
    require(can_manage_institutions(current_actor()))
    one = get_institution(reading(), institution_id)
    today = clock.local_date(clock.now())
    form = EndForm(until=today)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                actions.end_institution(
                    session, current_actor(), institution_id, until=form.until.data or today, now=clock.now()
                )
        except Invalid as error:
            form.take(error, WORDS)
        else:
            flash(_("%(name)s is opgeheven.", name=one.name), "ok")
            return _page(institution_id)
    return _show("identity/institution_end.html", form, one, today)


@bp.post("/instellingen/<uuid:institution_id>/heropen")
def institution_reopen(institution_id: UUID) -> ResponseReturnValue:
    """Take an ending back."""
    require(can_manage_institutions(current_actor()))
    with transaction() as session:
        actions.reopen_institution(session, current_actor(), institution_id, now=clock.now())
    flash(_("De instelling gaat weer door. Kijk na wie er werkt."), "ok")
    return _page(institution_id)


def _show(template: str, form: Any, one: Any, today: Any) -> ResponseReturnValue:
    people = count_people_at(reading(), one.id, today)
    return render_template(template, form=form, one=one, people=people), 422 if form.errors else 200
