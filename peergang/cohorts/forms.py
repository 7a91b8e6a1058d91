"""The shape of what organisers and trainers fill in about cohorts."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    Field,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TimeField,
    ValidationError,
)

from peergang.cohorts.labels import FORM_PROBLEMS
from peergang.core.i18n import LazyText, lazy_gettext
from peergang.web.forms import BaseForm, Filled, NotLonger, trimmed

_: Callable[[str], Any] = lazy_gettext
"""Translated when it is shown. The stubs of WTForms know only plain strings, hence the type."""

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)


class _Understood:
    """Validator that speaks first: something was filled in, and the browser's text could be read as this kind of value."""

    field_flags: dict[str, Any] = {}

    def __init__(self, message: LazyText) -> None:
        self.message = message

    def __call__(self, form: BaseForm, field: Field) -> None:
        wrong = field.data is None or (isinstance(field.data, date) and not EARLIEST <= field.data <= LATEST)
        # WTForms' own words for an unreadable date are in English: ours replace them.
        field.errors = []
        if wrong:
            raise ValidationError(str(self.message))


class _Dated(DateField):
    """A date, whose own message is left to `_Understood`."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None


class _Timed(TimeField):
    """A time of day, likewise."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([one[:5] for one in valuelist])
        except ValueError:
            self.data = None


class _Counted(IntegerField):
    """A whole number, likewise."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None


_DATE = _Understood(_("Kies een datum."))
_TIME = _Understood(_("Kies een tijd."))


class DetailsForm(BaseForm):
    """Step 1: what the cohort is about."""

    programme = RadioField(_("Programma"), validate_choice=False)
    name = StringField(_("Naam"), [Filled(_("Geef het cohort een naam."))], filters=[trimmed])
    starts_on = _Dated(_("Eerste dag"), [_DATE])
    ends_on = _Dated(_("Laatste dag"), [_DATE])
    capacity = _Counted(_("Aantal plaatsen"), [_Understood(FORM_PROBLEMS["out_of_range"])])


class ProposalForm(BaseForm):
    """Step 2, at first: what all meetings have in common."""

    begins = _Timed(_("Van"), [_TIME], default=time(13, 30))
    ends = _Timed(_("Tot"), [_TIME], default=time(16, 30))
    place = StringField(_("Plaats"), [NotLonger(300, FORM_PROBLEMS["long"])], filters=[trimmed])
    link = StringField(_("Link"), [NotLonger(1000, FORM_PROBLEMS["long"])], filters=[trimmed])
    kick_off = BooleanField(_("Begin met een startbijeenkomst op de eerste dag"), default=True)


class MeetingForm(BaseForm):
    """Step 2: one meeting."""

    title = StringField(_("Titel"), [Filled(_("Geef de bijeenkomst een titel."))], filters=[trimmed])
    module = SelectField(_("Hoort bij module"), validate_choice=False)
    day = _Dated(_("Datum"), [_DATE])
    begins = _Timed(_("Van"), [_TIME])
    ends = _Timed(_("Tot"), [_TIME])
    place = StringField(_("Plaats"), [NotLonger(300, FORM_PROBLEMS["long"])], filters=[trimmed])
    link = StringField(_("Link"), [NotLonger(1000, FORM_PROBLEMS["long"])], filters=[trimmed])


class ModuleDatesForm(BaseForm):
    """Dates of one module that no longer follow the meetings."""

    opens_on = _Dated(_("Gaat open op"), [_DATE])
    due_on = _Dated(_("Klaar op"), [_DATE])


class TrainerForm(BaseForm):
    """Step 3: somebody by address, with a name when they are new."""

    email = EmailField(_("E‑mailadres"), [Filled(_("Vul een e‑mailadres in."))], filters=[trimmed])
    given_name = StringField(_("Voornaam"), filters=[trimmed])
    particle = StringField(_("Tussenvoegsel"), filters=[trimmed])
    family_name = StringField(_("Achternaam"), filters=[trimmed])


class ParticipantForm(BaseForm):
    """Step 4: one participant by hand."""

    name = StringField(_("Naam"), filters=[trimmed])
    email = EmailField(_("E‑mailadres"), filters=[trimmed])
    institution = SelectField(_("Instelling"), validate_choice=False)
    anyway = BooleanField(_("Toch toevoegen"))
