"""One's accounts of institutions: seeing them, joining another, parting one."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.errors import Conflict
from peergang.core.i18n import gettext as _
from peergang.identity.actions.institution_accounts import unlink_account
from peergang.identity.queries.institution_accounts import list_accounts
from peergang.identity.views import bp
from peergang.identity.views.browser import me
from peergang.identity.views.fresh_proof import fresh_proof
from peergang.identity.views.institution_sign_in import go_to, providers
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


@bp.get("/mijn-account/instelling")
def institution_accounts() -> ResponseReturnValue:
    """The accounts of institutions with which somebody signs in."""
    return render_template(
        "identity/institution_accounts.html",
        accounts=list_accounts(reading(), me()[0]),
        labels={one.name: one.label for one in providers()},
        offered=providers(),
    )


@bp.post("/mijn-account/instelling/<name>/koppel")
@fresh_proof
def institution_link_another(name: str) -> ResponseReturnValue:
    """Go to a provider, and join the account one comes back with."""
    return go_to(name, link=True)


@bp.post("/mijn-account/instelling/<uuid:account_id>/ontkoppel")
@fresh_proof
def institution_unlink(account_id: UUID) -> ResponseReturnValue:
    """Part an account from oneself; never the last way in."""
    try:
        with transaction() as work:
            unlink_account(
                work,
                current_actor(),
                me()[0],
                account_id,
                issuers=[one.issuer for one in providers()],
                now=clock.now(),
            )
    except Conflict:
        flash(
            _("Dit is je enige manier om in te loggen. Kies eerst een wachtwoord of voeg een passkey toe."),
            "risk",
        )
    else:
        flash(_("Ontkoppeld. Met dat account kom je er nu niet meer in."), "ok")
    return redirect(url_for("identity.institution_accounts"), code=303)
