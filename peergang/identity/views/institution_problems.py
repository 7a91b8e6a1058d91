"""What to say when signing in through an institution did not succeed."""

import structlog
from flask import render_template
from flask.typing import ResponseReturnValue

from peergang.core.i18n import LazyText, lazy_gettext
from peergang.core.oidc_settings import OidcProvider
from peergang.web.figures import Counter

log = structlog.get_logger(__name__)

PROBLEMS = Counter(
    "peergang_institution_problems_total", "Sign-ins through an institution that did not succeed."
)

REASONS: dict[str, tuple[LazyText, LazyText]] = {
    "denied": (
        lazy_gettext("Je hebt het inloggen afgebroken"),
        lazy_gettext("Er is niets gebeurd. Je kunt het opnieuw proberen, of op een andere manier inloggen."),
    ),
    "state": (
        lazy_gettext("Deze inlogpoging is voorbij"),
        lazy_gettext(
            "Ze was al gebruikt, duurde te lang, of begon in een andere browser. Begin opnieuw, dan lukt het meestal wel."
        ),
    ),
    "away": (
        lazy_gettext("We kunnen je instelling even niet bereiken"),
        lazy_gettext("Dat ligt niet aan jou. Probeer het over een paar minuten nog eens, of log anders in."),
    ),
    "untrusted": (
        lazy_gettext("Het antwoord van je instelling klopt niet"),
        lazy_gettext(
            "Voor de zekerheid laten we je zo niet binnen. Begin opnieuw. Gebeurt het weer? Meld het dan aan je organisator."
        ),
    ),
    "student": (
        lazy_gettext("De Peergang is voor medewerkers"),
        lazy_gettext(
            "Je instelling vertelt ons dat je er student bent. Werk je er ook? Log dan in met je account als medewerker."
        ),
    ),
    "closed": (
        lazy_gettext("Je account is gesloten"),
        lazy_gettext(
            "Je organisator heeft dit account gesloten. Denk je dat dat niet klopt? Vraag het daar na."
        ),
    ),
    "linked_elsewhere": (
        lazy_gettext("Dit account van je instelling hoort al bij iemand anders"),
        lazy_gettext(
            "Het is gekoppeld aan een ander account in de Peergang. Log daarmee in en ontkoppel het eerst, of vraag het na."
        ),
    ),
    "token_gone": (
        lazy_gettext("Deze uitnodiging werkt niet meer"),
        lazy_gettext("Ze is al gebruikt of verlopen. Log gewoon in, of vraag een nieuwe link."),
    ),
}
"""What went wrong, in words. Everything that makes an answer untrustworthy is one thing to its reader; the log knows more."""


def problem_page(reason: str, provider: OidcProvider | None) -> ResponseReturnValue:
    """Say what went wrong and how to go on."""
    PROBLEMS.inc()
    log.warning("institution_sign_in", reason=reason, provider=provider.name if provider else "")
    title, explanation = REASONS.get(reason, REASONS["untrusted"])
    page = render_template(
        "identity/institution_problem.html", title=title, explanation=explanation, reason=reason
    )
    return page, {"away": 503, "denied": 200}.get(reason, 400)
