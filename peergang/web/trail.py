"""What a page leaves behind about its reader: a line in the log, written after the page was made.

A GET never changes what it shows, and reads in AUTOCOMMIT. Some pages must still be accounted for: who opened whose data.
Their views call `leave_trail`, and what they leave is written here, in a transaction of its own, once the page is
made (also when a form on it was refused) and before it is sent: when it cannot be written, nobody gets to see the page.
"""

from collections.abc import Callable
from urllib.parse import urlencode

from flask import Flask, Response, g, redirect, request, session as cookie
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from peergang.core import clock
from peergang.core.permissions import Actor
from peergang.web.database import transaction

Trace = Callable[[Session], None]

REASON_FOR = 60 * 60
"""Seconds for which a reason holds in a browser: as long as one question takes to look into."""
SHOWN_AGAIN = 422
"""The page with a form that was filled in wrongly shows the same names as without it."""
REASON_PAGE = "/reden"


def leave_trail(trace: Trace) -> None:
    """Have `trace` write what this page leaves behind, when the page is shown."""
    g.setdefault("trail", []).append(trace)


def init_trail(app: Flask) -> None:
    """Write what the pages leave behind."""
    app.after_request(_write)


def _write(response: Response) -> Response:
    trail: list[Trace] = g.pop("trail", [])
    if trail and (response.status_code < 300 or response.status_code == SHOWN_AGAIN):
        with transaction() as work:
            for trace in trail:
                trace(work)
    return response


def give_reason(words: str) -> None:
    """Remember in this browser why an admin reads personal data."""
    cookie["reason"] = [words, int(clock.now().timestamp()) + REASON_FOR]


def reason_given() -> str:
    """Why an admin reads personal data, as said in this browser within the hour; empty when nothing was said."""
    words, until = cookie.get("reason", ("", 0))
    return str(words) if clock.now().timestamp() < until else ""


def reason_of(actor: Actor) -> str:
    """The reason with which the actor reads; empty for who opens such pages because that is their work."""
    return reason_given() if actor.is_admin and not actor.is_organiser else ""


def ask_reason(actor: Actor, *, has_another_role: bool = False) -> ResponseReturnValue | None:
    """A redirect to the page that asks an admin for a reason, or None for whoever need not say one (again).

    Organisers and trainers open these pages because that is their work. An admin keeps the platform running, and says why.
    """
    if not actor.is_admin or actor.is_organiser or has_another_role or reason_given():
        return None
    target = request.full_path.rstrip("?")
    return redirect(f"{REASON_PAGE}?{urlencode({'next': target})}", code=303)
