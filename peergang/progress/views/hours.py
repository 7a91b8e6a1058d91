"""My hours: what follows from what I did here, and what I write down myself. For me alone."""

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.db import AnyRow
from peergang.core.errors import Invalid, NotFound
from peergang.core.i18n import current_locale
from peergang.core.permissions import require
from peergang.curriculum.labels import KINDS
from peergang.progress.actions import hours as use
from peergang.progress.forms.hours import HoursForm
from peergang.progress.labels.hours import HOURS_KINDS, HOURS_PROBLEMS, SOURCES
from peergang.progress.policy import can_keep_hours
from peergang.progress.queries.hours import find_entry, get_entry, list_lines
from peergang.progress.rules.hours import (
    QUARTER,
    HoursKind,
    Line,
    Period,
    Source,
    list_periods,
    read_hours,
    read_period,
    total_of,
    written_hours,
)
from peergang.progress.views import bp
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


@bp.route("/mijn-uren", methods=["GET", "POST"])
def hours() -> ResponseReturnValue:
    """The record of a year (?jaar=2026-2027 or ?jaar=2026), a form for one more line, and all totals."""
    require(can_keep_hours(current_actor()))
    form = HoursForm(done_on=clock.local_date(clock.now()), kind=HoursKind.STUDY.value)
    if form.validate_on_submit() and (given := read_form(form)):
        try:
            with transaction() as session:
                entry_id = use.add_hours(session, current_actor(), given, now=clock.now(), key=form.key.data)
        except Invalid as error:
            form.take(error, HOURS_PROBLEMS)
        else:
            return redirect(url_for("progress.hours", jaar=year_of(given), regel=entry_id), code=303)
    page = render_template("progress/hours.html", form=form, **_page(chosen_period()))
    return page, 422 if form.errors else 200


@bp.route("/mijn-uren/<uuid:entry_id>", methods=["GET", "POST"])
def change_hours(entry_id: UUID) -> ResponseReturnValue:
    """Change one line of my own."""
    entry = get_entry(reading(), current_actor(), entry_id)
    if entry.removed_at is not None:
        raise NotFound
    form = HoursForm(
        done_on=entry.done_on,
        words=entry.words,
        kind=entry.kind,
        hours=written(entry.quarters * QUARTER),
    )
    if form.validate_on_submit() and (given := read_form(form)):
        try:
            with transaction() as session:
                use.change_hours(session, current_actor(), entry_id, given, now=clock.now())
        except Invalid as error:
            form.take(error, HOURS_PROBLEMS)
        else:
            return redirect(url_for("progress.hours", jaar=year_of(given), regel=entry_id), code=303)
    today = clock.local_date(clock.now())
    seen = read_period(request.args.get("jaar", ""), today)
    year = seen.code if seen else None
    page = render_template("progress/hours_change.html", form=form, entry=entry, year=year, today=today)
    return page, 422 if form.errors else 200


@bp.post("/mijn-uren/<uuid:entry_id>/verwijderen")
def remove_hours(entry_id: UUID) -> ResponseReturnValue:
    """Remove one line; the page that follows can bring it back."""
    with transaction() as session:
        use.remove_hours(session, current_actor(), entry_id, now=clock.now())
    return _back(entry_id)


@bp.post("/mijn-uren/<uuid:entry_id>/terugzetten")
def take_back_hours(entry_id: UUID) -> ResponseReturnValue:
    """Bring back what was removed or changed."""
    with transaction() as session:
        use.take_back_hours(session, current_actor(), entry_id, now=clock.now())
    return _back(entry_id)


def _back(entry_id: UUID) -> ResponseReturnValue:
    year = request.form.get("jaar") or None
    return redirect(url_for("progress.hours", jaar=year, regel=entry_id), code=303)


def year_of(given: use.Hours) -> str:
    """The year to show after a line was written: the one that was looked at when it holds the day, else its school year."""
    today = clock.local_date(clock.now())
    seen = read_period(request.args.get("jaar", ""), today)
    if seen is not None and seen.holds(given.done_on):
        return seen.code
    found = read_period("", given.done_on)
    assert found is not None
    return found.code


def read_form(form: HoursForm) -> use.Hours | None:
    """What was typed; None, with words at the fields, when it is no day or no number of quarters."""
    problems = {}
    if form.done_on.data is None:
        problems["done_on"] = "no_day"
    quarters = read_hours(form.hours.data or "")
    if quarters is None:
        problems["hours"] = "quarters"
    if problems or quarters is None or form.done_on.data is None:
        form.take(Invalid(problems), HOURS_PROBLEMS)
        return None
    return use.Hours(form.done_on.data, form.kind.data, form.words.data or "", quarters)


def chosen_period() -> Period:
    """The year that the address names.

    Raises:
        NotFound: when there is no such year.
    """
    found = read_period(request.args.get("jaar", ""), clock.local_date(clock.now()))
    if found is None:
        raise NotFound
    return found


def written(minutes: int) -> str:
    """Minutes as hours, as the language of the page writes them: "1,5" or "1.5"."""
    return written_hours(minutes, "," if current_locale() == "nl" else ".")


def kind_text(line: Line) -> str:
    """The kind of a line in words."""
    return str(HOURS_KINDS[line.kind] if line.source is Source.OWN else KINDS[line.kind])


def _page(period: Period) -> dict[str, Any]:
    today = clock.local_date(clock.now())
    everything = list_lines(reading(), current_actor())
    periods = list_periods(everything, today)
    if period not in periods:
        periods = [period, *periods]
    return {
        "period": period,
        "today": today,
        "lines": [line for line in everything if period.holds(line.day)],
        "has_any": bool(everything),
        "total": total_of(period, everything),
        "totals": [total_of(one, everything) for one in periods],
        "touched": _touched(),
        "kind_text": kind_text,
        "sources": SOURCES,
        "written": written,
    }


def _touched() -> AnyRow | None:
    """The line that was just written, changed or removed, for the note that can take it back."""
    entry_id = request.args.get("regel", type=UUID)
    return find_entry(reading(), current_actor(), entry_id) if entry_id else None
