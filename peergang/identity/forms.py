"""The shape of what people fill in about themselves and about institutions."""

from collections.abc import Callable, Sequence
from typing import Any

from wtforms import (
    BooleanField,
    EmailField,
    Field,
    PasswordField,
    RadioField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs

from peergang.core.i18n import LazyText, lazy_gettext
from peergang.identity.rules import EMAIL_MAX_LENGTH, NAME_MAX_LENGTH, clean_text, is_email, normal_email
from peergang.web.forms import BaseForm, Filled, NotLonger

_: Callable[[str], Any] = lazy_gettext
"""Translated when it is shown. The stubs of WTForms know only plain strings, hence the type."""

TEXTS: dict[str, LazyText] = {
    "password_short": _("Kies een wachtwoord van minstens 10 tekens. Een paar woorden achter elkaar mag."),
    "password_long": _("Kies een wachtwoord van ten hoogste 200 tekens."),
    "password_email": _("Kies iets anders dan je e‑mailadres."),
    "password_common": _("Dit wachtwoord is te makkelijk te raden. Kies een ander."),
    "password_wrong": _("Dit is niet je huidige wachtwoord. Probeer het nog eens."),
    "name_missing": _("Vul een naam in."),
    "name_long": _("Houd het korter dan 100 tekens."),
    "name_taken": _("Er is al een instelling die zo heet of heette."),
    "brin_shape": _("Een BRIN bestaat uit twee cijfers en twee letters, zoals 25LX."),
    "brin_taken": _("Er is al een instelling met deze BRIN. Zoek die op in de lijst en vul die aan."),
    "alias_taken": _("Een van deze namen hoort al bij een andere instelling."),
}
"""Words for the codes with which the use cases of this feature refuse."""


def cleaned(value: Any) -> Any:
    """Text as `clean_text` makes it; anything else as it is."""
    return clean_text(value) if isinstance(value, str) else value


class _Email:
    """Validator: an address we can write to."""

    def __call__(self, form: BaseForm, field: Field) -> None:
        if not is_email(normal_email(field.data or "")):
            raise ValidationError(str(_("Vul een e‑mailadres in, zoals naam@school.nl.")))


class SignInForm(BaseForm):
    """Address and password. What is wrong with them is never told apart, so nothing is checked here."""

    email = EmailField(_("E‑mailadres"))
    password = PasswordField(_("Wachtwoord"))
    remember = BooleanField(_("Houd me dertig dagen ingelogd op dit apparaat"))


class ForgottenPasswordForm(BaseForm):
    """To which address a link should go."""

    email = EmailField(_("E‑mailadres"), [_Email(), NotLonger(EMAIL_MAX_LENGTH, TEXTS["name_long"])])


class NewPasswordForm(BaseForm):
    """A password to choose; its rules are checked by the use case."""

    password = PasswordField(_("Wachtwoord"), [Filled(_("Kies een wachtwoord."))])


class AcceptForm(BaseForm):
    """Only the button: somebody who has a password accepts an invitation."""


class ChangePasswordForm(BaseForm):
    """The present password and the next."""

    current = PasswordField(_("Huidig wachtwoord"), [Filled(_("Vul je huidige wachtwoord in."))])
    password = PasswordField(_("Nieuw wachtwoord"), [Filled(_("Kies een nieuw wachtwoord."))])


def _choices(pairs: Sequence[tuple[str, LazyText]]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in pairs]


class AccountForm(BaseForm):
    """Name, language and look."""

    given_name = StringField(
        _("Voornaam"),
        [Filled(_("Vul je voornaam in.")), NotLonger(NAME_MAX_LENGTH, TEXTS["name_long"])],
        filters=[cleaned],
    )
    name_particle = StringField(
        _("Tussenvoegsel"), [NotLonger(NAME_MAX_LENGTH, TEXTS["name_long"])], filters=[cleaned]
    )
    family_name = StringField(
        _("Achternaam"), [NotLonger(NAME_MAX_LENGTH, TEXTS["name_long"])], filters=[cleaned]
    )
    language = RadioField(
        _("Taal"),
        choices=_choices((("nl", _("Nederlands")), ("en", _("English")))),
        validate_choice=False,
    )
    theme = RadioField(
        _("Weergave"),
        choices=_choices(
            (
                ("light", _("Licht")),
                ("dark", _("Donker")),
                ("auto", _("Systeem")),
            )
        ),
        validate_choice=False,
    )


class InstitutionForm(BaseForm):
    """What we know of an institution."""

    name = StringField(
        _("Naam"),
        [Filled(TEXTS["name_missing"]), NotLonger(200, _("Houd de naam korter dan 200 tekens."))],
        filters=[cleaned],
    )
    brin = StringField(_("BRIN"), [Filled(_("Vul de BRIN in."))], filters=[cleaned])
    place = StringField(_("Plaats"), [NotLonger(NAME_MAX_LENGTH, TEXTS["name_long"])], filters=[cleaned])
    aliases = TextAreaField(
        _("Andere namen"),
        [NotLonger(2000, _("Houd de lijst korter dan 2000 tekens."))],
    )

    def alias_list(self) -> list[str]:
        """The other names, one a line."""
        return [line for line in (self.aliases.data or "").splitlines() if line.strip()]
