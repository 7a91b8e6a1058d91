"""The shape of the conversation that an activity asks for: the log's fields, with the choices of the activity."""

from collections.abc import Callable, Iterable
from typing import Any

from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import Optional

from peergang.conversations.rules import MAX_AGREEMENTS, MAX_NOTES, topic_key
from peergang.core.i18n import LazyText, gettext, lazy_gettext, pick
from peergang.coursework.queries.conversation import ConversationPlace
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


class ActivityConversationForm(BaseForm):
    """A conversation that was held for an activity. Only the day and the key figure are asked for."""

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

    def offer(self, place: ConversationPlace, topics: Iterable[Any]) -> None:
        """Fill in the choices: the activity's key figures first and then the others, and the topics of its module, those
        of the activity first.
        """
        figures = [*place.figures, *(one for one in FIGURES if one not in place.figures)]
        self.figure.choices = [SelectChoice(str(one), str(FIGURES[one])) for one in figures]
        ordered = sorted(topics, key=lambda one: one.code not in place.topics)
        self.topic_code.choices = [
            *(
                SelectChoice(
                    topic_key(place.programme_slug, one.code), f"{one.code} {pick(one.title, one.title_en)}"
                )
                for one in ordered
            ),
            SelectChoice("", gettext("Geen bepaald onderwerp")),
        ]
