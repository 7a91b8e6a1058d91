"""Languages without a web framework: catalogues, the current language, and the functions that pages and mails share.

Dutch is the language of the source, so its catalogue is empty and costs nothing; English is in translations/en.
"""

import gettext as stdlib_gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from markupsafe import escape

LOCALES = ("nl", "en")
FOLDER = Path(__file__).parent.parent / "translations"

Catalogue = stdlib_gettext.NullTranslations

_DUTCH = Catalogue()
_current: ContextVar[tuple[str, Catalogue]] = ContextVar("peergang_locale", default=("nl", _DUTCH))


@cache
def catalogue(locale: str) -> Catalogue:
    """The catalogue of `locale`, read once per process; an unknown or uncompiled one falls back to Dutch."""
    if locale == "nl":
        return _DUTCH
    return stdlib_gettext.translation("messages", FOLDER, [locale], fallback=True)


def set_locale(locale: str) -> None:
    """Make `locale` the language of this request or task."""
    _current.set((locale, catalogue(locale)))


def current_locale() -> str:
    """The language of this request or task: "nl" or "en"."""
    return _current.get()[0]


@contextmanager
def in_locale(locale: str) -> Iterator[None]:
    """Use `locale` inside the block, for instance to write one mail."""
    token = _current.set((locale, catalogue(locale)))
    try:
        yield
    finally:
        _current.reset(token)


def gettext(message: str, **values: Any) -> str:
    """`message` in the current language, with %(name)s filled in."""
    text = _current.get()[1].gettext(message)
    return text % values if values else text


def ngettext(singular: str, plural: str, number: int, **values: Any) -> str:
    """The form of the message that goes with `number`, which is available as %(num)s."""
    return ngettext_unfilled(singular, plural, number) % {"num": number, **values}


def ngettext_unfilled(singular: str, plural: str, number: int) -> str:
    """The form of the message that goes with `number`, with its %(name)s still in it."""
    return _current.get()[1].ngettext(singular, plural, number)


class LazyText:
    """A message that is translated when it is shown, for labels that are made when the program starts."""

    __slots__ = ("_message",)

    def __init__(self, message: str) -> None:
        self._message = message

    def __str__(self) -> str:
        return gettext(self._message)

    def __html__(self) -> str:
        return _escaped(self._message, current_locale())

    def __mod__(self, values: Any) -> str:
        text: str = str(self) % values
        return text

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __repr__(self) -> str:
        return f"LazyText({self._message!r})"


@lru_cache(maxsize=5_000)
def _escaped(message: str, _locale: str) -> str:
    """A label as HTML, the same on every page of this language: a page has thirty."""
    return str(escape(gettext(message)))


def lazy_gettext(message: str) -> LazyText:
    """A message that is translated when it is shown."""
    return LazyText(message)


def pick(dutch: str, english: str) -> str:
    """The English text where the reader chose English and there is one; otherwise the Dutch."""
    return english if english and current_locale() == "en" else dutch
