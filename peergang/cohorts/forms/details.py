"""The form of step 1."""

from collections.abc import Callable
from typing import Any

from wtforms import RadioField, StringField

from peergang.cohorts.forms.fields import DATE, Counted, Dated, Understood
from peergang.cohorts.labels import FORM_PROBLEMS
from peergang.core.i18n import lazy_gettext
from peergang.web.forms import BaseForm, Filled, trimmed

_: Callable[[str], Any] = lazy_gettext


class DetailsForm(BaseForm):
    """Step 1: what the cohort is about."""

    programme = RadioField(_("Programma"), validate_choice=False)
    name = StringField(_("Naam"), [Filled(_("Geef het cohort een naam."))], filters=[trimmed])
    starts_on = Dated(_("Eerste dag"), [DATE])
    ends_on = Dated(_("Laatste dag"), [DATE])
    capacity = Counted(_("Aantal plaatsen"), [Understood(FORM_PROBLEMS["out_of_range"])])
