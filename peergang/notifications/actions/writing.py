"""From a letter to the bytes of its mail."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from uuid import UUID, uuid5

from peergang.core.config import Settings
from peergang.notifications.actions.attach import Attached
from peergang.notifications.actions.letters import Letter, Part
from peergang.notifications.actions.message import build_message, split_address
from peergang.notifications.actions.opt_out import EVERYTHING, make_token
from peergang.notifications.actions.render import (
    Line,
    Reader,
    Shape,
    Words,
    page_url,
    render_bundle,
    render_line,
    unsubscribe_url,
)
from peergang.notifications.actions.stop_by_mail import write_address
from peergang.notifications.catalog import ADDRESS, CALENDAR, Content
from peergang.notifications.rules import Kind

SHAPES = 100
"""How many shapes one run keeps; a mail of 8 KB each."""

DRAFTS = 100
"""So many letters are kept that were written beforehand."""

LINES = 12
"""Matters that a bundled mail shows; it counts the rest, which stand on the site."""

AUTOMATIC = (("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All"))


class Writer:
    """Writes mails, and remembers the shapes of those that many get."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._shapes: dict[object, Shape] = {}
        self._drafts: dict[UUID, tuple[Letter, bytes]] = {}

    def draft(self, letters: Iterable[Letter], now: datetime) -> None:
        """Write these beforehand, in a moment when there is nothing else to do. What cannot be written, `write` will say."""
        if len(self._drafts) >= DRAFTS:
            # Of letters whose turn never came.
            self._drafts.clear()
        for letter in letters:
            with suppress(Exception):
                self._drafts[letter.parts[0].id] = letter, self._written(letter, now)

    def write(self, letter: Letter, now: datetime) -> bytes:
        """The whole mail of one letter, in the language of who gets it."""
        drafted, message = self._drafts.pop(letter.parts[0].id, (None, b""))
        # A letter that was checked again, or goes without one of its parts, is another.
        return message if drafted is letter else self._written(letter, now)

    def _written(self, letter: Letter, now: datetime) -> bytes:
        settings, person = self._settings, letter.recipient
        bundled = len(letter.parts) > 1
        only = letter.parts[0]
        about = EVERYTHING if bundled else only.rule.name
        stop = self._stop(letter, about)
        words = (
            self._bundle(letter, stop).quoted()
            if bundled
            else self._shape(letter, only).fill(self._reader(letter, only, stop))
        )
        optional = bundled or only.rule.kind is Kind.REMINDER
        thread = () if bundled else _thread_headers(letter, only, settings.mail_from)
        return build_message(
            notice_id=letter.id,
            sender=settings.mail_from,
            recipient=(person.full_name, person.email),
            subject=words.subject,
            text=words.text,
            html=words.html,
            locale=person.locale,
            now=now,
            more=(*AUTOMATIC, *thread, *(self._stop_headers(letter, about, stop) if optional else ())),
            files=() if bundled else self._files(letter, only),
        )

    def find_broken(self, letter: Letter) -> tuple[Part, ...]:
        """The parts that cannot be written; all of them when it is not one of them that breaks the letter."""
        if len(letter.parts) == 1:
            return letter.parts
        return tuple(part for part in letter.parts if not self._can_write(letter, part)) or letter.parts

    def _can_write(self, letter: Letter, part: Part) -> bool:
        try:
            self._line(letter, part)
        except Exception:  # noqa: BLE001 whatever is wrong with it, it cannot be written
            return False
        return True

    def _line(self, letter: Letter, part: Part) -> Line:
        reader = self._reader(letter, part, self._stop(letter, part.rule.name))
        return render_line(part.rule, self._settings, letter.recipient.locale, reader, _said(part))

    def _stop(self, letter: Letter, rule: str) -> str:
        token = make_token(self._settings.secret_key, letter.recipient.id, rule)
        return unsubscribe_url(self._settings, token)

    def _stop_headers(self, letter: Letter, about: str, stop: str) -> tuple[tuple[str, str], ...]:
        """RFC 8058: the button of the mail program posts to this address, without anybody signing in; one that cannot writes
        to the other (RFC 2369).
        """
        settings = self._settings
        address = write_address(settings.unsubscribe_mail, settings.secret_key, letter.recipient.id, about)
        by_mail = f",\r\n <mailto:{address}?subject=afmelden>" if address else ""
        return (
            ("List-Unsubscribe", f"<{stop}>{by_mail}"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
            ("Precedence", "bulk"),
        )

    def _reader(self, letter: Letter, part: Part, stop: str) -> Reader:
        link = page_url(self._settings, part.content["path"])
        return Reader(letter.recipient.given_name, link, stop)

    def _bundle(self, letter: Letter, stop: str) -> Words:
        locale = letter.recipient.locale
        lines = [self._line(letter, part) for part in letter.parts[:LINES]]
        reader = Reader(letter.recipient.given_name, page_url(self._settings, "/berichten"), stop)
        return render_bundle(self._settings, locale, reader, lines, max(0, len(letter.parts) - LINES))

    def _files(self, letter: Letter, part: Part) -> list[Attached]:
        """The files for the reader's calendar, if the rule has any; they name the reader, so no two mails share them."""
        sender, person = split_address(self._settings.mail_from), letter.recipient
        reader = (person.full_name, person.email)
        return [
            Attached(one.method, one.name, one.write(sender, reader, self._settings.public_url))
            for one in part.content.get(CALENDAR, ())
        ]

    def _shape(self, letter: Letter, part: Part) -> Shape:
        said = _said(part)
        key = (part.rule.name, letter.recipient.locale, *map(repr, said.items()))
        shape = self._shapes.get(key)
        if shape is None:
            if len(self._shapes) >= SHAPES:
                self._shapes.clear()
            shape = Shape(part.rule, self._settings, letter.recipient.locale, said)
            self._shapes[key] = shape
        return shape


def _said(part: Part) -> Content:
    """What the templates see of a rule's content."""
    return {name: value for name, value in part.content.items() if name not in ("path", CALENDAR, ADDRESS)}


def _thread_headers(letter: Letter, part: Part, sender: str) -> tuple[tuple[str, str], ...]:
    """Mails to one person about one matter answer a message that never was, so that mail programs show them together."""
    root = uuid5(part.subject_id, str(letter.recipient.id))
    named = f"<thread.{root}@{split_address(sender)[1].rpartition('@')[2]}>"
    return (("In-Reply-To", named), ("References", named))
