"""This week: where a participant starts. One next step, then the place on the bridge, reactions and modules."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from peergang.cohorts.rules import CohortState, EnrolmentState
from peergang.core import clock
from peergang.core.dates import weekday_date
from peergang.core.permissions import Actor
from peergang.coursework.queries.path import by_module, list_modules, list_tasks, make_tasks
from peergang.coursework.queries.phases import Progress, list_progress_of
from peergang.coursework.queries.place import list_places
from peergang.coursework.queries.this_week import list_examples, list_group, list_reactions
from peergang.coursework.rules.path import Standing, Step, Task, arches, choose_step, list_to_do
from peergang.coursework.rules.phases import Phase
from peergang.coursework.views import bp
from peergang.coursework.views.path_words import capital, lead_words, module_lines, week_words
from peergang.coursework.views.step_card import make_card
from peergang.coursework.views.week_parts import peer_lines, reaction_lines, underway_lines
from peergang.curriculum.labels import PHASES
from peergang.web.database import reading
from peergang.web.viewer import current_actor

FIRST_DAYS = timedelta(days=7)


@bp.get("/deze-week")
def this_week() -> ResponseReturnValue:
    """The start page of a participant, for each state they can be in."""
    session, actor, now = reading(), current_actor(), clock.now()
    places = list_places(session, actor, now)
    here = _choose_place(places)
    if here is None:
        return render_template("coursework/no_week.html")
    if here.state in (EnrolmentState.INVITED, EnrolmentState.WAITLISTED):
        return render_template(
            "coursework/invited.html",
            here=here,
            others=_others(places, here),
            accept_url=url_for("cohorts.invitations"),
        )
    page = _page(session, actor, here, now)
    return render_template("coursework/this_week.html", here=here, others=_others(places, here), **page)


def _choose_place(places: Sequence[Any]) -> Any | None:
    """The place that the address names, else the one that matters today."""
    wanted = request.args.get("cohort", type=UUID)
    chosen = [row for row in places if row.cohort_id == wanted]
    return next(iter(chosen or places), None)


def _others(places: Sequence[Any], here: Any) -> list[Any]:
    return [row for row in places if row.enrolment_id != here.enrolment_id]


def _page(session: Session, actor: Actor, here: Any, now: datetime) -> dict[str, Any]:
    modules = list_modules(session, here.cohort_id, here.enrolment_id)
    rows = list_tasks(session, here.cohort_id, here.enrolment_id)
    reactions = list_reactions(session, here.enrolment_id)
    group = list_group(session, here.peer_group_id) if here.peer_group_id else []
    own = list_progress_of(session, here.enrolment_id)
    revising = {one.activity_id for one in own if one.phase(now) == Phase.REVISING}
    tasks = make_tasks(rows, unread=_unread(reactions), meetings=_meetings(here), revising=revising)
    finished = here.state == EnrolmentState.COMPLETED or here.cohort_state == CohortState.CLOSED
    step = None if finished else choose_step(tasks, now)
    grouped, to_do = by_module(tasks), list_to_do(tasks, now)
    module = _current_module(modules, grouped, step, now)
    examples = list_examples(
        session, module.main_question if module else None, limit=1, besides=actor.user_id
    )
    of_activity = {row.activity_id: row for row in rows}
    return {
        "now": now,
        "finished": finished,
        "first_week": not finished and _is_first_week(here, tasks, now),
        "over": week_words(now),
        "lead": lead_words(len(to_do), _unread_total(reactions), here.meeting_starts_at, now),
        "step": make_card(step, of_activity[step.task.activity_id], now, **_keep(here, actor))
        if step
        else None,
        # Without these the lead counts things that stand nowhere on the page.
        "also": [
            make_card(one, of_activity[one.task.activity_id], now, **_keep(here, actor))
            for one in to_do
            if one != step and not finished
        ],
        "module": module,
        "bridge_now": arches(grouped[module.module_id]) if module else [],
        "phases": list(PHASES.values()),
        "underway": underway_lines(_not_told(own, step, now), rows, now),
        "reactions": reaction_lines(reactions, now),
        "modules": module_lines(modules, grouped, now, **_keep(here, actor)),
        "next_module": next((one for one in modules if one.opens_at > now), None),
        "group": peer_lines(group, here.enrolment_id),
        "example": examples[0] if examples else None,
        **_links(here, examples),
    }


def _not_told(own: Sequence[Progress], step: Step | None, now: datetime) -> list[Progress]:
    """The reflections but the one that came back and is the next step: that block says the same, with the way on."""
    told = step.task.activity_id if step else None
    return [one for one in own if one.activity_id != told or one.phase(now) != Phase.RETURNED]


def _links(here: Any, examples: Sequence[Any]) -> dict[str, Any]:
    return {
        "calendar_url": url_for("cohorts.meeting_calendar", meeting_id=here.meeting_id)
        if here.meeting_id
        else "",
        "reactions_url": url_for("coursework.reflections"),
        "example_url": url_for("practice.example", example_id=examples[0].example_id) if examples else "",
        "meeting_day": capital(weekday_date(here.meeting_starts_at)) if here.meeting_starts_at else "",
    }


def _keep(here: Any, actor: Actor) -> dict[str, UUID]:
    """Names the cohort in addresses for who follows more than one."""
    return {"cohort": here.cohort_id} if len(actor.follows) > 1 else {}


def _unread(reactions: Sequence[Any]) -> Mapping[UUID, int]:
    return Counter(row.activity_id for row in reactions if row.read_at is None)


def _unread_total(reactions: Sequence[Any]) -> int:
    return reactions[0].unread if reactions else 0


def _meetings(here: Any) -> dict[UUID, datetime]:
    return {here.meeting_activity_id: here.meeting_starts_at} if here.meeting_activity_id else {}


def _is_first_week(here: Any, tasks: Sequence[Task], now: datetime) -> bool:
    started = clock.start_of_day(here.starts_on)
    return now < started + FIRST_DAYS and all(task.completed_at is None for task in tasks)


def _current_module(
    modules: Sequence[Any], tasks: Mapping[UUID, Sequence[Task]], step: Step | None, now: datetime
) -> Any | None:
    """The module to show on the bridge: that of the next step, else the latest that is open and not done, else the latest
    that is open, else the first.
    """
    if step is not None:
        return next(one for one in modules if one.module_id == step.task.module_id)
    opened = [one for one in modules if one.opens_at <= now]
    unfinished = [one for one in opened if Standing.NOW in arches(tasks[one.module_id])]
    for candidates in (unfinished, opened):
        if candidates:
            return candidates[-1]
    return modules[0] if modules else None
