"""The words of a mail: templates/email/<rule>/{subject.txt, body.txt, body.html} in the language of who reads them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from jinja2.ext import Extension
from markupsafe import Markup, escape

from peergang.core import dates, i18n
from peergang.core.config import Settings
from peergang.core.signing import sign_id
from peergang.notifications.actions.quoting import Quoted, quote_body, quote_line
from peergang.notifications.catalog import Rule
from peergang.notifications.rules import Kind

FOLDER = Path(__file__).parents[2] / "templates"
_INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)
FILTERS = (
    dates.month_short,
    dates.day_month,
    dates.date_full,
    dates.weekday_date,
    dates.clock_time,
    dates.moment_full,
    dates.relative_day,
)


@dataclass(frozen=True, slots=True)
class Words:
    """What a mail says."""

    subject: str
    text: str
    html: str

    def quoted(self) -> Quoted:
        """The same as it travels."""
        return Quoted(self.subject, quote_body(self.text), quote_body(self.html))


class _Flat(Extension):
    """Takes the indentation out of a template when it is compiled: half of an HTML mail, and nobody's reading."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return _INDENTATION.sub("", source) if (name or "").endswith(".html") else source


def _translate(message: str, **values: Any) -> str:
    # As in pages, a percent sign in a message is written twice.
    return i18n.gettext(message) % values


def _translate_html(message: str, **values: Any) -> Markup:
    # The message is ours, the values are not.
    return Markup(i18n.gettext(message)) % values  # noqa: S704


def _translate_number_html(one: str, many: str, number: int, **values: Any) -> Markup:
    return Markup(i18n.ngettext(one, many, number, **{key: escape(value) for key, value in values.items()}))  # noqa: S704


@cache
def _environment(html: bool) -> Environment:
    """Templates of mails. A missing value is an error: the ledger then says so, and nobody gets half a sentence.

    Jinja's own translating calls cost a third of a mail, because they decide at every call whether to escape; here that
    is decided once, for the text and for the HTML.
    """
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=html,  # noqa: S701 the text part must not be escaped
        extensions=[_Flat],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.globals |= {
        "_": _translate_html if html else _translate,
        "ngettext": _translate_number_html if html else i18n.ngettext,
        "pick": i18n.pick,
        "time_range": dates.time_range,
    }
    environment.filters |= {function.__name__: function for function in FILTERS}
    return environment


@cache
def _templates(rule: str) -> tuple[Template, Template, Template]:
    subject, text = (
        _environment(False).get_template(f"email/{rule}/{name}.txt") for name in ("subject", "body")
    )
    return subject, text, _environment(True).get_template(f"email/{rule}/body.html")


@dataclass(frozen=True, slots=True)
class Reader:
    """What differs from mail to mail when many people are told the same."""

    given_name: str
    link: str
    unsubscribe_url: str


_NOBODY = Reader("\ue000name\ue000", "\ue000link\ue000", "\ue000stop\ue000")
"""Stands in a shape where the reader comes. These characters are for private use and never typed by anybody."""
_PLACES = re.compile("\ue000(name|link|stop)\ue000")


class Shape:
    """A mail without its reader. Rendering and quoting cost more than sending, and a thousand participants of a cohort are told
    the same about the same meeting: that is rendered and quoted once, and only the lines that name the reader a thousand times.

    So no template may do more with `given_name`, `link` and `unsubscribe_url` than show them or ask whether they are
    there; a house test fills in every mail both ways.
    """

    __slots__ = ("_html", "_subject", "_text")

    def __init__(self, rule: Rule, settings: Settings, locale: str, content: Mapping[str, Any]) -> None:
        words = render(rule, settings, locale, _NOBODY, content)
        self._subject = _PLACES.split(words.subject)
        self._text, self._html = _quote_around(words.text), _quote_around(words.html)

    def fill(self, reader: Reader) -> Quoted:
        """The words for one reader."""
        plain = {"name": reader.given_name, "link": reader.link, "stop": reader.unsubscribe_url}
        escaped = {place: str(escape(value)) for place, value in plain.items()}
        return Quoted(_join(self._subject, plain), _fill(self._text, plain), _fill(self._html, escaped))


