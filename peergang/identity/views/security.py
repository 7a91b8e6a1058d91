"""How somebody signs in, on one page: password, passkeys, app with codes, recovery codes, signed-in browsers."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.i18n import gettext as _
from peergang.identity.actions import sessions
from peergang.identity.queries import get_user
from peergang.identity.queries.factors import find_factors, list_sign_ins
from peergang.identity.views import bp
from peergang.identity.views.browser import me
from peergang.identity.views.duty import must_have_factor
from peergang.identity.views.signing_in import leave
from peergang.web.database import reading, transaction


@bp.get("/mijn-account/beveiliging")
def security() -> ResponseReturnValue:
    """What one has to sign in with, and where one is signed in."""
    user_id, viewer = me()
    return render_template(
        "identity/security.html",
        has_password=get_user(reading(), user_id).password_hash is not None,
        factors=find_factors(reading(), user_id),
        must=must_have_factor(viewer),
        sign_ins=list_sign_ins(reading(), user_id, clock.now()),
        this_session=viewer.session_id,
    )


@bp.post("/mijn-account/beveiliging/apparaten/<uuid:session_id>/uitloggen")
def end_session(session_id: UUID) -> ResponseReturnValue:
    """Sign one browser out; this one as well, when that is the one."""
    _user_id, viewer = me()
    with transaction() as work:
        sessions.revoke_session(work, viewer.actor, session_id, now=clock.now())
    if session_id == viewer.session_id:
        return leave(_("Je bent uitgelogd."))
    flash(_("Dat apparaat is uitgelogd."), "ok")
    return redirect(url_for("identity.security"), code=303)


@bp.post("/mijn-account/beveiliging/apparaten/andere-uitloggen")
def end_other_sessions() -> ResponseReturnValue:
    """Sign out everywhere but here."""
    user_id, viewer = me()
    with transaction() as work:
        sessions.revoke_other_sessions(work, viewer.actor, user_id, viewer.session_id, now=clock.now())
    flash(_("Op al je andere apparaten ben je uitgelogd."), "ok")
    return redirect(url_for("identity.security"), code=303)
