"""Words for making a practice example of a reflection."""

from peergang.core.i18n import LazyText, lazy_gettext
from peergang.coursework.labels import Look
from peergang.coursework.rules.consent import Consent
from peergang.practice.rules.student_data import Sign

SIGNS: dict[str, LazyText] = {
    Sign.NAME: lazy_gettext("een naam van een student"),
    Sign.EMAIL: lazy_gettext("een e‑mailadres"),
    Sign.PHONE: lazy_gettext("een telefoonnummer"),
    Sign.BSN: lazy_gettext("een burgerservicenummer"),
    Sign.NUMBER: lazy_gettext("een nummer dat een studentnummer kan zijn"),
    Sign.BIRTH: lazy_gettext("een datum die een geboortedatum kan zijn"),
    Sign.CLASS: lazy_gettext("een klas met een naam"),
}

CONSENTS: dict[str, Look] = {
    Consent.OPEN: Look("now", "arrow-right-circle-fill", lazy_gettext("Nog vragen")),
    Consent.ASKED: Look("wait", "hourglass-split", lazy_gettext("Gevraagd")),
    Consent.CHANGED: Look("now", "arrow-counterclockwise", lazy_gettext("Tekst veranderd: vraag opnieuw")),
    Consent.GIVEN: Look("ok", "check-circle-fill", lazy_gettext("In orde")),
    Consent.AWAY: Look("risk", "slash-circle", lazy_gettext("Kan niet meer antwoorden")),
    Consent.REFUSED: Look("risk", "x-circle", lazy_gettext("Liever niet")),
}

PROMOTION_PROBLEMS: dict[str, LazyText] = {
    "title_missing": lazy_gettext("Geef je voorbeeld een titel."),
    "nothing_taken": lazy_gettext("Zet eerst tekst over naar minstens één deel."),
    "not_looked": lazy_gettext("Lees je tekst na en vink aan dat er geen herkenbare studenten in staan."),
    "answer_missing": lazy_gettext("Kies ja of nee."),
}
