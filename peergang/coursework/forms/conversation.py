"""The shape of the conversation that an activity asks for: the log's fields, with the choices of the activity."""

from collections.abc import Iterable
from typing import Any

from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs

from peergang.conversations.forms import ConversationFields
from peergang.conversations.rules import topic_key
from peergang.core.i18n import gettext, pick
from peergang.coursework.queries.conversation import ConversationPlace
from peergang.curriculum.labels import FIGURES


class ActivityConversationForm(ConversationFields):
    """A conversation that was held for an activity."""

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
