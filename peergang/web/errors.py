"""What a refusal looks like: the forbidden and the unknown are the same 404; a conflict says what happened."""

from typing import Any

import structlog
from flask import Flask, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from peergang.core.connections import is_away
from peergang.core.errors import Conflict, Forbidden, Invalid, NotFound
from peergang.core.i18n import LazyText, lazy_gettext
from peergang.web.i18n import use_browser_language
from peergang.web.templates import Templates
from peergang.web.viewer import forget_viewer

log = structlog.get_logger("peergang.errors")

RETRY_AFTER = 30
"""Seconds after which a browser or a monitor may ask again when the database is away."""

TITLES: dict[int, LazyText] = {
    400: lazy_gettext("Dat ging niet goed"),
    401: lazy_gettext("Je bent niet meer ingelogd"),
    404: lazy_gettext("Deze pagina is er niet"),
    405: lazy_gettext("Deze pagina is er niet"),
    409: lazy_gettext("Er is intussen iets veranderd"),
    413: lazy_gettext("Dat is te groot"),
    422: lazy_gettext("Dat ging niet goed"),
    429: lazy_gettext("Even rustig aan"),
    500: lazy_gettext("Er ging iets mis bij ons"),
    503: lazy_gettext("We zijn even niet bereikbaar"),
}

EXPLANATIONS: dict[int, LazyText] = {
    400: lazy_gettext("Ga terug, laad de pagina opnieuw en probeer het nog eens."),
    401: lazy_gettext("Log opnieuw in. Wat je schreef staat nog op dit apparaat."),
    404: lazy_gettext("Misschien is het adres veranderd, of is deze pagina niet voor jou bedoeld."),
    405: lazy_gettext("Misschien is het adres veranderd, of is deze pagina niet voor jou bedoeld."),
    409: lazy_gettext(
        "Iemand anders, of jij zelf in een ander venster, was je voor. Laad de pagina opnieuw."
    ),
    413: lazy_gettext(
        "Maak het kleiner en probeer het nog eens. Er is niets verloren gegaan van wat al bewaard was."
    ),
    422: lazy_gettext("Controleer wat je hebt ingevuld en probeer het nog eens."),
    429: lazy_gettext(
        "Je probeerde dit te vaak achter elkaar. Wacht een paar minuten en probeer het dan opnieuw."
    ),
    500: lazy_gettext("Wij hebben een melding gekregen. Probeer het over een paar minuten opnieuw."),
    503: lazy_gettext("Probeer het over een minuut opnieuw. Wat je schreef staat nog op dit apparaat."),
}


class Site(Flask):
    """Flask, except that it keeps the address of a page that broke to itself, has quicker templates, and no `async`."""

    jinja_environment = Templates

    def ensure_sync(self, func: Any) -> Any:
        """`func` itself. Flask looks thirty times a page whether it would have to wait for what it calls."""
        return func

    def log_exception(self, exc_info: Any) -> None:
        """Log the endpoint and the traceback. The path of an invitation is a key to an account and belongs in no log; the
        request id, bound by observe.py, joins this line to the one of the request.
        """
        log.error("exception", endpoint=request.endpoint, method=request.method, exc_info=exc_info)


def init_errors(app: Flask) -> None:
    """Register one handler per kind of refusal."""
    app.register_error_handler(NotFound, lambda _: page(404))
    app.register_error_handler(Forbidden, lambda _: page(404))
    app.register_error_handler(Conflict, _conflict)
    app.register_error_handler(Invalid, lambda _: page(422))
    app.register_error_handler(CSRFError, lambda _: page(400))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(SQLAlchemyError, _database)
    app.register_error_handler(500, lambda _: page(500))


def page(status: int, reason: str = "") -> ResponseReturnValue:
    """The error page for `status`, or JSON where the browser asked for that."""
    known = status if status in TITLES else 400
    if known >= 500:
        # What broke may be the very thing that the shell of a page asks for: who is signed in, and what waits for them.
        forget_viewer()
    if request.is_json or request.accept_mimetypes.best == "application/json":
        return jsonify(error=reason or known, message=str(TITLES[known])), status
    body = render_template(
        "layout/error.html",
        status=status,
        title=TITLES[known],
        explanation=EXPLANATIONS[known],
        reason=reason,
    )
    return body, status


def _conflict(error: Conflict) -> ResponseReturnValue:
    return page(409, error.reason)


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:
        return error
    return page(404 if status == 403 else status)


def _database(error: SQLAlchemyError) -> ResponseReturnValue:
    """A database that is away is nobody's mistake and needs no traceback for every visitor; the rest is a bug."""
    if not is_away(error):
        raise error
    log.error("database_away", endpoint=request.endpoint, error=type(error).__name__)
    forget_viewer()
    use_browser_language()
    return *page(503), {"Retry-After": str(RETRY_AFTER)}  # type: ignore[misc]
