"""Reading what concerns somebody else, for admins: with a reason, which its person gets to see."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.errors import Invalid
from peergang.core.permissions import require
from peergang.identity.policy import can_read_on_behalf
from peergang.identity.queries.roles import get_person
from peergang.identity.rules import full_name
from peergang.privacy.actions.own_data import read_on_behalf, write_reason
from peergang.privacy.forms import REASON_TEXTS, ReasonForm
from peergang.privacy.views import bp
from peergang.web.database import reading, transaction
from peergang.web.gate import safe_next
from peergang.web.trail import REASON_PAGE, give_reason
from peergang.web.viewer import current_actor


@bp.route(REASON_PAGE, methods=["GET", "POST"])
def reason() -> ResponseReturnValue:
    """Ask an admin why they open a page with named data. The reason holds for an hour in this browser."""
    require(current_actor().is_admin)
    target = safe_next(request.values.get("next")) or url_for("home")
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                words = write_reason(session, current_actor(), form.reason.data or "", now=clock.now())
        except Invalid as error:
            form.take(error, REASON_TEXTS)
        else:
            give_reason(words)
            return redirect(target, code=303)
    return render_template("privacy/reason.html", form=form, target=target), 422 if form.errors else 200


@bp.route("/beheer/personen/<uuid:user_id>/inzien", methods=["GET", "POST"])
def on_behalf(user_id: UUID) -> ResponseReturnValue:
    """Ask for a reason, and show what is kept about somebody: their account and their places, never their words."""
    require(can_read_on_behalf(current_actor(), user_id))
    person = get_person(reading(), user_id, clock.local_date(clock.now()))
    form, found = ReasonForm(), None
    if form.validate_on_submit():
        try:
            with transaction() as session:
                found = read_on_behalf(
                    session, current_actor(), user_id, form.reason.data or "", now=clock.now()
                )
        except Invalid as error:
            form.take(error, REASON_TEXTS)
    page = render_template(
        "privacy/on_behalf.html",
        form=form,
        user_id=user_id,
        name=full_name(person.given_name, person.name_particle, person.family_name),
        found=found,
    )
    return page, 422 if form.errors else 200
