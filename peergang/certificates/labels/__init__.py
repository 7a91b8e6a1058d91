"""Words of these pages, one file a subject."""

from peergang.certificates.rules.criteria import Stage
from peergang.core.i18n import LazyText, lazy_gettext as _

STAGES: dict[str, tuple[str, LazyText]] = {
    Stage.HAS: ("ok", _("Heeft het")),
    Stage.MET: ("ok", _("Alles gehaald")),
    Stage.NEARLY: ("now", _("Bijna")),
    Stage.ON_THE_WAY: ("later", _("Onderweg")),
    Stage.WITHDRAWN: ("lock", _("Ingetrokken")),
}
"""The kind of mark and the word for how far somebody is."""

PROBLEMS: dict[str, LazyText] = {
    "short": _("Schrijf in een zin waarom."),
    "long": _("Dit is te lang. Maak het korter."),
    "empty": _("Vul een naam in."),
    "letters": _("Een naam heeft letters, en geen onzichtbare tekens."),
    "same": _("Deze naam staat er al."),
    "account": _("Vul je account in zoals naam@instelling.nl, of laat dit leeg."),
}

CONFLICTS: dict[str, LazyText] = {
    "has_certificate": _(
        "Dit certificaat was er al. Is het ingetrokken, dan kan een organisator het herstellen."
    ),
    "not_taking_part": _("Deze deelnemer doet niet meer mee in dit cohort."),
    "certificate_revoked": _("Dit certificaat is ingetrokken. Herstel het eerst."),
    "certificate_valid": _("Dit certificaat is niet ingetrokken."),
}
