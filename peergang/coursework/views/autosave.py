"""The server's half of autosave; static/js/autosave.js describes what goes to and fro."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import jsonify, request, session
from flask.typing import ResponseReturnValue

from peergang.core.dates import clock_time
from peergang.core.errors import Conflict, Invalid
from peergang.core.i18n import gettext as _
from peergang.coursework.labels import CONFLICTS, PROBLEMS

DONE = "draft_done"


@dataclass(frozen=True, slots=True)
class Payload:
    """What a page sends by itself. A text the page does not have is None; `fields` holds what carries data-save."""

    revision: int
    title: str | None = None
    audience: str | None = None
    answers: dict[str, str] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)


def read_payload() -> Payload:
    """The JSON of this request.

    Raises:
        Invalid: `payload` when it does not have the shape of the contract.
    """
    data = request.get_json(silent=True)
    if not isinstance(data, dict):
        raise Invalid({"": "payload"})
    revision = data.get("revision")
    if not isinstance(revision, int) or isinstance(revision, bool) or not 0 <= revision < 2**31:
        raise Invalid({"": "payload"})
    return Payload(
        revision,
        _text(data, "title"),
        _text(data, "audience"),
        _texts(data, "answers"),
        _texts(data, "fields"),
    )


def _text(data: Mapping[str, Any], key: str) -> str | None:
    value = data.get(key)
    if value is not None and not isinstance(value, str):
        raise Invalid({key: "payload"})
    return value


def _texts(data: Mapping[str, Any], key: str) -> dict[str, str]:
    value = data.get(key, {})
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        raise Invalid({key: "payload"})
    return value


def saved_text(moment: datetime | None) -> str:
    """The words beside the buttons once something is saved."""
    return _("Bewaard om %(time)s", time=clock_time(moment)) if moment else ""


def saved(revision: int, now: datetime) -> ResponseReturnValue:
    """The answer to a save that succeeded."""
    return jsonify(revision=revision, saved_at_text=saved_text(now))


def refused(error: Invalid | Conflict) -> ResponseReturnValue:
    """The answer when nothing was saved and trying the same again would not help."""
    if isinstance(error, Conflict):
        words = CONFLICTS.get(error.reason)
    else:
        words = next((PROBLEMS[code] for code in error.problems.values() if code in PROBLEMS), None)
    return jsonify(message=str(words or _("Bewaren kan nu niet. Laad de pagina opnieuw."))), 422


def moved_on(revision: int, **stored: Any) -> ResponseReturnValue:
    """The answer when another tab saved in between: what is stored now, for the author to choose."""
    return jsonify(revision=revision, **stored), 409


def remember_done(key: str) -> None:
    """The form of this draft was accepted: the next page tells the browser that its own copy may go."""
    session[DONE] = key


def take_done() -> str:
    """The key of the draft that the form before this page delivered; "" when there was none."""
    return str(session.pop(DONE, ""))
