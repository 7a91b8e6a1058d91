"""How long an answer is asked to be, said as an invitation."""

from peergang.core.i18n import gettext as _


def length_hint(words: int, low: int, high: int) -> str:
    """What to say below an answer of so many words, with a guideline from `low` to `high`; nothing without a guideline."""
    if not high:
        return ""
    if 0 < words < low:
        return _(
            "Hier kun je nog wat dieper gaan. Richtlijn: %(low)s tot %(high)s woorden.", low=low, high=high
        )
    if words > high:
        return _("Dit mag korter. Richtlijn: %(low)s tot %(high)s woorden.", low=low, high=high)
    return _("Richtlijn: %(low)s tot %(high)s woorden.", low=low, high=high)
