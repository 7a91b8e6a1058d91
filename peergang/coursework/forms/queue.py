"""Handing over, and being away."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from wtforms import SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs

from peergang.core.i18n import gettext, lazy_gettext
from peergang.coursework.queries.trainers import Colleague
from peergang.web.forms import BaseForm, DayField, Filled, Offered, trimmed

_: Callable[[str], Any] = lazy_gettext
"""Translated when it is shown. The stubs of WTForms know only plain strings, hence the type."""

DAY = Filled(_("Kies een dag."))


def _chosen(field: SelectField) -> UUID | None:
    return UUID(field.data) if field.data else None


class HandOverForm(BaseForm):
    """To whom, with a word."""

    colleague = SelectField(
        _("Aan wie?"),
        validate_choice=False,
        validators=[Filled(_("Kies een collega.")), Offered(_("Kies een collega."))],
    )
    note = TextAreaField(_("Bericht aan je collega"), filters=[trimmed])

    def offer(self, colleagues: Iterable[Colleague]) -> None:
        """Fill in who can be asked."""
        self.colleague.choices = [
            SelectChoice("", gettext("Kies een collega")),
            *(SelectChoice(str(one.user_id), one.name) for one in colleagues),
        ]

    @property
    def chosen(self) -> UUID | None:
        """Who was chosen."""
        return _chosen(self.colleague)


class AbsenceForm(BaseForm):
    """From when until when, and who does it meanwhile."""

    starts_on = DayField(_("Eerste dag"), validators=[DAY])
    ends_on = DayField(_("Laatste dag"), validators=[DAY])
    cover = SelectField(
        _("Wie vervangt je?"),
        validate_choice=False,
        validators=[Offered(_("Kies een collega uit de lijst."))],
    )

    def offer(self, colleagues: Iterable[Colleague]) -> None:
        """Fill in who can be asked."""
        self.cover.choices = [
            SelectChoice("", gettext("Wie het minst te doen heeft")),
            *(SelectChoice(str(one.user_id), one.name) for one in colleagues),
        ]

    @property
    def chosen(self) -> UUID | None:
        """Who was chosen; None for whoever has least to do."""
        return _chosen(self.cover)
