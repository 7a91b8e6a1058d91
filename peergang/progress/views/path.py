"""My way through a programme: what is done and by what, what is left, and what waits for whom."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from peergang.cohorts.queries.overrides import list_overrides
from peergang.cohorts.rules import CohortState, EnrolmentState
from peergang.cohorts.rules.completion import RULES
from peergang.core import clock
from peergang.core.dates import day_month
from peergang.core.i18n import gettext as _, pick
from peergang.core.permissions import Actor, require
from peergang.coursework.labels.completion import COMPLETES
from peergang.coursework.queries.path import by_module, list_modules, make_tasks
from peergang.coursework.queries.phases import Progress, list_progress_of
from peergang.coursework.queries.place import list_places
from peergang.coursework.rules.path import (
    ModuleProgress,
    Standing,
    Task,
    arches,
    module_arches,
    module_progress,
)
from peergang.coursework.rules.phases import Phase
from peergang.curriculum.labels import KIND_ICONS, KINDS, PHASES
from peergang.progress.labels.path import lead_text
from peergang.progress.policy import can_view_own_path
from peergang.progress.queries.path import count_unread, list_attended, list_path
from peergang.progress.rules.path import Turn, count_turns
from peergang.progress.views import bp
from peergang.progress.views.path_lines import PathLine, meeting_lines, path_lines
from peergang.web.database import reading
from peergang.web.viewer import current_actor

TAKES_PART = (EnrolmentState.ACTIVE, EnrolmentState.COMPLETED)
Beside = Callable[[Session, UUID], Any]

_beside: dict[str, Beside] = {}


def show_on_path(name: str, read: Beside) -> None:
    """Let a higher feature show something on the path: the template gets `name`, read for the enrolment. app.py calls this."""
    _beside[name] = read


@dataclass(frozen=True, slots=True)
class ModulePart:
    """A module of the path with its bridge and its activities. `is_open`: unfolded when the page comes."""

    module_id: UUID
    code: str
    title: str
    far: ModuleProgress
    arches: list[Standing]
    sub: str
    lines: list[PathLine]
    is_open: bool


@bp.get("/mijn-traject")
def path() -> ResponseReturnValue:
    """The path in one cohort, the one that matters today first; ?cohort= chooses another, ?alles=1 unfolds everything."""
    actor, now = current_actor(), clock.now()
    require(can_view_own_path(actor))
    places = list_places(reading(), actor, now)
    mine = [one for one in places if one.state in TAKES_PART]
    if not mine:
        return render_template("progress/path_none.html", asked=bool(places))
    wanted = request.args.get("cohort", type=UUID)
    here = next((one for one in mine if one.cohort_id == wanted), mine[0])
    others = [one for one in mine if one is not here]
    return render_template("progress/path.html", here=here, others=others, **_page(actor, here, now))


def _page(actor: Actor, here: Any, now: datetime) -> dict[str, Any]:
    session = reading()
    ended = here.state == EnrolmentState.COMPLETED or here.cohort_state == CohortState.CLOSED
    keep = {"cohort": here.cohort_id} if len(actor.follows) > 1 else {}
    rows = list_path(session, here.cohort_id, here.enrolment_id)
    progress = {one.activity_id: one for one in list_progress_of(session, here.enrolment_id)}
    overrides = list_overrides(session, here.enrolment_id)
    latest: dict[UUID, Any] = {}
    for one in overrides:
        latest.setdefault(one.activity_id, one)
    unread = count_unread(session, here.cohort_id, here.enrolment_id)
    lines = path_lines(rows, progress, unread, latest, now, ended=ended, keep=keep)
    modules = list_modules(session, here.cohort_id, here.enrolment_id)
    parts = _parts(modules, rows, lines, _tasks(rows, progress, now), now, ended=ended)
    counts = count_turns((line.turn, line.required) for line in lines)
    return {
        "now": now,
        "ended": ended,
        "keep": {"cohort": here.cohort_id},
        "title": pick(here.edition_title, here.edition_title_en),
        "lead": lead_text(counts, ended=ended),
        "counts": counts,
        "parts": parts,
        "bridge_now": module_arches([part.far for part in parts]),
        "phases": list(PHASES.values()),
        "waiting": [
            line for line in lines if line.turn in (Turn.OWN, Turn.PEERS, Turn.TRAINER) and line.required
        ],
        "judged": sum(line.override is not None for line in lines),
        "meetings": meeting_lines(
            list_attended(session, here.cohort_id, here.enrolment_id), now, ended=ended
        ),
        "rules": [
            (KINDS[kind], KIND_ICONS[kind], COMPLETES[kind], rule.version) for kind, rule in RULES.items()
        ],
        "unfolded": "alles" in request.args,
        **{name: read(session, here.enrolment_id) for name, read in _beside.items()},
    }


def _tasks(rows: Sequence[Any], progress: dict[UUID, Progress], now: datetime) -> list[Task]:
    revising = {key for key, one in progress.items() if one.phase(now) == Phase.REVISING}
    return make_tasks(rows, revising=revising)


def _parts(
    modules: Sequence[Any],
    rows: Sequence[Any],
    lines: Sequence[PathLine],
    tasks: Sequence[Task],
    now: datetime,
    *,
    ended: bool,
) -> list[ModulePart]:
    told: dict[UUID, list[PathLine]] = defaultdict(list)
    for row, line in zip(rows, lines, strict=True):
        told[row.module_id].append(line)
    grouped = by_module(tasks)
    found = []
    for module in modules:
        here = grouped.get(module.module_id, [])
        far = module_progress(here, module.opens_at, now)
        found.append(
            ModulePart(
                module_id=module.module_id,
                code=module.code,
                title=pick(module.title, module.title_en),
                far=far,
                arches=arches(here) if far.standing is not Standing.LATER else [Standing.LATER] * len(PHASES),
                sub=_sub(module, far, ended=ended),
                lines=told[module.module_id],
                is_open=far.standing is Standing.NOW,
            )
        )
    return found


def _sub(module: Any, far: ModuleProgress, *, ended: bool) -> str:
    """How far a module is: when it was completed, when it opens, or how much is done."""
    if far.completed_at is not None:
        return _("afgerond op %(day)s", day=day_month(far.completed_at))
    if far.standing is Standing.LATER and not ended:
        return _("vanaf %(day)s", day=day_month(module.opens_at))
    return _("%(done)s van de %(total)s onderdelen klaar", done=far.done, total=far.total)
