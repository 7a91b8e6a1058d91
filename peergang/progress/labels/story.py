"""Words for what happened to a participant, and for what proves that something is done."""

from collections.abc import Callable

from peergang.core.dates import day_month, weekday_date
from peergang.core.i18n import LazyText, gettext as _, lazy_gettext, ngettext, pick
from peergang.progress.rules.story import Event, Happened

ICONS: dict[Happened, str] = {
    Happened.INVITED: "envelope",
    Happened.WAITLISTED: "clock",
    Happened.JOINED: "person-plus",
    Happened.FINISHED: "patch-check",
    Happened.STOPPED: "person-x",
    Happened.OPENED: "unlock",
    Happened.COMPLETED: "check-circle-fill",
    Happened.JUDGED: "person-check",
    Happened.TAKEN_BACK: "arrow-counterclockwise",
    Happened.HANDED_IN: "send",
    Happened.DECIDED: "journal-check",
    Happened.FEEDBACK_GIVEN: "chat-left-text",
    Happened.FEEDBACK_RECEIVED: "chat-quote",
    Happened.MEETING: "people",
    Happened.SIGNED_OFF: "calendar-x",
    Happened.EXTENDED: "calendar-plus",
    Happened.NUDGED: "bell",
    Happened.TOLD: "bell",
    Happened.WORK: "building",
    Happened.GROUP: "people-fill",
    Happened.HOLIDAY: "calendar-week",
    Happened.SILENCE: "clock-history",
    Happened.RISK: "flag",
    Happened.RISK_OVER: "flag-fill",
    Happened.DISMISSED: "x-circle",
    Happened.CALL: "telephone",
    Happened.CERTIFIED: "award",
    Happened.CERTIFICATE_REVOKED: "x-circle",
}

EVIDENCE: dict[str, LazyText] = {
    "topics_read": lazy_gettext("alle onderwerpen als gelezen gemarkeerd"),
    "conversation": lazy_gettext("het gesprek vastgelegd"),
    "review": lazy_gettext("goedgekeurd door een trainer"),
    "peer_feedback": lazy_gettext("feedback gegeven aan wie dat vroeg"),
    "nobody_to_read": lazy_gettext("er was niemand om feedback aan te geven"),
    "practice_example": lazy_gettext("een praktijkvoorbeeld ingeleverd"),
    "attendance": lazy_gettext("aanwezig bij de bijeenkomst"),
    "scan": lazy_gettext("de scan ingevuld"),
    "override": lazy_gettext("als afgerond gemarkeerd door een trainer of organisator"),
}
"""What a fact rests on; what is not here is told without a ground."""

ATTENDED: dict[str, LazyText] = {
    "present": lazy_gettext("Aanwezig bij %(title)s"),
    "absent": lazy_gettext("Niet bij %(title)s"),
    "excused": lazy_gettext("Afgemeld voor %(title)s"),
    "": lazy_gettext("%(title)s; niet vastgelegd wie er was"),
}

DECIDED: dict[str, LazyText] = {
    "approve": lazy_gettext("Reflectie goedgekeurd: %(title)s"),
    "return": lazy_gettext("Reflectie teruggegeven: %(title)s"),
    "talk_first": lazy_gettext("Trainer wil eerst praten: %(title)s"),
}

PLAIN: dict[Happened, LazyText] = {
    Happened.INVITED: lazy_gettext("Uitgenodigd"),
    Happened.WAITLISTED: lazy_gettext("Op de wachtlijst"),
    Happened.JOINED: lazy_gettext("Doet mee"),
    Happened.FINISHED: lazy_gettext("Alles afgerond"),
    Happened.STOPPED: lazy_gettext("Gestopt"),
    Happened.OPENED: lazy_gettext("Module %(slug)s ging open: %(title)s"),
    Happened.COMPLETED: lazy_gettext("Afgerond: %(title)s"),
    Happened.JUDGED: lazy_gettext("Als afgerond gemarkeerd: %(title)s"),
    Happened.TAKEN_BACK: lazy_gettext("Markering teruggenomen: %(title)s"),
    Happened.SIGNED_OFF: lazy_gettext("Meldde zich af voor %(title)s"),
    Happened.EXTENDED: lazy_gettext("Meer tijd voor %(title)s"),
    Happened.NUDGED: lazy_gettext("Herinnering van een trainer: %(title)s"),
    Happened.TOLD: lazy_gettext("Bericht gestuurd: ‘%(title)s’"),
    Happened.WORK: lazy_gettext("Werkt bij %(title)s"),
    Happened.GROUP: lazy_gettext("In peergroep %(title)s"),
    Happened.HOLIDAY: lazy_gettext("Vrij: %(title)s"),
    Happened.RISK: lazy_gettext("Vraagt aandacht: %(title)s"),
    Happened.RISK_OVER: lazy_gettext("Vraagt geen aandacht meer: %(title)s"),
    Happened.DISMISSED: lazy_gettext("Weggezet: %(title)s"),
    Happened.CALL: lazy_gettext("Er is gebeld"),
    Happened.CERTIFIED: lazy_gettext("Certificaat afgegeven: %(title)s"),
    Happened.CERTIFICATE_REVOKED: lazy_gettext("Certificaat ingetrokken: %(title)s"),
}


