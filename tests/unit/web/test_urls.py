"""Addresses that are put together once."""

from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.routing import BuildError

from peergang.web.urls import fixed_url, init_urls


def make_app() -> Flask:
    app = Flask(__name__)
    app.add_url_rule("/hulp", "help", lambda: "")
    app.add_url_rule("/modules/<int:number>", "module", lambda number: "")
    init_urls(app)
    return app


def test_an_address_follows_the_path_under_which_the_site_is_mounted() -> None:
    app = make_app()
    with app.test_request_context("/hulp"):
        assert (fixed_url("help"), fixed_url("help")) == ("/hulp", "/hulp")
    with app.test_request_context("/hulp", base_url="http://peergang.test/onder"):
        assert fixed_url("help") == "/onder/hulp"


def test_templates_get_both_kinds_of_address_and_can_ask_which_pages_there_are() -> None:
    app = make_app()
    with app.test_request_context("/"):
        url_for = app.jinja_env.globals["url_for"]
        assert (url_for("help"), url_for("module", number=3)) == ("/hulp", "/modules/3")
        assert "help" in url_for.__self__.view_functions


def test_an_address_with_ids_is_the_one_that_flask_makes() -> None:
    app = make_app()
    app.add_url_rule("/groep {x}/<uuid:second>/van/<uuid:first>", "pair", lambda first, second: "")
    ids = {name: uuid4() for name in ("first", "second", "beside")}
    for base_url in ("http://peergang.test", "http://peergang.test/onder"):
        with app.test_request_context("/", base_url=base_url):
            url_for = app.jinja_env.globals["url_for"]
            for names in (("first", "second"), ("second", "first"), ("beside", "first", "second")):
                for _time in range(2):
                    values = {name: ids[name] for name in names}
                    assert url_for("pair", **values) == app.url_for("pair", **values)
            assert url_for("module", number=3, beside=ids["first"]) == app.url_for(
                "module", number=3, beside=ids["first"]
            )
            for name in ("one.js", "two.js", "one.js"):
                assert url_for("static", filename=name) == app.url_for("static", filename=name)
            with pytest.raises(BuildError):
                url_for("pair", first=ids["first"])
