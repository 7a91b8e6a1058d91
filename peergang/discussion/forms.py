"""The forms of conversations. Limits are the use case's, so that what is too long stays in the field with its words."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from wtforms import HiddenField, IntegerField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from peergang.core.i18n import lazy_gettext
from peergang.discussion.labels import PROBLEMS
from peergang.discussion.rules import BODY_MAX_LENGTH, REASON_MAX_LENGTH, TITLE_MAX_LENGTH
from peergang.discussion.rules.mentions import Person
from peergang.web.forms import BaseForm, Filled, NotLonger, trimmed

_: Callable[[str], Any] = lazy_gettext


# Made before the fields below, so that it comes before them in every list of what is wrong.
_TITLE = StringField(
    _("Waar gaat het over?"),
    [
        Filled(_("Geef je gesprek een titel, bijvoorbeeld je vraag in één zin.")),
        NotLonger(TITLE_MAX_LENGTH, _("Houd het korter dan %(limit)s tekens; je hebt er %(length)s.")),
    ],
    filters=[trimmed],
)


class SayForm(BaseForm):
    """A post, and whom it names."""

    body = TextAreaField(
        _("Je bericht"),
        [Filled(PROBLEMS["missing"]), NotLonger(BODY_MAX_LENGTH, PROBLEMS["long"])],
        filters=[trimmed],
    )
    mentions = SelectMultipleField(
        _("Noem iemand"),
        choices=[],
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def offer(self, people: Iterable[Person], me: UUID | None) -> None:
        """Whom one can name: everybody who reads along, but oneself."""
        self.mentions.choices = [
            SelectChoice(str(one.user_id), one.full_name) for one in people if one.user_id != me
        ]

    def chosen(self) -> set[UUID]:
        """The people who were ticked; what is no id is nobody."""
        found = set()
        for one in self.mentions.data or ():
            try:
                found.add(UUID(str(one)))
            except ValueError:
                continue
        return found


class ReplyForm(SayForm):
    """A reply, and the last post that its writer had before them."""

    seen = IntegerField(widget=HiddenInput(), default=0)


class StartForm(SayForm):
    """A conversation that begins."""

    title = _TITLE


class EditForm(SayForm):
    """A post that changes, with the text that it was made from; the title only with the first of a conversation."""

    title = _TITLE
    read = HiddenField()


class HideForm(BaseForm):
    """Why a trainer hides a post."""

    reason = StringField(
        _("Waarom verberg je dit bericht?"),
        [Filled(_("Schrijf in een zin waarom.")), NotLonger(REASON_MAX_LENGTH, PROBLEMS["long"])],
        filters=[trimmed],
    )
