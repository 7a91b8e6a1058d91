"""What somebody will get in the coming two weeks."""

from datetime import date, datetime, timedelta

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.db import dry_run
from peergang.core.i18n import current_locale
from peergang.notifications.actions.coming import DAYS, Matter, Message, look_ahead
from peergang.reminders.labels import reason_words
from peergang.reminders.views import bp
from peergang.web.database import bind
from peergang.web.throttle import limiter
from peergang.web.viewer import current_actor


def _who() -> str:
    return str(current_actor().user_id)


# Every rule is asked about many days, which costs a second or two.
@bp.get("/berichten/komende-weken")
@limiter.limit("20 per minute", key_func=_who)
def coming() -> ResponseReturnValue:
    """Everybody their own, by day. Nothing is planned by looking."""
    now, settings = clock.now(), current_app.extensions["peergang_settings"]
    with dry_run(bind()) as session:
        found = look_ahead(session, current_actor(), settings, current_locale(), now=now)
    return render_template(
        "reminders/coming.html",
        found=found,
        days=_by_day(found.messages, found.on_site),
        until=now + timedelta(days=DAYS),
        now=now,
        reason_words=reason_words,
    )


def _by_day(
    messages: list[Message], on_site: list[Matter]
) -> list[tuple[datetime, list[Message], list[Matter]]]:
    """By the day on the reader's clock: a moment of that day, its mails, and what only stands on the site."""
    found: dict[date, tuple[datetime, list[Message], list[Matter]]] = {}
    for message in messages:
        found.setdefault(clock.local_date(message.at), (message.at, [], []))[1].append(message)
    for matter in on_site:
        at = matter.foreseen.at
        found.setdefault(clock.local_date(at), (at, [], []))[2].append(matter)
    return [found[day] for day in sorted(found)]
