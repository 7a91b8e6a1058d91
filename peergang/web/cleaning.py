"""What no keyboard types and PostgreSQL refuses never reaches a view: NUL in texts, half characters, endless page numbers."""

from typing import Any

from flask import Flask, Request, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.utils import cached_property

from peergang.core.errors import NotFound

NUL = "\0"
MOST_FIELDS = 100_000
"""In one form: a file of 5,000 participants has half of that. Two million empty ones fit in what a long text may take, and
cost half a gigabyte of memory before anybody asks who sent them.
"""
LAST_PAGE = 10_000
"""Nobody pages further, and PostgreSQL counts rows no further than a bigint."""


def clean(text: str) -> str:
    """`text` without NUL, and with a mark where JSON held half of a character (a lone surrogate)."""
    return text.replace(NUL, "").encode("utf-8", "replace").decode("utf-8")


def page_number(values: MultiDict[str, str]) -> int:
    """Which page `pagina` asks for: 1 when it is missing or no number, never more than LAST_PAGE."""
    return min(max(1, values.get("pagina", 1, type=int)), LAST_PAGE)


class CleanParser(FormDataParser):
    """Reads forms without what cannot be stored."""

    def parse(self, *arguments: Any, **more: Any) -> Any:
        """The rest of the stream, the fields and the files."""
        stream, form, files = super().parse(*arguments, **more)
        if any(NUL in key or NUL in one for key, one in form.items(multi=True)):
            form = _clean_multi(form)
        return stream, form, files


class CleanRequest(Request):
    """A request whose address, form and JSON hold only what can be stored."""

    form_data_parser_class = CleanParser

    @cached_property
    def args(self) -> MultiDict[str, str]:
        """The part of the address after the question mark."""
        return _clean_multi(super().args) if b"%00" in self.query_string else super().args

    def get_json(self, *arguments: Any, **more: Any) -> Any:
        """What a script sent, cleaned wherever a text stands. What is nested without end is no JSON to us."""
        try:
            return _clean_json(super().get_json(*arguments, **more))
        except RecursionError:
            if more.get("silent"):
                return None
            raise BadRequest from None


def init_cleaning(app: Flask) -> None:
    """Let every request be clean; a path with NUL in it leads nowhere, and a form without end is not read."""
    app.request_class = CleanRequest
    app.before_request(_refuse_path)
    app.before_request(_refuse_endless)


def _refuse_path() -> None:
    if NUL in request.path:
        raise NotFound


def _refuse_endless() -> None:
    if (
        request.mimetype == "application/x-www-form-urlencoded"
        and request.get_data().count(b"&") >= MOST_FIELDS
    ):
        raise RequestEntityTooLarge


def _clean_multi(values: MultiDict[str, str]) -> ImmutableMultiDict[str, str]:
    return ImmutableMultiDict([(clean(key), clean(one)) for key, one in values.items(multi=True)])


def _clean_json(value: Any) -> Any:
    match value:
        case str():
            return clean(value)
        case list():
            return [_clean_json(one) for one in value]
        case dict():
            return {clean(str(key)): _clean_json(one) for key, one in value.items()}
        case _:
            return value
