"""Meetings as an iCalendar file (RFC 5545)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vRecur

from peergang.core.clock import AMSTERDAM


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


def write_calendar(meetings: Iterable[CalendarMeeting], now: datetime) -> bytes:
    """A calendar with these meetings, at the wall time of Amsterdam, whatever zone the reader's calendar is in."""
    calendar = Calendar()
    calendar.add("prodid", "-//Peergang//NL")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add_component(_amsterdam())
    for meeting in meetings:
        calendar.add_component(_event(meeting, now))
    content: bytes = calendar.to_ical()
    return content


def _event(meeting: CalendarMeeting, now: datetime) -> Event:
    event = Event()
    event.add("uid", meeting.uid)
    event.add("dtstamp", now)
    event.add("sequence", meeting.revision)
    event.add("summary", meeting.title)
    event.add("dtstart", meeting.starts_at.astimezone(AMSTERDAM))
    event.add("dtend", meeting.ends_at.astimezone(AMSTERDAM))
    event.add("status", "CANCELLED" if meeting.cancelled else "CONFIRMED")
    if meeting.place or meeting.link:
        event.add("location", meeting.place or meeting.link)
    if meeting.link:
        event.add("description", meeting.link)
    event.add("url", meeting.link or meeting.url)
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
