"""What had to be true of a year of mail, counted again without anything of the product but its tables."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import holidays
import sqlalchemy as sa
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.domain.reminders.year.world import HOLIDAYS

WEEK = timedelta(days=7)
MUST = 3


@dataclass(frozen=True)
class Sent:
    """A mail as the mail server got it."""

    at: datetime
    recipient: str
    message_id: str


@dataclass(frozen=True)
class Wish:
    """How somebody wanted it."""

    zone: ZoneInfo
    quiet_from: time
    quiet_until: time
    weekends: bool
    school_holidays: bool
    away: tuple[date, date] | None
    per_week: int

    def left_alone(self, moment: datetime) -> str:
        """Why nothing may come at `moment`; empty when it may."""
        here = moment.astimezone(self.zone)
        clock, day = here.time(), here.date()
        night = (
            clock >= self.quiet_from or clock < self.quiet_until
            if self.quiet_from > self.quiet_until
            else self.quiet_from <= clock < self.quiet_until
        )
        if night:
            return "night"
        if self.away and self.away[0] <= day <= self.away[1]:
            return "away"
        if day.weekday() > 4 and not self.weekends:
            return "weekend"
        if day in holidays.country_holidays("NL", years=day.year):
            return "holiday"
        if self.school_holidays and any(first <= day <= last for _, first, last in HOLIDAYS):
            return "school holiday"
        return ""


def recount(session: Session, sent: list[Sent]) -> tuple[list[str], dict[str, object]]:
    """What was wrong, in words; and the figures of the year."""
    notices = session.execute(
        text("""
        SELECT n.*, u.email FROM notice n JOIN "user" u ON u.id = n.recipient_id
    """)
    ).all()
    wrong = [*_twice(notices, sent), *_quiet(session, notices), *_budget(session, notices)]
    wrong += [*_after_completion(session), *_untold(session)]
    states = Counter(f"{one.state} {one.reason}".strip() for one in notices)
    people = len({one.recipient_id for one in notices})
    figures = {
        "notices": len(notices),
        "mails": len(sent),
        "people": people,
        "notices a mail": round(sum(one.state == "sent" for one in notices) / max(1, len(sent)), 2),
        "most mails to one person in a week": _busiest(notices),
        "states": dict(states.most_common()),
        "rules": dict(Counter(one.rule for one in notices).most_common()),
    }
    return wrong, figures


def _twice(notices: list[sa.Row[tuple[object, ...]]], sent: list[Sent]) -> Iterator[str]:
    ids = Counter(mail.message_id for mail in sent)
    yield from (f"{one} went out {times} times" for one, times in ids.items() if times > 1)
    known = {str(one.mail_id) for one in notices if one.state == "sent"}
    if known != {one.split("@")[0].strip("<") for one in ids}:
        yield "the ledger and the mail server disagree about what was sent"


def _wishes(session: Session) -> dict[UUID, Wish]:
    rows = session.execute(
        text("""
            SELECT u.id, u.time_zone, EXISTS (SELECT FROM affiliation a WHERE a.user_id = u.id) AS at_school, h.*
            FROM "user" u LEFT JOIN notice_habits h ON h.user_id = u.id
        """)
    )
    return {
        row.id: Wish(
            ZoneInfo(row.time_zone),
            row.quiet_from or time(21),
            row.quiet_until or time(8),
            bool(row.weekends),
            row.at_school and row.school_holidays is not False,
            (row.away_from, row.away_until) if row.away_from else None,
            row.per_week or 5,
        )
        for row in rows
    }


def _quiet(session: Session, notices: list[sa.Row[tuple[object, ...]]]) -> Iterator[str]:
    wishes = _wishes(session)
    by_mail = defaultdict(list)
    for one in notices:
        if one.state == "sent" and one.urgency < 4:
            by_mail[one.mail_id].append(one)
    for mail in by_mail.values():
        moment, wish = mail[0].handed_over_at, wishes[mail[0].recipient_id]
        why = wish.left_alone(moment)
        # What is of no use later may break a free day, never a night and never an absence.
        pressing = [one for one in mail if one.urgency >= 2 and one.expires_at <= _next_workday(moment, wish)]
        if why and not (pressing and why not in ("night", "away")):
            yield f"{[one.rule for one in mail]} at {moment}: {why}"


def _next_workday(moment: datetime, wish: Wish) -> datetime:
    for hours in range(1, 24 * 60):
        later = moment + timedelta(hours=hours)
        if not wish.left_alone(later):
            return later
    return later


def _budget(session: Session, notices: list[sa.Row[tuple[object, ...]]]) -> Iterator[str]:
    wishes = _wishes(session)
    for person, moments in _counted(notices).items():
        for index, moment in enumerate(moments):
            within = sum(moment - WEEK < other <= moment for other in moments[: index + 1])
            if within > wishes[person].per_week:
                yield f"{within} mails in the week before {moment} to {person}"


def _counted(notices: list[sa.Row[tuple[object, ...]]]) -> dict[UUID, list[datetime]]:
    """When the mails that count reached each person."""
    mails: dict[tuple[UUID, UUID], tuple[datetime, int]] = {}
    for one in notices:
        if one.state == "sent":
            key = (one.recipient_id, one.mail_id)
            highest = max(one.urgency, mails.get(key, (None, 0))[1])
            mails[key] = (one.handed_over_at, highest)
    found: dict[UUID, list[datetime]] = defaultdict(list)
    for (person, _), (moment, urgency) in sorted(mails.items(), key=lambda item: item[1][0]):
        if urgency < MUST:
            found[person].append(moment)
    return found


def _busiest(notices: list[sa.Row[tuple[object, ...]]]) -> int:
    return max(
        (
            sum(moment - WEEK < other <= moment for other in moments)
            for moments in _counted(notices).values()
            for moment in moments
        ),
        default=0,
    )


def _after_completion(session: Session) -> Iterator[str]:
    rows = session.execute(
        text("""
        SELECT n.rule, n.handed_over_at, c.completed_at
        FROM notice n JOIN enrolment e ON e.user_id = n.recipient_id
        JOIN activity_completion c ON c.enrolment_id = e.id AND c.activity_id = n.subject_id
        WHERE n.state = 'sent' AND n.rule IN ('activity_due_soon', 'activity_overdue')
            AND c.completed_at < n.handed_over_at
    """)
    )
    yield from (f"{row.rule} at {row.handed_over_at}, done at {row.completed_at}" for row in rows)
    rows = session.execute(
        text("""
        SELECT n.rule, n.handed_over_at, e.withdrawn_at
        FROM notice n JOIN enrolment e ON e.user_id = n.recipient_id
        WHERE n.state = 'sent' AND e.withdrawn_at < n.handed_over_at AND n.rule NOT LIKE 'meeting_%'
    """)
    )
    yield from (f"{row.rule} at {row.handed_over_at}, gone at {row.withdrawn_at}" for row in rows)


TOLD = """
    n.state IN ('sent', 'uncertain') OR n.state = 'suppressed' AND n.reason IN
        ('in_app', 'budget', 'quiet', 'suspended', 'unsubscribed', 'read')
    OR n.state IN ('queued', 'expired')
