"""Meetings in one's own calendar: a file for one, and an address for all."""

from hashlib import sha256
from uuid import UUID

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.cohorts.actions import calendar_feed as actions
from peergang.cohorts.policy import can_view_meeting
from peergang.cohorts.queries.calendar_feed import (
    find_feed,
    find_own_feed,
    get_feed_changed_at,
    list_feed_due,
    list_feed_meetings,
)
from peergang.cohorts.queries.meeting_page import get_meeting_page
from peergang.cohorts.queries.schedule import get_meeting
from peergang.cohorts.rules import MeetingState
from peergang.cohorts.rules.calendar import CalendarDay, CalendarMeeting, uid_of, write_calendar
from peergang.cohorts.rules.check_in import hash_address
from peergang.cohorts.views import bp
from peergang.core import clock
from peergang.core.clock import local_date
from peergang.core.db import AnyRow
from peergang.core.errors import NotFound
from peergang.core.i18n import gettext as _, in_locale, pick
from peergang.core.permissions import require
from peergang.web.database import reading, transaction
from peergang.web.gate import public
from peergang.web.throttle import limiter
from peergang.web.viewer import current_actor

CALENDAR = "text/calendar; charset=utf-8"


@bp.get("/bijeenkomsten/<uuid:meeting_id>.ics")
def meeting_calendar(meeting_id: UUID) -> ResponseReturnValue:
    """The meeting as a file for a calendar; for everybody in the cohort. Loading it again updates the appointment."""
    found = get_meeting_page(reading(), meeting_id)
    require(can_view_meeting(current_actor(), found.cohort_id))
    meeting = get_meeting(reading(), meeting_id)
    shown = _meeting(meeting, found.cohort_name, meeting.revision)
    return Response(
        write_calendar([shown]),
        content_type=CALENDAR,
        headers={"Content-Disposition": f"attachment; filename=bijeenkomst-{meeting.number}.ics"},
    )


@bp.get("/agenda")
def calendar_feed() -> ResponseReturnValue:
    """The address of one's own calendar: what it is, how to get one, and how to be rid of it."""
    feed = find_own_feed(reading(), current_actor().user_id)
    return render_template("cohorts/calendar_feed.html", feed=feed, address="")


@bp.post("/agenda")
def renew_calendar_feed() -> ResponseReturnValue:
    """Make an address, or another one. It is shown on this page and never again."""
    with transaction() as session:
        secret = actions.renew_calendar_feed(session, current_actor(), now=clock.now())
    path = url_for("cohorts.calendar", secret=secret)
    address = f"{current_app.config['PUBLIC_URL']}{path}"
    feed = find_own_feed(reading(), current_actor().user_id)
    page = render_template(
        "cohorts/calendar_feed.html",
        feed=feed,
        address=address,
        webcal=f"webcal://{address.partition('://')[2]}",
    )
    return page, {"Cache-Control": "no-store"}


@bp.post("/agenda/inhoud")
def choose_calendar_feed() -> ResponseReturnValue:
    """Say what stands in it."""
    with transaction() as session:
        actions.choose_feed_contents(
            session, current_actor(), with_due_dates="with_due_dates" in request.form
        )
    flash(_("Bewaard. Je agenda haalt het op wanneer hij weer kijkt."), "ok")
    return redirect(url_for("cohorts.calendar_feed"), code=303)


@bp.post("/agenda/weg")
def revoke_calendar_feed() -> ResponseReturnValue:
    """Take the address away."""
    with transaction() as session:
        actions.revoke_calendar_feed(session, current_actor())
    flash(_("Het adres werkt niet meer. Haal de agenda ook weg uit je agendaprogramma."), "ok")
    return redirect(url_for("cohorts.calendar_feed"), code=303)


def _which_feed() -> str:
    """The feed that is asked, not its secret: limits are logged and kept in Redis."""
    return hash_address(str((request.view_args or {}).get("secret", ""))).hex()


def _unknown(response: Response) -> bool:
    return response.status_code == 404


@bp.get("/agenda/<secret>.ics")
@public
@limiter.limit("300 per hour", deduct_when=_unknown)
@limiter.limit("30 per minute", key_func=_which_feed)
def calendar(secret: str) -> ResponseReturnValue:
    """Somebody's calendar, for programs that know its address. Nobody else's name stands in it."""
    session, now = reading(), clock.now()
    feed = find_feed(session, hash_address(secret))
    if feed is None:
        raise NotFound
    rows = list_feed_meetings(session, feed.user_id, now)
    with in_locale(feed.locale):
        days = [
            _due(row, feed) for row in (list_feed_due(session, feed.user_id) if feed.with_due_dates else ())
        ]
        shown = [_meeting(row, row.cohort_name, row.sequence) for row in rows]
        body = write_calendar(shown, days, name=_("Peergang"))
    response = Response(body, content_type=CALENDAR)
    response.headers["Cache-Control"] = "private, max-age=0, must-revalidate"
    response.headers["Content-Disposition"] = "inline; filename=peergang.ics"
    response.set_etag(sha256(body).hexdigest()[:32])
    if not feed.with_due_dates:
        # What is done leaves the calendar without a trace of when, so with due dates the contents alone decide.
        changed = get_feed_changed_at(session, feed.user_id, feed.made_at)
        response.last_modified = max([changed, *(row.changed_at for row in rows)])
    return response.make_conditional(request)


def _meeting(row: AnyRow, cohort: str, sequence: int) -> CalendarMeeting:
    return CalendarMeeting(
        uid=uid_of(row.meeting_id),
        title=f"{cohort}: {row.title}",
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        place=row.place,
        link=row.link,
        revision=sequence,
        cancelled=row.state == MeetingState.CANCELLED,
        url=f"{current_app.config['PUBLIC_URL']}{url_for('cohorts.meeting', meeting_id=row.meeting_id)}",
        changed_at=row.changed_at,
    )


def _due(row: AnyRow, feed: AnyRow) -> CalendarDay:
    return CalendarDay(
        uid=f"{row.cohort_id}-{row.slug}@peergang",
        title=_("Klaar: %(title)s (%(module)s)", title=pick(row.title, row.title_en), module=row.module_code),
        day=local_date(row.due_at),
        url=str(current_app.config["PUBLIC_URL"]),
        changed_at=feed.made_at,
    )
