"""The forms of planning: copying a cohort, free periods, more time for somebody."""

from collections.abc import Callable
from typing import Any

from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs

from peergang.cohorts.forms.fields import DATE, Dated
from peergang.cohorts.labels import FORM_PROBLEMS, REGIONS
from peergang.cohorts.rules.free import Region
from peergang.core.i18n import lazy_gettext
from peergang.web.forms import BaseForm, Filled, NotLonger, Offered, trimmed

_: Callable[[str], Any] = lazy_gettext


class CopyForm(BaseForm):
    """What to take over from an earlier cohort, and to when."""

    name = StringField(_("Naam"), [Filled(_("Geef het cohort een naam."))], filters=[trimmed])
    starts_on = Dated(_("Eerste dag"), [DATE])
    edition = RadioField(
        _("Inhoud"),
        choices=[SelectChoice("newest", _("De nieuwste editie")), SelectChoice("same", _("Dezelfde editie"))],
    )
    meetings = BooleanField(_("Bijeenkomsten, op dezelfde weekdagen en tijden"))
    places = BooleanField(_("Plaatsen en links"))
    pins = BooleanField(_("Eigen data van modules en opdrachten"))
    trainers = BooleanField(_("Trainers"))
    capacity = BooleanField(_("Aantal plaatsen"))
    regions = SelectMultipleField(
        _("Sla schoolvakanties over van"),
        choices=[SelectChoice(str(one), REGIONS[one]) for one in Region],
        validate_choice=False,
    )


class FreePeriodForm(BaseForm):
    """A period in which schools are closed."""

    name = StringField(_("Naam"), [Filled(_("Geef de vakantie een naam."))], filters=[trimmed])
    region = SelectField(_("Regio"), [Offered(FORM_PROBLEMS["unknown"])], validate_choice=False)
    starts_on = Dated(_("Eerste vrije dag"), [DATE])
    ends_on = Dated(_("Laatste vrije dag"), [DATE])


class ExtensionForm(BaseForm):
    """A later date for one participant, and why."""

    subject = SelectField(
        _("Waarvoor"), [Offered(_("Kies een opdracht of een hele module."))], validate_choice=False
    )
    due_on = Dated(_("Nieuwe datum"), [DATE])
    reason = TextAreaField(
        _("Reden"),
        [Filled(_("Schrijf kort op waarom.")), NotLonger(500, FORM_PROBLEMS["long"])],
        filters=[trimmed],
    )
