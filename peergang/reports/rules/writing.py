"""From a sheet to the bytes of a file. What is around the table (filter, day, definitions) comes after it or beside it, so that
the first line of a file is the head of its table.
"""

from collections.abc import Callable
from typing import IO

from peergang.reports.rules.around import Around
from peergang.reports.rules.csv_file import write_csv
from peergang.reports.rules.pdf_file import write_paper
from peergang.reports.rules.sheet import Sheet
from peergang.reports.rules.states import Format
from peergang.reports.rules.xlsx_file import write_xlsx

Writer = Callable[[Sheet, Around, IO[bytes]], None]

WRITERS: dict[str, Writer] = {Format.CSV: write_csv, Format.XLSX: write_xlsx, Format.PDF: write_paper}
