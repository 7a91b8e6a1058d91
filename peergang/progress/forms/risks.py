"""The forms about signals: what was agreed, and why something is a false alarm."""

from collections.abc import Callable
from typing import Any

from wtforms import StringField, TextAreaField
from wtforms.validators import Optional

from peergang.core.i18n import lazy_gettext
from peergang.progress.labels.risks import PROBLEMS
from peergang.progress.rules.risks import NAME_MAX_LENGTH, REASON_MAX_LENGTH, WORDS_MAX_LENGTH
from peergang.web.forms import BaseForm, DayField, Filled, KeyField, NotLonger, trimmed

_: Callable[[str], Any] = lazy_gettext


class CallForm(BaseForm):
    """Who was spoken to, what was agreed, and when somebody comes back to it."""

    key = KeyField()
    spoke_with = StringField(
        _("Met wie"), [Optional(), NotLonger(NAME_MAX_LENGTH, PROBLEMS["long"])], filters=[trimmed]
    )
    words = TextAreaField(
        _("Wat is afgesproken"),
        [Filled(PROBLEMS["missing"]), NotLonger(WORDS_MAX_LENGTH, PROBLEMS["long"])],
        filters=[trimmed],
    )
    next_on = DayField(_("Volgende stap op"), [Optional()])


class DismissForm(BaseForm):
    """Why a signal is a false alarm."""

    reason = TextAreaField(
        _("Reden"),
        [
            Filled(_("Schrijf kort op waarom dit geen aandacht vraagt.")),
            NotLonger(REASON_MAX_LENGTH, PROBLEMS["long"]),
        ],
        filters=[trimmed],
    )