def _quote_around(words: str) -> list[bytes | list[str]]:
    """Lines without a place for the reader, quoted; each of the others as it is split at its places."""
    pieces: list[bytes | list[str]] = []
    for varies, lines in groupby(
        words.removesuffix("\n").split("\n"), lambda line: bool(_PLACES.search(line))
    ):
        if varies:
            pieces += [_PLACES.split(f"{line}\n") for line in lines]
        else:
            pieces.append(quote_body("".join([f"{line}\n" for line in lines])))
    return pieces


def _fill(pieces: Sequence[bytes | list[str]], values: Mapping[str, str]) -> bytes:
    return b"".join([one if isinstance(one, bytes) else quote_line(_join(one, values)) for one in pieces])


def _join(parts: list[str], values: Mapping[str, str]) -> str:
    """`parts` as split at the places: text, the name of a place, text, …"""
    return "".join([values[part] if index % 2 else part for index, part in enumerate(parts)])


def render(rule: Rule, settings: Settings, locale: str, reader: Reader, content: Mapping[str, Any]) -> Words:
    """The words of one mail.

    Every template finds: `given_name`; `link`, the full address of the page; `reason`, the end of "Je krijgt dit bericht
    omdat …"; `unsubscribe_url` and `preferences_url`, empty for account mail; `organisation`, `site_url`, `locale`;
    `sign(purpose, id)`, the end of a link with which its holder does one thing without signing in; and what the rule's
    `content` gave.
    """
    subject, text, html = _templates(rule.name)
    with i18n.in_locale(locale):
        values = {**content, **_frame(settings, locale, reader, rule)}
        values["subject"] = " ".join(subject.render(values).split())
        return Words(values["subject"], text.render(values), html.render(values))


def _frame(settings: Settings, locale: str, reader: Reader, rule: Rule | None) -> dict[str, Any]:
    optional = rule is None or rule.kind is Kind.REMINDER
    return {
        "given_name": reader.given_name,
        "link": reader.link,
        "reason": str(rule.reason) if rule else "",
        "site_url": settings.public_url,
        "unsubscribe_url": reader.unsubscribe_url if optional else "",
        "preferences_url": f"{settings.public_url}/herinneringen" if optional else "",
        "organisation": settings.organisation_name,
        "locale": locale,
        "sign": partial(sign_id, settings.secret_key),
    }


@dataclass(frozen=True, slots=True)
class Line:
    """A matter in short, as it stands among others: what its own mail has as its subject and as its first words."""

    subject: str
    text: str
    link: str
    reason: str
    title: str
    unsubscribe_url: str


def render_line(
    rule: Rule, settings: Settings, locale: str, reader: Reader, content: Mapping[str, Any]
) -> Line:
    """One matter in short. Without a reader's own links it also serves the page with messages."""
    subject, _, html = _templates(rule.name)
    with i18n.in_locale(locale):
        values = {**content, **_frame(settings, locale, reader, rule)}
        values["subject"] = " ".join(subject.render(values).split())
        first = (
            "".join(html.blocks["preheader"](html.new_context(values))) if "preheader" in html.blocks else ""
        )
        return Line(
            values["subject"],
            " ".join(Markup(first).striptags().split()),  # noqa: S704 the template escaped it
            reader.link,
            str(rule.reason),
            str(rule.title),
            reader.unsubscribe_url,
        )


def render_bundle(settings: Settings, locale: str, reader: Reader, lines: Sequence[Line], more: int) -> Words:
    """The words of a message about several matters; `more` are those that it only counts."""
    subject, text, html = _templates("bundle")
    with i18n.in_locale(locale):
        values = {**_frame(settings, locale, reader, None), "lines": lines, "more": more}
        values["subject"] = " ".join(subject.render(values).split())
        return Words(values["subject"], text.render(values), html.render(values))


def page_url(settings: Settings, path: str) -> str:
    """The full address of a page."""
    return settings.public_url + quote(path, safe="/?=&#%:")


def unsubscribe_url(settings: Settings, token: str) -> str:
    """The address behind "stop met deze e-mail" and behind the button of mail programs."""
    return f"{settings.public_url}/afmelden/{token}"
