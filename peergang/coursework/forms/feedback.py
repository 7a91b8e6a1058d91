"""What a peer fills in: an answer to each question of the feedback activity."""

from collections.abc import Sequence

from wtforms import TextAreaField

from peergang.coursework.forms.revision import RevisionForm
from peergang.coursework.rules.drafts import ANSWER_PREFIX


class FeedbackForm(RevisionForm):
    """The revision; `make_feedback_form` adds a field for each question."""

    def answers(self) -> dict[str, str]:
        """What was filled in, by question."""
        return {
            field.short_name.removeprefix(ANSWER_PREFIX): field.data or ""
            for field in self
            if field.short_name.startswith(ANSWER_PREFIX)
        }


def make_feedback_form(questions: Sequence[tuple[str, str]]) -> type[FeedbackForm]:
    """The form with a text area for each (slug, question)."""
    fields = {ANSWER_PREFIX + slug: TextAreaField(question) for slug, question in questions}
    return type("FeedbackForm", (FeedbackForm,), fields)
