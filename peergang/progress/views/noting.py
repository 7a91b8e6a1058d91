"""Keeping what was agreed, whatever page it was written on."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash

from peergang.core import clock
from peergang.core.errors import Invalid
from peergang.progress.forms.risks import CallForm
from peergang.progress.labels.risks import PROBLEMS
from peergang.web.database import transaction
from peergang.web.viewer import current_actor


def keep_note(form: CallForm, note: Callable[..., object], about: UUID, said: str, **more: Any) -> bool:
    """Keep what stands in `form` with the action `note`, and say so in the words `said`. When something is wrong with it, the
    form holds what.

    Args:
        form: as it came in.
        note: note_call or note_about.
        about: the institution or the enrolment that it is about.
        said: what the next page says.
        more: what else the action is told.
    """
    if not form.validate_on_submit():
        return False
    more |= {"spoke_with": form.spoke_with.data or "", "next_on": form.next_on.data, "now": clock.now()}
    more["key"] = form.key.data
    try:
        with transaction() as work:
            note(work, current_actor(), about, form.words.data or "", **more)
    except Invalid as error:
        form.take(error, PROBLEMS)
        return False
    flash(said, "ok")
    return True
