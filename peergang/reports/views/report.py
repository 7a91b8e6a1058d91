"""One report: how far it is, fetching it, trying again, and throwing it away."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from peergang.core import clock
from peergang.core.errors import Conflict, NotFound
from peergang.core.i18n import gettext as _
from peergang.core.permissions import Actor, require
from peergang.core.storage import FileMissing
from peergang.identity.actions.audit import record_audit
from peergang.identity.actions.openings import record_opening
from peergang.reports.actions.asking import note_fetched, remove_report, retry_report
from peergang.reports.kinds import get_kind, parse
from peergang.reports.labels import CONFLICTS
from peergang.reports.queries.reports import get_report, is_over, list_people_in
from peergang.reports.rules.states import MEDIA_TYPES, State
from peergang.reports.views import bp
from peergang.reports.views.lines import draw
from peergang.web.database import reading, transaction
from peergang.web.files import files, send_sealed
from peergang.web.trail import ask_reason, leave_trail, reason_of
from peergang.web.viewer import current_actor

PAGE = "report_file"
"""Under this code stands in the log that somebody took names along in a file."""
AT_ONCE = 2_000
"""So many lines of the log in one statement: PostgreSQL takes no more than 65,535 values."""


@bp.get("/rapporten/<uuid:report_id>")
def report(report_id: UUID) -> ResponseReturnValue:
    """How far it is, or the file. Without scripts the page is loaded again with a link."""
    line = draw(get_report(reading(), current_actor(), report_id))
    return render_template("reports/report.html", line=line, now=clock.now())


@bp.get("/rapporten/<uuid:report_id>/bestand")
def download(report_id: UUID) -> ResponseReturnValue:
    """The file, for who asked for it and may see that table at this moment still."""
    actor = current_actor()
    row = get_report(reading(), actor, report_id)
    kind = get_kind(row.kind)
    require(kind.may(actor, parse(row.query)))
    now = clock.now()
    if row.state != State.READY or row.expires_at <= now or is_over(reading(), report_id):
        raise NotFound
    if row.named and (ask := ask_reason(actor)) is not None:
        return ask
    try:
        content = files().open(row.storage_key)
    except FileMissing:
        raise NotFound from None
    if request.method == "GET":  # who asks whether it is there (HEAD), has nothing
        people = list_people_in(reading(), report_id) if row.named else []
        leave_trail(partial(_record, actor, report_id, row.kind, people, reason_of(actor), now))
    return send_sealed(content, MEDIA_TYPES[row.format], row.name)


def _record(
    actor: Actor,
    report_id: UUID,
    kind: str,
    people: Sequence[UUID],
    reason: str,
    now: datetime,
    session: Session,
) -> None:
    """That a table left the platform, and who is in it by name."""
    note_fetched(session, actor, report_id, now=now)
    record_audit(session, actor, "report_fetched", "report", report_id, {"kind": kind}, now=now)
    for start in range(0, len(people), AT_ONCE):
        some = people[start : start + AT_ONCE]
        record_opening(session, actor, some, PAGE, now=now, exported=True, reason=reason)


@bp.post("/rapporten/<uuid:report_id>/opnieuw")
def retry(report_id: UUID) -> ResponseReturnValue:
    """Make it again, with the figures of now."""
    try:
        with transaction() as session:
            retry_report(session, current_actor(), report_id, now=clock.now())
    except Conflict as error:
        flash(str(CONFLICTS[error.reason]), "risk")
    return redirect(url_for("reports.report", report_id=report_id), code=303)


@bp.post("/rapporten/<uuid:report_id>/weg")
def remove(report_id: UUID) -> ResponseReturnValue:
    """Stop making it, or throw the file away."""
    with transaction() as session:
        remove_report(session, current_actor(), report_id)
    flash(_("Het rapport is weg, en het bestand ook."), "ok")
    return redirect(url_for("reports.overview"), code=303)
