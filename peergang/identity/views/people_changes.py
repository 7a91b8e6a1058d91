"""Adding and correcting a person, and closing an account, for organisers."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.errors import Conflict, Invalid
from peergang.core.i18n import gettext as _
from peergang.core.permissions import require
from peergang.identity.actions.account import deactivate_user, reactivate_user
from peergang.identity.actions.corrections import correct_person
from peergang.identity.actions.people import create_user, set_affiliation
from peergang.identity.forms.institutions import institution_choices
from peergang.identity.forms.people import WORDS, NewPersonForm, PersonForm
from peergang.identity.policy import can_correct_person, can_manage_people
from peergang.identity.queries import get_user, list_roles
from peergang.identity.queries.institutions import list_choices
from peergang.identity.views import bp
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


@bp.route("/mensen/nieuw", methods=["GET", "POST"])
def person_add() -> ResponseReturnValue:
    """Add somebody by hand. They get a way in with a place in a cohort, or with a role."""
    require(can_manage_people(current_actor()))
    form = NewPersonForm()
    choices = list_choices(reading())
    form.institution.choices = institution_choices(choices)
    if form.validate_on_submit():
        known = {str(one.id) for one in choices}
        try:
            user_id = _add(form, UUID(form.institution.data) if form.institution.data in known else None)
        except Invalid as error:
            form.take(error, WORDS)
        else:
            flash(_("Toegevoegd. Een uitnodiging volgt met een plaats in een cohort of een rol."), "ok")
            return redirect(url_for("identity.person", user_id=user_id), code=303)
    return render_template("identity/person_add.html", form=form), 422 if form.errors else 200


def _add(form: NewPersonForm, institution_id: UUID | None) -> UUID:
    actor, now = current_actor(), clock.now()
    with transaction() as session:
        user = create_user(
            session,
            actor,
            given_name=form.given_name.data or "",
            particle=form.name_particle.data or "",
            family_name=form.family_name.data or "",
            email=form.email.data or "",
            now=now,
        )
        if institution_id:
            job_title = form.job_title.data or ""
            set_affiliation(session, actor, user.id, institution_id, job_title=job_title, now=now)
        return user.id


@bp.route("/mensen/<uuid:user_id>/gegevens", methods=["GET", "POST"])
def person_edit(user_id: UUID) -> ResponseReturnValue:
    """Put right a name or an address."""
    actor = current_actor()
    require(can_manage_people(actor))
    one = get_user(reading(), user_id)
    roles = [role for role, _institution_id in list_roles(reading(), user_id)]
    require(can_correct_person(actor, user_id, roles))
    form = PersonForm(obj=one)
    if form.validate_on_submit():
        try:
            changed = _correct(form, user_id)
        except Invalid as error:
            form.take(error, WORDS)
        else:
            mailed = _(
                "Bewaard. Beide adressen krijgen een mail, en open uitnodigingen moet je opnieuw sturen."
            )
            flash(mailed if changed else _("Bewaard."), "ok")
            return redirect(url_for("identity.person", user_id=user_id), code=303)
    page = render_template("identity/person_edit.html", form=form, one=one)
    return page, 422 if form.errors else 200


def _correct(form: PersonForm, user_id: UUID) -> bool:
    with transaction() as session:
        return correct_person(
            session,
            current_actor(),
            user_id,
            given_name=form.given_name.data or "",
            particle=form.name_particle.data or "",
            family_name=form.family_name.data or "",
            email=form.email.data or "",
            now=clock.now(),
        )


@bp.route("/mensen/<uuid:user_id>/sluiten", methods=["GET", "POST"])
def person_close(user_id: UUID) -> ResponseReturnValue:
    """Ask first, and close an account: nobody signs in with it, and what waits for its owner is free for others."""
    actor = current_actor()
    require(can_manage_people(actor) and actor.user_id != user_id)
    if request.method == "GET":
        return render_template("identity/person_close.html", one=get_user(reading(), user_id))
    try:
        with transaction() as session:
            deactivate_user(session, current_actor(), user_id, now=clock.now())
    except Conflict as error:
        if error.reason != "last_admin":
            raise
        flash(_("Er moet minstens één beheerder blijven. Geef eerst iemand anders deze rol."), "risk")
    else:
        flash(_("Het account is gesloten. Wat deze persoon deed, blijft bewaard."), "ok")
    return redirect(url_for("identity.person", user_id=user_id), code=303)


@bp.post("/mensen/<uuid:user_id>/heropenen")
def person_reopen(user_id: UUID) -> ResponseReturnValue:
    """Let somebody sign in again; places in cohorts are given anew."""
    try:
        with transaction() as session:
            reactivate_user(session, current_actor(), user_id, now=clock.now())
    except Conflict as error:
        if error.reason != "erased":
            raise
        flash(_("Van deze persoon zijn alle gegevens gewist. Zo’n account gaat niet meer open."), "risk")
    else:
        flash(_("Het account is weer open. Plaatsen in cohorten geef je opnieuw."), "ok")
    return redirect(url_for("identity.person", user_id=user_id), code=303)
