"""The fields that the forms of this feature share: dates, times and numbers, with words of our own."""

from collections.abc import Callable
from datetime import date
from typing import Any

from wtforms import DateField, Field, IntegerField, TimeField, ValidationError

from peergang.core.i18n import LazyText, lazy_gettext
from peergang.web.forms import BaseForm

_: Callable[[str], Any] = lazy_gettext
"""Translated when it is shown. The stubs of WTForms know only plain strings, hence the type."""

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)


class Understood:
    """Validator that speaks first: something was filled in, and the browser's text could be read as this kind of value."""

    field_flags: dict[str, Any] = {}

    def __init__(self, message: LazyText) -> None:
        self.message = message

    def __call__(self, form: BaseForm, field: Field) -> None:
        """Raise ValidationError when nothing could be read from `field`."""
        wrong = field.data is None or (isinstance(field.data, date) and not EARLIEST <= field.data <= LATEST)
        # WTForms' own words for an unreadable date are in English: ours replace them.
        field.errors = []
        if wrong:
            raise ValidationError(str(self.message))


class Dated(DateField):
    """A date, whose own message is left to `Understood`."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it; what cannot be read is None."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None


class Timed(TimeField):
    """A time of day, likewise."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it; what cannot be read is None."""
        try:
            super().process_formdata([one[:5] for one in valuelist])
        except ValueError:
            self.data = None


class Counted(IntegerField):
    """A whole number, likewise."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it; what cannot be read is None."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None


DATE = Understood(_("Kies een datum."))
TIME = Understood(_("Kies een tijd."))
