"""What a trainer fills in: judgements, a decision and a message; and a comment on words."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from wtforms import HiddenField, IntegerField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.widgets import HiddenInput

from peergang.core.i18n import lazy_gettext
from peergang.coursework.forms.revision import RevisionForm
from peergang.coursework.labels import DECISIONS, JUDGEMENTS
from peergang.coursework.rules.anchors import Quote
from peergang.web.forms import BaseForm

_: Callable[[str], Any] = lazy_gettext
"""Translated when it is shown. The stubs of WTForms know only plain strings, hence the type."""

CRITERION = "criterion-"


class ReviewForm(RevisionForm):
    """Decision and message; `make_review_form` adds the criteria, which stand before them on the page."""

    decision = RadioField(
        _("Besluit"),
        choices=[SelectChoice(*pair) for pair in DECISIONS.items()],
        validate_choice=False,
    )
    message = TextAreaField(_("Wat geef je mee?"))
    version = HiddenField()

    def criteria(self) -> dict[str, str]:
        """The judgements given, by criterion."""
        return {
            field.short_name.removeprefix(CRITERION): field.data
            for field in self
            if field.short_name.startswith(CRITERION) and field.data
        }


def make_review_form(criteria: Sequence[dict[str, Any]]) -> type[ReviewForm]:
    """The form with segmented choices for each criterion of the activity."""
    return _review_form(tuple((one["slug"], one["label"]) for one in criteria))


@lru_cache(maxsize=100)
def _review_form(criteria: tuple[tuple[str, str], ...]) -> type[ReviewForm]:
    """Kept, because WTForms collects the fields of a class at its first use, and an activity never changes."""
    choices = [SelectChoice(*pair) for pair in JUDGEMENTS.items()]
    fields = {
        CRITERION + slug: RadioField(label, choices=choices, validate_choice=False)
        for slug, label in criteria
    }
    return type("ReviewForm", (ReviewForm,), fields)


class CommentForm(BaseForm):
    """A comment: its words, the paragraph it is about, and the words quoted when they were selected."""

    body = TextAreaField(_("Opmerking"))
    paragraph = IntegerField(widget=HiddenInput())
    quote = HiddenField()
    prefix = HiddenField()
    suffix = HiddenField()

    def selected(self) -> Quote:
        """The words that were selected; empty when the whole paragraph is meant."""
        return Quote(self.quote.data or "", self.prefix.data or "", self.suffix.data or "")
