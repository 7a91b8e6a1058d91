"""The institutions of the network, for organisers."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.errors import Invalid
from peergang.core.i18n import gettext as _
from peergang.core.permissions import require
from peergang.identity.actions import institutions as actions
from peergang.identity.forms import TEXTS, InstitutionForm
from peergang.identity.policy import can_manage_institutions
from peergang.identity.queries import get_institution, list_institutions
from peergang.identity.rules import clean_text
from peergang.identity.views import bp
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


@bp.get("/instellingen")
def institutions() -> ResponseReturnValue:
    """All institutions, or those in which a search word occurs, with the number of people who work there now."""
    require(can_manage_institutions(current_actor()))
    search = clean_text(request.args.get("zoek", ""))[:100]
    return render_template(
        "identity/institutions.html", search=search, institutions=list_institutions(reading(), search)
    )


@bp.route("/instellingen/nieuw", methods=["GET", "POST"])
def institution_add() -> ResponseReturnValue:
    """Add an institution."""
    require(can_manage_institutions(current_actor()))
    form = InstitutionForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                actions.create_institution(session, current_actor(), **_values(form), now=clock.now())
        except Invalid as error:
            form.take(error, TEXTS)
        else:
            flash(_("%(name)s is toegevoegd.", name=form.name.data), "ok")
            return redirect(url_for("identity.institutions"), code=303)
    return render_template("identity/institution_form.html", form=form, name=""), 422 if form.errors else 200


@bp.route("/instellingen/<uuid:institution_id>", methods=["GET", "POST"])
def institution_edit(institution_id: UUID) -> ResponseReturnValue:
    """Change an institution."""
    require(can_manage_institutions(current_actor()))
    institution = get_institution(reading(), institution_id)
    form = InstitutionForm(
        name=institution.name,
        brin=institution.brin,
        place=institution.place,
        aliases="\n".join(institution.aliases),
    )
    if form.validate_on_submit():
        try:
            with transaction() as session:
                actions.change_institution(
                    session, current_actor(), institution_id, **_values(form), now=clock.now()
                )
        except Invalid as error:
            form.take(error, TEXTS)
        else:
            flash(_("%(name)s is bewaard.", name=form.name.data), "ok")
            return redirect(url_for("identity.institutions"), code=303)
    page = render_template("identity/institution_form.html", form=form, name=institution.name)
    return page, 422 if form.errors else 200


def _values(form: InstitutionForm) -> dict[str, Any]:
    return {
        "name": form.name.data or "",
        "brin": form.brin.data or "",
        "place": form.place.data or "",
        "aliases": form.alias_list(),
    }
