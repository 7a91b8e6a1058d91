"""The icon and the status mark of Python are the macros' own markup, and escape what they are given."""

import pytest
from flask import Flask

from peergang.web.dates import init_dates
from peergang.web.marks import init_marks

LOADED = "{% import 'layout/marks.html' as marks %}"


def draw(quick: bool, call: str) -> str:
    app = Flask("peergang.app")
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.globals["icons_url"] = "/static/icons.svg?a=1&b=2"
    init_dates(app)
    if quick:
        init_marks(app, "/static/icons.svg?a=1&b=2")
    with app.test_request_context():
        return app.jinja_env.from_string(f"{LOADED}{{{{ marks.{call} }}}}").render()


@pytest.mark.parametrize(
    "call",
    [
        "icon('house')",
        "icon('house', 'd-none')",
        "status('ok', 'Klaar')",
        "status('wait', 'Wacht <b>2</b> dagen')",
        "status('wait', 'Bij Bo', 'person-check')",
        "status('', 'Onbekend')",
    ],
)
def test_python_draws_what_the_macro_draws(call: str) -> None:
    assert draw(True, call) == draw(False, call)
    assert "<b>" not in draw(True, call)
