"""What is sensitive asks for a recent proof: whoever finds an open browser must not be able to take the account over."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from flask import jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.i18n import gettext as _
from peergang.identity.rules.second_factor import is_fresh
from peergang.identity.views.browser import me
from peergang.web.gate import safe_next

View = Callable[..., ResponseReturnValue]


def fresh_proof(view: View) -> View:
    """Let `view` be reached only within a quarter of an hour after its reader proved who they are; else ask that first.

    A page comes back after the proof. A form is not sent again: its reader returns to the page it stands on, so put this on
    that page as well. Scripts get status 401 with the address of the page that asks.
    """

    @wraps(view)
    def guarded(*args: Any, **more: Any) -> ResponseReturnValue:
        if is_fresh(me()[1].proved_at, clock.now()):
            return view(*args, **more)
        page = url_for("identity.prove", next=_here())
        if request.is_json or request.accept_mimetypes.best == "application/json":
            return jsonify(error="proof_needed", message=_("Bevestig eerst dat jij het bent."), url=page), 401
        return redirect(page, code=303)

    return guarded


def _here() -> str:
    """The page on which its reader goes on afterwards: this one, or for a form the page it came from."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    came_from = urlsplit(request.referrer or "")
    path = came_from.path if came_from.netloc == request.host else ""
    return safe_next(path) or url_for("identity.security")
