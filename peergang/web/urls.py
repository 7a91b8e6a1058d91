"""Addresses put together once: a page asks for thirty of them, for its menus, its foot, its files and its buttons."""

from functools import lru_cache
from typing import Any
from uuid import UUID

from flask import Flask, current_app, has_request_context, request

_STAND_INS = tuple(UUID(int=number) for number in range(1, 4))
"""What stands in an address while it is put together for any ids."""


class Addresses:
    """`url_for` for templates and menus. What has no parameters is kept, files with their name, and of an address with ids
    all but the ids; any other is made by Flask each time.
    """

    def __init__(self, app: Flask) -> None:
        # Under the name that a bound method has it, because templates ask the application which pages there are.
        self.__self__ = app
        self._kept: dict[tuple[str, str], str] = {}
        self._file = lru_cache(maxsize=500)(self._make_file)
        self._pattern = lru_cache(maxsize=500)(self._make_pattern)

    def __call__(self, endpoint: str, **values: Any) -> str:
        """The address of `endpoint` under the path at which this site is mounted."""
        if not has_request_context():
            return self.__self__.url_for(endpoint, **values)
        root = request.script_root
        if not values:
            found = self._kept.get((endpoint, root))
            if found is None:
                found = self._kept[endpoint, root] = self.__self__.url_for(endpoint)
            return found
        if len(values) <= len(_STAND_INS) and all(type(one) is UUID for one in values.values()):
            return self._pattern(endpoint, root, *values).format(*values.values())
        if endpoint.endswith("static") and tuple(values) == ("filename",):
            return self._file(endpoint, root, values["filename"])
        return self.__self__.url_for(endpoint, **values)

    def _make_file(self, endpoint: str, _root: str, filename: str) -> str:
        return self.__self__.url_for(endpoint, filename=filename)

    def _make_pattern(self, endpoint: str, _root: str, *names: str) -> str:
        """The address with the places of the ids: {0}, {1}, … Braces of its own would be written as %7B."""
        values: dict[str, Any] = dict(zip(names, _STAND_INS, strict=False))
        made = self.__self__.url_for(endpoint, **values)
        for place, one in enumerate(_STAND_INS[: len(names)]):
            made = made.replace(str(one), f"{{{place}}}")
        return made


def init_urls(app: Flask) -> None:
    """Let the templates of `app` use it."""
    app.jinja_env.globals["url_for"] = app.extensions["peergang_urls"] = Addresses(app)


def fixed_url(endpoint: str) -> str:
    """The address of a page without parameters."""
    addresses: Addresses = current_app.extensions["peergang_urls"]
    return addresses(endpoint)
