"""Addresses that are put together once."""

from flask import Flask

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
