"""Step 4: participants, from a file or by hand."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs

from peergang.cohorts.actions import roster, roster_files
from peergang.cohorts.forms import ParticipantForm
from peergang.cohorts.labels import (
    ENROLMENT_STATES,
    FILE_PROBLEMS,
    FORM_PROBLEMS,
    TO_INVITE,
)
from peergang.cohorts.queries.people import list_participants
from peergang.cohorts.queries.roster import check_import, find_open_import, list_absent, read_institutions
from peergang.cohorts.rules.roster.institutions import KnownInstitution
from peergang.cohorts.views import bp
from peergang.cohorts.views.added import said_of_adding
from peergang.cohorts.views.naming import offer_columns
from peergang.cohorts.views.preview import (
    file_problem,
    read_corrections,
    read_leaving,
    read_ticks,
    remark_text,
    show_preview,
)
from peergang.cohorts.views.stages import cohort_to_set_up, list_stages
from peergang.core import clock
from peergang.core.db import Rows
from peergang.core.errors import Invalid
from peergang.core.i18n import gettext as _
from peergang.web.cleaning import page_number
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


@bp.get("/cohorten/<uuid:cohort_id>/deelnemers")
def setup_participants(cohort_id: UUID) -> ResponseReturnValue:
    """The file that waits for a decision, and who has been added."""
    return show_page(cohort_id, ParticipantForm(formdata=None))


@bp.post("/cohorten/<uuid:cohort_id>/deelnemers/bestand")
def upload_roster(cohort_id: UUID) -> ResponseReturnValue:
    """Read a file; its rows are shown before anybody is added."""
    cohort_to_set_up(cohort_id)
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return show_page(
            cohort_id, ParticipantForm(formdata=None), file_error=str(FILE_PROBLEMS["none"])
        ), 422
    content = upload.read(roster_files.MOST_BYTES + 1)
    try:
        with transaction() as session:
            roster_files.read_roster_file(
                session,
                current_actor(),
                cohort_id,
                file_name=upload.filename,
                content=content,
                now=clock.now(),
            )
    except Invalid as error:
        return show_page(cohort_id, ParticipantForm(formdata=None), file_error=file_problem(error)), 422
    return redirect(url_for("cohorts.setup_participants", cohort_id=cohort_id), code=303)


@bp.post("/cohorten/<uuid:cohort_id>/deelnemers/bestand/<uuid:import_id>")
def check_roster(cohort_id: UUID, import_id: UUID) -> ResponseReturnValue:
    """Keep corrections and judge again, or add the rows that are good."""
    here = url_for("cohorts.setup_participants", cohort_id=cohort_id)
    corrections, ticks = read_corrections(request.form), read_ticks(request.form)
    with transaction() as session:
        if request.form.get("action") != "add":
            leaving = read_leaving(request.form)
            roster.correct_roster(
                session, current_actor(), cohort_id, import_id, corrections, ticks, leaving, now=clock.now()
            )
            return redirect(here, code=303)
        added = roster.add_from_roster(
            session,
            current_actor(),
            cohort_id,
            import_id,
            ticks,
            corrections,
            read_leaving(request.form),
            now=clock.now(),
        )
    flash(*said_of_adding(added.enrolled, added.withdrawn, added.promoted))
    return redirect(here, code=303)


@bp.post("/cohorten/<uuid:cohort_id>/deelnemers/bestand/<uuid:import_id>/weg")
def discard_roster(cohort_id: UUID, import_id: UUID) -> ResponseReturnValue:
    """Put a file aside."""
    with transaction() as session:
        roster_files.discard_roster(session, current_actor(), cohort_id, import_id, now=clock.now())
    flash(_("Het bestand is gewist. Wie al was toegevoegd, blijft."), "ok")
    return redirect(url_for("cohorts.setup_participants", cohort_id=cohort_id), code=303)


@bp.post("/cohorten/<uuid:cohort_id>/deelnemers")
def add_participant(cohort_id: UUID) -> ResponseReturnValue:
    """Add one participant by hand."""
    cohort_to_set_up(cohort_id)
    form = ParticipantForm()
    if form.validate():
        try:
            with transaction() as session:
                enrolled = roster.add_participant(
                    session,
                    current_actor(),
                    cohort_id,
                    name=form.name.data or "",
                    email=form.email.data or "",
                    institution_id=_uuid(form.institution.data),
                    anyway=bool(form.anyway.data),
                    now=clock.now(),
                )
        except roster.Doubtful as error:
            row = error.row
            form.anyway.errors = [remark_text(row.remark, row.about, row.moved_from)]
        except Invalid as error:
            form.take(error, FORM_PROBLEMS)
        else:
            flash(*said_of_adding(enrolled))
            return redirect(url_for("cohorts.setup_participants", cohort_id=cohort_id), code=303)
    return show_page(cohort_id, form), 422


def show_page(
    cohort_id: UUID,
    form: ParticipantForm,
    *,
    file_error: str = "",
    columns_error: str = "",
    naming: Mapping[str, Any] | None = None,
) -> str:
    """The page of this step, with what went wrong with a file or with the choice of its columns."""
    cohort = cohort_to_set_up(cohort_id)
    session = reading()
    waiting = find_open_import(session, cohort_id)
    institutions = read_institutions(session)
    form.institution.choices = _choices(institutions.all)
    preview, columns = None, None
    absent: Rows = ()
    if waiting is not None and waiting.cells:
        columns = offer_columns(waiting, naming)
    elif waiting is not None:
        absent = list_absent(session, waiting, institutions)
        rows = check_import(session, current_actor(), cohort_id, waiting.rows, clock.local_date(clock.now()))
        page = page_number(request.args)
        preview = show_preview(rows, institutions, request.args.get("toon", ""), page)
    return render_template(
        "cohorts/setup_participants.html",
        cohort=cohort,
        stages=list_stages(cohort, "cohorts.setup_participants"),
        people=list_participants(session, cohort_id),
        enrolment_states=ENROLMENT_STATES,
        to_invite=TO_INVITE,
        waiting=waiting,
        preview=preview,
        columns=columns,
        columns_error=columns_error,
        absent=absent,
        institutions=institutions.all,
        form=form,
        file_error=file_error,
    )


def _choices(institutions: tuple[KnownInstitution, ...]) -> list[SelectChoice]:
    return [
        SelectChoice("", _("Kies een instelling")),
        *(SelectChoice(str(one.id), one.name) for one in institutions),
    ]


def _uuid(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError:
        return UUID(int=0)
