"""A calendar program that applies what it gets by UID and SEQUENCE, in whatever order mails arrive (RFC 5546)."""

from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from icalendar import Calendar


def calendars_in(mail: EmailMessage) -> list[tuple[str, Calendar]]:
    """The invitations in a mail, as (method of the part, calendar)."""
    return [
        (str(part.get_param("method")), Calendar.from_ical(part.get_payload(decode=True)))
        for part in mail.walk()
        if part.get_content_type() == "text/calendar"
    ]


def events_in(mail: EmailMessage) -> list[Any]:
    """All VEVENTs of a mail."""
    return [event for _, calendar in calendars_in(mail) for event in calendar.walk("VEVENT")]


@dataclass
class Agenda:
    """What somebody sees in their calendar."""

    known: dict[str, tuple[int, str, Any]] = field(default_factory=dict)

    def take(self, mail: EmailMessage) -> None:
        """Apply every invitation in a mail; what is older than what is known changes nothing."""
        for method, calendar in calendars_in(mail):
            assert str(calendar["METHOD"]) == method
            (event,) = calendar.walk("VEVENT")
            uid, sequence = str(event["UID"]), int(event["SEQUENCE"])
            if sequence > self.known.get(uid, (-1,))[0]:
                self.known[uid] = (sequence, method, event)

    def shown(self) -> dict[str, tuple[Any, Any, str]]:
        """The appointments that stand: (begin, end, place) by UID."""
        return {
            uid: (event["DTSTART"].dt, event["DTEND"].dt, str(event.get("LOCATION", "")))
            for uid, (_, method, event) in self.known.items()
            if method == "REQUEST"
        }
