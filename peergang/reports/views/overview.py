"""One's own files and subscriptions, and asking for a new file."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.errors import Conflict, NotFound
from peergang.core.i18n import current_locale, gettext as _
from peergang.core.permissions import require
from peergang.reports.actions.asking import ask_report
from peergang.reports.kinds import get_kind
from peergang.reports.labels import CONFLICTS
from peergang.reports.labels.rhythms import ENDED, name_rhythm
from peergang.reports.policy import can_use_reports
from peergang.reports.queries.reports import list_reports
from peergang.reports.queries.subscriptions import list_subscriptions
from peergang.reports.rules.states import Format
from peergang.reports.views import bp
from peergang.reports.views.lines import draw
from peergang.web.database import reading, transaction
from peergang.web.navigation import role_in_view
from peergang.web.trail import ask_reason
from peergang.web.viewer import current_actor


@bp.get("/rapporten")
def overview() -> ResponseReturnValue:
    """One's own files of the last weeks, and what comes by itself."""
    actor, now = current_actor(), clock.now()
    require(can_use_reports(actor))
    return render_template(
        "reports/overview.html",
        now=now,
        reports=[draw(row) for row in list_reports(reading(), actor)],
        subscriptions=list_subscriptions(reading(), actor, now),
        name_rhythm=name_rhythm,
        ended=ENDED,
    )


@bp.post("/rapporten")
def ask() -> ResponseReturnValue:
    """Ask for a table as a file (soort, vraag, vorm), and go and see how it is made."""
    actor = current_actor()
    kind, query, form = read_wish()
    if get_kind(kind).names and (question := ask_reason(actor)) is not None:
        return question
    try:
        with transaction() as session:
            made = ask_report(
                session,
                actor,
                kind,
                query,
                form,
                locale=current_locale(),
                role=role_in_view(actor),
                now=clock.now(),
            )
    except Conflict as error:
        flash(str(CONFLICTS[error.reason]), "risk")
        return redirect(url_for("reports.overview"), code=303)
    flash(_("We maken je bestand. Je kunt intussen verder werken."), "ok")
    return redirect(url_for("reports.report", report_id=made.id), code=303)


def read_wish() -> tuple[str, str, Format]:
    """What a form asks for: the kind, the query of the page, and the kind of file.

    Raises:
        NotFound: for a kind of file that we do not make.
    """
    try:
        form = Format(request.form.get("vorm", Format.CSV))
    except ValueError:
        raise NotFound from None
    return request.form.get("soort", ""), request.form.get("vraag", ""), form
