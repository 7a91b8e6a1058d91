"""What stands beside a table in its file: what it is about, for which day, when and by whom it was made, what columns mean."""

from dataclasses import dataclass
from datetime import datetime

from peergang.core.clock import local_date
from peergang.core.dates import date_full, moment_full
from peergang.core.i18n import gettext as _
from peergang.reports.rules.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Around:
    """When a file is made, and by somebody in which role (in words, in the language of the file)."""

    now: datetime
    role: str

    def facts(self, sheet: Sheet) -> list[tuple[str, str]]:
        """Pairs of a name and a value, in words."""
        day = [] if any(name == _("Stand van") for name, _value in sheet.about) else [self._day()]
        return [
            (_("Rapport"), sheet.title),
            *sheet.about,
            *day,
            (_("Gemaakt op"), moment_full(self.now)),
            (_("Gemaakt door"), self.role),
        ]

    def _day(self) -> tuple[str, str]:
        return _("Stand van"), date_full(local_date(self.now))


def meanings(sheet: Sheet) -> list[tuple[str, str]]:
    """Columns that need a word, with that word; one that many columns share stands once."""
    found: dict[str, str] = {}
    for column in sheet.columns:
        if column.means and column.means not in found.values():
            found[column.heading] = column.means
    return list(found.items())
