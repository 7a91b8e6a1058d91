"""Small choices from the shell: language, look, and the role through which somebody looks."""

from flask import current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from peergang.core.errors import NotFound
from peergang.identity.actions import account
from peergang.identity.rules import LOCALES
from peergang.identity.views import bp
from peergang.web.database import transaction
from peergang.web.gate import public, safe_next
from peergang.web.i18n import COOKIE
from peergang.web.navigation import home_url, roles_of
from peergang.web.viewer import current_actor, current_viewer

ONE_YEAR = 60 * 60 * 24 * 365


def _back() -> ResponseReturnValue:
    return redirect(safe_next(request.form.get("next")) or url_for("home"), code=303)


@bp.post("/taal")
@public
def set_language() -> ResponseReturnValue:
    """Choose a language: kept with the person, or in a cookie when nobody is signed in."""
    wanted = request.form.get("language", "")
    if wanted not in LOCALES:
        raise NotFound
    viewer = current_viewer()
    response = current_app.make_response(_back())
    if viewer is not None and viewer.actor.user_id is not None:
        with transaction() as work:
            account.choose_language(work, viewer.actor, viewer.actor.user_id, wanted)
    response.set_cookie(
        COOKIE,
        wanted,
        max_age=ONE_YEAR,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response


@bp.post("/weergave")
def set_theme() -> ResponseReturnValue:
    """Choose light, dark or what the system says."""
    actor = current_actor()
    if actor.user_id is not None:
        with transaction() as work:
            account.choose_theme(work, actor, actor.user_id, request.form.get("theme", ""))
    return _back()


@bp.post("/rol")
def set_role() -> ResponseReturnValue:
    """Look through another of one's own roles; this browser remembers it. It gives no rights that were not there."""
    wanted = request.form.get("role", "")
    if wanted not in roles_of(current_actor()):
        raise NotFound
    session["role"] = wanted
    return redirect(home_url(current_actor()), code=303)
