"""The form in which a reflection becomes a practice example."""

from collections.abc import Callable
from typing import Any

from wtforms import BooleanField, StringField, TextAreaField

from peergang.core.i18n import lazy_gettext
from peergang.coursework.queries.promotion import TEXTS
from peergang.web.forms import BaseForm, NotLonger, trimmed

LONG = 20_000
_: Callable[[str], Any] = lazy_gettext
"""Translated when it is shown. The stubs of WTForms know only plain strings, hence the type."""

TOO_LONG = lazy_gettext("Dit is te lang: %(length)s tekens, hooguit %(limit)s. Kort het in of deel het op.")


def _part(label: Any, limit: int = LONG) -> TextAreaField:
    return TextAreaField(label, filters=[trimmed], validators=[NotLonger(limit, TOO_LONG)], default="")


class PromotionForm(BaseForm):
    """The parts of an example, filled from the answers of a reflection and then made fit for a colleague elsewhere."""

    title = StringField(_("Titel"), filters=[trimmed], validators=[NotLonger(120, TOO_LONG)], default="")
    summary = _part(_("In één of twee zinnen"), 400)
    context = _part(_("Waarom jullie het deden"))
    goal = _part(_("Wat je wilde bereiken"))
    approach = _part(_("Zo pak je het aan"))
    result = _part(_("Wat het opleverde, en wat niet"))
    learned = _part(_("Wat je ervan leerde"))
    conditions = _part(_("Wat je ervoor nodig hebt"))
    no_student_data = BooleanField(_("Ik heb gekeken: er staan geen herkenbare studenten in"))

    def values(self) -> dict[str, str]:
        """The texts, by the names of the parts."""
        return {name: str(self.data[name] or "") for name in TEXTS}

    def put(self, name: str, text: str) -> None:
        """Add `text` to a part, unless it stands there already."""
        field = self[name]
        now = str(field.data or "").strip()
        if text and text not in now:
            field.data = f"{now}\n\n{text}".strip()
