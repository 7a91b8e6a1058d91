"""Meetings as iCalendar files (RFC 5545), and as invitations that a mail carries (RFC 5546)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from icalendar import (
    Calendar,
    Event,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vCalAddress,
    vDuration,
    vRecur,
    vText,
)

from peergang.core.clock import AMSTERDAM

TTL = timedelta(hours=3)
"""How often a calendar should look again. Outlook takes its own time, which is why changes also go by mail."""

CANCELLED_STAYS = timedelta(days=90)
"""So long after its day a cancelled meeting stays in the feed, so that no calendar keeps it by missing the news."""


class Method(StrEnum):
    """What a mail asks of a calendar."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True)
class CalendarMeeting:
    """A meeting as calendars need it. `uid` never changes; `revision` goes up with every change."""

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    link: str
    revision: int
    cancelled: bool
    url: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day on which something is due."""

    uid: str
    title: str
    day: date
    url: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A name and an address."""

    name: str
    address: str


def uid_of(meeting_id: object) -> str:
    """The name by which every calendar knows a meeting for ever: in the feed, in mails and in a file."""
    return f"{meeting_id}@peergang"


def write_calendar(
    meetings: Iterable[CalendarMeeting], days: Iterable[CalendarDay] = (), *, name: str = ""
) -> bytes:
    """A calendar to read or to subscribe to, at the wall time of Amsterdam, whatever zone the reader is in.

    The same contents give the same bytes, so that a reader who asks again can be told that nothing changed.
    """
    calendar = _calendar("PUBLISH")
    if name:
        calendar.add("x-wr-calname", name)
        calendar.add("name", name)
        calendar.add("x-published-ttl", vDuration(TTL))
        calendar.add("refresh-interval", vDuration(TTL), parameters={"VALUE": "DURATION"})
    for meeting in meetings:
        calendar.add_component(_event(meeting))
    for day in days:
        calendar.add_component(_day(day))
    return _bytes(calendar)


def write_invitation(
    method: Method, meeting: CalendarMeeting, organiser: Mailbox, attendee: Mailbox
) -> bytes:
    """What a mail carries about one meeting to one person. Nobody else's name or address stands in it."""
    calendar = _calendar(method)
    event = _event(meeting)
    event["organizer"] = _address(organiser)
    person = _address(attendee)
    person.params["role"] = vText("REQ-PARTICIPANT")
    person.params["partstat"] = vText("NEEDS-ACTION")
    # Signing off is done on the meeting's page, where it has a reason; an answer by mail would reach nobody.
    person.params["rsvp"] = vText("FALSE")
    event.add("attendee", person, encode=False)
    calendar.add_component(event)
    return _bytes(calendar)


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Peergang//NL")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", str(method))
    calendar.add_component(_amsterdam())
    return calendar


def _bytes(calendar: Calendar) -> bytes:
    content: bytes = calendar.to_ical()
    return content


def _address(mailbox: Mailbox) -> vCalAddress:
    address = vCalAddress(f"mailto:{mailbox.address}")
    if mailbox.name:
        # A quotation mark cannot stand in a parameter at all.
        address.params["cn"] = vText(mailbox.name.replace('"', "'"))
    return address


def _event(meeting: CalendarMeeting) -> Event:
    event = Event()
    event.add("uid", meeting.uid)
    event.add("dtstamp", meeting.changed_at)
    event.add("last-modified", meeting.changed_at)
    event.add("sequence", meeting.revision)
    event.add("summary", meeting.title)
    event.add("dtstart", meeting.starts_at.astimezone(AMSTERDAM))
    event.add("dtend", meeting.ends_at.astimezone(AMSTERDAM))
    event.add("status", "CANCELLED" if meeting.cancelled else "CONFIRMED")
    if meeting.cancelled:
        event.add("transp", "TRANSPARENT")
    if meeting.place or meeting.link:
        event.add("location", meeting.place or meeting.link)
    event.add("description", "\n".join(part for part in (meeting.link, meeting.url) if part))
    event.add("url", meeting.url)
    return event


def _day(day: CalendarDay) -> Event:
    event = Event()
    event.add("uid", day.uid)
    event.add("dtstamp", day.changed_at)
    event.add("summary", day.title)
    event.add("dtstart", day.day)
    event.add("dtend", day.day + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("url", day.url)
    return event


def _amsterdam() -> Timezone:
    """The zone in the two rules that have held since 1996; the library's own writes decades of single dates."""
    zone = Timezone()
    zone.add("tzid", "Europe/Amsterdam")
    for part, month, name, before, after in (
        (TimezoneDaylight(), 3, "CEST", 1, 2),
        (TimezoneStandard(), 10, "CET", 2, 1),
    ):
        part.add("dtstart", datetime(1996, month, 31 if month == 3 else 27, before + 1))  # noqa: DTZ001 a rule has no zone
        part.add("rrule", vRecur({"FREQ": "YEARLY", "BYMONTH": month, "BYDAY": "-1SU"}))
        part.add("tzname", name)
        part.add("tzoffsetfrom", timedelta(hours=before))
        part.add("tzoffsetto", timedelta(hours=after))
        zone.add_component(part)
    return zone
