"""One reflection on the trainer's desk: what the review page is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import render_template, request, session as browser

from peergang.core import clock
from peergang.core.i18n import LazyText
from peergang.core.permissions import require
from peergang.coursework.actions.reviewing import ReviewText
from peergang.coursework.forms.review import CRITERION, CommentForm, ReviewForm, make_review_form
from peergang.coursework.labels import (
    DECISION_LOOKS,
    JUDGEMENT_LOOKS,
    PLAIN_QUESTION_WORDS,
    SHARED_WITH,
    STATES,
)
from peergang.coursework.labels.feedback import SEEN_LOOKS
from peergang.coursework.policy import can_review_reflection
from peergang.coursework.queries.comments import list_comments
from peergang.coursework.queries.reactions import list_reactions
from peergang.coursework.queries.reflections import ReflectionHead, Version, get_head
from peergang.coursework.queries.review_desk import Phrase, list_desk_rows
from peergang.coursework.queries.review_queue import QueueItem, ReviewDraft, list_review_queue
from peergang.coursework.rules import WAITING, ReflectionState
from peergang.coursework.rules.waiting import has_lapsed
from peergang.coursework.views import autosave
from peergang.coursework.views.beside import read_beside
from peergang.coursework.views.comments import open_form
from peergang.coursework.views.held import held_bars
from peergang.coursework.views.queue_lines import queue_lines
from peergang.coursework.views.reading import make_reading
from peergang.web.database import reading
from peergang.web.viewer import current_actor

KEYS = "keys_off"
"""The mark in this browser's session that the shortcuts are off."""


@dataclass(frozen=True, slots=True)
class Desk:
    """A reflection with its latest version, and what this trainer wrote about it so far."""

    head: ReflectionHead
    version: Version
    earlier: Sequence[Version]
    draft: ReviewDraft
    held_until: datetime | None
    phrases: Sequence[Phrase]

    @property
    def taken(self) -> bool:
        """Whether a colleague has it, and is still in time."""
        return (
            self.head.state == ReflectionState.IN_REVIEW
            and self.head.reviewer_id not in {None, current_actor().user_id}
            and not has_lapsed(self.head.lease_until, clock.now())
        )

    @property
    def waiting(self) -> bool:
        """Whether an answer is expected."""
        return self.head.state in WAITING and self.held_until is None


def open_desk(reflection_id: UUID) -> Desk:
    """The reflection with what belongs to it, for a trainer who may review it.

    Raises:
        NotFound, Forbidden: for anybody else.
    """
    session, actor = reading(), current_actor()
    head, access = get_head(session, actor, reflection_id)
    require(can_review_reflection(actor, access))
    (version, *earlier), draft, held_until, phrases = list_desk_rows(session, reflection_id, actor.user_id)
    return Desk(head, version, earlier, draft, held_until, phrases)


def desk_form(desk: Desk) -> ReviewForm:
    """The form with what was saved."""
    stored: dict[str, Any] = dict(fields_of(desk.draft))
    stored |= {"revision": desk.draft.revision, "version": str(desk.version.version_id)}
    return make_review_form(desk.head.criteria)(data=stored)


def text_of(fields: Mapping[str, str]) -> ReviewText:
    """What autosave sent, as the use case takes it."""
    criteria = {
        name.removeprefix(CRITERION): value
        for name, value in fields.items()
        if name.startswith(CRITERION) and value
    }
    return ReviewText(fields.get("decision", ""), criteria, fields.get("message", ""))


def fields_of(stored: ReviewDraft) -> dict[str, str]:
    """What is stored, by the names of the form's fields."""
    fields = {CRITERION + slug: value for slug, value in stored.criteria.items()}
    return fields | {"decision": stored.decision or "", "message": stored.message}


def draft_key(version_id: UUID) -> str:
    """Under which name the browser keeps its own copy of this person's review."""
    return f"review-{version_id}-{current_actor().user_id}"


def show_desk(
    desk: Desk,
    form: ReviewForm,
    *,
    queue: Sequence[QueueItem] | None = None,
    conflict: LazyText | None = None,
    typed_revision: int | None = None,
    comment_form: CommentForm | None = None,
) -> str:
    """The review page. `typed_revision` is what the text on it started from, when that is no longer what is stored."""
    session, actor = reading(), current_actor()
    head, version = desk.head, desk.version
    text = make_reading(
        version.asked(head), version.answers, list_comments(session, version.version_id, actor.user_id)
    )
    wanted = bool(desk.earlier) and "naast" in request.args
    beside = read_beside(session, actor, head, desk.earlier[0], version) if wanted else None
    queue = list_review_queue(session, actor, now=clock.now()) if queue is None else queue
    return render_template(
        "coursework/review.html",
        desk=desk,
        head=head,
        version=version,
        form=form,
        criteria=[(one, form[CRITERION + one["slug"]]) for one in head.criteria],
        text=text,
        beside=beside,
        comment=open_form(text, comment_form) if desk.waiting and not desk.taken else None,
        lines=queue_lines(queue, actor, clock.now(), head.reflection_id),
        total=queue[0].total if queue else 0,
        not_listed=queue[0].total - len(queue) if queue else 0,
        reactions=list_reactions(session, head.reflection_id, for_trainer=True),
        mine=head.reviewer_id == actor.user_id,
        conflict=conflict,
        revision=desk.draft.revision if typed_revision is None else typed_revision,
        saved_text=autosave.saved_text(desk.draft.saved_at) if typed_revision is None else "",
        draft_key=draft_key(version.version_id),
        draft_done=autosave.take_done(),
        held=held_bars(head.reflection_id),
        keys_off=bool(browser.get(KEYS)),
        **WORDS,
    )


WORDS: dict[str, Any] = {
    "states": STATES,
    "shared_with": SHARED_WITH,
    "looks": DECISION_LOOKS,
    "judgements": JUDGEMENT_LOOKS,
    "plain_questions": PLAIN_QUESTION_WORDS,
    "seen_looks": SEEN_LOOKS,
}
