"""What states, failures and formats are called."""

from peergang.core.i18n import LazyText, lazy_gettext as _
from peergang.reports.rules.states import Format, State

STATES: dict[str, tuple[str, LazyText]] = {
    State.REQUESTED: ("later", _("Wacht op zijn beurt")),
    State.RUNNING: ("now", _("Wordt gemaakt")),
    State.READY: ("ok", _("Klaar")),
    State.FAILED: ("risk", _("Niet gelukt")),
    State.EXPIRED: ("later", _("Verlopen")),
}
"""State → its kind of mark, and the words."""

FORMATS: dict[str, LazyText] = {
    Format.CSV: _("csv"),
    Format.XLSX: _("Excel"),
    Format.PDF: _("pdf"),
}

SIZES = (_("%(size)s bytes"), _("%(size)s kB"), _("%(size)s MB"))


def name_size(size: int) -> str:
    """A size as people say it."""
    if size < 1_000:
        return str(SIZES[0] % {"size": size})
    if size < 1_000_000:
        return str(SIZES[1] % {"size": round(size / 1_000)})
    return str(SIZES[2] % {"size": f"{size / 1_000_000:.1f}".replace(".", ",")})
