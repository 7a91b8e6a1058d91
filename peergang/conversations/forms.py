"""The shape of what is written down about a conversation."""

from collections.abc import Callable, Iterable
from typing import Any

from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import Optional

from peergang.conversations.rules import MAX_AGREEMENTS, MAX_NOTES, topic_key
from peergang.core.i18n import LazyText, gettext, lazy_gettext, pick
from peergang.curriculum.labels import FIGURES
from peergang.web.forms import BaseForm, DayField, NotLonger, Offered, trimmed

_: Callable[[str], Any] = lazy_gettext
"""Translated when it is shown. The stubs of WTForms know only plain strings, hence the type."""

TEXTS: dict[str, LazyText] = {
    "in_future": _("Kies de dag waarop het gesprek was. Die ligt niet in de toekomst."),
    "too_long_ago": _("Controleer het jaar. Deze dag ligt meer dan drie jaar terug."),
    "before_conversation": _("Kies een dag na het gesprek."),
    "too_far_off": _("Controleer het jaar. Deze dag ligt meer dan twee jaar vooruit."),
    "too_long": _("Maak deze tekst korter."),
}
"""Words for the codes with which logging a conversation is refused."""

TOO_LONG = _("Maak deze tekst korter: nu %(length)s tekens, er passen er %(limit)s.")


class ConversationFields(BaseForm):
    """A conversation that was held. Only the day and the key figure are asked for; the choices differ by page."""

    held_on = DayField(_("Wanneer was het gesprek?"))
    figure = RadioField(
        _("Met wie sprak je?"), validate_choice=False, validators=[Offered(_("Kies met wie je sprak."))]
    )
    topic_code = SelectField(
        _("Over welk onderwerp?"),
        validate_choice=False,
        validators=[Offered(_("Kies een onderwerp uit de lijst."))],
    )
    notes = TextAreaField(_("Notities"), filters=[trimmed], validators=[NotLonger(MAX_NOTES, TOO_LONG)])
    agreements = TextAreaField(
        _("Wat spraken jullie af?"), filters=[trimmed], validators=[NotLonger(MAX_AGREEMENTS, TOO_LONG)]
    )
    follow_up_on = DayField(_("Wanneer kom je erop terug?"), validators=[Optional()])


class ConversationForm(ConversationFields):
    """A conversation that somebody writes down by themselves."""

    def offer(self, topics: Iterable[Any], kept: str = "") -> None:
        """Fill in the choices: all key figures, and these topics (rows of `list_current_topics`).

        `kept` is the topic that a conversation already has, offered also when no edition knows it any more.
        """
        self.figure.choices = [SelectChoice(value, str(label)) for value, label in FIGURES.items()]
        offered = [
            SelectChoice(
                topic_key(one.programme_slug, one.code),
                f"{one.code} {pick(one.title, one.title_en)}",
                optgroup=pick(one.edition_title, one.edition_title_en),
            )
            for one in topics
        ]
        if kept and all(kept != choice.value for choice in offered):
            offered.append(SelectChoice(kept, kept))
        self.topic_code.choices = [SelectChoice("", gettext("Geen bepaald onderwerp")), *offered]
