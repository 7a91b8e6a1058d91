"""The standing pages: help, privacy and accessibility. Their words are in the templates."""

from flask import Blueprint, Flask, render_template, url_for
from flask.typing import ResponseReturnValue

from peergang.web.gate import public

bp = Blueprint("pages", __name__)


def init_pages(app: Flask) -> None:
    """Register the pages and the address of the icon sprite, which templates use hundreds of times a page."""
    app.register_blueprint(bp)
    app.jinja_env.globals["icons_url"] = _icons_url(app)


def _icons_url(app: Flask) -> str:
    with app.test_request_context():
        return url_for("static", filename="icons.svg")


@bp.get("/hulp")
@public
def help() -> ResponseReturnValue:  # noqa: A001 the page is called help
    """Answers to the first questions, and whom to ask."""
    return render_template("pages/help.html")


@bp.get("/privacy")
@public
def privacy() -> ResponseReturnValue:
    """What is kept about people, why and for how long."""
    return render_template("pages/privacy.html")


@bp.get("/toegankelijkheid")
@public
def accessibility() -> ResponseReturnValue:
    """The accessibility statement."""
    return render_template("pages/accessibility.html")
