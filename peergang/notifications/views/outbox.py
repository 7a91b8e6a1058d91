"""What went out: the mailbox of everybody in the demo and in development. Elsewhere these pages do not exist."""

from typing import Any

from flask import Response, current_app, render_template, request
from flask.typing import ResponseReturnValue

from peergang.core.config import Settings
from peergang.core.errors import NotFound
from peergang.notifications.actions.outbox import PAGE, list_outbox, read_outbox
from peergang.notifications.views import bp
from peergang.web.cleaning import page_number
from peergang.web.gate import public


def _mail_url() -> str:
    settings: Settings = current_app.extensions["peergang_settings"]
    if not settings.shows_outbox:
        raise NotFound
    return settings.mail_url


@bp.get("/uitgaande-mail")
@public
def outbox() -> ResponseReturnValue:
    """The messages, newest first. Open to all, so that an invitation can be followed by who cannot sign in yet."""
    number = page_number(request.args)
    wanted = request.args.get("aan", "").strip()
    found = list_outbox(_mail_url(), wanted, number)
    return render_template("notifications/outbox.html", found=found, wanted=wanted, number=number, size=PAGE)


@bp.get("/uitgaande-mail/<name>")
@public
def outbox_message(name: str) -> ResponseReturnValue:
    """One message as its reader sees it, and as plain text."""
    return render_template(
        "notifications/outbox_message.html", mail=read_outbox(_mail_url(), name), name=name
    )


@bp.get("/uitgaande-mail/<name>/html")
@public
def outbox_html(name: str) -> ResponseReturnValue:
    """The HTML part alone, for the frame on the page above: no scripts, nothing from elsewhere, links open the whole tab."""
    html = read_outbox(_mail_url(), name).html.replace("<head>", '<head><base target="_top">', 1)
    return Response(html, content_type="text/html; charset=utf-8")


# A mail lives by inline styles, which the site's own policy forbids; the sandbox takes everything else away.
_OPTIONS: dict[str, Any] = {
    "frame_options": "SAMEORIGIN",
    "content_security_policy": {
        "default-src": "'none'",
        "style-src": "'unsafe-inline'",
        "frame-ancestors": "'self'",
        "sandbox": "allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation",
    },
}
outbox_html.talisman_view_options = _OPTIONS  # type: ignore[attr-defined]
