"""Intervision: choosing a method, and the steps that everybody in the group sees at once."""

from uuid import UUID

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.cohorts.actions import intervision as actions
from peergang.cohorts.policy import can_join_intervision, can_train
from peergang.cohorts.queries.intervision import find_running, get_group_to_join, get_talk, list_present
from peergang.cohorts.rules.intervision import Move, ends_at
from peergang.cohorts.views import bp
from peergang.cohorts.views.group_labels import INTERVISION_REFUSALS, SPEAKERS
from peergang.core import clock
from peergang.core.db import AnyRow
from peergang.core.errors import Invalid, NotFound
from peergang.core.permissions import require
from peergang.curriculum.content.intervision import find_method, list_methods
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


@bp.get("/peergroepen/<uuid:group_id>/intervisie")
def intervision(group_id: UUID) -> ResponseReturnValue:
    """The methods, with what each asks of a group; and the talk that goes on, if there is one."""
    session, actor = reading(), current_actor()
    group = _admitted(get_group_to_join(session, actor, group_id))
    running = find_running(session, group_id, clock.now())
    return render_template(
        "cohorts/intervision.html",
        group=group,
        trains=can_train(actor, group.cohort_id),
        people=list_present(session, group_id),
        running=running,
        running_method=find_method(running.method) if running else None,
        methods=list_methods(),
    )


@bp.post("/peergroepen/<uuid:group_id>/intervisie")
def start_intervision(group_id: UUID) -> ResponseReturnValue:
    """Begin, or join what a groupmate began a moment ago."""
    try:
        case = UUID(request.form["case"]) if request.form.get("case") else None
    except ValueError:
        raise NotFound from None
    try:
        with transaction() as session:
            session_id = actions.start_intervision(
                session, current_actor(), group_id, request.form.get("method", ""), case, now=clock.now()
            )
    except Invalid as error:
        flash(str(INTERVISION_REFUSALS[error.problems["method"]]), "risk")
        return redirect(url_for("cohorts.intervision", group_id=group_id), code=303)
    return redirect(url_for("cohorts.intervision_steps", session_id=session_id), code=303)


@bp.get("/intervisie/<uuid:session_id>")
def intervision_steps(session_id: UUID) -> ResponseReturnValue:
    """The step the group is at, with its clock."""
    talk, now = _admitted(get_talk(reading(), current_actor(), session_id)), clock.now()
    method = find_method(talk.method)
    if talk.ended_at or method is None:
        return render_template("cohorts/intervision_end.html", talk=talk, method=method)
    step = method.step(talk.step)
    end = ends_at(talk.step_started_at, talk.paused_at, step.minutes, now)
    number = method.header.steps.index(step) + 1
    return render_template(
        "cohorts/intervision_steps.html",
        talk=talk,
        method=method,
        step=step,
        number=number,
        last=len(method.header.steps),
        following=method.header.steps[number] if number < len(method.header.steps) else None,
        speaker=_speaker(step.speaks, talk),
        ends_at=end,
        left=int((end - now).total_seconds() * 1000),
        clock_text=clock_text(int((end - now).total_seconds())),
        is_over=end <= now,
    )


@bp.get("/intervisie/<uuid:session_id>/stand")
def intervision_state(session_id: UUID) -> ResponseReturnValue:
    """Whether the group moved on, for the phones that ask now and then; one statement."""
    talk = _admitted(get_talk(reading(), current_actor(), session_id))
    answer: Response = jsonify(revision=talk.revision, ended=talk.ended_at is not None)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/intervisie/<uuid:session_id>")
def steer_intervision(session_id: UUID) -> ResponseReturnValue:
    """Next, previous, pause, resume or end."""
    try:
        move, seen = Move(request.form.get("move", "")), int(request.form.get("step", ""))
    except ValueError:
        move, seen = Move.PAUSE, -1
    with transaction() as session:
        actions.steer_intervision(session, current_actor(), session_id, move, seen_step=seen, now=clock.now())
    return redirect(url_for("cohorts.intervision_steps", session_id=session_id), code=303)


def _admitted(row: AnyRow) -> AnyRow:
    require(can_join_intervision(current_actor(), row.cohort_id, is_member=row.is_member))
    return row


def _speaker(speaks: str, talk: AnyRow) -> str:
    text = SPEAKERS[speaks]
    if talk.case_name is not None and "named" in text:
        return str(text["named"]) % {"name": talk.case_name}
    return str(text["plain"])


def clock_text(seconds: int) -> str:
    """Minutes and seconds that are left, or with a plus that it took longer."""
    minutes, rest = divmod(abs(seconds), 60)
    return f"{'+' if seconds < 0 else ''}{minutes}:{rest:02d}"
