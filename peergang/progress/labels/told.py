"""Words for what contacts of institutions see."""

from peergang.core.i18n import LazyText, lazy_gettext

MEASURE_WORDS: dict[str, LazyText] = {
    "attendance": lazy_gettext("aanwezigheid"),
    "progress": lazy_gettext("voortgang"),
    "handed_in": lazy_gettext("ingeleverd werk"),
    "punctuality": lazy_gettext("op tijd inleveren"),
}
