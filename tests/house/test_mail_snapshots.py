"""What every mail says, word for word and in both languages, beside the files of tests/snapshots/mail.

After a change of words, `PEERGANG_SNAPSHOTS=write make fast` writes the files anew: read the difference in git and commit both.
"""

import difflib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from html.parser import HTMLParser
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from peergang.core.config import Settings, load_settings
from peergang.core.signing import sign_id
from peergang.notifications.actions.render import Reader, Words, render, render_bundle, render_line
from peergang.notifications.catalog import get_rule, list_rules
from tests.house.mail_examples import BUNDLED, CONTENTS, MEETING, WEEKLY

FOLDER = Path(__file__).parents[1] / "snapshots" / "mail"
WRITING = os.environ.get("PEERGANG_SNAPSHOTS") == "write"
SITE = "https://peergang.example"
READER = Reader("Amira", f"{SITE}/de-pagina", f"{SITE}/afmelden/geheim")
SETTINGS: Settings = load_settings(
    {
        "PEERGANG_ENV": "test",
        "PEERGANG_DATABASE_URL": "postgresql+psycopg:///nowhere",
        "PEERGANG_REDIS_URL": "redis://127.0.0.1:1/0",
        "PEERGANG_PUBLIC_URL": SITE,
    }
)
LOCALES = ("nl", "en")
LOADING = {"img", "video", "audio", "iframe", "object", "embed", "link", "script", "form", "svg"}
BUNDLE = "bundle"
NAMES = [rule.name for rule in list_rules()] + [BUNDLE]
KNOWN = [name for name in NAMES if name == BUNDLE or name in CONTENTS]
MAILS = [(name, locale) for name in KNOWN for locale in LOCALES]

every_mail = pytest.mark.parametrize(("name", "locale"), MAILS, ids=[".".join(mail) for mail in MAILS])


