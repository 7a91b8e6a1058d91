"""The shape of giving a role."""

from typing import cast

from wtforms import RadioField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs

from peergang.core.i18n import gettext
from peergang.identity.forms.texts import _
from peergang.identity.labels import ROLES
from peergang.identity.rules import Role
from peergang.web.forms import BaseForm, Offered


class _ForContacts:
    """Validator: who becomes a contact, becomes one of an institution in the list."""

    def __call__(self, form: "RoleForm", field: SelectField) -> None:
        wanted = form.rol.data == Role.CONTACT
        if wanted and not (field.data and any(field.data == value for value, *_rest in field.iter_choices())):
            raise ValidationError(gettext("Kies van welke instelling iemand contactpersoon wordt."))


class RoleForm(BaseForm):
    """Which role, and for a contact of which institution. It stands in an address, so its fields have Dutch names."""

    rol = RadioField(
        _("Welke rol?"),
        [Offered(_("Kies een rol."))],
        choices=[
            SelectChoice(str(role), cast("str", ROLES[role]))
            for role in (Role.CONTACT, Role.ORGANISER, Role.ADMIN)
        ],
        validate_choice=False,
    )
    instelling = SelectField(_("Instelling"), [_ForContacts()], validate_choice=False)
