"""Forms about certificates."""

from collections.abc import Callable
from typing import Any

from wtforms import BooleanField, StringField, TextAreaField

from peergang.certificates.labels import PROBLEMS
from peergang.certificates.rules.people import ACCOUNT_MAX_LENGTH, NAME_MAX_LENGTH, REASON_MAX_LENGTH
from peergang.core.i18n import lazy_gettext
from peergang.web.forms import BaseForm, Filled, NotLonger, trimmed

_: Callable[[str], Any] = lazy_gettext


class CodeForm(BaseForm):
    """A code to look up."""

    code = StringField(_("Code"), filters=[trimmed])


class ReasonForm(BaseForm):
    """Why something is done with somebody's certificate."""

    reason = TextAreaField(
        _("Reden"),
        [Filled(PROBLEMS["short"]), NotLonger(REASON_MAX_LENGTH, PROBLEMS["long"])],
        filters=[trimmed],
    )


class NameForm(ReasonForm):
    """Another name on a certificate, and why."""

    name = StringField(
        _("Naam op het certificaat"),
        [Filled(PROBLEMS["empty"]), NotLonger(NAME_MAX_LENGTH, PROBLEMS["long"])],
        filters=[trimmed],
    )


class SharingForm(BaseForm):
    """What others may see of a certificate, and whether it becomes a badge."""

    shows_name = BooleanField(_("Toon mijn hele naam op de controlepagina"))
    wants_badge = BooleanField(_("Ik wil een edubadge"))
    badge_account = StringField(
        _("Account bij je instelling"),
        [NotLonger(ACCOUNT_MAX_LENGTH, PROBLEMS["long"])],
        filters=[trimmed],
    )
