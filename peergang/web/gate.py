"""The sign-in gate: every page asks for a signed-in person, unless its view says @public."""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user

View = Callable[..., Any]
V = TypeVar("V", bound=View)
Keeper = Callable[[], str | None]
"""Keeps what a request brought, and gives the address where it waits; None when there is nothing to keep."""

_keepers: list[Keeper] = []


def when_refused(keep: Keeper) -> None:
    """Let a feature keep a form whose sender is not signed in any more; app.py calls this."""
    if keep not in _keepers:
        _keepers.append(keep)


login_manager = LoginManager()


def public(view: V) -> V:
    """Let a view be reached without signing in."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def is_public(endpoint: str | None) -> bool:
    """Whether `endpoint` may be reached without signing in. Static files of the application and of extensions may."""
    if endpoint is None or endpoint == "static" or endpoint.endswith(".static"):
        return True
    view = current_app.view_functions.get(endpoint)
    return bool(getattr(view, "is_public", False))


def safe_next(target: str | None) -> str | None:
    """`target` when it is a path on this site, else None: a link in a mail must not send anybody elsewhere."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


def init_gate(app: Flask) -> None:
    """Guard every route of `app`."""
    login_manager.init_app(app)
    login_manager.session_protection = None
    app.before_request(_gate)


def _gate() -> ResponseReturnValue | None:
    if is_public(request.endpoint) or current_user.is_authenticated:
        return None
    if request.accept_mimetypes.best == "application/json" or request.is_json:
        abort(401)
    target = request.full_path.rstrip("?") if request.method == "GET" else _kept() or page_before()
    return redirect(url_for("identity.sign_in", next=target if target != "/" else None))


def _kept() -> str | None:
    return next((found for keep in _keepers if (found := keep())), None)


def page_before() -> str | None:
    """The page of this site on which the form of this request stood, as the browser tells it."""
    before = urlsplit(request.referrer or "")
    if before.netloc != request.host:
        return None
    return safe_next(before.path + (f"?{before.query}" if before.query else ""))
