"""Two cohorts side by side: where they differ, and whether that says anything."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.cohorts.rules import CohortState
from peergang.core.errors import NotFound
from peergang.core.permissions import require
from peergang.progress.labels.comparing import NAMES, SAYS, say_largest
from peergang.progress.policy import can_view_participation
from peergang.progress.queries.compare import get_runs
from peergang.progress.queries.history import find_as_of
from peergang.progress.queries.participation import list_shown_cohorts
from peergang.progress.rules.comparing import (
    Run,
    compare as find_differences,
    is_earlier_run,
    largest,
    pick_weeks,
    side_by_side,
)
from peergang.progress.views import bp
from peergang.progress.views.participation_choice import read_choice
from peergang.web.database import reading
from peergang.web.viewer import current_actor


@bp.get("/deelname/vergelijk")
def compare() -> ResponseReturnValue:
    """Choose two cohorts (`?een=…&ander=…`), and see them side by side, now or at the end of a day (`op`)."""
    require(can_view_participation(current_actor()))
    session, choice = reading(), read_choice()
    cohorts = list(reversed(list_shown_cohorts(session, choice.at)))
    asked = [_read_id("een"), _read_id("ander")]
    ids = [one for one in asked if one is not None]
    ready = len(ids) == 2 and ids[0] != ids[1]
    return render_template(
        "progress/compare.html",
        choice=choice,
        found=find_as_of(session, choice.at),
        cohorts=cohorts,
        asked=[str(one or "") for one in asked] if any(asked) else _propose(cohorts),
        same=len(ids) == 2 and not ready,
        **(_show(get_runs(session, ids, choice.at)) if ready else {"runs": ()}),
    )


def _read_id(name: str) -> UUID | None:
    text = request.args.get(name, "")
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise NotFound from error


def _propose(cohorts: Sequence[Any]) -> list[str]:
    """The latest cohort that has begun and the run of the same programme before it, to begin with; a sister of the same season
    when there was no such run. One that is still to begin has nothing to compare.
    """
    cohorts = [one for one in cohorts if one.state != CohortState.OPEN] or cohorts
    if not cohorts:
        return ["", ""]
    same = [one for one in cohorts[1:] if one.sign == cohorts[0].sign]
    before = [one for one in same if is_earlier_run(one, cohorts[0])] or same or cohorts[1:]
    return [cohorts[0].id, before[0].id if before else ""]


def _show(runs: Sequence[Run]) -> dict[str, Any]:
    one, other = runs
    differences = find_differences(one, other)
    numbers = sorted({*one.meetings, *other.meetings})
    weeks = pick_weeks(max(len(one.weeks), len(other.weeks)))
    names = [run.cohort.name for run in runs]
    return {
        "runs": runs,
        "names": names,
        "sentence": say_largest(largest(differences), *names),
        "differences": [
            (difference, NAMES[difference.kind], SAYS[difference.verdict]) for difference in differences
        ],
        "meetings": (
            tuple(numbers),
            _series(names, [[run.meetings.get(number) for number in numbers] for run in runs]),
        ),
        "weeks": (tuple(weeks), _series(names, [[_at(run.weeks, week) for week in weeks] for run in runs])),
        "work": side_by_side([run.work for run in runs]),
        "losses": side_by_side([run.losses for run in runs]),
        "report_query": _query(one, other),
        "swap_url": url_for(
            "progress.compare", een=other.cohort.id, ander=one.cohort.id, op=request.args.get("op")
        ),
    }


def _query(one: Run, other: Run) -> str:
    """The address of this page behind the question mark."""
    op = {"op": request.args["op"]} if request.args.get("op") else {}
    return urlencode({"een": one.cohort.id, "ander": other.cohort.id} | op)


def _at(values: Sequence[int | None], week: int) -> int | None:
    return values[week - 1] if week <= len(values) else None


def _series(
    names: Sequence[str], values: Sequence[Sequence[int | None]]
) -> tuple[tuple[str, tuple[int | None, ...]], ...]:
    """Lines for the chart, as tuples so that its drawing can be kept; empty when there is no figure at all."""
    lines = tuple((name, tuple(line)) for name, line in zip(names, values, strict=True))
    return lines if any(value is not None for _, line in lines for value in line) else ()