"""
"""What stood among somebody's messages in time, whatever became of the mail."""


def _untold(session: Session) -> Iterator[str]:
    """Work that was open three days before its date, and meetings, of which somebody who took part heard nothing in time."""
    rows = session.execute(
        text(f"""
        SELECT a.title, ca.due_at, e.id FROM enrolment e
        JOIN cohort_activity ca ON ca.cohort_id = e.cohort_id JOIN activity a ON a.id = ca.activity_id
        LEFT JOIN activity_completion c ON c.enrolment_id = e.id AND c.activity_id = a.id
        WHERE e.role = 'participant' AND a.required AND a.kind NOT IN ('meeting', 'peer_feedback')
            AND (c.completed_at IS NULL OR c.completed_at > ca.due_at)
            AND (e.withdrawn_at IS NULL OR e.withdrawn_at > ca.due_at)
            AND ca.due_at BETWEEN :first AND :last AND ca.opens_at < ca.due_at - interval '6 days'
            AND NOT EXISTS (SELECT FROM notice n WHERE n.rule = 'activity_due_soon' AND n.subject_id = a.id
                AND n.recipient_id = e.user_id AND n.ready_at < ca.due_at AND ({TOLD}))
    """),
        _span(session),
    )
    yield from (f"nobody told {row.id} about {row.title}, due {row.due_at}" for row in rows)
    rows = session.execute(
        text(f"""
        SELECT m.title, m.starts_at, e.id FROM meeting m JOIN enrolment e ON e.cohort_id = m.cohort_id
        WHERE m.state = 'planned' AND e.state = 'active' AND m.starts_at BETWEEN :first AND :last
            AND NOT EXISTS (SELECT FROM notice n WHERE n.rule = 'meeting_tomorrow' AND n.subject_id = m.id
                AND n.recipient_id = e.user_id AND n.ready_at < m.starts_at AND ({TOLD}))
    """),
        _span(session),
    )
    yield from (f"nobody told {row.id} about {row.title} at {row.starts_at}" for row in rows)


def _span(session: Session) -> dict[str, datetime]:
    """From a week after the first hour of the simulation to its last."""
    first, last = session.execute(text("SELECT min(planned_at), max(planned_at) FROM notice")).one()
    return {"first": first + WEEK, "last": last}
