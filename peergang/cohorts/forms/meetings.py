"""The forms of step 2: meetings and the dates that follow from them."""

from collections.abc import Callable
from datetime import time
from typing import Any

from wtforms import BooleanField, SelectField, StringField

from peergang.cohorts.forms.fields import DATE, TIME, Dated, Timed
from peergang.cohorts.labels import FORM_PROBLEMS
from peergang.core.i18n import lazy_gettext
from peergang.web.forms import BaseForm, Filled, NotLonger, trimmed

_: Callable[[str], Any] = lazy_gettext


class ProposalForm(BaseForm):
    """Step 2, at first: what all meetings have in common."""

    begins = Timed(_("Van"), [TIME], default=time(13, 30))
    ends = Timed(_("Tot"), [TIME], default=time(16, 30))
    place = StringField(_("Plaats"), [NotLonger(300, FORM_PROBLEMS["long"])], filters=[trimmed])
    link = StringField(_("Link"), [NotLonger(1000, FORM_PROBLEMS["long"])], filters=[trimmed])
    kick_off = BooleanField(_("Begin met een startbijeenkomst op de eerste dag"), default=True)


class MeetingForm(BaseForm):
    """Step 2: one meeting."""

    title = StringField(_("Titel"), [Filled(_("Geef de bijeenkomst een titel."))], filters=[trimmed])
    module = SelectField(_("Hoort bij module"), validate_choice=False)
    day = Dated(_("Datum"), [DATE])
    begins = Timed(_("Van"), [TIME])
    ends = Timed(_("Tot"), [TIME])
    place = StringField(_("Plaats"), [NotLonger(300, FORM_PROBLEMS["long"])], filters=[trimmed])
    link = StringField(_("Link"), [NotLonger(1000, FORM_PROBLEMS["long"])], filters=[trimmed])


class ModuleDatesForm(BaseForm):
    """Dates of one module that no longer follow the meetings."""

    opens_on = Dated(_("Gaat open op"), [DATE])
    due_on = Dated(_("Klaar op"), [DATE])


class ActivityDateForm(BaseForm):
    """The due date of one activity that no longer follows its module."""

    due_on = Dated(_("Klaar op"), [DATE])
