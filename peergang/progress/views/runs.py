"""What admins see of the compiling of progress: what waits, how far a full compile is, and what it found."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import flash, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.db import AnyRow
from peergang.core.errors import Conflict
from peergang.core.i18n import gettext as _
from peergang.core.permissions import require
from peergang.identity.rules import full_name
from peergang.progress.actions.runs import begin_compile, stop_compile
from peergang.progress.labels.runs import (
    ORIGINS,
    STATES,
    duration_words,
    left_words,
    reason_words,
)
from peergang.progress.policy import can_operate_progress
from peergang.progress.queries.runs import FOUND, get_run, get_waiting, list_found, list_runs
from peergang.progress.rules.runs import LATE, Origin, RunState, is_silent, time_left
from peergang.progress.views import bp
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


@bp.get("/beheer/voortgang")
def runs() -> ResponseReturnValue:
    """What waits to be compiled, the full compile that is going on, and the last ones."""
    require(can_operate_progress(current_actor()))
    session, now = reading(), clock.now()
    found = [_told(row, now) for row in list_runs(session)]
    waiting = get_waiting(session)
    return render_template(
        "progress/runs.html",
        now=now,
        waiting=waiting,
        waits=duration_words(timedelta(seconds=waiting.seconds)) if waiting.number else "",
        is_late=waiting.seconds > LATE.total_seconds(),
        going=next((one for one in found if one["state"] == RunState.RUNNING), None),
        runs=found,
    )


@bp.get("/beheer/voortgang/<uuid:run_id>")
def run(run_id: UUID) -> ResponseReturnValue:
    """One full compile, and what it found wrong. Nobody is named here."""
    require(can_operate_progress(current_actor()))
    session, now = reading(), clock.now()
    told = _told(get_run(session, run_id), now)
    return render_template(
        "progress/run.html", run=told, found=list_found(session, run_id), most=FOUND, now=now
    )


@bp.get("/beheer/voortgang/<uuid:run_id>/stand")
def run_state(run_id: UUID) -> ResponseReturnValue:
    """How far a full compile is, for the page that shows it moving."""
    require(can_operate_progress(current_actor()))
    told = _told(get_run(reading(), run_id), clock.now())
    answer = jsonify({name: told[name] for name in ("state", "done", "total", "text")})
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/beheer/voortgang")
def begin_run() -> ResponseReturnValue:
    """Compile everything now; a worker does it."""
    actor = current_actor()
    with transaction() as session:
        begin_compile(session, actor, now=clock.now(), origin=Origin.PAGE)
    flash(_("Alle voortgang wordt opnieuw uitgerekend."), "ok")
    return redirect(url_for("progress.runs"), code=303)


@bp.post("/beheer/voortgang/<uuid:run_id>/stoppen")
def stop_run(run_id: UUID) -> ResponseReturnValue:
    """Stop a full compile; what was done stays."""
    actor = current_actor()
    try:
        with transaction() as session:
            stop_compile(session, actor, run_id, now=clock.now())
    except Conflict:
        flash(_("Het was al afgelopen."), "now")
    else:
        flash(_("Gestopt. Wat bekeken is, klopt; de rest wordt vannacht bekeken."), "ok")
    return redirect(url_for("progress.runs"), code=303)


def _told(row: AnyRow, now: datetime) -> dict[str, Any]:
    """A run as the page tells it."""
    state = RunState(row.state)
    kind, words = STATES[state]
    name = full_name(row.given_name or "", row.name_particle or "", row.family_name or "").strip()
    left = left_words(time_left(row.done, row.total, row.worked))
    far = _("%(done)s van de %(total)s inschrijvingen.", done=row.done, total=row.total)
    return {
        "id": row.id,
        "state": state,
        "kind": kind,
        "words": words,
        "by": name or ORIGINS[Origin(row.origin)],
        "started_at": row.started_at,
        "finished_at": row.finished_at,
        "done": row.done,
        "total": row.total,
        "took": duration_words(timedelta(seconds=row.worked)),
        "wrong": row.corrected,
        "enrolments": row.enrolments,
        "why": reason_words(row.reason) if row.reason else "",
        "text": _("%(far)s %(left)s", far=far, left=left),
        "is_silent": state == RunState.RUNNING and is_silent(row.heard_at, now),
    }
