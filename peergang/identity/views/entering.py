"""The one way in: whichever way somebody proved who they are, the browser is let in here or led to the second step."""

from uuid import UUID

from flask import current_app, redirect, request, session, url_for
from werkzeug import Response

from peergang.core import clock
from peergang.identity.actions.entering import finish_sign_in
from peergang.identity.actions.signing_in import Browser
from peergang.identity.rules.second_factor import Method
from peergang.identity.views.browser import device, enter
from peergang.web.database import transaction
from peergang.web.gate import safe_next

HALF = "half"
"""Where the cookie keeps the token of a sign-in that waits for its second step."""

GO_ON = "go_on"
"""Where the cookie keeps the page that somebody asked for when they were led to the choice of a second factor."""


def finish(
    user_id: UUID, method: Method, *, remember: bool = False, target: str = "", second_proved: bool = False
) -> Response:
    """Let this browser in as `user_id`, whose identity was just proved by `method`, or lead it to the second step.

    `target` is where it goes afterwards (a path on this site, else the first page). `second_proved` says that the
    institution told that it asked for a second factor. What the cookie held goes, so flash and remember things afterwards.
    """
    with transaction() as work:
        step = finish_sign_in(
            work,
            user_id,
            method,
            browser=this_browser(),
            demanded=demands_second_factor(),
            now=clock.now(),
            remember=remember,
            target=safe_next(target) or "",
            second_proved=second_proved,
        )
    if not step.done:
        session[HALF] = step.token
        return redirect(url_for("identity.second_step"), code=303)
    enter(step.token, remember=remember)
    return redirect(safe_next(target) or url_for("home"), code=303)


def this_browser() -> Browser:
    """What is known of the browser that asks: by what its owner knows it, where it is, and as whom it was signed in."""
    # Where Flask-Login keeps the token; asking it for the person would cost a statement and miss a session that ended.
    former = session.get("_user_id", "")
    return Browser(device=device(), address=request.remote_addr or "", former_token=str(former))


def demands_second_factor() -> bool:
    """Whether this installation wants a second factor of organisers and admins."""
    return bool(current_app.extensions["peergang_settings"].demands_second_factor)


def public_url() -> str:
    """The address at which people reach this installation."""
    return str(current_app.extensions["peergang_settings"].public_url)
