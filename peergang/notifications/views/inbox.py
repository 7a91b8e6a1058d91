"""The messages of whoever is signed in: what they were told or would have been, whatever happened to its mail."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, session as cookie, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.config import Settings
from peergang.core.i18n import current_locale, ngettext
from peergang.notifications.actions import inbox as actions
from peergang.notifications.rules.inbox import PAGE
from peergang.notifications.views import bp
from peergang.web.cleaning import page_number
from peergang.web.database import reading, transaction
from peergang.web.gate import safe_next
from peergang.web.viewer import current_actor

UNREAD = "ongelezen"
MARKED = "messages_marked_read"
"""In the cookie: when all messages were marked as read, until the page that offers to take that back was shown."""


def _settings() -> Settings:
    settings: Settings = current_app.extensions["peergang_settings"]
    return settings


def _here(number: int, *, unread_only: bool) -> str:
    return url_for(
        "notifications.inbox",
        alleen=UNREAD if unread_only else None,
        pagina=number if number > 1 else None,
    )


def _back() -> str:
    """The page of the list from which a button was pressed."""
    return _here(page_number(request.form), unread_only=request.form.get("alleen") == UNREAD)


@bp.app_context_processor
def bell() -> dict[str, Any]:
    """What the bell in the header shows for so many unread messages."""
    return {"shown_count": actions.shown_count}


@bp.get("/berichten")
def inbox() -> ResponseReturnValue:
    """By day, the newest first; all of them or only what was not read."""
    number, unread_only = page_number(request.args), request.args.get("alleen") == UNREAD
    now = clock.now()
    found = actions.read_inbox(
        reading(),
        current_actor(),
        _settings(),
        current_locale(),
        unread_only=unread_only,
        number=number,
        now=now,
    )
    if number > 1 and not found.days:
        return redirect(_here(1, unread_only=unread_only))
    page = {
        "first": found.first,
        "last": found.last,
        "total": found.total,
        "previous_url": _here(number - 1, unread_only=unread_only) if number > 1 else "",
        "next_url": _here(number + 1, unread_only=unread_only) if found.total > number * PAGE else "",
    }
    return render_template(
        "notifications/inbox.html",
        found=found,
        page=page,
        number=number,
        unread_only=unread_only,
        marked=cookie.pop(MARKED, ""),
        now=now,
    )


@bp.post("/berichten/<uuid:notice_id>/open")
def open_message(notice_id: UUID) -> ResponseReturnValue:
    """Marks it as read and goes to the page that it is about."""
    with transaction() as session:
        said = actions.open_message(
            session, current_actor(), _settings(), current_locale(), notice_id, now=clock.now()
        )
    return redirect(safe_next(said.path) or _back(), code=303)


@bp.post("/berichten/<uuid:notice_id>/ongelezen")
def mark_message_unread(notice_id: UUID) -> ResponseReturnValue:
    """For later."""
    with transaction() as session:
        actions.mark_unread(session, current_actor(), notice_id, now=clock.now())
    return redirect(_back(), code=303)


@bp.post("/berichten/gelezen")
def mark_messages_read() -> ResponseReturnValue:
    """All at once; the next page offers to take it back."""
    now = clock.now()
    with transaction() as session:
        number = actions.mark_all_read(session, current_actor(), now=now)
    if number:
        cookie[MARKED] = now.isoformat()
    return redirect(url_for("notifications.inbox"), code=303)


@bp.post("/berichten/gelezen/ongedaan")
def undo_mark_messages_read() -> ResponseReturnValue:
    """What was marked at that moment is unread again, and its mail waits again."""
    try:
        moment = datetime.fromisoformat(request.form.get("moment", ""))
    except ValueError:
        moment = None
    if moment is not None and moment.tzinfo is not None:
        with transaction() as session:
            number = actions.undo_mark_all_read(session, current_actor(), moment, now=clock.now())
        if number:
            words = ngettext(
                "%(num)s bericht is weer ongelezen.", "%(num)s berichten zijn weer ongelezen.", number
            )
            flash(words, "ok")
    return redirect(url_for("notifications.inbox"), code=303)
