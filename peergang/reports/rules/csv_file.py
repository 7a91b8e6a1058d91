"""A table as CSV: what a spreadsheet in the Netherlands opens with a double click."""

from datetime import date, datetime
from io import TextIOWrapper
from typing import IO

from peergang.core.clock import local
from peergang.core.csv_file import BOM, csv_writer, defuse
from peergang.core.i18n import gettext as _
from peergang.reports.rules.around import Around, meanings
from peergang.reports.rules.sheet import Sheet, Value


def write_csv(sheet: Sheet, around: Around, target: IO[bytes]) -> None:
    """Head and rows first, so that a program reads them without skipping; then an empty line, the filter and the meanings."""
    text = TextIOWrapper(target, encoding="utf-8", newline="", write_through=True)
    try:
        text.write(BOM)
        writer = csv_writer(text)
        writer.writerow([defuse(column.heading) for column in sheet.columns])
        for row in sheet.rows:
            writer.writerow([shown(value) for value in row])
        writer.writerow([])
        for name, value in around.facts(sheet):
            writer.writerow([defuse(name), defuse(value)])
        for heading, words in meanings(sheet):
            writer.writerow([defuse(_("%(column)s betekent", column=heading)), defuse(words)])
    finally:
        text.flush()
        text.detach()


def shown(value: Value) -> str:
    """A cell as text: dates as spreadsheets here read them, times on the clock of Amsterdam."""
    if isinstance(value, datetime):
        return f"{local(value):%d-%m-%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d-%m-%Y}"
    return defuse(value)
