"""Forms of this feature."""

from peergang.web.forms import BaseForm


class PreferencesForm(BaseForm):
    """Carries the CSRF token; the ticks have one name, `rule`, and as value the rule's name."""


class UndoForm(BaseForm):
    """One button."""
