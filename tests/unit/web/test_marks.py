"""The icon and the status mark of Python are the macros' own markup, and escape what they are given."""

import pytest
import wtforms
from flask import Flask
from markupsafe import escape
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs

from peergang.web.dates import init_dates
from peergang.web.marks import escape_all, init_marks

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


def test_python_draws_the_segments_of_the_macro() -> None:
    class Form(wtforms.Form):
        mark = wtforms.RadioField(
            "Oordeel", choices=[SelectChoice("a", "Ja & nee"), SelectChoice('b"><b>', "Nee")]
        )

    app = Flask("peergang.app")
    init_marks(app, "/static/icons.svg")
    app.jinja_env.add_extension("jinja2.ext.i18n")
    init_dates(app)
    one_by_one = (
        "{% import 'layout/choices.html' as choices %}{% for item in field -%}"
        "{{ choices.segment(field.name, item.data, item.label.text, item.id, item.checked, {'data-save': ''}) }}"
        "{%- endfor %}"
    )
    with app.test_request_context():
        field = Form(data={"mark": "a"}).mark
        said = app.jinja_env.from_string(one_by_one).render(field=field)
        quick = app.jinja_env.from_string("{{ quick_segments(field, 'data-save') }}").render(field=field)
    assert " ".join(quick.split()) == " ".join(said.split())
    assert "<b>" not in quick
    assert " checked" in quick


def test_escaping_all_is_escaping_each() -> None:
    texts = ["<b>", "", "gewoon", "'\"&"]
    assert escape_all(texts) == [str(escape(text)) for text in texts]
    assert escape_all([]) == []
