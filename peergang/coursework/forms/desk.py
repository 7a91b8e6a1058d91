"""What a trainer fills in beside a review: a sentence of their own, and what they make of a sample."""

from collections.abc import Callable
from typing import Any

from wtforms import StringField, TextAreaField

from peergang.core.i18n import lazy_gettext
from peergang.coursework.actions.phrases import MAX_TEXT, MAX_TITLE
from peergang.web.forms import BaseForm

_: Callable[[str], Any] = lazy_gettext


class PhraseForm(BaseForm):
    """A sentence with the word by which its owner finds it."""

    title = StringField(_("Kort label"), render_kw={"maxlength": MAX_TITLE})
    text = TextAreaField(_("Zin"), render_kw={"rows": 3, "maxlength": MAX_TEXT})
