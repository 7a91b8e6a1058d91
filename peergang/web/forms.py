"""The base of every form: CSRF from Flask-WTF, trimmed text, messages in the reader's language."""

from contextlib import suppress
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, SelectField, ValidationError
from wtforms.fields import Field
from wtforms.i18n import get_translations

from peergang.core.errors import Invalid
from peergang.core.i18n import LazyText, current_locale, gettext, lazy_gettext


def trimmed(value: Any) -> Any:
    """Text without white space around it; anything else as it is."""
    return value.strip() if isinstance(value, str) else value


@cache
def _translations(locale: str) -> Any:
    return get_translations([locale])


class BaseForm(FlaskForm):  # type: ignore[misc]
    """A form whose fields say themselves what is wrong with them."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """WTForms' own messages are never shown: every validator of ours brings its words."""

        locales = ("nl",)

        def get_translations(self, form: Any) -> Any:
            """WTForms' catalogue, read once; Flask-WTF reads and parses the file again at every request."""
            return _translations(current_locale())

    def take(self, error: Invalid, texts: dict[str, LazyText]) -> None:
        """Put what a use case refused at the fields concerned; `texts` gives the words for each code."""
        for field_name, code in error.problems.items():
            field = getattr(self, field_name, None)
            text = str(texts.get(code, lazy_gettext("Dit kan niet. Controleer wat je hebt ingevuld.")))
            if field is not None:
                field.errors = [*field.errors, text]
            else:
                self.form_errors.append(text)


class Filled:
    """Validator: something was filled in. WTForms' DataRequired sets `required`, which lets the browser speak before us."""

    def __init__(self, message: LazyText) -> None:
        self.message = message

    def __call__(self, form: FlaskForm, field: Field) -> None:
        """Raise ValidationError when `field` is empty."""
        if not field.data or (isinstance(field.data, str) and not field.data.strip()):
            raise ValidationError(str(self.message))


class NotLonger:
    """Validator: at most `limit` characters. The message may use %(limit)s and %(length)s."""

    def __init__(self, limit: int, message: LazyText) -> None:
        self.limit = limit
        self.message = message

    def __call__(self, form: FlaskForm, field: Field) -> None:
        """Raise ValidationError when `field` is longer."""
        length = len(field.data or "")
        if length > self.limit:
            raise ValidationError(str(self.message) % {"limit": self.limit, "length": length})


class Offered:
    """Validator: one of the choices was chosen. Goes with `validate_choice=False`, because WTForms has only its own words."""

    def __init__(self, message: LazyText) -> None:
        self.message = message

    def __call__(self, form: FlaskForm, field: SelectField) -> None:
        """Raise ValidationError when the value of `field` is not among its choices."""
        if all(field.data != value for value, *_ in field.iter_choices()):
            raise ValidationError(str(self.message))


class KeyField(HiddenField):
    """Made with the form and stored with what was filled in, so that pressing twice is once (core/once.py). `csrf(form)`
    of layout/macros.html draws it.
    """

    data: Any

    def __init__(self, **more: Any) -> None:
        made: Any = uuid4
        super().__init__(default=made, **more)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the key; what is none stays what was made just now."""
        with suppress(ValueError):
            self.data = UUID(valuelist[0]) if valuelist else self.data


class DayField(DateField):
    """A day: as browsers send it, or 19-11-2026 as people write it where the browser has no calendar."""

    def __init__(self, label: Any = None, validators: Any = None, **more: Any) -> None:
        super().__init__(label, validators, format=["%Y-%m-%d", "%d-%m-%Y"], **more)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the day; what cannot be read stays in the field, with a message in the reader's words."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(gettext("Vul een dag in, bijvoorbeeld 19-11-2026.")) from None
