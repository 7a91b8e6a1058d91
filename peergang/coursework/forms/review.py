"""What a trainer fills in: judgements, a decision and a message; and a comment on words."""

from collections.abc import Callable, Sequence
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
    choices = [SelectChoice(*pair) for pair in JUDGEMENTS.items()]
    fields = {
        CRITERION + one["slug"]: RadioField(one["label"], choices=choices, validate_choice=False)
        for one in criteria
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
