"""One conversation: reading it page by page, replying, and the address of one post."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from peergang.core import clock
from peergang.core.db import AnyRow
from peergang.core.errors import Conflict, Invalid
from peergang.core.permissions import Actor, require
from peergang.discussion.actions.posting import add_reply
from peergang.discussion.forms import ReplyForm
from peergang.discussion.labels import CONFLICTS, LEVEL_HINTS, LEVELS
from peergang.discussion.policy import can_change_post, can_hide_post, can_join_discussion
from peergang.discussion.queries.places import find_thread_place, list_people
from peergang.discussion.queries.posts import get_post, get_thread, list_posts
from peergang.discussion.rules import Level, PostState, block_start
from peergang.discussion.views import bp
from peergang.discussion.views.places import words_of
from peergang.discussion.views.sending import (
    at_ease,
    draft_key,
    draft_of,
    me,
    refuse,
    remember_done,
    take_done,
)
from peergang.identity.rules import full_name, initials
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


@dataclass(frozen=True, slots=True)
class Shown:
    """A post as the page shows it to this reader."""

    row: AnyRow
    name: str
    initials: str
    mine: bool
    is_new: bool
    readable: bool
    """Whether there are words to read: of a hidden post for its author and the trainers alone."""
    may_change: bool
    may_hide: bool
    may_remove: bool
    """For its author, and once it is hidden for the trainers alone."""


@bp.get("/gesprek/<uuid:thread_id>")
def thread(thread_id: UUID) -> ResponseReturnValue:
    """A conversation, from its beginning or from where the address says."""
    return _page(thread_id, ReplyForm(formdata=None), 200)


@bp.post("/gesprek/<uuid:thread_id>/reacties")
@at_ease
def reply(thread_id: UUID) -> ResponseReturnValue:
    """Say something."""
    form, status = ReplyForm(), 422
    if form.validate_on_submit():
        try:
            with transaction() as work:
                post_id = add_reply(
                    work,
                    current_actor(),
                    thread_id,
                    draft_of(form),
                    seen=form.seen.data or 0,
                    now=clock.now(),
                )
        except (Invalid, Conflict) as error:
            status = refuse(form, error)
        else:
            remember_done(draft_key("reply", thread_id))
            return redirect(url_for("discussion.post", post_id=post_id), code=303)
    return _page(thread_id, form, status)


@bp.get("/gesprek/reacties/<uuid:post_id>")
def post(post_id: UUID) -> ResponseReturnValue:
    """The lasting address of one post: the page it stands on, at its place."""
    found = get_post(reading(), post_id, current_actor().user_id)
    require(can_join_discussion(current_actor(), found.cohort_id))
    return redirect(url_of(found.thread_id, found.number), code=303)


def url_of(thread_id: UUID, number: int) -> str:
    """The page of a conversation that holds post `number`, at its place."""
    start = block_start(number)
    return url_for("discussion.thread", thread_id=thread_id, na=start or None, _anchor=f"bericht-{number}")


def _page(thread_id: UUID, form: ReplyForm, status: int) -> ResponseReturnValue:
    session, actor, now = reading(), current_actor(), clock.now()
    found = get_thread(session, thread_id, actor.user_id)
    require(can_join_discussion(actor, found.cohort_id))
    place = find_thread_place(session, found)
    closed = CONFLICTS.get(place.why_closed(now))
    if not closed:
        form.offer(list_people(session, found.cohort_id), me())
    rows, pages = _read(session, found)
    last = rows[-1].number if rows else 0
    form.seen.data = last
    body = render_template(
        "discussion/thread.html",
        form=form,
        thread=found,
        place=place,
        where=words_of(place),
        posts=[_shown(row, found, actor) for row in rows],
        last=last,
        closed=closed,
        level=found.level or Level.OFF,
        levels=LEVELS,
        level_hints=LEVEL_HINTS,
        first_new_url=_first_new(found, rows),
        draft_key=draft_key("reply", thread_id),
        draft_done=take_done(),
        now=now,
        **pages,
    )
    return body, status


def _read(session: Session, found: AnyRow) -> tuple[Any, dict[str, str]]:
    after, before = request.args.get("na", type=int), request.args.get("voor", type=int)
    after = None if after is None else min(max(after, 0), found.last_number)
    before = None if before is None else min(max(before, 2), found.last_number + 1)
    if request.method == "POST":
        # Who replied and has to change something stays at the end, where the form stands.
        after, before = None, found.last_number + 1
    rows, more = list_posts(session, found, after=after, before=before)
    has_later = more if before is None else bool(rows) and before <= found.last_number
    has_earlier = more if before is not None else bool(rows) and bool(after)

    def url(**where: Any) -> str:
        return url_for("discussion.thread", thread_id=found.thread_id, **where)

    return rows, {
        "previous_url": url(voor=rows[0].number) if has_earlier else "",
        "next_url": url(na=rows[-1].number) if has_later else "",
    }


def _first_new(found: AnyRow, rows: Any) -> str:
    """Where the new posts begin, when that is another page."""
    if found.last_number <= found.read_number or not rows:
        return ""
    first = found.read_number + 1
    return "" if rows[0].number <= first <= rows[-1].number else url_of(found.thread_id, first)


def _shown(row: AnyRow, found: AnyRow, actor: Actor) -> Shown:
    mine = row.author_id == actor.user_id
    hides = can_hide_post(actor, found.cohort_id, row.author_id)
    shown, hidden = row.state == PostState.SHOWN, row.state == PostState.HIDDEN
    return Shown(
        row,
        full_name(row.given_name, row.name_particle, row.family_name),
        initials(row.given_name, row.family_name),
        mine,
        is_new=shown and not mine and row.number > found.read_number,
        readable=shown or (hidden and (mine or found.cohort_id in actor.trains)),
        may_change=shown and can_change_post(actor, found.cohort_id, row.author_id),
        may_hide=(shown or hidden) and hides,
        may_remove=(shown and mine) or (hidden and hides),
    )
