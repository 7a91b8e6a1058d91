"""Mail that comes back: what a provider reports, and what somebody says of their own address."""

from flask import current_app, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from peergang.core import clock
from peergang.core.config import Settings
from peergang.core.errors import NotFound
from peergang.core.i18n import gettext as _
from peergang.notifications.actions.bounces import lift_suspension
from peergang.notifications.actions.provider_reports import is_signed, take_report
from peergang.notifications.forms import UndoForm
from peergang.notifications.views import bp
from peergang.web.database import transaction
from peergang.web.gate import public, safe_next
from peergang.web.security import csrf
from peergang.web.throttle import limiter
from peergang.web.viewer import current_actor, current_viewer

LARGEST = 64 * 1024


@bp.post("/berichten/terugkoppeling")
@public
@csrf.exempt  # type: ignore[untyped-decorator]
@limiter.limit("120 per minute")
def receive_report() -> ResponseReturnValue:
    """A mail provider tells of bounces and complaints; docs/operations.md shows the shape. Without a secret this address does
    not exist.
    """
    settings: Settings = current_app.extensions["peergang_settings"]
    if not settings.bounce_secret:
        raise NotFound
    request.max_content_length = LARGEST
    try:
        body = request.get_data(cache=True)
    except RequestEntityTooLarge:
        return jsonify(error=f"more than {LARGEST} bytes"), 413
    now, told = clock.now(), request.headers
    timestamp, signature = told.get("X-Peergang-Timestamp", ""), told.get("X-Peergang-Signature", "")
    if not is_signed(settings.bounce_secret, timestamp, signature, body, now=now):
        return jsonify(error="signature"), 401
    try:
        with transaction() as session:
            counts = take_report(session, settings, request.get_json(force=True, silent=True), now=now)
    except ValueError as error:
        return jsonify(error=str(error)), 400
    return jsonify(counts)


@bp.post("/berichten/adres-klopt")
def retry_address() -> ResponseReturnValue:
    """Somebody says that their address works: it is tried again, with a test mail."""
    viewer = current_viewer()
    if viewer is None:
        raise NotFound
    try:
        return _lift(viewer.email, _("We sturen je een proefmail. Komt die aan, dan krijg je je mail weer."))
    except NotFound:
        # Another click, or an admin, was first: it is what they wanted.
        return _back()


@bp.post("/berichten/adres-herstellen")
def lift_address() -> ResponseReturnValue:
    """An admin lets an address be tried again."""
    address = request.form.get("address", "")
    return _lift(address, _("Er gaat een proefmail naar %(address)s.", address=address))


def _lift(address: str, said: str) -> ResponseReturnValue:
    if UndoForm().validate_on_submit():
        with transaction() as session:
            lift_suspension(session, current_actor(), address, now=clock.now())
        flash(said, "ok")
    return _back()


def _back() -> ResponseReturnValue:
    return redirect(safe_next(request.form.get("next")) or url_for("home"), code=303)
