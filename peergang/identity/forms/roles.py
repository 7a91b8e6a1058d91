"""The shape of giving a role."""

from wtforms import RadioField, SelectField, ValidationError
from wtforms.fields import Field

from peergang.core.i18n import gettext
from peergang.identity.forms.texts import _
from peergang.identity.labels import ROLES
from peergang.identity.rules import Role
from peergang.web.forms import BaseForm, Offered


class _ForContacts:
    """Validator: who becomes a contact, becomes one of an institution in the list."""

    def __call__(self, form: "RoleForm", field: Field) -> None:
        wanted = form.rol.data == Role.CONTACT
        if wanted and field.data not in {value for value, _label in field.choices[1:]}:
            raise ValidationError(gettext("Kies van welke instelling iemand contactpersoon wordt."))


class RoleForm(BaseForm):
    """Which role, and for a contact of which institution. It stands in an address, so its fields have Dutch names."""

    rol = RadioField(
        _("Welke rol?"),
        [Offered(_("Kies een rol."))],
        choices=[(str(role), ROLES[role]) for role in (Role.CONTACT, Role.ORGANISER, Role.ADMIN)],
        validate_choice=False,
    )
    instelling = SelectField(_("Instelling"), [_ForContacts()], validate_choice=False)
