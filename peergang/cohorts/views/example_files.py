"""The files to fill in: CSV, and a workbook that brings the names of the institutions along."""

import io

import xlsxwriter
from flask import Response
from flask.typing import ResponseReturnValue

from peergang.cohorts.policy import can_manage_cohort
from peergang.cohorts.queries.roster import read_institutions
from peergang.cohorts.rules.roster.example import COLUMNS, EXAMPLE, EXAMPLE_ROW
from peergang.cohorts.rules.roster.institutions import KnownInstitution
from peergang.cohorts.views import bp
from peergang.core.i18n import gettext as _
from peergang.core.permissions import require
from peergang.web.database import reading
from peergang.web.viewer import current_actor

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SCHOOL_COLUMN = COLUMNS.index("Instelling")
ROWS_TO_FILL_IN = 1000


@bp.get("/cohorten/voorbeeld-deelnemers.csv")
def example_roster() -> ResponseReturnValue:
    """A file to fill in, as a spreadsheet in the Netherlands opens it."""
    require(can_manage_cohort(current_actor()))
    return _download(EXAMPLE.encode("utf-8-sig"), "text/csv; charset=utf-8", "voorbeeld-deelnemers.csv")


@bp.get("/cohorten/voorbeeld-deelnemers.xlsx")
def example_workbook() -> ResponseReturnValue:
    """A workbook to fill in; the second sheet lists the institutions, which the first offers to choose from."""
    require(can_manage_cohort(current_actor()))
    content = _write_workbook(read_institutions(reading()).all)
    return _download(content, XLSX, "voorbeeld-deelnemers.xlsx")


def _write_workbook(institutions: tuple[KnownInstitution, ...]) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    bold, text = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "@"})
    people, schools = book.add_worksheet(_("Deelnemers")), book.add_worksheet(_("Instellingen"))
    # Cells are text, or a spreadsheet takes a code such as 31E2 for a number.
    people.set_column(0, len(COLUMNS) - 1, 24, text)
    people.write_row(0, 0, COLUMNS, bold)
    people.write_row(1, 0, EXAMPLE_ROW, text)
    people.freeze_panes(1, 0)
    schools.set_column(0, 0, 44, text)
    schools.set_column(1, 1, 10, text)
    schools.write_row(0, 0, ("Instellingsnaam", "BRIN"), bold)
    for number, one in enumerate(institutions, start=1):
        schools.write_row(number, 0, (one.name, one.brin), text)
    if institutions:
        source = f"='{_('Instellingen')}'!$A$2:$A${len(institutions) + 1}"
        choice = {"validate": "list", "source": source, "error_type": "warning"}
        people.data_validation(1, SCHOOL_COLUMN, ROWS_TO_FILL_IN, SCHOOL_COLUMN, choice)
    book.close()
    return target.getvalue()


def _download(content: bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(content, content_type=kind, headers=headers)
