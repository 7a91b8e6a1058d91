"""Headers and cookies: a strict content security policy without inline code, and CSRF on every form."""

from flask import Flask, Response, g, request
from flask_talisman import Talisman
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf
from werkzeug.middleware.proxy_fix import ProxyFix

from peergang.core.config import Settings

CONTENT_SECURITY_POLICY = {
    "default-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}

csrf = CSRFProtect()


def init_security(app: Flask, settings: Settings) -> None:
    """Set cookie flags, limits on what is posted, headers, and the CSRF check."""
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="peergang",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        # Longer than a session lasts (identity.rules): what is sent just after it ended is kept for who it was.
        PERMANENT_SESSION_LIFETIME=60 * 60 * 24 * 40,
        SESSION_REFRESH_EACH_REQUEST=False,
        # A long paste must reach the form, which can then say kindly that it is too long and show it again.
        MAX_CONTENT_LENGTH=12 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=8 * 1024 * 1024,
        # A form that stood open all afternoon must still work; the token ends with the session.
        WTF_CSRF_TIME_LIMIT=None,
    )
    if settings.trusted_proxies:
        # Behind a proxy every request seems to come from the proxy, and one limit would hold for the whole network.
        # Only as many hops are believed as were configured, or anybody could write their own address.
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    csrf.init_app(app)
    app.jinja_env.globals["csrf_token"] = _token
    Talisman(
        app,
        force_https=settings.https,
        strict_transport_security=settings.https,
        session_cookie_secure=settings.https,
        content_security_policy=CONTENT_SECURITY_POLICY,
        referrer_policy="same-origin",
        frame_options="DENY",
    )
    app.after_request(_keep_private)


def _keep_private(response: Response) -> Response:
    """Pages are made for one reader: no cache on the way keeps them, and a browser asks again before it shows one anew. What
    must not be kept at all says so itself. Files of the site are the same for everybody and have their own life.
    """
    if not (request.endpoint or "").endswith("static"):
        response.headers.setdefault("Cache-Control", "private, no-cache")
    return response


def _token() -> str:
    """The token of this request, for each of a page's forms. Making it keeps it in `g`, which is where we look first."""
    found: str = g.get("csrf_token") or generate_csrf()
    return found
