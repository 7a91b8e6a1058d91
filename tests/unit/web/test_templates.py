"""The environment of the templates: globals without a map over them."""

import itertools
from functools import lru_cache

from flask import Flask
from jinja2 import DictLoader, pass_context
from jinja2.runtime import Context

from peergang.core.i18n import in_locale
from peergang.web.fragments import _draw, init_fragments
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


def test_a_drawing_is_made_once_for_its_values_and_its_language() -> None:
    app = Site(__name__)
    app.jinja_loader = DictLoader({"art.html": "{% macro art(one) %}{{ times() }} {{ one }}{% endmacro %}"})
    count = itertools.count(1)
    app.jinja_env.globals["times"] = lambda: next(count)
    init_fragments(app)
    ask = app.jinja_env.from_string("{{ drawing('art.html', 'art', word) }}")
    _draw.cache_clear()
    with app.app_context():
        assert ask.render(word="<b>") == ask.render(word="<b>") == "1 &lt;b&gt;"
        assert ask.render(word="c") == "2 c"
        with in_locale("en"):
            assert ask.render(word="c") == "3 c"
    _draw.cache_clear()


def test_whatever_a_template_calls_gets_the_context_it_asks_for() -> None:
    app = Site(__name__)

    class Callable:
        @pass_context
        def __call__(self, context: Context, word: str) -> str:
            return f"{context['mine']} {word}"

    app.jinja_env.globals |= {
        "plain": lambda word: f"plain {word}",
        "kept": lru_cache(lambda word: f"kept {word}"),
        "marked": pass_context(lambda context, word: f"{context['mine']} {word}"),
        "one": Callable(),
    }
    calls = ("plain('a')", "kept('b')", "marked('c')", "one('d')", "here('e')", "'f'.upper()")
    source = "{% macro here(word) %}<b>{{ word }}</b>{% endmacro %}{% set mine = 'mine' %}{% block all %}"
    source += ", ".join(f"{{{{ {one} }}}}" for one in calls) + "{% endblock %}"
    app.jinja_loader = DictLoader({"page.html": source})
    drawn = app.jinja_env.get_template("page.html").render(mine="mine")
    assert drawn == "plain a, kept b, mine c, mine d, <b>e</b>, F"
