"""The language of a request: the person's choice, else their browser's wish, else Dutch."""

from functools import lru_cache
from typing import Any

from flask import Flask, request
from flask_babel import Babel
from markupsafe import Markup, escape

from peergang.core import i18n
from peergang.web.viewer import current_viewer

COOKIE = "taal"


def choose_locale() -> str:
    """The language for this request."""
    viewer = current_viewer()
    if viewer is not None:
        return viewer.locale
    return _browser_language()


def use_browser_language() -> None:
    """Speak the language of the browser, for a page that cannot know who is signed in."""
    i18n.set_locale(_browser_language())


def speak_as(locale: str) -> None:
    """Speak `locale`, for a page behind a link by mail, unless somebody is signed in or chose another language here."""
    if current_viewer() is None and not chosen_by_hand():
        i18n.set_locale(locale)


def chosen_by_hand() -> str:
    """The language that was chosen in this browser before signing in, "" when none was."""
    chosen = request.cookies.get(COOKIE, "")
    return chosen if chosen in i18n.LOCALES else ""


def _browser_language() -> str:
    if chosen := chosen_by_hand():
        return chosen
    return request.accept_languages.best_match(i18n.LOCALES, default="nl") or "nl"


def init_i18n(app: Flask) -> None:
    """Set the language before every request.

    Flask-Babel looks the catalogue up through the context at every single message, a quarter of a page's CPU; the
    templates get the functions of core/i18n.py instead, which look it up once a request.
    """
    Babel(app, locale_selector=i18n.current_locale, default_locale="nl", default_timezone="Europe/Amsterdam")
    app.before_request(_set_locale)
    env: Any = app.jinja_env
    env.add_extension("jinja2.ext.i18n")
    # What install_gettext_callables(newstyle=True) would put there, at a fifth of the price: a page has a hundred texts.
    env.newstyle_gettext = True
    env.globals |= {"gettext": _gettext, "_": _gettext, "ngettext": _ngettext}
    # A text over several lines of a template is one sentence, here as in babel.cfg.
    env.policies["ext.i18n.trimmed"] = True
    env.globals["pick"] = i18n.pick
    env.globals["current_locale"] = i18n.current_locale
    env.globals["in_dutch"] = _in_dutch
    env.globals["pick_marked"] = pick_marked


_DUTCH_PART = Markup(' lang="nl"')
_DUTCH_WORDS = Markup('<span lang="nl">{}</span>')


def _in_dutch() -> Markup | str:
    """The attribute of an element that holds the words of the programme, which are in Dutch on an English page as well: a
    screen reader would pronounce them as English.
    """
    return _DUTCH_PART if i18n.current_locale() != "nl" else ""


def pick_marked(dutch: str, english: str = "") -> str:
    """What `pick` gives, for a page: Dutch words on an English one say that they are, wherever on it they are drawn."""
    if english or not dutch or i18n.current_locale() == "nl":
        return i18n.pick(dutch, english)
    return _DUTCH_WORDS.format(dutch)


def _set_locale() -> None:
    # A style sheet has no language, and asking for one would look up the person for each of a page's ten files.
    is_file = (request.endpoint or "").endswith("static")
    i18n.set_locale("nl" if is_file else choose_locale())


def _gettext(message: str, /, **values: Any) -> Markup:
    """A text of a template, which is HTML; what is filled in is escaped."""
    return _filled(i18n.gettext(message), values) if values else _complete(message, i18n.current_locale())


@lru_cache(maxsize=10_000)
def _complete(message: str, _: str) -> Markup:
    """A text with nothing to fill in is the same on every page of this language."""
    return _filled(i18n.gettext(message), {})


def _ngettext(singular: str, plural: str, number: int, /, **values: Any) -> Markup:
    values.setdefault("num", number)
    return _filled(i18n.ngettext_unfilled(singular, plural, number), values)


def _filled(text: str, values: dict[str, Any]) -> Markup:
    if "%" not in text:
        return Markup(text)  # noqa: S704 our own text, in which a template may write HTML
    plain = (int, float, Markup)
    safe = {name: one if isinstance(one, plain) else escape(one) for name, one in values.items()}
    return Markup(text % safe)  # noqa: S704 what was filled in is escaped above
