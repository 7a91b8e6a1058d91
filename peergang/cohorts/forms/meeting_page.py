"""The forms on and around the page of a meeting."""

from collections.abc import Callable
from typing import Any

from wtforms import IntegerField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.widgets import HiddenInput

from peergang.cohorts.forms.fields import Counted, Dated, Understood
from peergang.cohorts.labels import FORM_PROBLEMS
from peergang.core.i18n import lazy_gettext
from peergang.web.forms import BaseForm, Filled, NotLonger, trimmed

_: Callable[[str], Any] = lazy_gettext


class OptionalDay(Dated):
    """A date that may stay empty; what cannot be read is said."""

    unread = False

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day, and remember that something stood there which is no day."""
        super().process_formdata(valuelist)
        self.unread = self.data is None and any(one.strip() for one in valuelist)

    def pre_validate(self, form: Any) -> None:
        """Say so in our own words."""
        self.errors = []
        if self.unread:
            raise ValidationError(str(_("Kies een datum, of laat dit leeg.")))


class AgendaItemForm(BaseForm):
    """A part of a meeting."""

    title = StringField(_("Onderdeel"), [Filled(_("Geef dit onderdeel een titel."))], filters=[trimmed])
    minutes = Counted(_("Minuten"), [Understood(_("Vul een aantal minuten in."))])
    body = TextAreaField(_("Toelichting"), [NotLonger(5000, FORM_PROBLEMS["long"])], filters=[trimmed])
    url = StringField(_("Link naar materiaal"), [NotLonger(1000, FORM_PROBLEMS["long"])], filters=[trimmed])
    about = SelectField(_("Hoort bij"), validate_choice=False)


class NotesForm(BaseForm):
    """The notes of a meeting, on top of the revision that was read."""

    notes = TextAreaField(_("Verslag"), filters=[trimmed])
    revision = IntegerField(widget=HiddenInput(), default=0)


class ActionForm(BaseForm):
    """Who does what, and by when."""

    text = StringField(
        _("Wat is afgesproken?"), [Filled(_("Schrijf op wat er gaat gebeuren."))], filters=[trimmed]
    )
    owner = SelectField(_("Wie"), validate_choice=False)
    due_on = OptionalDay(_("Klaar op"))


class SignOffForm(BaseForm):
    """Why somebody cannot come."""

    reason = TextAreaField(
        _("Waarom lukt het niet?"),
        [Filled(_("Schrijf kort waarom je niet kunt.")), NotLonger(500, FORM_PROBLEMS["long"])],
        filters=[trimmed],
    )


class CheckInForm(BaseForm):
    """The code on the screen."""

    code = StringField(_("Code"), filters=[trimmed])
