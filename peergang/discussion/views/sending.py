"""What every form of a conversation shares: who sends it, how often they may, and the copy in their browser."""

from uuid import UUID

from flask import session as cookie

from peergang.core.errors import Conflict, Invalid, NotFound
from peergang.discussion.actions.posting import Draft
from peergang.discussion.forms import SayForm
from peergang.discussion.labels import CONFLICTS, PROBLEMS
from peergang.web.throttle import limiter
from peergang.web.viewer import current_actor

DONE = "discussion_done"
PER_PERSON = "60 per hour"
"""Nobody who talks with colleagues says more; a script does."""


def me() -> UUID:
    """Who is signed in."""
    user_id = current_actor().user_id
    if user_id is None:
        raise NotFound
    return user_id


def _person() -> str:
    return f"discussion:{me()}"


at_ease = limiter.shared_limit(PER_PERSON, scope="discussion", key_func=_person, methods=["POST"])
"""Decorates what adds or changes words: all of it together, for each person."""


def draft_key(kind: str, thing_id: UUID) -> str:
    """The name of the copy in this browser; it ends in whose it is, by which signing out knows it."""
    return f"discussion-{kind}-{thing_id}-{me()}"


def remember_done(key: str) -> None:
    """What this form held is stored: the next page lets the browser forget its copy."""
    cookie[DONE] = key


def take_done() -> str:
    """The key of the form that was stored right before this page; "" when there was none."""
    return str(cookie.pop(DONE, ""))


def draft_of(form: SayForm) -> Draft:
    """What was filled in."""
    title = form["title"].data if "title" in form else ""
    return Draft(form.body.data or "", form.chosen(), title or "")


def refuse(form: SayForm, error: Invalid | Conflict) -> int:
    """Say in the form why nothing was stored; gives the status of the answer."""
    if isinstance(error, Conflict):
        words = CONFLICTS.get(error.reason)
        if words is None:
            raise error
        form.form_errors.append(str(words))
        return 409
    form.take(error, PROBLEMS)
    return 422
