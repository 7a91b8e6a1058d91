"""A version on the desk of a peer: the text, what is asked about it, and what they wrote so far."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from peergang.core.errors import NotFound
from peergang.core.permissions import require
from peergang.coursework.forms.feedback import FeedbackForm, make_feedback_form
from peergang.coursework.labels import PLAIN_QUESTION_WORDS
from peergang.coursework.policy import can_give_feedback
from peergang.coursework.queries.feedback_task import (
    FeedbackDraft,
    asked_by,
    find_feedback_task,
    find_own_feedback,
)
from peergang.coursework.queries.reflections import (
    ReflectionHead,
    Version,
    get_head_by_version,
    list_versions,
)
from peergang.coursework.rules.feedback import Asked, fields_of, what_was_asked
from peergang.web.database import reading
from peergang.web.i18n import pick_marked
from peergang.web.viewer import current_actor


def worded(question: Mapping[str, Any]) -> tuple[str, str]:
    """A question with its slug; the plain ones have no words of their own."""
    slug = question["slug"]
    return slug, pick_marked(question.get("question", "")) or str(PLAIN_QUESTION_WORDS.get(slug, slug))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A version with what the reader is asked about it, and what they wrote so far. `giver_id` is their place there."""

    head: ReflectionHead
    version: Version
    asked: Asked
    stored: FeedbackDraft
    giver_id: UUID | None

    @property
    def questions(self) -> list[tuple[str, str]]:
        """The questions as (slug, words)."""
        return [worded(one) for one in self.asked.questions]

    def form(self) -> FeedbackForm:
        """The form with what stands in it."""
        labels = [(one["slug"], one["label"]) for one in self.asked.criteria]
        data: dict[str, Any] = dict(fields_of(self.stored.writing))
        return make_feedback_form(self.questions, labels)(data=data | {"revision": self.stored.revision})


def open_sheet(version_id: UUID) -> Sheet:
    """Everything the page needs, for somebody who may give feedback on it."""
    session, actor = reading(), current_actor()
    head, access = get_head_by_version(session, actor, version_id)
    require(can_give_feedback(actor, access))
    version = next(
        (one for one in list_versions(session, access.reflection_id) if one.version_id == version_id), None
    )
    if version is None:
        raise NotFound
    stored = find_own_feedback(session, version_id, access.own_enrolment_id)
    asked = what_was_asked(stored.asked, asked_by(find_feedback_task(session, access.activity_id)))
    return Sheet(head, version, asked, stored, access.own_enrolment_id)
