"""Who must have a second factor and has none is led to the page where they choose one; and every page notes its use."""

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from peergang.core import clock
from peergang.core.errors import Conflict
from peergang.identity.actions.sessions import note_use
from peergang.identity.rules.passkeys import allows_passkeys
from peergang.identity.rules.second_factor import USE_INTERVAL
from peergang.identity.views import bp
from peergang.identity.views.browser import me
from peergang.identity.views.entering import GO_ON, demands_second_factor, public_url
from peergang.web.gate import is_public, safe_next
from peergang.web.trail import leave_trail
from peergang.web.viewer import Viewer, current_viewer

OPEN_WITHOUT = frozenset(
    f"identity.{name}"
    for name in (
        "choose_factor",
        "set_up_totp",
        "start_totp",
        "recovery_codes",
        "recovery_codes_file",
        "passkeys",
        "passkey_question",
        "add_passkey",
        "prove",
        "proof_question",
        "prove_with_passkey",
        "set_theme",
        "sign_out",
        "sign_out_everywhere",
    )
)
"""What somebody needs to choose a factor, or to leave. Public pages, files and the language are open to all."""


def must_have_factor(viewer: Viewer) -> bool:
    """Whether this installation wants a second factor of this person."""
    return demands_second_factor() and (viewer.actor.is_admin or viewer.actor.is_organiser)


@bp.before_app_request
def lead_to_second_factor() -> ResponseReturnValue | None:
    """Lead to the page with the choice, whatever page was asked for."""
    if is_public(request.endpoint) or request.endpoint in OPEN_WITHOUT:
        return None
    viewer = current_viewer()
    if viewer is None or viewer.has_second_factor or not must_have_factor(viewer):
        return None
    if request.is_json or request.accept_mimetypes.best == "application/json":
        raise Conflict("second_factor_missing")
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("identity.choose_factor", next=target if target != "/" else None), code=303)


@bp.before_app_request
def note_this_use() -> None:
    """Keep when and from where this browser was used. It is written after the page (web/trail.py), every few minutes."""
    if is_public(request.endpoint):
        return
    viewer = current_viewer()
    now, address = clock.now(), request.remote_addr or ""
    if viewer is None or now - viewer.used_at < USE_INTERVAL:
        return
    actor, session_id = viewer.actor, viewer.session_id

    def note(work: Session) -> None:
        note_use(work, actor, session_id, address, now=now)

    leave_trail(note)


@bp.get("/mijn-account/tweede-stap")
def choose_factor() -> ResponseReturnValue:
    """The choice between a passkey and an app with codes, for who must have one."""
    _user_id, viewer = me()
    target = safe_next(request.args.get("next"))
    if viewer.has_second_factor or not must_have_factor(viewer):
        return redirect(target or url_for("identity.security"), code=303)
    session[GO_ON] = target or url_for("home")
    return render_template("identity/choose_factor.html", possible=allows_passkeys(public_url()))
