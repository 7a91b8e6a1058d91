"""Messages pushed to a browser: switching them on and off, and the script that shows them."""

from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Response, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.config import Settings
from peergang.core.errors import Invalid, NotFound
from peergang.core.i18n import gettext as _
from peergang.core.web_push import PushKey
from peergang.identity.rules import device_name
from peergang.notifications.actions import push as actions
from peergang.notifications.queries.push import list_browsers
from peergang.notifications.views import bp
from peergang.web.cleaning import clean
from peergang.web.database import reading, transaction
from peergang.web.gate import public
from peergang.web.security import csrf
from peergang.web.throttle import limiter
from peergang.web.viewer import current_actor, current_viewer


def _settings() -> Settings:
    settings: Settings = current_app.extensions["peergang_settings"]
    if not settings.push_key:
        raise NotFound
    return settings


@bp.app_context_processor
def push() -> dict[str, Any]:
    """`push_choice()` for notifications/_push.html: the key and the browsers of who is signed in, or None without a key."""
    return {"push_choice": _choice}


def _choice() -> dict[str, Any] | None:
    settings: Settings = current_app.extensions["peergang_settings"]
    user_id = current_actor().user_id
    if not settings.push_key or user_id is None:
        return None
    rows = list_browsers(reading(), user_id, clock.now())
    browsers = [
        {
            "id": row.id,
            "mark": row.endpoint_hash.hex(),
            "device": row.device,
            "created_at": row.created_at,
            "last_used_at": row.last_used_at,
            "failing": row.failures > 2,
        }
        for row in rows
    ]
    return {"key": PushKey(settings.push_key).public, "browsers": browsers}


@bp.get("/push.js")
@public
def push_worker() -> Response:
    """The script that a browser runs when a message comes in. Its address may stay the same for ever, so it is never kept."""
    _settings()
    script = Path(str(current_app.static_folder)) / "js" / "push-worker.js"
    return Response(
        script.read_bytes(),
        content_type="text/javascript; charset=utf-8",
        headers={"Cache-Control": "no-cache"},
    )


@bp.post("/herinneringen/browsers")
@limiter.limit("30 per hour", key_func=lambda: str(current_actor().user_id))
def add_browser() -> ResponseReturnValue:
    """From now on messages come in this browser too; the script filled in the form."""
    _settings()
    viewer = current_viewer()
    if viewer is None:
        raise NotFound
    try:
        with transaction() as session:
            actions.add_browser(
                session,
                current_actor(),
                viewer.session_id,
                request.form.to_dict(),
                device_name(request.user_agent.string),
                now=clock.now(),
            )
    except Invalid:
        flash(_("Deze browser gaf geen adres waar we een melding heen kunnen sturen."), "risk")
    else:
        flash(_("Je krijgt nu ook meldingen in deze browser."), "ok")
    return redirect(url_for("notifications.preferences"), code=303)


@bp.post("/herinneringen/browsers/<uuid:subscription_id>/weg")
def remove_browser(subscription_id: UUID) -> ResponseReturnValue:
    """No more messages there."""
    with transaction() as session:
        actions.remove_browser(session, current_actor(), subscription_id)
    flash(_("Je krijgt in die browser geen meldingen meer."), "ok")
    return redirect(url_for("notifications.preferences"), code=303)


@bp.post("/berichten/gezien/<token>")
@public
@csrf.exempt  # type: ignore[untyped-decorator]
def push_seen(token: str) -> ResponseReturnValue:
    """The pushed message was clicked on. The signed token in the address says which; it can do nothing else."""
    with transaction() as session:
        actions.see_pushed(session, _settings().secret_key, clean(token), now=clock.now())
    return "", 204
