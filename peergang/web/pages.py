"""The standing pages: help, privacy and accessibility. Their words are in the templates."""

from flask import Blueprint, Flask, current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from peergang.web.fragments import init_fragments
from peergang.web.gate import public
from peergang.web.marks import init_marks

bp = Blueprint("pages", __name__)


def init_pages(app: Flask) -> None:
    """Register the pages and the address of the icon sprite, which templates use hundreds of times a page."""
    app.register_blueprint(bp)
    app.jinja_env.globals["icons_url"] = _icons_url(app)
    init_marks(app, _icons_url(app))
    init_fragments(app)


def _icons_url(app: Flask) -> str:
    with app.test_request_context():
        return url_for("static", filename="icons.svg")


def _page(template: str) -> str:
    """A page that names the organisation behind this installation."""
    return render_template(
        template, organisation=current_app.extensions["peergang_settings"].organisation_name
    )


@bp.get("/hulp")
@public
def help() -> ResponseReturnValue:  # noqa: A001 the page is called help
    """Answers to the first questions, and whom to ask."""
    return _page("pages/help.html")


@bp.get("/privacy")
@public
def privacy() -> ResponseReturnValue:
    """What is kept about people, why and for how long."""
    return _page("pages/privacy.html")


@bp.get("/toegankelijkheid")
@public
def accessibility() -> ResponseReturnValue:
    """The accessibility statement."""
    return _page("pages/accessibility.html")
