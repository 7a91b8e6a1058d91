"""The one ochre block of the week: the next step in words, with where it leads."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import url_for

from peergang.core.dates import moment_full, relative_day
from peergang.core.i18n import LazyText, gettext as _, lazy_gettext, pick
from peergang.coursework.rules import Audience, ReflectionState
from peergang.coursework.rules.path import Step, Why
from peergang.coursework.views.path_words import due_words, duration_words
from peergang.curriculum.labels import KIND_ICONS
from peergang.curriculum.rules import ActivityKind

BUTTONS: dict[str, LazyText] = {
    ActivityKind.READ: lazy_gettext("Lees de onderwerpen"),
    ActivityKind.CONVERSATION: lazy_gettext("Leg je gesprek vast"),
    ActivityKind.REFLECTION: lazy_gettext("Begin met schrijven"),
    ActivityKind.PEER_FEEDBACK: lazy_gettext("Lees en geef feedback"),
    ActivityKind.PRACTICE_EXAMPLE: lazy_gettext("Beschrijf je voorbeeld"),
    ActivityKind.MEETING: lazy_gettext("Bekijk de bijeenkomst"),
    ActivityKind.SCAN: lazy_gettext("Bekijk de opdracht"),
}

READERS: dict[str, LazyText] = {
    Audience.PRIVATE: lazy_gettext("Alleen jij leest mee"),
    Audience.TRAINER: lazy_gettext("Je trainer leest mee"),
    Audience.PEER_GROUP: lazy_gettext("Je trainer en je peergroep lezen mee"),
    Audience.COHORT: lazy_gettext("Je hele cohort leest mee"),
}


@dataclass(frozen=True, slots=True)
class StepCard:
    """The next step as the template shows it."""

    title: str
    text: str
    url: str
    button: str
    icon: str
    more_url: str = ""
    meta: list[tuple[str, str]] = field(default_factory=list)


def action_url(kind: str, activity_id: UUID, module_id: UUID, **keep: Any) -> str:
    """Where an activity of this kind is done; the module's page where there is no page of its own. `keep` is the cohort
    that the address carries for who is in several.
    """
    module = url_for("coursework.module", module_id=module_id, **keep)
    match kind:
        case ActivityKind.READ:
            return module + "#onderwerpen"
        case ActivityKind.MEETING:
            return module + "#bijeenkomst"
        case ActivityKind.CONVERSATION:
            return url_for("coursework.log_conversation", activity_id=activity_id, **keep)
        case ActivityKind.REFLECTION:
            return url_for("coursework.reflection", activity_id=activity_id, **keep)
        case ActivityKind.PEER_FEEDBACK:
            return url_for("coursework.feedback")
        case ActivityKind.PRACTICE_EXAMPLE:
            return url_for("practice.new", opdracht=activity_id)
    return module


def make_card(step: Step, row: Any, now: datetime, **keep: Any) -> StepCard:
    """The card of a step; `row` is its line of `list_tasks`, `keep` as in `action_url`."""
    task = step.task
    title = pick(row.title, row.title_en)
    heading, text, button = _words(step, row, title, now)
    module = url_for("coursework.module", module_id=task.module_id, **keep)
    return StepCard(
        title=heading,
        text=text,
        url=action_url(task.kind, task.activity_id, task.module_id, **keep),
        button=button,
        icon=KIND_ICONS[task.kind],
        more_url=f"{module}#opdracht-{task.position}",
        meta=_meta(step, row, now),
    )


def _words(step: Step, row: Any, title: str, now: datetime) -> tuple[str, str, str]:
    summary = pick(row.summary, row.summary_en)
    if step.why is Why.RETURNED:
        text = _("Je trainer las je reflectie en denkt met je mee. Pas aan wat je wilt en lever opnieuw in.")
        return _("Werk verder aan: %(title)s", title=title), text, _("Verwerk de feedback")
    if step.why is Why.REACTION:
        text = _("Er is gereageerd op je reflectie. Wat neem je ervan mee?")
        return _("Lees de reacties op: %(title)s", title=title), text, _("Lees de reacties")
    if step.why is Why.REVISING:
        text = _("Alle feedback is binnen. Verbeter je tekst of stuur hem door.")
        return _("Herzie: %(title)s", title=title), text, _("Kijk wat je ermee doet")
    if row.reflection_state == ReflectionState.DRAFT and row.draft_saved_at is not None:
        text = _("Je concept van %(when)s staat klaar.", when=relative_day(row.draft_saved_at, now))
        return _("Maak af: %(title)s", title=title), text, _("Schrijf verder")
    return title, summary, str(BUTTONS[row.kind])


def _meta(step: Step, row: Any, now: datetime) -> list[tuple[str, str]]:
    if step.task.meets_at is not None:
        return [("calendar-event", moment_full(step.task.meets_at))]
    found = [("clock", duration_words(row.minutes))]
    if step.why is Why.OPTIONAL:
        found.append(("info-circle", _("Dit is een vrije opdracht")))
    else:
        found.insert(0, ("calendar-event", due_words(step.task, now)))
    if row.audience in READERS:
        found.append(("eye", str(READERS[row.audience])))
    return found
