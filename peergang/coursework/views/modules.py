"""The modules of a cohort, and one module."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from peergang.cohorts.policy import can_manage_cohort, can_train
from peergang.cohorts.rules import CohortState, EnrolmentState
from peergang.core import clock
from peergang.core.errors import NotFound
from peergang.core.i18n import pick
from peergang.core.permissions import Actor
from peergang.coursework.queries import modules as selects
from peergang.coursework.queries.path import by_module, list_modules, list_tasks, make_tasks
from peergang.coursework.queries.place import get_cohort, list_places, list_trained_cohorts
from peergang.coursework.queries.this_week import list_examples
from peergang.coursework.rules.path import arches, choose_step
from peergang.coursework.views import bp
from peergang.coursework.views.module_steps import own_steps, plain_steps
from peergang.coursework.views.path_words import ModuleLine, module_lines, period, plan_lines
from peergang.coursework.views.which_cohort import cohort_named, keep_cohort
from peergang.curriculum.labels import FIGURE_ICONS, FIGURES, PHASES
from peergang.curriculum.queries import list_activities, list_questions
from peergang.web.database import reading
from peergang.web.fragments import fragment
from peergang.web.viewer import current_actor

SHOWN_EXAMPLES = 2


@bp.get("/modules")
def modules() -> ResponseReturnValue:
    """The modules of one's own cohort, or for a trainer or organiser of the cohort that the address names."""
    session, actor, now = reading(), current_actor(), clock.now()
    wanted = cohort_named()
    places = [
        row
        for row in list_places(session, actor, now)
        if row.state in (EnrolmentState.ACTIVE, EnrolmentState.COMPLETED)
    ]
    here = next((row for row in places if wanted in (None, row.cohort_id)), None)
    if here is not None:
        tasks = by_module(make_tasks(list_tasks(session, here.cohort_id, here.enrolment_id)))
        lines = module_lines(
            list_modules(session, here.cohort_id, here.enrolment_id), tasks, now, **keep_cohort()
        )
        others = [row for row in places if row is not here]
        return render_template(
            "coursework/modules.html", here=here, modules=lines, others=others, reads_along=False
        )
    return _modules_to_read_along(session, actor, wanted)


def _modules_to_read_along(session: Session, actor: Actor, wanted: UUID | None) -> ResponseReturnValue:
    trained = list_trained_cohorts(session, actor) if actor.trains else []
    if wanted is not None:
        if not (can_manage_cohort(actor) or can_train(actor, wanted)):
            raise NotFound
        here = get_cohort(session, wanted)
    elif trained:
        here = trained[0]
    else:
        return render_template("coursework/no_modules.html")
    lines: list[ModuleLine] = plan_lines(list_modules(session, here.cohort_id, None), here.cohort_id)
    others = [row for row in trained if row.cohort_id != here.cohort_id]
    return render_template(
        "coursework/modules.html", here=here, modules=lines, others=others, reads_along=True
    )


@bp.get("/modules/<uuid:module_id>")
def module(module_id: UUID) -> ResponseReturnValue:
    """One module, with the reader's own state when they take part."""
    session, actor, now = reading(), current_actor(), clock.now()
    here = selects.get_module(session, actor, module_id, cohort_named())
    topics = selects.list_topics(session, module_id, here.enrolment_id)
    reads_along = {"cohort": here.cohort_id} if here.cohort_id and here.enrolment_id is None else {}
    page = {
        "here": here,
        "topics": topics,
        "keep": keep_cohort() | reads_along,
        "cohort_name": trail_name(here),
    }
    if not is_open(here, now):
        rows = list_tasks(session, here.cohort_id, here.enrolment_id, module_id)
        return render_template("coursework/module_ahead.html", steps=plain_steps(rows), **page)
    meetings = (
        selects.list_meetings(session, here.cohort_id, module_id, here.enrolment_id) if here.cohort_id else []
    )
    examples = list_examples(session, here.main_question, limit=SHOWN_EXAMPLES) if here.main_question else []
    return render_template(
        "coursework/module.html",
        dates=period(here.opens_at, here.due_at) if here.opens_at else "",
        guide=fragment("coursework/_guide.html", module_id, lambda: _guide(session, module_id)),
        meetings=meetings,
        examples=examples,
        **_own_state(session, here, topics, meetings, now),
        **page,
    )


def _guide(session: Session, module_id: UUID) -> dict[str, Any]:
    return {"module_id": module_id, "questions": by_figure(list_questions(session, module_id))}


def is_open(here: Any, now: datetime) -> bool:
    """Whether the reader may work through this module: participants from its opening on, all others always."""
    if here.enrolment_id is None or here.enrolment_state == EnrolmentState.COMPLETED:
        return True
    return here.cohort_state == CohortState.CLOSED or bool(here.opens_at <= now)


def trail_name(here: Any) -> str:
    """What stands first in the trail: the cohort, or the programme for who reads without one."""
    return here.cohort_name or pick(here.edition_title, here.edition_title_en)


def _own_state(
    session: Session, here: Any, topics: Sequence[Any], meetings: Sequence[Any], now: datetime
) -> dict[str, Any]:
    """Steps and bridge: with the participant's own state, or plain for who reads along."""
    phases = list(PHASES.values())
    if here.cohort_id is None:
        rows = list_activities(session, here.module_id)
        return {"steps": plain_steps(rows), "bridge_now": None, "step": None, "phases": phases}
    rows = list_tasks(session, here.cohort_id, here.enrolment_id, here.module_id)
    if here.enrolment_id is None:
        return {"steps": plain_steps(rows), "bridge_now": None, "step": None, "phases": phases}
    to_come = {one.activity_id: one.starts_at for one in meetings if one.starts_at > now}
    tasks = make_tasks(rows, meetings=to_come)
    takes_part = here.enrolment_state == EnrolmentState.ACTIVE and here.cohort_state != CohortState.CLOSED
    step = choose_step(tasks, now) if takes_part else None
    unread = sum(topic.read_at is None for topic in topics)
    return {
        "steps": own_steps(rows, tasks, step, unread, now),
        "bridge_now": arches(tasks),
        "step": step,
        "phases": phases,
    }


def by_figure(questions: Sequence[Any]) -> list[tuple[str, Any, str, list[str]]]:
    """The questions per key figure, in the fixed order: (figure, label, icon, texts)."""
    grouped: dict[str, list[str]] = defaultdict(list)
    for question in questions:
        grouped[question.figure].append(question.text)
    return [(one, FIGURES[one], FIGURE_ICONS[one], grouped[one]) for one in FIGURES if one in grouped]
