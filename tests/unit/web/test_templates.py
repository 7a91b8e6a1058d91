"""The environment of the templates: globals without a map over them."""

from flask import Flask

from peergang.web.templates import Templates


class Site(Flask):
    jinja_environment = Templates


def test_templates_see_the_globals_of_the_environment_also_those_added_later() -> None:
    app = Site(__name__)
    template = app.jinja_env.from_string("{{ word|default('none') }}")
    assert template.render() == "none"
    app.jinja_env.globals["word"] = "here"
    assert template.render() == "here"
    assert template.render(word="own") == "own"
    assert app.jinja_env.globals["word"] == "here"


def test_a_template_with_globals_of_its_own_keeps_them_to_itself() -> None:
    app = Site(__name__)
    assert app.jinja_env.from_string("{{ word }}", globals={"word": "mine"}).render() == "mine"
    assert "word" not in app.jinja_env.globals
