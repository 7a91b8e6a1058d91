"""What a peer fills in: an answer to each question of the feedback activity, and what they saw of its criteria. And what
the receiver says back.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs

from peergang.core.i18n import lazy_gettext
from peergang.coursework.forms.revision import RevisionForm
from peergang.coursework.labels.feedback import HELPFULNESS, SEEN
from peergang.coursework.rules.drafts import ANSWER_PREFIX
from peergang.coursework.rules.feedback import CRITERION_PREFIX, WHERE_PREFIX, criteria_of
from peergang.web.forms import BaseForm

_: Callable[[str], Any] = lazy_gettext
"""Translated when it is shown. The stubs of WTForms know only plain strings, hence the type."""


class FeedbackForm(RevisionForm):
    """The revision; `make_feedback_form` adds the fields for each question and each criterion."""

    def answers(self) -> dict[str, str]:
        """What was filled in, by question."""
        return {
            field.short_name.removeprefix(ANSWER_PREFIX): field.data or ""
            for field in self
            if field.short_name.startswith(ANSWER_PREFIX)
        }

    def criteria(self) -> dict[str, dict[str, str]]:
        """What was said of the criteria, by criterion."""
        return criteria_of({field.short_name: field.data or "" for field in self})


def make_feedback_form(
    questions: Sequence[tuple[str, str]], criteria: Sequence[tuple[str, str]] = ()
) -> type[FeedbackForm]:
    """The form with a text area for each question, and a choice with a place for each criterion: pairs of slug and
    words.
    """
    return _feedback_form(tuple(questions), tuple(criteria))


@lru_cache(maxsize=100)
def _feedback_form(
    questions: tuple[tuple[str, str], ...], criteria: tuple[tuple[str, str], ...]
) -> type[FeedbackForm]:
    """Kept, because WTForms collects the fields of a class at its first use, and an activity never changes."""
    choices = [SelectChoice(*pair) for pair in SEEN.items()]
    fields: dict[str, Any] = {ANSWER_PREFIX + slug: TextAreaField(words) for slug, words in questions}
    for slug, label in criteria:
        fields[CRITERION_PREFIX + slug] = RadioField(label, choices=choices, validate_choice=False)
        fields[WHERE_PREFIX + slug] = TextAreaField(_("Waar zag je dat?"))
    return type("FeedbackForm", (FeedbackForm,), fields)


class AnswerForm(BaseForm):
    """What its receiver says of feedback: how much it helped and why, and a few words of thanks."""

    helpfulness = RadioField(
        _("Wat had je eraan?"),
        choices=[SelectChoice(*pair) for pair in HELPFULNESS.items()],
        validate_choice=False,
    )
    note = TextAreaField(_("Wil je zeggen waarom?"))
    thanks = TextAreaField(_("Je bedankje"))
