"""A file whose header says too little: which column is which, by hand."""

from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from peergang.cohorts.actions import roster_files
from peergang.cohorts.forms import ParticipantForm
from peergang.cohorts.labels import FIELD_NAMES
from peergang.cohorts.views import bp
from peergang.cohorts.views.preview import file_problem
from peergang.cohorts.views.setup_participants import show_page
from peergang.cohorts.views.stages import cohort_to_set_up
from peergang.core.errors import Invalid
from peergang.web.database import transaction
from peergang.web.viewer import current_actor


@bp.post("/cohorten/<uuid:cohort_id>/deelnemers/bestand/<uuid:import_id>/kolommen")
def name_columns(cohort_id: UUID, import_id: UUID) -> ResponseReturnValue:
    """Read the file again with the columns that were chosen."""
    cohort_to_set_up(cohort_id)
    chosen = {name: _number(request.form.get(f"column-{name}"), -1) for name in FIELD_NAMES}
    header = _number(request.form.get("header"), 0)
    try:
        with transaction() as session:
            roster_files.name_columns(session, current_actor(), cohort_id, import_id, header, chosen)
    except Invalid as error:
        naming = {"header": header, "fields": {name: at for name, at in chosen.items() if at >= 0}}
        page = show_page(
            cohort_id, ParticipantForm(formdata=None), columns_error=file_problem(error), naming=naming
        )
        return page, 422
    return redirect(url_for("cohorts.setup_participants", cohort_id=cohort_id), code=303)


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 8 else default