class Visible(HTMLParser):
    """What a reader of the HTML sees, a line for each block, with the address of every link behind its words."""

    BLOCKS = frozenset({"div", "p", "h1", "h2", "h3", "li", "td", "tr", "table", "ul", "main", "body"})
    HIDDEN = frozenset({"style", "title"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.written: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self._hidden = ""
        self._link = ""
        self.feed(html)
        self.close()

    @property
    def lines(self) -> list[str]:
        lines = (" ".join(line.split()) for line in "".join(self.written).split("\n\n"))
        return [line for line in lines if line]

    @property
    def addresses(self) -> set[str]:
        return {values["href"] for _, values in self.tags if "href" in values}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attrs}
        self.tags.append((tag, values))
        if tag in self.HIDDEN:
            self._hidden = tag
        if tag in self.BLOCKS:
            self.written.append("\n\n")
        if tag in {"h1", "h2", "h3"}:
            self.written.append("#" * int(tag[1]) + " ")
        if tag == "li":
            self.written.append("- ")
        if tag == "div" and "display:none" in values.get("style", ""):
            self.written.append("(preview) ")
        if tag == "a":
            self._link = values["href"]

    def handle_endtag(self, tag: str) -> None:
        if tag == self._hidden:
            self._hidden = ""
        if tag in self.BLOCKS:
            self.written.append("\n\n")
        if tag == "a":
            self.written.append(f" <{self._link}>")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.written.append(" ".join(data.split(" ")).replace("\n", " "))


def render_all(name: str, locale: str) -> Iterator[Words]:
    """Every form of a mail."""
    if name == BUNDLE:
        lines = [render_line(get_rule(one), SETTINGS, locale, READER, content) for one, content in BUNDLED]
        for more in (0, 1, 2):
            yield render_bundle(SETTINGS, locale, READER, lines, more)
        return
    for content in CONTENTS[name]:
        yield render(get_rule(name), SETTINGS, locale, READER, content)


def snapshot_of(name: str, locale: str) -> str:
    """The file as it would be written now."""
    parts = []
    for words in render_all(name, locale):
        text = "\n".join(line.rstrip() for line in words.text.strip().splitlines())
        seen = "\n".join(Visible(words.html).lines)
        parts.append(f"SUBJECT\n{words.subject}\n\nTEXT\n{text}\n\nHTML\n{seen}\n")
    return f"\n{'=' * 80}\n\n".join(parts)


@pytest.fixture(scope="module", autouse=True)
def take_over() -> None:
    """With PEERGANG_SNAPSHOTS=write, write every file anew before anything is compared; those of gone rules disappear."""
    if not WRITING:
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in FOLDER.glob("*.txt"):
        path.unlink()
    for name, locale in MAILS:
        file = FOLDER / f"{name}.{locale}.txt"
        file.write_text(snapshot_of(name, locale), encoding="utf-8", newline="\n")


def test_every_rule_has_content_for_its_snapshot() -> None:
    missing, gone = set(NAMES) - set(KNOWN), set(CONTENTS) - set(NAMES)
    assert not missing, "add what these mails are about to tests/house/mail_examples.py"
    assert not gone, "these rules are no more; take them out of tests/house/mail_examples.py"


def test_there_is_a_file_for_every_mail_and_no_other() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {f"{name}.{locale}.txt" for name, locale in MAILS}


@every_mail
def test_the_first_words_also_stand_by_themselves(name: str, locale: str) -> None:
    """On the page with messages and among other matters: there the rest of the mail is not made."""
    for content in CONTENTS.get(name, []):
        seen = Visible(render(get_rule(name), SETTINGS, locale, READER, content).html).lines
        first = [line.removeprefix("(preview) ") for line in seen if line.startswith("(preview) ")]
        line = render_line(get_rule(name), SETTINGS, locale, READER, content)
        assert [line.text] == (first or [""])


@every_mail
def test_a_mail_says_what_it_said(name: str, locale: str) -> None:
    path, new = FOLDER / f"{name}.{locale}.txt", snapshot_of(name, locale)
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    difference = "\n".join(
        difflib.unified_diff(old.splitlines(), new.splitlines(), f"kept in {path.name}", "now", lineterm="")
    )
    if old != new:
        pytest.fail(f"PEERGANG_SNAPSHOTS=write takes this over:\n{difference}", pytrace=False)


@every_mail
def test_the_html_loads_nothing_and_counts_nothing(name: str, locale: str) -> None:
    allowed = {READER.link, READER.unsubscribe_url, f"{SITE}/herinneringen", f"{SITE}/agenda"}
    allowed |= {MEETING["meeting_link"], f"{SITE}/bijeenkomsten/1/agenda.ics"}
    # A report that comes every week can be ended apart from its kind of mail.
    stop = sign_id(SETTINGS.secret_key, "end_report", WEEKLY)
    allowed |= {f"{SITE}/rapporten/stoppen/{stop}"} if name == "scheduled_report" else set()
    for words in render_all(name, locale):
        seen = Visible(words.html)
        assert not LOADING & {tag for tag, _ in seen.tags}
        attributes = {key for _, values in seen.tags for key in values}
        assert not attributes & {"src", "srcset", "background", "poster", "data", "action", "ping"}
        assert not re.search(r"url\(|@import|@font-face|expression\(", words.html)
        # Not one address more than the page, the choices and what the meeting itself has: nothing that says who opened it.
        assert seen.addresses <= allowed
        assert set(re.findall(r"https?://[^\s\"'<>]+", words.html)) <= allowed
        assert set(re.findall(r"https?://\S+", words.text)) <= allowed


@every_mail
def test_the_html_is_in_its_language_and_fit_for_the_dark(name: str, locale: str) -> None:
    for words in render_all(name, locale):
        seen = Visible(words.html)
        assert ("html", {"lang": locale, "dir": "ltr"}) in seen.tags
        metas = {values.get("name"): values.get("content") for tag, values in seen.tags if tag == "meta"}
        assert metas["color-scheme"] == metas["supported-color-schemes"] == "light dark"
        assert "@media (prefers-color-scheme: dark)" in words.html
        for _, values in seen.tags:
            if re.search("background:#(?!0d4753|0f5563)", values.get("style", "")):
                assert {"page", "sheet", "next"} & set(values["class"].split()), (
                    "the dark cannot reach this light ground"
                )
        assert [tag for tag, _ in seen.tags].count("h1") == 1
        assert {values.get("role") for tag, values in seen.tags if tag == "table"} == {"presentation"}


def names_in(value: Any) -> Iterator[str]:
    """The names and titles in a mail's content."""
    if isinstance(value, str):
        yield from [value] if value[:1].isupper() else []
    elif isinstance(value, Mapping):
        yield from chain.from_iterable(map(names_in, value.values()))
    elif isinstance(value, Sequence):
        yield from chain.from_iterable(map(names_in, value))


@every_mail
def test_text_and_html_say_the_same(name: str, locale: str) -> None:
    names = set(names_in(CONTENTS.get(name, BUNDLED)))
    for words in render_all(name, locale):
        seen = Visible(words.html).lines
        html = "\n".join(seen)
        assert f"# {words.text.lstrip().splitlines()[0]}" in seen, "both begin with the same line"
        # The bundle numbers its matters in the text.
        figures = set(re.findall(r"https?://\S+|\d+[.:]\d\d|\d+(?!\. )", words.text))
        for facts in (names, figures):
            assert {fact for fact in facts if fact in words.text} <= {fact for fact in facts if fact in html}


@every_mail
def test_everything_is_filled_in(name: str, locale: str) -> None:
    for words in render_all(name, locale):
        for part in (words.subject, words.text, "\n".join(Visible(words.html).lines)):
            assert not re.search(r"%\(|\{\{|\{%|\bNone\b(?! of)|\S  |\bdatetime\b", part)


def test_the_languages_differ() -> None:
    for name in KNOWN:
        dutch, english = (snapshot_of(name, locale) for locale in LOCALES)
        assert dutch != english
        assert "We meten niet" not in english
