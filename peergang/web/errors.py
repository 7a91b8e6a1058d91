"""What a refusal looks like: the forbidden and the unknown are the same 404; a conflict says what happened."""

from flask import Flask, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from peergang.core.errors import Conflict, Forbidden, Invalid, NotFound
from peergang.core.i18n import LazyText, lazy_gettext

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
}


def init_errors(app: Flask) -> None:
    """Register one handler per kind of refusal."""
    app.register_error_handler(NotFound, lambda _: page(404))
    app.register_error_handler(Forbidden, lambda _: page(404))
    app.register_error_handler(Conflict, _conflict)
    app.register_error_handler(Invalid, lambda _: page(422))
    app.register_error_handler(CSRFError, lambda _: page(400))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(500, lambda _: page(500))


def page(status: int, reason: str = "") -> ResponseReturnValue:
    """The error page for `status`, or JSON where the browser asked for that."""
    known = status if status in TITLES else 400
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
