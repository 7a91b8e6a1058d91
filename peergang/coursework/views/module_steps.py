"""The activities of a module as numbered steps: how each stands, until when, what completes it and what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peergang.core.dates import weekday_date
from peergang.core.i18n import LazyText, gettext as _, lazy_gettext, pick
from peergang.coursework.labels.completion import COMPLETES
from peergang.coursework.rules import ReflectionState
from peergang.coursework.rules.path import Standing, Step, Task, standing_of
from peergang.coursework.views.completion import make_completion
from peergang.coursework.views.path_words import STANDINGS, due_words, duration_words
from peergang.coursework.views.step_card import BUTTONS, action_url
from peergang.coursework.views.which_cohort import keep_cohort
from peergang.curriculum.labels import KIND_ICONS, KINDS
from peergang.curriculum.rules import ActivityKind

TO_DO = lazy_gettext("Nog te doen")


@dataclass(frozen=True, slots=True)
class StepLine:
    """One activity as the page shows it. `mark` is empty for who only reads along; `note` is what completed it, and when."""

    number: int
    title: str
    kind: LazyText
    icon: str
    summary: str
    body_html: str
    required: bool
    mark: str
    word: LazyText | str
    note: str
    due: str
    duration: str
    rule: LazyText
    missing: str
    url: str
    button: str
    is_next: bool
    proof_url: str = ""
    proof_see: LazyText | str = ""


def own_steps(
    rows: Sequence[Any], tasks: Sequence[Task], step: Step | None, unread_topics: int, now: datetime
) -> list[StepLine]:
    """The rows of `list_tasks` for a participant; `unread_topics` is what the reading still lacks."""
    lines = []
    for row, task in zip(rows, tasks, strict=True):
        standing = standing_of(task, now)
        mark, word = STANDINGS[standing]
        if standing is Standing.NOW and not _has_begun(row):
            mark, word = "later", TO_DO
        is_done = standing is Standing.DONE
        completion = make_completion(row, unread_topics, now)
        open_now = standing is not Standing.LATER and row.kind not in (
            ActivityKind.MEETING,
            ActivityKind.SCAN,
        )
        lines.append(
            _line(
                row,
                mark=mark,
                word=word,
                note=completion.proof,
                proof_url=completion.url,
                proof_see=completion.see,
                due=""
                if is_done or not task.required or row.kind == ActivityKind.MEETING
                else due_words(task, now),
                missing=completion.missing if standing is not Standing.LATER else "",
                url=action_url(row.kind, row.activity_id, row.module_id, **keep_cohort()) if open_now else "",
                button=button_words(row) if open_now else "",
                is_next=step is not None and step.task is task,
            )
        )
    return lines


def plain_steps(rows: Sequence[Any]) -> list[StepLine]:
    """The activities without anybody's state: for trainers, organisers, and a module that is not open yet."""
    lines = []
    for row in rows:
        due_at = getattr(row, "due_at", None)
        due = _("Vóór %(day)s", day=weekday_date(due_at)) if due_at else ""
        lines.append(
            _line(row, mark="", word="", note="", due=due, missing="", url="", button="", is_next=False)
        )
    return lines


def _line(row: Any, **more: Any) -> StepLine:
    return StepLine(
        number=row.position,
        title=pick(row.title, row.title_en),
        kind=KINDS[row.kind],
        icon=KIND_ICONS[row.kind],
        summary=pick(row.summary, row.summary_en),
        body_html=getattr(row, "body_html", ""),
        required=row.required,
        duration=duration_words(row.minutes),
        rule=COMPLETES[row.kind],
        **more,
    )


def _has_begun(row: Any) -> bool:
    return row.reflection_state is not None or row.given > 0


def button_words(row: Any) -> str:
    """What the button of an activity says, given how far it is."""
    if row.kind == ActivityKind.REFLECTION and row.reflection_state is not None:
        if row.reflection_state in (ReflectionState.DRAFT, ReflectionState.RETURNED):
            return _("Schrijf verder aan je reflectie")
        return _("Bekijk je reflectie")
    if row.completed_at is not None:
        return {
            ActivityKind.READ: _("Lees terug"),
            ActivityKind.CONVERSATION: _("Leg nog een gesprek vast"),
            ActivityKind.PEER_FEEDBACK: _("Bekijk je feedback"),
            ActivityKind.PRACTICE_EXAMPLE: _("Beschrijf nog een voorbeeld"),
        }.get(row.kind, str(BUTTONS[row.kind]))
    return str(BUTTONS[row.kind])
