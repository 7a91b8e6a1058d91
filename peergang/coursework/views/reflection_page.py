"""The editor's page: its questions with what was answered, who will read, and what was submitted before."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import render_template

from peergang.core import clock
from peergang.core.i18n import LazyText
from peergang.core.prose import parse_prose
from peergang.coursework.forms.reflection import ReflectionForm, make_reflection_form
from peergang.coursework.labels import CONFLICTS, DECISION_LOOKS, STATES
from peergang.coursework.queries.phases import get_progress
from peergang.coursework.queries.reactions import list_reactions
from peergang.coursework.queries.reflections import list_versions
from peergang.coursework.queries.writing import WritingPlace
from peergang.coursework.rules import EDITABLE, Audience, ReflectionState, audiences_in
from peergang.coursework.rules.drafts import ANSWER_PREFIX, count_words
from peergang.coursework.rules.going import why_closed
from peergang.coursework.views import autosave
from peergang.coursework.views.audience_words import find_readers, what_changes, who_reads
from peergang.coursework.views.completion import Completion, find_completion
from peergang.coursework.views.length_hint import length_hint
from peergang.coursework.views.phase_parts import make_phase
from peergang.coursework.views.prompt_sets import list_choices, shown_set
from peergang.coursework.views.reading import Reading, make_reading, question_of, shown_question
from peergang.web.database import reading
from peergang.web.i18n import pick_marked
from peergang.web.viewer import current_actor


def draft_key(place: WritingPlace) -> str:
    """Under which name the browser keeps its own copy of this person's text, apart for each of their cohorts and for each
    set of questions.

    The slug and not the id: it stays the same when the cohort goes over to a newer edition.
    """
    questions = f"{shown_set(place)}-" if shown_set(place) else ""
    return f"reflection-{place.activity_slug}-{questions}{place.enrolment_id}-{current_actor().user_id}"


def make_form(place: WritingPlace) -> ReflectionForm:
    """The form with what was saved, or with what was sent just now."""
    stored: dict[str, Any] = {ANSWER_PREFIX + slug: text for slug, text in place.draft.items()}
    stored |= {"title": place.title, "audience": place.audience, "revision": place.revision}
    prompt_set = shown_set(place)
    stored["prompt_set"] = prompt_set
    prompts = [one | {"question": question_of(one)} for one in place.prompts_of(prompt_set)]
    form = make_reflection_form(prompts)(data=stored)
    form.offer(audiences_in(place.state))
    return form


@dataclass(frozen=True, slots=True)
class _Prompt:
    slug: str
    number: int
    question: str
    hint: str
    value: str
    state: str
    guide: str
    error: str


def _prompts(place: WritingPlace, form: ReflectionForm) -> list[_Prompt]:
    """The questions with what was answered; the first unfinished one is the one for now."""
    found: list[_Prompt] = []
    seen_now = False
    for number, one in enumerate(place.prompts_of(shown_set(place)), start=1):
        field = form[ANSWER_PREFIX + one["slug"]]
        value = field.data or ""
        words, low, high = count_words(value), one.get("min_words") or 0, one.get("max_words") or 0
        done = words > 0 and words >= low
        state = "done" if done else "later" if seen_now else "now"
        seen_now = seen_now or not done
        guide = length_hint(words, low, high)
        error = field.errors[0] if field.errors else ""
        hint = pick_marked(one.get("hint", ""), one.get("hint_en", ""))
        found.append(_Prompt(one["slug"], number, shown_question(one), hint, value, state, guide, error))
    return found


def _readers(place: WritingPlace) -> Mapping[str, Any]:
    """Who reads, and while something can be read, what another choice would change."""
    fitting = place.settings.get("order", "peers_first")
    fitting = Audience.TRAINER if fitting == "trainer_only" else Audience.PEER_GROUP
    readers = find_readers(place.enrolment_id, place.reflection_id)
    if place.latest == 0:
        return {"hints": who_reads(readers, "" if place.audience else fitting), "first": not place.audience}
    return {"hints": what_changes(readers, place.audience) or who_reads(readers, fitting), "first": False}


def read_as_typed(place: WritingPlace, form: ReflectionForm) -> Reading:
    """What is on the screen, as its readers would see it."""
    return make_reading(place.prompts_of(shown_set(place)), form.draft().answers, read=parse_prose)


def _completion(place: WritingPlace) -> Completion | None:
    """What completes it and what it lacks. Of what was handed in only its phase tells whether the group reads or has read."""
    now = clock.now()
    found = find_completion(place.cohort_id, place.enrolment_id, place.activity_id, now)
    if not found or found.proof or place.reflection_id is None or place.state != ReflectionState.SUBMITTED:
        return found
    phase = make_phase(get_progress(reading(), place.reflection_id), now)
    return replace(found, missing=phase.text) if phase and phase.text else found


def show_editor(
    place: WritingPlace,
    form: ReflectionForm,
    *,
    conflict: LazyText | None = None,
    kept: bool = False,
    typed_revision: int | None = None,
    preview: Reading | None = None,
) -> str:
    """The page. `typed_revision` is what the text on it started from, when that text is not what is stored."""
    shown = place.reflection_id if place.latest else None
    closed = CONFLICTS.get(why_closed(place.cohort_state, place.opens_at, clock.now()))
    return render_template(
        "coursework/reflection_write.html",
        place=place,
        form=form,
        prompts=_prompts(place, form),
        sets=list_choices(place, shown_set(place)),
        versions=list_versions(reading(), shown) if shown else [],
        reactions=list_reactions(reading(), shown) if shown else [],
        looks=DECISION_LOOKS,
        state=STATES[place.state],
        editable=place.state in EDITABLE and not closed,
        closed=closed,
        conflict=conflict if not closed else None,
        kept=kept,
        preview=preview,
        saved_text=autosave.saved_text(place.saved_at) if kept or typed_revision is None else "",
        revision=place.revision if typed_revision is None else typed_revision,
        draft_key=draft_key(place),
        draft_done=autosave.take_done(),
        completion=_completion(place),
        now=clock.now(),
        **_readers(place),
    )
