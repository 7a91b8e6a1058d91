"""Forms of this feature."""

from collections.abc import Callable
from typing import Any, cast

from wtforms import RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs

from peergang.core.i18n import lazy_gettext
from peergang.notifications.actions.pausing import WHY_LENGTH
from peergang.notifications.rules import PauseScope
from peergang.reminders.labels import SCOPES
from peergang.web.forms import BaseForm, Filled, NotLonger, Offered, trimmed

_: Callable[[str], Any] = lazy_gettext
"""Translated when it is shown. The stubs of WTForms know only plain strings, hence the type."""


class HoldForm(BaseForm):
    """What to hold back, and why."""

    scope = RadioField(
        _("Wat houd je tegen?"),
        [Offered(_("Kies wat je wilt tegenhouden."))],
        choices=[SelectChoice(str(one), cast("str", SCOPES[one])) for one in PauseScope],
        validate_choice=False,
    )
    rule = SelectField(_("Welke soort?"), validate_choice=False)
    cohort = SelectField(_("Welk cohort?"), validate_choice=False)
    why = StringField(
        _("Waarom?"),
        [
            Filled(_("Schrijf in een paar woorden waarom.")),
            NotLonger(WHY_LENGTH, _("Dat is te lang. Houd het bij %(limit)s tekens.")),
        ],
        filters=[trimmed],
        description=_("Andere beheerders lezen dit, en het komt in het logboek."),
    )


class OneButtonForm(BaseForm):
    """Carries the CSRF token."""
