"""What an author fills in. The questions come from the activity, so the form is put together for each."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs

from peergang.core.i18n import lazy_gettext
from peergang.coursework.forms.revision import RevisionForm
from peergang.coursework.labels import AUDIENCES
from peergang.coursework.rules import Audience
from peergang.coursework.rules.drafts import ANSWER_PREFIX, MAX_TITLE_LENGTH, DraftText

_: Callable[[str], Any] = lazy_gettext
"""Translated when it is shown. The stubs of WTForms know only plain strings, hence the type."""


class ReflectionForm(RevisionForm):
    """Audience, title, set of questions and revision; `make_reflection_form` adds a field for each question.

    It judges nothing by itself: an unfinished draft may be saved, and what submitting asks for is the use case's.
    """

    audience = RadioField(_("Wie mag dit lezen?"), validate_choice=False)
    prompt_set = HiddenField()
    title = StringField(_("Titel"), render_kw={"maxlength": MAX_TITLE_LENGTH, "autocomplete": "off"})

    def offer(self, audiences: Iterable[Audience]) -> None:
        """Say which audiences can be chosen now."""
        self.audience.choices = [SelectChoice(str(one), str(AUDIENCES[one])) for one in audiences]

    def draft(self) -> DraftText:
        """What was filled in."""
        answers = {
            field.short_name.removeprefix(ANSWER_PREFIX): field.data or ""
            for field in self
            if field.short_name.startswith(ANSWER_PREFIX)
        }
        return DraftText(self.title.data or "", self.audience.data or "", answers, self.prompt_set.data or "")


def make_reflection_form(prompts: Sequence[dict[str, Any]]) -> type[ReflectionForm]:
    """The form with a text area for each of the activity's questions, in their order."""
    fields = {ANSWER_PREFIX + one["slug"]: TextAreaField(one["question"]) for one in prompts}
    return type("ReflectionForm", (ReflectionForm,), fields)
