"""The sets of questions that an author may choose from, as the editor shows them."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request
from markupsafe import Markup

from peergang.core.i18n import gettext as _, pick
from peergang.coursework.queries.writing import WritingPlace
from peergang.curriculum.content.reflection_sets import find_set, list_sets

OF_ACTIVITY = "opdracht"
"""What the button of the activity's own questions sends: a button cannot send nothing."""


@dataclass(frozen=True, slots=True)
class SetChoice:
    """One set; `kept` says that it is not on the screen but was answered."""

    value: str
    name: str
    summary: str
    body: Markup
    chosen: bool
    kept: bool


def shown_set(place: WritingPlace) -> str:
    """The set whose questions are on the page: a page that was open longer may show another than the one stored since."""
    sent = request.form.get("prompt_set") if request.method == "POST" else None
    return sent if sent is not None and (sent == "" or find_set(sent)) else place.prompt_set


def wanted_set(pressed: str) -> str:
    """The set that a button asks for."""
    return "" if pressed == OF_ACTIVITY else pressed


def list_choices(place: WritingPlace, chosen: str) -> Sequence[SetChoice]:
    """The questions of the activity and all sets, in the reader's language."""
    own = SetChoice(
        OF_ACTIVITY, _("Vragen van deze opdracht"), "", Markup(""), not chosen, _is_kept(place, "", chosen)
    )
    return [own] + [
        SetChoice(
            one.slug,
            pick(one.header.title.nl, one.header.title.en),
            pick(one.header.summary.nl, one.header.summary.en),
            Markup(one.body_html),  # noqa: S704 cleaned when the content was read
            one.slug == chosen,
            _is_kept(place, one.slug, chosen),
        )
        for one in list_sets()
    ]


def _is_kept(place: WritingPlace, prompt_set: str, chosen: str) -> bool:
    if prompt_set == chosen:
        return False
    return any(place.draft.get(one["slug"], "").strip() for one in place.prompts_of(prompt_set))
