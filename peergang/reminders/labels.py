"""Words about messages, for who tries rules and for who looks after the mail."""

from peergang.core.i18n import LazyText, lazy_gettext as _

STATES: dict[str, LazyText] = {
    "queued": _("wacht"),
    "claimed": _("onderweg"),
    "sent": _("verstuurd"),
    "suppressed": _("niet meer nodig"),
    "expired": _("te laat geworden"),
    "failed": _("mislukt"),
    "uncertain": _("in twijfel"),
}

REASONS: dict[str, LazyText] = {
    "": _("zonder reden"),
    # Why a matter needs no message (any more), as the rules say it.
    "done": _("is al gedaan"),
    "handed_in": _("is al ingeleverd"),
    "read": _("is al gelezen"),
    "accepted": _("is al geaccepteerd"),
    "used": _("is al gebruikt"),
    "given": _("is al gegeven"),
    "answered": _("is al beantwoord"),
    "withdrawn": _("doet niet meer mee, of het is ingetrokken"),
    "not_allowed": _("mag dit niet meer zien"),
    "closed": _("het cohort is niet (meer) bezig"),
    "cancelled": _("is afgezegd"),
    "excused": _("heeft zich afgemeld"),
    "not_open": _("is nog niet open"),
    "joined_later": _("kwam er pas later bij"),
    "nobody_waits": _("niemand wacht hierop"),
    "active": _("is actief geweest"),
    "away": _("is afwezig"),
    "returned": _("is er weer"),
    "told": _("is al verteld"),
    "reminded": _("kreeg deze week al een herinnering van een trainer"),
    "meeting_moved": _("de bijeenkomst is verplaatst"),
    "gone": _("bestaat niet meer, of is verplaatst"),
    "expired": _("is verlopen"),
    # Why the ledger or its reader does not want it.
    "deactivated": _("het account is gesloten"),
    "unsubscribed": _("heeft dit uitgezet"),
    "off": _("heeft dit uitgezet"),
    "in_app": _("staat alleen op de site"),
    "suspended": _("het adres weigert mail"),
    "budget": _("de week zit vol"),
    "quiet": _("stille uren, vrije dagen of afwezig"),
    "here": _("is nu op de site"),
    "daily": _("gaat mee in de bundel van de dag"),
    "weekly": _("gaat mee in de bundel van maandag"),
    "paused": _("wordt tegengehouden"),
    "no_such_rule": _("deze regel bestaat niet meer"),
    "dropped": _("een beheerder liet het erbij"),
    # What went wrong.
    "silent": _("de worker viel stil terwijl het bericht onderweg was"),
    "no_content": _("er waren geen woorden voor"),
}

SCOPES: dict[str, LazyText] = {
    "all": _("Alle berichten"),
    "rule": _("Eén soort bericht"),
    "cohort": _("Eén cohort"),
}

TEXTS: dict[str, LazyText] = {
    "required": _("Schrijf in een paar woorden waarom."),
    "too_long": _("Dat is te lang. Houd het korter."),
    "unknown": _("Kies wat je wilt tegenhouden."),
}


def reason_words(code: str) -> str:
    """A reason of the ledger in words, or the state when it gave none; an answer of a mail server or the name of an error
    stays as it is.
    """
    words = REASONS.get(code) or STATES.get(code)
    return str(words) if words else code


SECTIONS: dict[str, LazyText] = {
    "cohort": _("Je cohort en bijeenkomsten"),
    "writing": _("Schrijven en feedback"),
    "sharing": _("Delen met collega’s"),
    "training": _("Voor trainers"),
    "organising": _("Voor organisatoren"),
    "account": _("Account en veiligheid"),
}

URGENCIES: dict[int, LazyText] = {
    0: _("Leuk om te weten"),
    1: _("Gewoon"),
    2: _("Dringend: een dag later is het te laat"),
    3: _("Moet: telt niet mee voor de week"),
    4: _("Altijd, en meteen"),
}

OUTCOMES: dict[str, tuple[str, LazyText]] = {
    "sent": ("sent", _("verstuurd")),
    "queued": ("waits", _("wacht")),
    "claimed": ("waits", _("wacht")),
    "suppressed": ("spared", _("niet meer nodig")),
    "expired": ("late", _("te laat geworden")),
    "failed": ("failed", _("mislukt of in twijfel")),
    "uncertain": ("failed", _("mislukt of in twijfel")),
}
"""How the messages of a rule ended, by their state: a code and words."""
