"""An admin takes away what somebody lost, so that they come in with their password again."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.i18n import gettext as _
from peergang.core.permissions import require
from peergang.identity.actions.sessions import reset_second_factor
from peergang.identity.policy import can_reset_second_factor
from peergang.identity.queries import get_user
from peergang.identity.queries.factors import find_factors
from peergang.identity.views import bp
from peergang.identity.views.fresh_proof import fresh_proof
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


@bp.route("/beheer/rollen/<uuid:user_id>/tweede-stap", methods=["GET", "POST"])
def factor_reset(user_id: UUID) -> ResponseReturnValue:
    """Ask whether it is meant (GET), and take away the passkeys and codes of somebody (POST)."""
    # First who may: for others there is nothing here to prove anything for.
    require(can_reset_second_factor(current_actor(), user_id))
    return _ask(user_id) if request.method == "GET" else _reset(user_id)


@fresh_proof
def _ask(user_id: UUID) -> ResponseReturnValue:
    person, factors = get_user(reading(), user_id), find_factors(reading(), user_id)
    return render_template("identity/factor_reset.html", person=person, factors=factors)


@fresh_proof
def _reset(user_id: UUID) -> ResponseReturnValue:
    name = get_user(reading(), user_id).full_name
    with transaction() as work:
        reset_second_factor(work, current_actor(), user_id, now=clock.now())
    flash(_("%(name)s logt nu in met alleen het wachtwoord, en krijgt hierover een mail.", name=name), "ok")
    return redirect(url_for("identity.roles_of", user_id=user_id), code=303)
