"""Who has which role of the network, for admins: find somebody, give a role, take one."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.db import AnyRow
from peergang.core.errors import Conflict, Invalid
from peergang.core.i18n import gettext as _
from peergang.core.permissions import require
from peergang.identity.actions.roles import grant_role, revoke_role
from peergang.identity.forms.roles import RoleForm
from peergang.identity.labels import ROLE_HINTS, ROLE_NEVER, ROLES
from peergang.identity.policy import can_manage_roles, can_take_role
from peergang.identity.queries.institutions import get_institution
from peergang.identity.queries.roles import (
    MOST_FOUND,
    find_people,
    get_grant,
    get_person,
    list_grants,
    list_institution_choices,
)
from peergang.identity.rules import Role, clean_text, full_name
from peergang.identity.views import bp
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


@bp.get("/beheer/rollen")
def roles() -> ResponseReturnValue:
    """Every role of the network, or the people in whose name or address the search word occurs."""
    actor = current_actor()
    require(can_manage_roles(actor))
    search = clean_text(request.args.get("zoek", ""))[:100]
    return render_template(
        "identity/roles.html",
        search=search,
        found=[_person(one) for one in find_people(reading(), search, _today())] if search else [],
        most=MOST_FOUND,
        grants=[_grant(one) for one in list_grants(reading())],
        roles=ROLES,
    )


@bp.get("/beheer/rollen/<uuid:user_id>")
def roles_of(user_id: UUID) -> ResponseReturnValue:
    """The roles of one person, and the form to give another."""
    require(can_manage_roles(current_actor()))
    return _page_of(user_id, _form(), 200)


@bp.route("/beheer/rollen/<uuid:user_id>/geven", methods=["GET", "POST"])
def role_give(user_id: UUID) -> ResponseReturnValue:
    """Ask whether this role is meant (GET, with the role in the address), and give it (POST)."""
    require(can_manage_roles(current_actor()))
    form = _form(request.form if request.method == "POST" else request.args)
    if not form.validate():
        return _page_of(user_id, form, 422)
    role = Role(form.rol.data)
    school = UUID(form.instelling.data) if role == Role.CONTACT else None
    person = _person(get_person(reading(), user_id, _today()))
    if request.method == "GET":
        return render_template(
            "identity/role_give.html",
            person=person,
            role=role,
            school_id=school,
            school=get_institution(reading(), school).name if school else "",
            **_words(),
        )
    return _give(person, role, school)


def _give(person: dict[str, Any], role: Role, school: UUID | None) -> ResponseReturnValue:
    user_id, name = person["id"], person["name"]
    try:
        with transaction() as session:
            given = grant_role(session, current_actor(), user_id, role, school, now=clock.now())
    except Invalid as error:
        if "user" not in error.problems:
            raise
        flash(_("Dit account is gesloten. Open het eerst weer, dan kun je een rol geven."), "risk")
        return redirect(url_for("identity.roles_of", user_id=user_id), code=303)
    if given:
        flash(_("%(name)s heeft nu de rol %(role)s.", name=name, role=str(ROLES[role]).lower()), "ok")
    else:
        flash(_("%(name)s had deze rol al. Er is niets veranderd.", name=name), "now")
    return redirect(url_for("identity.roles_of", user_id=user_id), code=303)


@bp.route("/beheer/rollen/nemen/<uuid:grant_id>", methods=["GET", "POST"])
def role_take(grant_id: UUID) -> ResponseReturnValue:
    """Ask whether this role is to be taken (GET), and take it (POST)."""
    actor = current_actor()
    require(can_manage_roles(actor))
    found = get_grant(reading(), grant_id)
    require(can_take_role(actor, found.user_id, Role(found.role)))
    grant = _grant(found)
    if request.method == "GET":
        return render_template("identity/role_take.html", grant=grant, **_words())
    back = redirect(url_for("identity.roles"), code=303)
    try:
        with transaction() as session:
            revoke_role(
                session, actor, found.user_id, Role(found.role), found.institution_id, now=clock.now()
            )
    except Conflict as error:
        if error.reason != "last_admin":
            raise
        flash(_("Er moet minstens één beheerder blijven. Geef eerst iemand anders deze rol."), "risk")
        return back
    role = str(ROLES[found.role]).lower()
    flash(_("%(name)s heeft de rol %(role)s niet meer.", name=grant["name"], role=role), "ok")
    return back


def _today() -> date:
    return clock.local_date(clock.now())


def _form(values: Any = None) -> RoleForm:
    form = RoleForm(values, meta={} if request.method == "POST" else {"csrf": False})
    form.instelling.choices = [("", _("Kies een instelling")), *list_institution_choices(reading())]
    return form


def _page_of(user_id: UUID, form: RoleForm, status: int) -> ResponseReturnValue:
    person = get_person(reading(), user_id, _today())
    page = render_template(
        "identity/roles_of.html",
        person=_person(person),
        grants=[_grant(one) for one in list_grants(reading(), user_id)],
        form=form,
        is_self=user_id == current_actor().user_id,
        **_words(),
    )
    return page, status


def _words() -> dict[str, Any]:
    return {"roles": ROLES, "hints": ROLE_HINTS, "never": ROLE_NEVER}


def _person(row: AnyRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": full_name(row.given_name, row.name_particle, row.family_name),
        "given_name": row.given_name,
        "email": row.email,
        "closed": row.deactivated_at is not None,
        "school": row.institution_name or "",
    }


def _grant(row: AnyRow) -> dict[str, Any]:
    role = Role(row.role)
    giver = (row.giver_given_name, row.giver_name_particle, row.giver_family_name)
    return {
        "id": row.grant_id,
        "user_id": row.user_id,
        "name": full_name(row.given_name, row.name_particle, row.family_name),
        "email": row.email,
        "closed": row.deactivated_at is not None,
        "role": role,
        "school": row.institution_name or "",
        "since": row.granted_at,
        "by": full_name(*giver) if row.granted_by_id else "",
        "may_take": can_take_role(current_actor(), row.user_id, role),
    }
