"""What is asked before something is done for several participants at once."""

from collections.abc import Callable
from typing import Any

from wtforms import HiddenField, SelectField, TextAreaField

from peergang.core.i18n import lazy_gettext
from peergang.web.forms import BaseForm, DayField, Filled, NotLonger, Offered, trimmed

_: Callable[[str], Any] = lazy_gettext
"""Translated when it is shown. The stubs of WTForms know only plain strings, hence the type."""

LONGEST = 500


class RemindForm(BaseForm):
    """Of which activity."""

    subject = SelectField(_("Opdracht"), [Offered(_("Kies een opdracht."))], validate_choice=False)
    module = HiddenField()


class ExtendForm(RemindForm):
    """For what, until when and why."""

    due_on = DayField(_("Nieuwe datum"), [Filled(_("Kies een datum."))])
    reason = TextAreaField(
        _("Reden"),
        [
            Filled(_("Schrijf kort op waarom.")),
            NotLonger(LONGEST, _("Houd het korter: hooguit %(limit)s tekens.")),
        ],
        filters=[trimmed],
    )


class AttendForm(BaseForm):
    """At which meeting."""

    subject = SelectField(_("Bijeenkomst"), [Offered(_("Kies een bijeenkomst."))], validate_choice=False)
    module = HiddenField()


class CompleteForm(RemindForm):
    """Which activity, and why."""

    reason = TextAreaField(
        _("Reden"),
        [
            Filled(_("Schrijf kort op waarom.")),
            NotLonger(LONGEST, _("Houd het korter: hooguit %(limit)s tekens.")),
        ],
        filters=[trimmed],
    )
