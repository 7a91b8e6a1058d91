"""Words of the portfolio."""

from peergang.core.i18n import LazyText, lazy_gettext

NO_TITLE: LazyText = lazy_gettext("Zonder titel")

REPLY_WORDS: dict[bool, LazyText] = {
    True: lazy_gettext("Reactie van %(name)s op versie %(number)s, %(date)s"),
    False: lazy_gettext("Feedback van %(name)s op versie %(number)s, %(date)s"),
}
"""By whether it is a trainer's review."""
