"""The government's file of addresses: choosing it, seeing what it would do, doing it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.errors import Invalid
from peergang.core.i18n import LazyText, gettext as _, lazy_gettext, ngettext
from peergang.core.permissions import require
from peergang.identity.actions import address_file as actions
from peergang.identity.policy import can_manage_institutions
from peergang.identity.queries.address_file import list_known_schools
from peergang.identity.queries.institutions import find_address_file
from peergang.identity.rules.address_file import (
    COLUMNS,
    Difference,
    FileState,
    UnreadableFile,
    compare,
)
from peergang.identity.views import bp
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor

SHOWN = 100
"""Rows of one kind on the page; of more only the number is told."""

PROBLEMS: dict[str, LazyText] = {
    "empty": lazy_gettext("Dit bestand is leeg. Kies het bestand met adressen."),
    "not_text": lazy_gettext("Dit is geen tekstbestand met ; tussen de kolommen. Kies het CSV-bestand."),
    "missing_columns": lazy_gettext("In de eerste rij ontbreekt: %(columns)s."),
    "no_rows": lazy_gettext("Onder de eerste rij staat niets."),
    "too_many_rows": lazy_gettext("Dit bestand heeft meer dan 20.000 rijen."),
    "too_large": lazy_gettext("Dit bestand is groter dan 8 MB."),
}
EXPECTED: dict[str, LazyText] = {
    "brin_shape": lazy_gettext("twee cijfers en twee letters, zoals 25LX"),
    "name_missing": lazy_gettext("een naam"),
    "name_long": lazy_gettext("ten hoogste 200 tekens"),
    "name_differs": lazy_gettext("dezelfde naam als eerder bij deze BRIN"),
    "name_taken": lazy_gettext("een naam die niet van een andere instelling is of was"),
}


@bp.get("/instellingen/bestand")
def address_file() -> ResponseReturnValue:
    """What the file that waits would change; without one, where to choose it."""
    require(can_manage_institutions(current_actor()))
    return _show("")


def _show(problem: str) -> ResponseReturnValue:
    waiting = find_address_file(reading())
    groups: dict[str, list[Difference]] = {state: [] for state in FileState}
    for one in compare(waiting.rows, list_known_schools(reading())) if waiting else ():
        groups[one.state].append(one)
    changes = sum(len(groups[state]) for state in (FileState.NEW, *actions.CHANGES))
    page = render_template(
        "identity/address_file.html",
        waiting=waiting,
        problem=problem,
        groups=groups,
        shown=SHOWN,
        changes=changes,
        columns=COLUMNS,
        expected=EXPECTED,
    )
    return page, 422 if problem else 200


@bp.post("/instellingen/bestand")
def address_file_read() -> ResponseReturnValue:
    """Read a file and keep its rows for a decision."""
    require(can_manage_institutions(current_actor()))
    chosen = request.files.get("file")
    content = chosen.read(actions.MOST_BYTES + 1) if chosen else b""
    try:
        with transaction() as session:
            actions.keep_address_file(
                session,
                current_actor(),
                file_name=(chosen.filename if chosen else "") or "",
                content=content,
                now=clock.now(),
            )
    except UnreadableFile as error:
        return _show(str(PROBLEMS[error.code] % {"columns": ", ".join(error.lacking)}))
    except Invalid as error:
        return _show(str(PROBLEMS[error.problems["file"]]))
    return redirect(url_for("identity.address_file"), code=303)


@bp.post("/instellingen/bestand/verwerk")
def address_file_apply() -> ResponseReturnValue:
    """Do what the preview showed."""
    require(can_manage_institutions(current_actor()))
    with transaction() as session:
        done = actions.apply_address_file(session, current_actor(), now=clock.now())
    flash(
        ngettext("%(num)s instelling is bijgewerkt.", "%(num)s instellingen zijn bijgewerkt.", len(done)),
        "ok",
    )
    return redirect(url_for("identity.institutions"), code=303)


@bp.post("/instellingen/bestand/weg")
def address_file_drop() -> ResponseReturnValue:
    """Throw the file that waits away."""
    require(can_manage_institutions(current_actor()))
    with transaction() as session:
        actions.drop_address_file(session, current_actor())
    flash(_("Het bestand is weggegooid. Er is niets veranderd."), "ok")
    return redirect(url_for("identity.address_file"), code=303)
