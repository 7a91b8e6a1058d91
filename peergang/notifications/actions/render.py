"""The words of a mail: templates/email/<rule>/{subject.txt, body.txt, body.html} in the language of who reads them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape

from peergang.core import dates, i18n
from peergang.core.config import Settings
from peergang.notifications.catalog import Rule
from peergang.notifications.rules import Kind

FOLDER = Path(__file__).parents[2] / "templates"
_INDENTATION = re.compile(r"\s*\n\s*")
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


@cache
def _environment() -> Environment:
    """Templates of mails. A missing value is an error: the ledger then says so, and nobody gets half a sentence."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=select_autoescape(["html"]),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    i18n_callables: Any = environment
    i18n_callables.install_gettext_callables(i18n.gettext, _ngettext, newstyle=True)
    environment.globals |= {"pick": i18n.pick, "time_range": dates.time_range}
    environment.filters |= {function.__name__: function for function in FILTERS}
    return environment


def _ngettext(singular: str, plural: str, number: int) -> str:
    return i18n._current.get()[1].ngettext(singular, plural, number)  # noqa: SLF001 the template fills in the values


@cache
def _templates(rule: str) -> tuple[Template, Template, Template]:
    environment = _environment()
    subject, text, html = (
        environment.get_template(f"email/{rule}/{name}") for name in ("subject.txt", "body.txt", "body.html")
    )
    return subject, text, html


def render(
    rule: Rule, settings: Settings, locale: str, given_name: str, content: Mapping[str, Any], token: str
) -> Words:
    """The words of one mail.

    Every template finds: `given_name`; `link`, the full address of the page; `reason`, the end of "Je krijgt dit bericht
    omdat …"; `unsubscribe_url` and `preferences_url`, empty for account mail; `organisation`, `site_url`, `locale`; and
    what the rule's `content` gave.
    """
    subject, text, html = _templates(rule.name)
    optional = rule.kind is Kind.REMINDER
    with i18n.in_locale(locale):
        values = {
            **content,
            "given_name": given_name,
            "link": settings.public_url + quote(str(content["path"]), safe="/?=&#%:"),
            "reason": str(rule.reason),
            "site_url": settings.public_url,
            "unsubscribe_url": unsubscribe_url(settings, token) if optional else "",
            "preferences_url": f"{settings.public_url}/herinneringen" if optional else "",
            "organisation": settings.organisation_name,
            "locale": locale,
        }
        values["subject"] = " ".join(subject.render(values).split())
        # Indentation is half of an HTML template and nobody's reading; without it the message is that much shorter.
        return Words(values["subject"], text.render(values), _INDENTATION.sub("\n", html.render(values)))


def unsubscribe_url(settings: Settings, token: str) -> str:
    """The address behind "stop met deze e-mail" and behind the button of mail programs."""
    return f"{settings.public_url}/afmelden/{token}"
