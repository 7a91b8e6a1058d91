"""The form for writing down one's own hours."""

from collections.abc import Callable
from typing import Any

from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs

from peergang.core.i18n import lazy_gettext
from peergang.progress.labels.hours import HOURS_KINDS, HOURS_PROBLEMS
from peergang.web.forms import BaseForm, DayField, Filled, KeyField, Offered, trimmed

_: Callable[[str], Any] = lazy_gettext


class HoursForm(BaseForm):
    """What somebody did, when, and how long."""

    key = KeyField()
    done_on = DayField(_("Dag"))
    words = StringField(_("Wat deed je?"), [Filled(HOURS_PROBLEMS["missing"])], filters=[trimmed])
    kind = SelectField(
        _("Soort"),
        [Offered(HOURS_PROBLEMS["unknown"])],
        choices=[SelectChoice(str(one), text) for one, text in HOURS_KINDS.items()],
        validate_choice=False,
    )
    hours = StringField(_("Uren"), filters=[trimmed])
