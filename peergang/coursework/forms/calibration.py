"""What a trainer makes of a sample: as a review, but for colleagues alone."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs

from peergang.core.i18n import lazy_gettext
from peergang.coursework.forms.review import CRITERION
from peergang.coursework.labels import DECISIONS, JUDGEMENTS
from peergang.web.forms import BaseForm

_: Callable[[str], Any] = lazy_gettext


class JudgementForm(BaseForm):
    """Decision and note; `make_judgement_form` adds the criteria."""

    decision = RadioField(
        _("Wat zou jij besluiten?"),
        choices=[SelectChoice(*pair) for pair in DECISIONS.items()],
        validate_choice=False,
    )
    note = TextAreaField(_("Waar viel je oog op?"), render_kw={"rows": 4})

    def judged(self) -> list[Any]:
        """The fields of the criteria, in their order."""
        return [field for field in self if field.short_name.startswith(CRITERION)]

    def criteria(self) -> dict[str, str]:
        """The judgements given, by criterion."""
        return {one.short_name.removeprefix(CRITERION): one.data for one in self.judged() if one.data}


def make_judgement_form(criteria: Sequence[dict[str, Any]]) -> type[JudgementForm]:
    """The form with segmented choices for each criterion of the activity."""
    return _judgement_form(tuple((one["slug"], one["label"]) for one in criteria))


@lru_cache(maxsize=100)
def _judgement_form(criteria: tuple[tuple[str, str], ...]) -> type[JudgementForm]:
    choices = [SelectChoice(*pair) for pair in JUDGEMENTS.items()]
    fields = {
        CRITERION + slug: RadioField(label, choices=choices, validate_choice=False)
        for slug, label in criteria
    }
    return type("JudgementForm", (JudgementForm,), fields)
