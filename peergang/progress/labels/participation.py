"""Words for the choices and states of these pages."""

from datetime import date

from peergang.core.i18n import LazyText, gettext, lazy_gettext
from peergang.progress.rules.figures import Measure
from peergang.progress.rules.filters import Order, Sign
from peergang.progress.rules.grid import Stage
from peergang.progress.rules.seasons import Season, season_of

MEASURES: dict[Measure, LazyText] = {
    Measure.ATTENDANCE: lazy_gettext("Aanwezigheid"),
    Measure.PROGRESS: lazy_gettext("Voortgang"),
    Measure.HANDED_IN: lazy_gettext("Op tijd ingeleverd"),
}

CAPTIONS: dict[Measure, LazyText] = {
    Measure.ATTENDANCE: lazy_gettext(
        "Aanwezigheid in procenten per instelling en cohort. Elke cel is een link naar de deelnemers."
    ),
    Measure.PROGRESS: lazy_gettext(
        "Voortgang in procenten per instelling en cohort. Elke cel is een link naar de deelnemers."
    ),
    Measure.HANDED_IN: lazy_gettext(
        "Op tijd ingeleverde reflecties in procenten per instelling en cohort. Elke cel is een link naar de deelnemers."
    ),
}

SIGNS: dict[Sign, LazyText] = {
    Sign.BOTH: lazy_gettext("Beide"),
    Sign.PEERGANG: lazy_gettext("Peergang"),
    Sign.MASTERCLASS: lazy_gettext("Masterclass"),
}

ORDERS: dict[Order, LazyText] = {
    Order.LOWEST: lazy_gettext("Laagste eerst"),
    Order.NAME: lazy_gettext("Naam"),
    Order.FALL: lazy_gettext("Grootste daling"),
}

STAGES: dict[Stage, LazyText] = {
    Stage.DONE: lazy_gettext("Klaar"),
    Stage.WAITING: lazy_gettext("Wacht op een trainer"),
    Stage.PEERS: lazy_gettext("Bij de groep"),
    Stage.LATE: lazy_gettext("Datum voorbij"),
    Stage.RETURNED: lazy_gettext("Terug bij de deelnemer"),
    Stage.BUSY: lazy_gettext("Bezig"),
    Stage.OPEN: lazy_gettext("Open"),
    Stage.CLOSED: lazy_gettext("Nog dicht"),
    Stage.STOPPED: lazy_gettext("Gestopt"),
}

STAGE_ICONS: dict[Stage, str] = {
    Stage.DONE: "check-circle-fill",
    Stage.WAITING: "hourglass-split",
    Stage.PEERS: "people",
    Stage.LATE: "exclamation-triangle-fill",
    Stage.RETURNED: "arrow-counterclockwise",
    Stage.BUSY: "arrow-right-circle-fill",
    Stage.OPEN: "circle",
    Stage.CLOSED: "lock",
    Stage.STOPPED: "x-lg",
}


def short_cohort(sign: str, starts_on: date) -> str:
    """A cohort in so few letters that five of them stand side by side on a phone: "MC ’26", "naj ’26", "vj ’26"."""
    season = season_of(starts_on)
    year = f"{season.year % 100:02d}"
    if sign == Sign.MASTERCLASS:
        return gettext("MC ’%(year)s", year=year)
    return gettext("naj ’%(year)s", year=year) if season.autumn else gettext("vj ’%(year)s", year=year)


def under_sign(sign: str, name: str) -> str:
    """The name of a cohort as it stands under the sign of its programme, which needs no saying twice."""
    word = "Masterclass " if sign == Sign.MASTERCLASS else "Peergang "
    return name.removeprefix(word) or name


def this_season(season: Season) -> str:
    """ "dit najaar" or "dit voorjaar"."""
    return gettext("dit najaar") if season.autumn else gettext("dit voorjaar")
