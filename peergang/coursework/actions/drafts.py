"""Saving what an author writes, without losing a word of two tabs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import type_coerce, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert, ReturningUpdate

from peergang.core.errors import Conflict, Invalid
from peergang.core.permissions import Actor, require
from peergang.coursework.actions.allocation import hold_group_of
from peergang.coursework.actions.handing_on import follow_audience
from peergang.coursework.models import Reflection
from peergang.coursework.policy import can_write_reflection
from peergang.coursework.queries.open_account import hold_account
from peergang.coursework.queries.prompts import list_known
from peergang.coursework.queries.writing import WritingPlace, get_writing_place
from peergang.coursework.rules import EDITABLE, ReflectionState, audiences_in
from peergang.coursework.rules.drafts import DraftText, clean_answers, clean_text, draft_problems
from peergang.coursework.rules.going import check_goes_on
from peergang.curriculum.content.reflection_sets import find_set


@dataclass(frozen=True, slots=True)
class SavedDraft:
    """What a save gives back: the next save names this revision."""

    reflection_id: UUID
    revision: int


def save_draft(
    session: Session,
    actor: Actor,
    activity_id: UUID,
    draft: DraftText,
    *,
    expected_revision: int,
    cohort_id: UUID | None = None,
    now: datetime,
) -> SavedDraft:
    """Keep the draft of the actor's reflection on `activity_id`; the first save makes the reflection.

    Only a participant of a cohort that does this activity; `cohort_id` says which, for who is in several. Answers to
    questions that are not sent along, such as those of another set, stay as they are.
    `expected_revision` is the revision that the text on the screen started from, 0 when there was nothing yet. An
    audience that was chosen counts at once, also for what was submitted before. One guarded statement, so of two
    saves at the same time exactly one wins, also of two first ones.

    Raises:
        NotFound: when the activity is not one the actor writes about.
        Invalid: by form field, when something is too long (`too_long`) or the audience cannot be chosen now, or
            `prompt_set_unknown` for `prompt_set`.
        Conflict: `reflection_state` when it may not be edited (any more), `draft_moved_on` when somebody saved in
            between, and the reasons of `check_goes_on`.
    """
    place = get_writing_place(session, actor, activity_id, cohort_id)
    require(can_write_reflection(actor, place))
    check_goes_on(place.cohort_state, place.opens_at, now)
    prompt_set = _checked_set(place.prompt_set if draft.prompt_set is None else draft.prompt_set)
    title = clean_text(draft.title).replace("\n", " ")
    answers = clean_answers(draft.answers, list_known(place.settings, place.kept_prompts))
    problems = draft_problems(title, answers, draft.audience, audiences_in(place.state))
    if problems:
        raise Invalid(problems)
    new = {
        "title": title,
        "audience": draft.audience or None,
        "prompt_set": prompt_set,
        "draft_saved_at": now,
    }
    moves = place.state == ReflectionState.SUBMITTED and (draft.audience or None) != place.audience
    cohort = hold_group_of(session, place.reflection_id) if moves and place.reflection_id else None
    statement: ReturningInsert[UUID, int] | ReturningUpdate[UUID, int]
    if place.reflection_id is None:
        statement = _first_save(session, actor, place, new, answers, expected_revision, now)
    else:
        statement = _guarded_save(place.reflection_id, new, answers, expected_revision)
    row = session.execute(statement).one_or_none()
    if row is None:
        raise _why_not_saved(get_writing_place(session, actor, activity_id, place.cohort_id))
    if cohort is not None:
        reflection = session.get_one(Reflection, row.id, populate_existing=True)
        follow_audience(session, cohort, reflection, place.audience, now=now)
    return SavedDraft(row.id, row.draft_revision)


def _checked_set(prompt_set: str) -> str:
    if prompt_set and find_set(prompt_set) is None:
        raise Invalid({"prompt_set": "prompt_set_unknown"})
    return prompt_set


def _first_save(
    session: Session,
    actor: Actor,
    place: WritingPlace,
    new: dict[str, Any],
    answers: dict[str, str],
    expected_revision: int,
    now: datetime,
) -> ReturningInsert[UUID, int]:
    """Insert the first draft; it returns nothing when another device made it meanwhile."""
    if expected_revision:
        # The text on the screen started from something that is not here.
        raise Conflict("draft_moved_on", revision=0)
    hold_account(session, actor.user_id, place.enrolment_id)
    where = {"enrolment_id": place.enrolment_id, "activity_id": place.activity_id}
    first = {"state": ReflectionState.DRAFT, "state_since": now, "draft_revision": 1}
    empty = {one["slug"]: "" for one in place.prompts_of(new["prompt_set"])}
    statement = insert(Reflection).values(draft=empty | answers, **where, **first, **new)
    return statement.on_conflict_do_nothing(index_elements=list(where)).returning(
        Reflection.id, Reflection.draft_revision
    )


def _guarded_save(
    reflection_id: UUID, new: dict[str, Any], answers: dict[str, str], expected_revision: int
) -> ReturningUpdate[UUID, int]:
    """Overwrite the draft of the expected revision; it returns nothing when that has passed."""
    # Answers to questions that are not on the screen, such as those of another set, stay.
    together = Reflection.draft.op("||")(type_coerce(answers, JSONB))
    return (
        update(Reflection)
        .where(
            Reflection.id == reflection_id,
            Reflection.draft_revision == expected_revision,
            Reflection.state.in_(EDITABLE),
        )
        .values(**new, draft=together, draft_revision=Reflection.draft_revision + 1)
        .returning(Reflection.id, Reflection.draft_revision)
        .execution_options(synchronize_session=False)
    )


def _why_not_saved(place: WritingPlace) -> Conflict:
    if place.state not in EDITABLE:
        return Conflict("reflection_state", state=place.state)
    return Conflict("draft_moved_on", revision=place.revision)
