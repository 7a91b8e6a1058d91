"""Erasing somebody, for admins: with a reason, and with their address typed over."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.errors import Conflict, Invalid
from peergang.core.i18n import gettext as _
from peergang.core.permissions import require
from peergang.identity.policy import can_erase_person
from peergang.identity.queries import get_user
from peergang.privacy.actions.erasing import erase_person
from peergang.privacy.forms import ERASE_TEXTS, EraseForm
from peergang.privacy.views import bp
from peergang.web.database import reading, transaction
from peergang.web.files import files
from peergang.web.viewer import current_actor


@bp.route("/beheer/personen/<uuid:user_id>/wissen", methods=["GET", "POST"])
def erase(user_id: UUID) -> ResponseReturnValue:
    """Say what goes and what stays, ask for a reason and the address, and erase."""
    require(can_erase_person(current_actor(), user_id))
    person = get_user(reading(), user_id)
    form = EraseForm()
    if person.erased_at is None and form.validate_on_submit():
        try:
            return _erase(user_id, form)
        except Invalid as error:
            form.take(error, ERASE_TEXTS)
    page = render_template("privacy/erase.html", form=form, person=person, name=person.full_name)
    return page, 422 if form.errors else 200


def _erase(user_id: UUID, form: EraseForm) -> ResponseReturnValue:
    roles = url_for("identity.roles_of", user_id=user_id)
    try:
        with transaction() as session:
            reason, typed = form.reason.data or "", form.typed.data or ""
            keys = erase_person(session, current_actor(), user_id, reason, typed, now=clock.now())
    except Conflict as error:
        if error.reason != "last_admin":
            raise
        flash(_("Er moet minstens één beheerder blijven. Geef eerst iemand anders deze rol."), "risk")
        return redirect(roles, code=303)
    # What fails here is found by the nightly cleaning: no row knows these files any more.
    files().delete(keys)
    flash(_("Alle gegevens van deze persoon zijn gewist."), "ok")
    return redirect(roles, code=303)