def heading_of(event: Event) -> str:
    """What happened, in a line."""
    words = {"title": pick(*event.title), "slug": event.slug}
    special = _SPECIAL.get(event.kind)
    return special(event) if special else str(PLAIN[event.kind]) % words


def note_of(event: Event, *, reads_reasons: bool) -> str:
    """The small line under it: the ground, until when, by whom; empty where there is nothing more to say. Why somebody needs
    more time is for who may read that.
    """
    match event.kind:
        case Happened.COMPLETED:
            return evidence_of(event.detail, event.number)
        case Happened.JUDGED:
            return _judged(event, reads_reasons)
        case Happened.EXTENDED:
            return _extended(event, reads_reasons)
        case Happened.SIGNED_OFF | Happened.HOLIDAY if event.until:
            day = weekday_date(event.until)
            holds = event.kind == Happened.SIGNED_OFF
            return _("Die was op %(day)s.", day=day) if holds else _("Tot en met %(day)s.", day=day)
    return _("Door %(name)s.", name=event.by) if event.by else ""


def evidence_of(kind: str, version: int) -> str:
    """What a fact rests on. Which version of the rule said so is only told once a rule has changed: the first goes without
    saying.
    """
    ground = EVIDENCE.get(kind)
    if ground is None:
        return _("Vastgelegd (regel versie %(version)s).", version=version) if version > 1 else ""
    if version > 1:
        return _("Omdat: %(ground)s (regel versie %(version)s).", ground=str(ground), version=version)
    return _("Omdat: %(ground)s.", ground=str(ground))


def _judged(event: Event, reads_reasons: bool) -> str:
    by = event.by or _("iemand die hier niet meer is")
    said = (
        _("Door %(name)s: ‘%(reason)s’", name=by, reason=event.detail)
        if reads_reasons
        else _("Door %(name)s.", name=by)
    )
    return _("%(said)s Dit is later teruggenomen.", said=said) if event.number else said


def _extended(event: Event, reads_reasons: bool) -> str:
    if event.until is None:
        return ""
    day = day_month(event.until)
    said = (
        _("Tot %(day)s, omdat: ‘%(reason)s’", day=day, reason=event.detail)
        if reads_reasons and event.detail
        else _("Tot %(day)s.", day=day)
    )
    return _("%(said)s Dit geldt niet meer.", said=said) if event.number else said


def _handed_in(event: Event) -> str:
    title = pick(*event.title)
    if event.number > 1:
        return _(
            "Reflectie opnieuw ingeleverd (versie %(number)s): %(title)s", number=event.number, title=title
        )
    return _("Reflectie ingeleverd: %(title)s", title=title)


def _given(event: Event) -> str:
    return ngettext("Gaf %(num)s keer feedback", "Gaf %(num)s keer feedback", event.number)


def _received(event: Event) -> str:
    return ngettext("Kreeg %(num)s keer feedback", "Kreeg %(num)s keer feedback", event.number)


def _silence(event: Event) -> str:
    return ngettext("%(num)s dag niets te zien", "%(num)s dagen niets te zien", event.number)


def _meeting(event: Event) -> str:
    return str(ATTENDED.get(event.detail, ATTENDED[""])) % {"title": pick(*event.title)}


def _decided(event: Event) -> str:
    return str(DECIDED[event.detail]) % {"title": pick(*event.title)}


_SPECIAL: dict[Happened, Callable[[Event], str]] = {
    Happened.HANDED_IN: _handed_in,
    Happened.FEEDBACK_GIVEN: _given,
    Happened.FEEDBACK_RECEIVED: _received,
    Happened.SILENCE: _silence,
    Happened.MEETING: _meeting,
    Happened.DECIDED: _decided,
}
