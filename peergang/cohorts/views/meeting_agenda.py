"""Changing the agenda of a meeting: one part at a time, with buttons for the order."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.cohorts.actions import meeting_agenda as actions
from peergang.cohorts.forms.meeting_page import AgendaItemForm
from peergang.cohorts.labels import FORM_PROBLEMS
from peergang.cohorts.policy import can_prepare_meeting
from peergang.cohorts.queries.meeting_page import get_meeting_page, list_agenda, list_materials
from peergang.cohorts.views import bp
from peergang.core import clock
from peergang.core.db import AnyRow
from peergang.core.errors import Invalid, NotFound
from peergang.core.i18n import gettext as _, pick
from peergang.core.permissions import require
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


@bp.route("/bijeenkomsten/<uuid:meeting_id>/agenda", methods=["GET", "POST"])
def agenda(meeting_id: UUID) -> ResponseReturnValue:
    """The parts with their buttons, and a form for a new one."""
    found = _meeting(meeting_id)
    form = AgendaItemForm()
    _offer(form, found)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                actions.add_agenda_item(session, current_actor(), meeting_id, _details(form))
        except Invalid as error:
            form.take(error, FORM_PROBLEMS)
        else:
            flash(_("Het onderdeel staat op de agenda."), "ok")
            return _back(meeting_id)
    items = list_agenda(reading(), meeting_id) if found.own_agenda else None
    page = render_template("cohorts/agenda.html", meeting=found, items=items, form=form, now=clock.now())
    return page, 422 if form.errors else 200


@bp.post("/bijeenkomsten/<uuid:meeting_id>/agenda/eigen")
def own_agenda(meeting_id: UUID) -> ResponseReturnValue:
    """Make the agenda of the programme this meeting's own."""
    with transaction() as session:
        actions.hold_agenda(session, current_actor(), meeting_id)
    return _back(meeting_id)


@bp.post("/bijeenkomsten/<uuid:meeting_id>/agenda/terug")
def restore_agenda(meeting_id: UUID) -> ResponseReturnValue:
    """Go back to the agenda of the programme."""
    with transaction() as session:
        actions.restore_agenda(session, current_actor(), meeting_id)
    flash(_("De agenda van het programma geldt weer."), "ok")
    return _back(meeting_id)


@bp.route("/bijeenkomsten/<uuid:meeting_id>/agenda/<uuid:item_id>", methods=["GET", "POST"])
def change_agenda_item(meeting_id: UUID, item_id: UUID) -> ResponseReturnValue:
    """Change one part."""
    found = _meeting(meeting_id)
    item = next((one for one in list_agenda(reading(), meeting_id) if one.item_id == item_id), None)
    if item is None:
        raise NotFound
    form = AgendaItemForm(obj=item, data={"about": str(item.topic_id or item.activity_id or "")})
    _offer(form, found)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                actions.change_agenda_item(session, current_actor(), meeting_id, item_id, _details(form))
        except Invalid as error:
            form.take(error, FORM_PROBLEMS)
        else:
            flash(_("Het onderdeel is bewaard."), "ok")
            return _back(meeting_id)
    page = render_template("cohorts/agenda_item.html", meeting=found, item=item, form=form)
    return page, 422 if form.errors else 200


@bp.post("/bijeenkomsten/<uuid:meeting_id>/agenda/<uuid:item_id>/weg")
def remove_agenda_item(meeting_id: UUID, item_id: UUID) -> ResponseReturnValue:
    """Take one part out."""
    with transaction() as session:
        actions.remove_agenda_item(session, current_actor(), meeting_id, item_id)
    flash(_("Het onderdeel is van de agenda."), "ok")
    return _back(meeting_id)


@bp.post("/bijeenkomsten/<uuid:meeting_id>/agenda/<uuid:item_id>/plaats")
def move_agenda_item(meeting_id: UUID, item_id: UUID) -> ResponseReturnValue:
    """Let a part change places with the one above or below."""
    down = request.form.get("way") == "down"
    with transaction() as session:
        actions.move_agenda_item(session, current_actor(), meeting_id, item_id, down=down)
    return redirect(url_for("cohorts.agenda", meeting_id=meeting_id, _anchor=f"item-{item_id}"), code=303)


def _back(meeting_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("cohorts.agenda", meeting_id=meeting_id), code=303)


def _meeting(meeting_id: UUID) -> AnyRow:
    found = get_meeting_page(reading(), meeting_id)
    require(can_prepare_meeting(current_actor(), found.cohort_id))
    return found


def _offer(form: AgendaItemForm, found: AnyRow) -> None:
    materials = list_materials(reading(), found.edition_id)
    form.about.choices = [
        ("", _("Geen onderwerp of opdracht")),
        *((str(one.id), f"{one.code} {pick(one.title, one.title_en)}") for one in materials),
    ]


def _details(form: AgendaItemForm) -> actions.AgendaDetails:
    try:
        about = UUID(form.about.data) if form.about.data else None
    except ValueError:
        raise Invalid({"about": "unknown"}) from None
    return actions.AgendaDetails(
        form.title.data or "", form.minutes.data or 0, form.body.data or "", form.url.data or "", about
    )
