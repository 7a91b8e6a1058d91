"""When a subscription comes, in words."""

from peergang.core.i18n import LazyText, lazy_gettext as _

WEEKDAYS: dict[str, LazyText] = {
    "1": _("maandag"),
    "2": _("dinsdag"),
    "3": _("woensdag"),
    "4": _("donderdag"),
    "5": _("vrijdag"),
    "6": _("zaterdag"),
    "7": _("zondag"),
}

RHYTHMS: dict[str, LazyText] = {
    "week": _("Elke week"),
    "maand": _("Elke maand, op de eerste dag"),
}

ENDED: dict[str, LazyText] = {
    "self": _("Je hebt het zelf gestopt."),
    "not_allowed": _("Gestopt, omdat je deze tabel niet meer mag zien."),
}

_WEEKLY: dict[int, LazyText] = {
    1: _("Elke maandag"),
    2: _("Elke dinsdag"),
    3: _("Elke woensdag"),
    4: _("Elke donderdag"),
    5: _("Elke vrijdag"),
    6: _("Elke zaterdag"),
    7: _("Elke zondag"),
}
_MONTHLY = _("Elke eerste dag van de maand")


def name_rhythm(weekday: int | None) -> str:
    """ "Elke maandag", or the first of every month."""
    return str(_MONTHLY if weekday is None else _WEEKLY[weekday])
