"""From a letter to the bytes of its mail."""

from datetime import datetime

from peergang.core.config import Settings
from peergang.notifications.actions.attach import Attached
from peergang.notifications.actions.message import build_message, split_address
from peergang.notifications.actions.opt_out import make_token
from peergang.notifications.actions.prepare import Letter
from peergang.notifications.actions.render import Reader, Shape, page_url, unsubscribe_url
from peergang.notifications.catalog import ADDRESS, CALENDAR
from peergang.notifications.rules import Kind

SHAPES = 100
"""How many shapes one run keeps; a mail of 8 KB each."""

AUTOMATIC = (("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All"))


class Writer:
    """Writes mails, and remembers the shapes of those that many get."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._shapes: dict[object, Shape] = {}

    def write(self, letter: Letter, now: datetime) -> bytes:
        """The whole mail of one letter, in the language of who gets it."""
        settings, person, rule = self._settings, letter.recipient, letter.rule
        token = make_token(settings.secret_key, person.id, rule.name)
        stop = unsubscribe_url(settings, token)
        reader = Reader(person.given_name, page_url(settings, letter.content["path"]), stop)
        words = self._shape(letter).fill(reader)
        return build_message(
            notice_id=letter.id,
            sender=settings.mail_from,
            recipient=(person.full_name, person.email),
            subject=words.subject,
            text=words.text,
            html=words.html,
            locale=person.locale,
            now=now,
            more=AUTOMATIC if rule.kind is Kind.ACCOUNT else (*AUTOMATIC, *_stop_headers(stop)),
            files=self._files(letter),
        )

    def _files(self, letter: Letter) -> list[Attached]:
        """The files for the reader's calendar, if the rule has any; they name the reader, so no two mails share them."""
        sender, person = split_address(self._settings.mail_from), letter.recipient
        reader = (person.full_name, person.email)
        return [
            Attached(one.method, one.name, one.write(sender, reader, self._settings.public_url))
            for one in letter.content.get(CALENDAR, ())
        ]

    def _shape(self, letter: Letter) -> Shape:
        said = {
            name: value for name, value in letter.content.items() if name not in ("path", CALENDAR, ADDRESS)
        }
        key = (letter.rule.name, letter.recipient.locale, *map(repr, said.items()))
        shape = self._shapes.get(key)
        if shape is None:
            if len(self._shapes) >= SHAPES:
                self._shapes.clear()
            shape = Shape(letter.rule, self._settings, letter.recipient.locale, said)
            self._shapes[key] = shape
        return shape


def _stop_headers(stop: str) -> tuple[tuple[str, str], ...]:
    """RFC 8058: the button of the mail program posts to this address, without anybody signing in."""
    return (
        ("List-Unsubscribe", f"<{stop}>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ("Precedence", "bulk"),
    )
