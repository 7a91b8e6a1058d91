"""Addresses of pages without parameters, put together once: a page asks for twenty of them, for its menus and its foot."""

from typing import Any

from flask import Flask, current_app, has_request_context, request


class Addresses:
    """`url_for` for templates and menus; an address with parameters is made by Flask each time."""

    def __init__(self, app: Flask) -> None:
        # Under the name that a bound method has it, because templates ask the application which pages there are.
        self.__self__ = app
        self._kept: dict[tuple[str, str], str] = {}

    def __call__(self, endpoint: str, **values: Any) -> str:
        """The address of `endpoint` under the path at which this site is mounted."""
        if values or not has_request_context():
            return self.__self__.url_for(endpoint, **values)
        key = endpoint, request.script_root
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = self.__self__.url_for(endpoint)
        return found


def init_urls(app: Flask) -> None:
    """Let the templates of `app` use it."""
    app.jinja_env.globals["url_for"] = app.extensions["peergang_urls"] = Addresses(app)


def fixed_url(endpoint: str) -> str:
    """The address of a page without parameters."""
    addresses: Addresses = current_app.extensions["peergang_urls"]
    return addresses(endpoint)
