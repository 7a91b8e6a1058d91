"""The shape of a passkey's name and of what an authenticator answers."""

import json
from collections.abc import Callable
from typing import Any

from wtforms import HiddenField, StringField

from peergang.core.i18n import lazy_gettext
from peergang.identity.forms.texts import cleaned
from peergang.identity.rules.second_factor import PASSKEY_NAME_MAX_LENGTH
from peergang.web.forms import BaseForm, Filled, NotLonger

_: Callable[[str], Any] = lazy_gettext

ANSWER_MAX_LENGTH = 20_000
"""Far above what any authenticator sends; an attestation is a few kilobytes."""


class PasskeyNameForm(BaseForm):
    """What somebody calls a passkey."""

    name = StringField(
        _("Naam"),
        [
            Filled(_("Geef je passkey een naam.")),
            NotLonger(PASSKEY_NAME_MAX_LENGTH, _("Houd de naam korter, tot %(limit)s tekens.")),
        ],
        filters=[cleaned],
    )


class PasskeyForm(PasskeyNameForm):
    """A new passkey: its name, and what the authenticator answered, as JSON."""

    answer = HiddenField()


def read_answer(text: str | None) -> dict[str, Any]:
    """What the browser sent as a dictionary; empty when it is anything else. Its contents are not believed yet."""
    if not text or len(text) > ANSWER_MAX_LENGTH:
        return {}
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
